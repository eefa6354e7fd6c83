"""Lines on the ellipsoid and heights between pixels, compiled.

All that is compiled stands in this file, as Numba looks at no other when it asks whether what it kept is still right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

_A = 6378137.0
_F = 1 / 298.257223563
_B = _A * (1 - _F)
_ROUNDS = 50
_CLOSE = 1e-13
OUTSIDE = math.inf
"""What stands for the height of a point outside a grid; a hole is NaN."""
_ON_PIXEL = 1e-6
"""Nearer to the centre of a pixel than a millionth of one is on it: so much is lost when degrees are reckoned."""


def _compiled(function: Function) -> Function:
    return cast("Function", njit(nogil=True, error_model="numpy", cache=True)(function))


@_compiled
def _series(sin_azimuth: float) -> tuple[float, float, float]:
    """Return Vincenty's A, B and C of a line that leaves the equator at an azimuth."""
    square = 1 - sin_azimuth * sin_azimuth
    u = square * (_A * _A - _B * _B) / (_B * _B)
    big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    return big_a, big_b, _F / 16 * square * (4 + _F * (4 - 3 * square))


@_compiled
def _stretch(big_b: float, sin_arc: float, cos_arc: float, middle: float) -> float:
    """Return by how much an arc on the auxiliary sphere is longer than its part of the length."""
    last = big_b / 6 * middle * (-3 + 4 * sin_arc * sin_arc) * (-3 + 4 * middle * middle)
    return big_b * sin_arc * (middle + big_b / 4 * (cos_arc * (-1 + 2 * middle * middle) - last))


@_compiled
def _turn(c: float, sin_azimuth: float, arc: float, middle: float) -> float:
    """Return by how much longitudes differ on the sphere and on the ellipsoid."""
    rest = middle + c * math.cos(arc) * (-1 + 2 * middle * middle)
    return (1 - c) * _F * sin_azimuth * (arc + c * math.sin(arc) * rest)


@_compiled
def _between(lon1: float, lat1: float, lon2: float, lat2: float) -> tuple[float, float]:
    """Return how long the shortest line between two places is in metres, and its azimuth at the first, in radians.

    T. Vincenty, Direct and Inverse Solutions of Geodesics on the Ellipsoid, Survey Review 176 (1975): good to half a
    millimetre but for places almost opposite on the Earth.
    """
    u1 = math.atan((1 - _F) * math.tan(math.radians(lat1)))
    u2 = math.atan((1 - _F) * math.tan(math.radians(lat2)))
    s1, c1, s2, c2 = math.sin(u1), math.cos(u1), math.sin(u2), math.cos(u2)
    apart = math.radians(lon2 - lon1)
    apart -= 2 * math.pi * round(apart / (2 * math.pi))
    turned, arc, middle, sin_arc, sin_azimuth = apart, 0.0, 0.0, 0.0, 0.0
    for _ in range(_ROUNDS):
        across, along = c2 * math.sin(turned), c1 * s2 - s1 * c2 * math.cos(turned)
        sin_arc = math.sqrt(across * across + along * along)
        if sin_arc == 0:
            return 0.0, 0.0
        cos_arc = s1 * s2 + c1 * c2 * math.cos(turned)
        arc = math.atan2(sin_arc, cos_arc)
        sin_azimuth = c1 * c2 * math.sin(turned) / sin_arc
        square = 1 - sin_azimuth * sin_azimuth
        middle = cos_arc - 2 * s1 * s2 / square if square > _CLOSE else 0.0
        before = turned
        turned = apart + _turn(_series(sin_azimuth)[2], sin_azimuth, arc, middle)
        if abs(turned - before) < _CLOSE:
            break
    big_a, big_b, _ = _series(sin_azimuth)
    length = _B * big_a * (arc - _stretch(big_b, sin_arc, math.cos(arc), middle))
    return length, math.atan2(c2 * math.sin(turned), c1 * s2 - s1 * c2 * math.cos(turned))


@_compiled
def lengths_into(ends: np.ndarray, lengths: np.ndarray) -> None:
    """Write how long the line between each pair of places is, in metres: longitude, latitude, longitude, latitude."""
    for path in range(len(ends)):
        lengths[path] = _between(ends[path, 0], ends[path, 1], ends[path, 2], ends[path, 3])[0]


