"""Places of Chinese maps as places on the Earth.

Maps for the public in China show places moved by some hundred metres: GCJ-02 by the rule of the surveying authority,
BD-09 by another step on top. The rules themselves are not published; the formulas here were found from what they do and
are published in many libraries (first in ``eviltransform``). They are good to about a metre.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Datum: TypeAlias = Literal["WGS84", "GCJ-02", "BD-09"]
DATUMS: dict[str, Datum] = {
    "wgs84": "WGS84", "gps": "WGS84", "4326": "WGS84", "epsg:4326": "WGS84",
    "cgcs2000": "WGS84", "国家2000": "WGS84", "2000国家大地坐标系": "WGS84",
    "gcj02": "GCJ-02", "火星": "GCJ-02", "火星坐标系": "GCJ-02", "高德": "GCJ-02",
    "bd09": "BD-09", "bd09ll": "BD-09", "百度": "BD-09", "百度坐标系": "BD-09",
}  # fmt: skip
"""Names of datums, without blanks and signs; CGCS 2000 and WGS 84 differ by less than a metre."""
_AXIS_M, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
"""The ellipsoid of Krasovsky (1940)."""
_MIDDLE_EAST, _MIDDLE_NORTH = 105.0, 35.0
_ROUNDS, _CLOSE = 10, 1e-11
"""Degrees; a round is some thousand times nearer than the one before."""


def to_wgs84(lons: Numbers, lats: Numbers, datum: Datum) -> tuple[Numbers, Numbers]:
    """Return longitudes and latitudes of a datum in WGS 84, in degrees.

    >>> east, north = to_wgs84(np.array([116.403988]), np.array([39.914266]), "GCJ-02")
    >>> round(float(east[0]), 5), round(float(north[0]), 5)
    (116.39774, 39.91286)
    """
    if datum == "WGS84":
        return lons, lats
    if datum == "BD-09":
        lons, lats = _of_bd09(lons, lats)
    found_lons, found_lats = lons, lats
    for _ in range(_ROUNDS):
        moved_lons, moved_lats = to_gcj02(found_lons, found_lats)
        east, north = lons - moved_lons, lats - moved_lats
        found_lons, found_lats = found_lons + east, found_lats + north
        if max(np.abs(east).max(initial=0.0), np.abs(north).max(initial=0.0)) < _CLOSE:
            break
    return found_lons, found_lats


def to_gcj02(lons: Numbers, lats: Numbers) -> tuple[Numbers, Numbers]:
    """Return longitudes and latitudes of WGS 84 in GCJ-02, in degrees; outside 72 to 137 E, 0 to 55 N they stay."""
    east, north = lons - _MIDDLE_EAST, lats - _MIDDLE_NORTH
    waves = 20 * np.sin(6 * np.pi * east) + 20 * np.sin(2 * np.pi * east)
    root = np.sqrt(np.abs(east))
    up = -100 + 2 * east + 3 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * root
    up += 2 / 3 * (waves + _sum_of_waves(north, ((20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))))
    right = 300 + east + 2 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * root
    right += 2 / 3 * (waves + _sum_of_waves(east, ((20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))))
    square = 1 - _ECCENTRICITY * np.sin(np.radians(lats)) ** 2
    metres_up = _AXIS_M * (1 - _ECCENTRICITY) / square**1.5
    metres_right = _AXIS_M / np.sqrt(square) * np.cos(np.radians(lats))
    is_moved = (lons >= 72) & (lons <= 137) & (lats >= 0) & (lats <= 55)  # noqa: PLR2004 -- the rule's own rectangle
    return (
        np.where(is_moved, lons + np.degrees(right / metres_right), lons),
        np.where(is_moved, lats + np.degrees(up / metres_up), lats),
    )


def _sum_of_waves(values: Numbers, waves: tuple[tuple[float, float], ...]) -> Numbers:
    return np.asarray(sum(size * np.sin(often * np.pi * values) for size, often in waves))


def _of_bd09(lons: Numbers, lats: Numbers) -> tuple[Numbers, Numbers]:
    """Return longitudes and latitudes of BD-09 in GCJ-02."""
    east, north = lons - 0.0065, lats - 0.006
    far = np.hypot(east, north) - 0.00002 * np.sin(north * np.pi)
    angle = np.arctan2(north, east) - 0.000003 * np.cos(east * np.pi)
    return far * np.cos(angle), far * np.sin(angle)
