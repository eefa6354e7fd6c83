"""Profiles of the ground along the shortest lines between places, for models of propagation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from amur.base.faults import AmurError
from amur.methods.propagation.paths import FEWEST, Paths, Places
from amur.methods.terrain.grids import DEGREES, Numbers, Terrain, period_of, transformer
from amur.methods.terrain.walking import heights_into, lengths_into, lines_into

LONGEST_KM = 2000.0
"""No model here looks farther, and lines on the ellipsoid are reckoned well so far."""
MOST_POINTS = 100_000_000
"""How many points are taken at once: 1.6 gigabytes of distances and heights."""
_AT_ONCE = 1_000_000
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Profiles of those paths whose ground is known all along, and which these are.

    ``which`` numbers them among all that were asked for; ``over_holes`` and ``outside`` number those that go over a
    hole and those that leave the terrain.
    """

    paths: Paths
    which: Places
    over_holes: Places
    outside: Places


def heights_at(terrain: Terrain, places: Numbers) -> Numbers:
    """Return heights in metres at places, bilinear between the four pixels around; NaN in a hole.

    ``places`` is a table of longitudes and latitudes in degrees (WGS 84), one place a row. At the centre of a pixel it
    is that pixel's height; in the outer half of a pixel at the edge, the edge's own heights go on.

    Raises:
        AmurError: if one lies outside the terrain or is not finite; it says which.

    >>> from amur.methods.terrain.grids import Grid
    >>> slope = np.array([[0, 10], [0, 10]], np.float32)
    >>> ground = Terrain(Grid(DEGREES, 126.0, 46.0, 0.5, 0.5, 2, 2), slope, ("a survey",), 50_000)
    >>> heights_at(ground, np.array([[126.0, 46.0], [126.25, 45.75], [126.5, 46.0]])).tolist()
    [0.0, 5.0, 10.0]
    """
    found = _places("place", places)
    heights = _sampled(terrain, found[:, 0], found[:, 1])
    _refuse(np.isinf(heights), "outside_terrain", lambda at: f"place {at} at {_said(*found[at])}: {_not_in(terrain)}")
    return heights


def profiles(
    terrain: Terrain, froms: Numbers, tos: Numbers, *, points: int | None = None, spacing_m: float | None = None
) -> Paths:
    """Return the profile of each path: points that stand evenly along the shortest line, and heights of the ground.

    ``froms`` and ``tos`` are tables of longitudes and latitudes in degrees (WGS 84). Either all paths have as many
    ``points``, both ends counted, or their points stand ``spacing_m`` apart or a little less. Lines are those of the
    ellipsoid (Vincenty 1975), within a millimetre of what PROJ finds.

    Raises:
        AmurError: if a path leaves the terrain, goes over a hole, has no length or is longer than 2,000 km; it says
            which path and where. ``known_profiles`` leaves such paths out and says which.
    """
    found, heights, lines = _walked(terrain, froms, tos, points, spacing_m)
    starts = found[0]

    def where(at: int) -> str:
        path = int(np.searchsorted(starts, at, side="right")) - 1
        lon, lat = _points_of(lines, starts, path)[:2]
        point = at - int(starts[path])
        return f"path {path}, point {point} at {_said(lon[point], lat[point])}"

    _refuse(np.isinf(heights), "outside_terrain", lambda at: f"{where(at)}: {_not_in(terrain)}")
    _refuse(
        np.isnan(heights), "hole_in_terrain",
        lambda at: f"{where(at)}: no height is known there; fill holes, or leave such paths out",
    )  # fmt: skip
    return Paths(starts, found[1], heights)


def known_profiles(
    terrain: Terrain, froms: Numbers, tos: Numbers, *, points: int | None = None, spacing_m: float | None = None
) -> Known:
    """Return the profiles that can be had, as ``profiles`` does; paths over holes or out of the terrain are numbered.

    Raises:
        AmurError: if a path has no length or is longer than 2,000 km.

    >>> from amur.methods.terrain.grids import Grid
    >>> flat = np.zeros((3, 5), np.float32)
    >>> flat[:, 2] = np.nan
    >>> ground = Terrain(Grid(DEGREES, 126.0, 46.0, 0.1, 0.1, 3, 5), flat, ("a survey",), 10_000)
    >>> found = known_profiles(ground, np.full((3, 2), [126.0, 46.0]), [[126.1, 46], [126.4, 46], [127, 46]], points=9)
    >>> found.which.tolist(), found.over_holes.tolist(), found.outside.tolist()
    ([0], [1], [2])
    """
    (starts, km), heights, _ = _walked(terrain, froms, tos, points, spacing_m)
    firsts = starts[:-1]
    if not len(firsts):
        none = np.zeros(0, np.int64)
        return Known(Paths(starts, km, heights), none, none, none)
    is_out = np.logical_or.reduceat(np.isinf(heights), firsts)
    is_hole = np.logical_or.reduceat(np.isnan(heights), firsts) & ~is_out
    is_known = ~(is_out | is_hole)
    counts = np.diff(starts)
    kept = np.repeat(is_known, counts)
    paths = Paths(np.concatenate([[0], np.cumsum(counts[is_known])]), km[kept], heights[kept])
    which, over_holes, outside = (np.flatnonzero(flags) for flags in (is_known, is_hole, is_out))
    return Known(paths, which, over_holes, outside)


