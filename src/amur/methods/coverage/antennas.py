"""What an antenna sends into a direction, less than into its main one.

Source of the pattern: 3GPP TR 36.814 V9.2.0, table A.2.1.1-2: an arc of a parabola each way, in decibels, down to a
floor, and both together down to a floor again. Antennas that are built have side lobes instead; a pattern of their
maker's replaces this one where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj

from amur.base.faults import AmurError

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Some = float | Numbers
FLOOR_DB = 25.0
"""Am of the table: no direction is weaker than the main one by more."""
SIDE_DB = 20.0
"""SLAv of the table: what the vertical pattern takes at most."""
EARTH_M = 6_371_008.8
"""The mean radius of the Earth (IUGG)."""
_GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """Where receivers lie as antennas see them: clockwise from north, downwards from level, and how far on the ground.

    Angles are in degrees; a receiver above the horizon has a negative angle downwards.
    """

    bearings_deg: Numbers
    downs_deg: Numbers
    distances_m: Numbers


def directions(froms: Numbers, tos: Numbers, from_m: Some, to_m: Some, *, earth_factor: float = 4 / 3) -> Directions:
    """Return where receivers lie, each seen from its antenna.

    ``froms`` and ``tos`` are tables of longitudes and latitudes in degrees (WGS 84); ``from_m`` and ``to_m`` heights of
    antennas above the sea. Rays bend with the air, as if the Earth were ``earth_factor`` as large (ITU-R P.834).

    Raises:
        AmurError: if there are not as many antennas as receivers.

    >>> found = directions(np.array([[126.0, 45.0]]), np.array([[126.0, 45.09]]), 300.0, 130.0)
    >>> round(float(found.bearings_deg[0]), 2), round(float(found.downs_deg[0]), 2), round(float(found.distances_m[0]))
    (0.0, 1.01, 10002)
    """
    froms, tos = np.asarray(froms, np.float64), np.asarray(tos, np.float64)
    if froms.shape != tos.shape or froms.shape[1:] != (2,):
        raise AmurError("uneven_directions", f"found tables of shape {froms.shape} and {tos.shape}, wanted pairs alike")
    bearings, _, metres = _GEOD.inv(froms[:, 0], froms[:, 1], tos[:, 0], tos[:, 1])
    falls = metres / (2 * earth_factor * EARTH_M)
    with np.errstate(divide="ignore", invalid="ignore"):
        downs = np.degrees(np.arctan((np.asarray(from_m) - np.asarray(to_m)) / metres + falls))
    return Directions(np.asarray(bearings) % 360.0, np.nan_to_num(downs, nan=90.0), np.asarray(metres))


def horizontal_loss_db(off_deg: Some, beamwidth_deg: Some, floor_db: float = FLOOR_DB) -> Numbers:
    """Return what a direction beside the main one takes, in decibels; nothing where ``off_deg`` is NaN: all around.

    The beamwidth is between the directions that are 3 dB weaker.

    >>> horizontal_loss_db(np.array([0.0, 35.0, -35.0, 325.0, 180.0, np.nan]), 70.0).tolist()
    [0.0, 3.0, 3.0, 3.0, 25.0, 0.0]
    """
    off = (np.asarray(off_deg, np.float64) + 180.0) % 360.0 - 180.0
    found: Numbers = np.where(np.isnan(off), 0.0, np.fmin(12 * (off / beamwidth_deg) ** 2, floor_db))
    return found


def vertical_loss_db(down_deg: Some, vertical_deg: Some, tilt_deg: Some = 0.0, side_db: float = SIDE_DB) -> Numbers:
    """Return what a direction above or below the main one takes, in decibels.

    >>> vertical_loss_db(np.array([6.0, 11.0, 1.0, 90.0]), 10.0, tilt_deg=6.0).tolist()
    [0.0, 3.0, 3.0, 20.0]
    """
    found: Numbers = np.minimum(12 * ((np.asarray(down_deg, np.float64) - tilt_deg) / vertical_deg) ** 2, side_db)
    return found


def pattern_loss_db(
    bearing_deg: Some,
    down_deg: Some,
    *,
    azimuth_deg: Some,
    beamwidth_deg: Some = 70.0,
    vertical_deg: Some = 10.0,
    tilt_deg: Some = 0.0,
) -> Numbers:
    """Return what a direction takes of the gain of an antenna, in decibels: 0 in its main direction, 25 at most.

    An ``azimuth_deg`` of NaN is an antenna that sends all around; its vertical pattern counts all the same. Defaults
    are those of the table, but for the tilt.

    Raises:
        AmurError: if a beamwidth is not more than 0, or an angle is missing.

    >>> pattern_loss_db(155.0, 9.0, azimuth_deg=120.0, tilt_deg=4.0).tolist()
    6.0
    >>> pattern_loss_db(300.0, 90.0, azimuth_deg=120.0).tolist()
    25.0
    """
    for name, values in (("beamwidth", beamwidth_deg), ("vertical beamwidth", vertical_deg)):
        if not (np.asarray(values) > 0).all():
            raise AmurError("bad_beamwidth", f"found a {name} of {np.min(values)} degrees, wanted more than 0")
    for name, values in (("bearing", bearing_deg), ("angle downwards", down_deg), ("tilt", tilt_deg)):
        if not np.isfinite(values).all():
            raise AmurError("no_angle", f"a {name} is missing or not finite; give each direction its angles")
    across = horizontal_loss_db(np.subtract(bearing_deg, azimuth_deg), beamwidth_deg)
    found: Numbers = np.minimum(across + vertical_loss_db(down_deg, vertical_deg, tilt_deg), FLOOR_DB)
    return found