@_compiled
def _line(ends: np.ndarray, lons: np.ndarray, lats: np.ndarray, km: np.ndarray) -> None:
    """Write the points of one line, both its ends as they were given (Vincenty 1975, direct solution)."""
    lon1, lat1, lon2, lat2 = ends
    length, azimuth = _between(lon1, lat1, lon2, lat2)
    tan1 = (1 - _F) * math.tan(math.radians(lat1))
    c1 = 1 / math.sqrt(1 + tan1 * tan1)
    s1, sin_from, cos_from = tan1 * c1, math.sin(azimuth), math.cos(azimuth)
    start, sin_azimuth = math.atan2(tan1, cos_from), c1 * sin_from
    big_a, big_b, c = _series(sin_azimuth)
    last = len(km) - 1
    for point in range(1, last):
        metres = length * point / last
        whole = metres / (_B * big_a)
        arc, middle = whole, 0.0
        for _ in range(3):  # each round is a thousand times better: after three, less than a micrometre
            middle = math.cos(2 * start + arc)
            arc = whole + _stretch(big_b, math.sin(arc), math.cos(arc), middle)
        middle, sin_arc, cos_arc = math.cos(2 * start + arc), math.sin(arc), math.cos(arc)
        down = s1 * sin_arc - c1 * cos_arc * cos_from
        level = (1 - _F) * math.sqrt(sin_azimuth * sin_azimuth + down * down)
        turned = math.atan2(sin_arc * sin_from, c1 * cos_arc - s1 * sin_arc * cos_from)
        lats[point] = math.degrees(math.atan2(s1 * cos_arc + c1 * sin_arc * cos_from, level))
        lons[point] = lon1 + math.degrees(turned - _turn(c, sin_azimuth, arc, middle))
        km[point] = metres / 1000
    lons[0], lats[0], km[0] = lon1, lat1, 0.0
    lons[last], lats[last], km[last] = lon2, lat2, length / 1000


@_compiled
def lines_into(ends: np.ndarray, starts: np.ndarray, lons: np.ndarray, lats: np.ndarray, km: np.ndarray) -> None:
    """Write the points of all lines; ``starts`` says where each begins, and may count from any number."""
    for path in range(len(ends)):
        first, end = starts[path] - starts[0], starts[path + 1] - starts[0]
        _line(ends[path], lons[first:end], lats[first:end], km[first:end])


@_compiled
def _near(place: float, count: int) -> tuple[int, float]:
    """Return the pixel before a place and how far behind it the place lies; -1 where it is outside."""
    if not -0.5 - _ON_PIXEL <= place <= count - 0.5 + _ON_PIXEL:
        return -1, 0.0
    whole = round(place)
    if abs(place - whole) < _ON_PIXEL:
        return min(max(int(whole), 0), count - 1), 0.0
    place = min(max(place, 0.0), count - 1.0)
    before = int(place)
    return before, place - before


@_compiled
def _height(heights: np.ndarray, row: float, column: float) -> float:
    """Return the height at a place, bilinear between the four pixels around it; one that does not count may be a hole.

    In the outer half of a pixel at the edge the edge's own heights go on.
    """
    top, down = _near(row, heights.shape[0])
    left, across = _near(column, heights.shape[1])
    if top < 0 or left < 0:
        return OUTSIDE
    upper = float(heights[top, left])
    if across > 0:
        upper = upper * (1 - across) + heights[top, left + 1] * across
    if down == 0:
        return upper
    lower = float(heights[top + 1, left])
    if across > 0:
        lower = lower * (1 - across) + heights[top + 1, left + 1] * across
    return upper * (1 - down) + lower * down


@_compiled
def heights_into(  # noqa: PLR0917 -- a compiled function takes plain numbers
    heights: np.ndarray,
    xs: np.ndarray,
    ys: np.ndarray,
    origin: tuple[float, float],
    steps: tuple[float, float],
    period: float,
    found: np.ndarray,
) -> None:
    """Write the heights at places of the grid's projection; those a ``period`` apart are one place, if there is one."""
    middle = origin[0] + steps[0] * (heights.shape[1] - 1) / 2
    for point in range(len(xs)):
        x = xs[point]
        if period > 0:
            x -= period * round((x - middle) / period)
        found[point] = _height(heights, (origin[1] - ys[point]) / steps[1], (x - origin[0]) / steps[0])