def _walked(
    terrain: Terrain, froms: Numbers, tos: Numbers, points: int | None, spacing_m: float | None
) -> tuple[tuple[Places, Numbers], Numbers, Numbers]:
    """Return where paths start and how far their points are, the heights there, and the ends of the lines."""
    lines = np.hstack([_places("from", froms), _places("to", tos)]) if len(froms) == len(tos) else None
    if lines is None:
        raise AmurError("uneven_paths", f"there are {len(froms)} places to go from and {len(tos)} to go to")
    starts = _starts(lines, points, spacing_m)
    km, heights = np.empty(starts[-1]), np.empty(starts[-1])
    for first, end in _batches(starts):
        inside = slice(starts[first], starts[end])
        lons, lats = np.empty(starts[end] - starts[first]), np.empty(starts[end] - starts[first])
        lines_into(lines[first:end], starts[first : end + 1], lons, lats, km[inside])
        heights[inside] = _sampled(terrain, lons, lats)
    return (starts, km), heights, lines


def _starts(lines: Numbers, points: int | None, spacing_m: float | None) -> Places:
    """Return where each path starts among all points."""
    lengths = np.empty(len(lines))
    lengths_into(lines, lengths)
    _refuse(lengths == 0, "no_length", lambda at: f"path {at}: both its ends lie at {_said(*lines[at, :2])}")
    _refuse(
        lengths > 1000 * LONGEST_KM, "long_path",
        lambda at: f"path {at}: found {lengths[at] / 1000:.0f} km, wanted {LONGEST_KM:g} at most",
    )  # fmt: skip
    if (points is None) == (spacing_m is None):
        raise AmurError("no_points", "say either how many points a path has or how far apart they stand")
    if points is not None:
        if points < FEWEST:
            raise AmurError("short_path", f"found {points} points for a path, wanted {FEWEST} or more")
        counts = np.full(len(lines), points, np.int64)
    elif spacing_m is not None and spacing_m > 0:
        counts = np.maximum(FEWEST, np.ceil(lengths / spacing_m - 1e-9) + 1).astype(np.int64)
    else:
        raise AmurError("no_points", f"found points {spacing_m} m apart, wanted more than 0")
    starts: Places = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    if starts[-1] > MOST_POINTS:
        raise AmurError("too_many_points", f"{starts[-1]} points are more than {MOST_POINTS}; ask for fewer paths")
    return starts


def _batches(starts: Places) -> Iterator[tuple[int, int]]:
    """Give ranges of paths with about as many points as fit well into memory."""
    first = 0
    while first < len(starts) - 1:
        end = int(np.searchsorted(starts, starts[first] + _AT_ONCE, side="right")) - 1
        end = max(end, first + 1)
        yield first, end
        first = end


def _points_of(lines: Numbers, starts: Places, path: int) -> tuple[Numbers, Numbers, Numbers]:
    lons, lats, km = np.empty((3, starts[path + 1] - starts[path]))
    lines_into(lines[path : path + 1], starts[path : path + 2], lons, lats, km)
    return lons, lats, km


def _sampled(terrain: Terrain, lons: Numbers, lats: Numbers) -> Numbers:
    """Return heights, NaN in holes and infinite outside."""
    grid = terrain.grid
    xs, ys = lons, lats
    if grid.projection != DEGREES:
        xs, ys = transformer(DEGREES, grid.projection).transform(lons, lats)
    found: Numbers = np.empty(len(lons))
    heights_into(terrain.heights, xs, ys, (grid.x, grid.y), (grid.step_x, grid.step_y), period_of(grid), found)
    return found


def _places(what: str, said: Numbers) -> Numbers:
    found = np.ascontiguousarray(said, dtype=np.float64)
    if not found.size:
        return np.zeros((0, 2))
    if found.ndim != 2 or found.shape[1] != 2:  # noqa: PLR2004 -- longitude and latitude
        raise AmurError("no_place", f"{what}: found a table of shape {found.shape}, wanted longitudes and latitudes")
    for name, values, most in (("longitude", found[:, 0], 180), ("latitude", found[:, 1], 90)):
        _refuse(
            ~(np.abs(values) <= most), "no_place",
            lambda at, n=name, v=values, m=most: f"{what} {at}: found a {n} of {v[at]}, wanted -{m} to {m}",
        )  # fmt: skip
    return found


def _said(lon: float, lat: float) -> str:
    return f"{lon:.6f} E, {lat:.6f} N"


def _not_in(terrain: Terrain) -> str:
    return f"it is outside the terrain, {terrain.grid.said}; open a larger window, or add files"


def _refuse(wrong: Flags, code: str, said: Any) -> None:
    """Raise what is wrong with the first that is, and say how many there are."""
    if wrong.any():
        found = np.flatnonzero(wrong)
        others = f"; and {len(found) - 1} more" if len(found) > 1 else ""
        raise AmurError(code, f"{said(int(found[0]))}{others}")
