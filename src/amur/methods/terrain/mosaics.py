"""Several files of heights as one: what counts at their seams, and what of it is read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from amur.base.faults import AmurError
from amur.methods.terrain.grids import DEGREES, MOST_PIXELS, Box, Grid, Heights, Terrain, bounds_in
from amur.methods.terrain.sheets import Sheet
from amur.methods.terrain.warping import on_grid

_SAME = 1e-3
"""Grids whose pixels lie this part of a pixel apart, or less, are one."""
_AROUND = 2
"""How many pixels around what is asked for are read too, so that all of it lies between pixels."""


@dataclass(slots=True)
class _Seams:
    """What was found where files lie over each other."""

    pixels: int = 0
    most_m: float = 0.0
    words: dict[str, None] = field(default_factory=dict)
    measured_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Files of heights in the order in which they count; nothing of them is read before a window is asked for.

    - The first file gives the projection and the grid of pixels.
    - A file on the same grid is laid there as it is; any other is warped to it, bilinearly.
    - Where several have a height, the first in order counts; where it has a hole, the next. By how much they differ
      where they lie over each other stands in the notes.
    - What no file has is a hole.
    """

    sheets: tuple[Sheet, ...]

    def __post_init__(self) -> None:
        """Refuse a mosaic of nothing.

        Raises:
            AmurError: if there is no file.
        """
        if not self.sheets:
            raise AmurError("no_terrain", "a mosaic needs a file of heights, and there is none")

    def window(self, box: Box | None = None, *, most_pixels: int = MOST_PIXELS) -> Terrain:
        """Return the heights in a part of the Earth and two pixels around it; without one, of all that there is.

        Raises:
            AmurError: if no file reaches there, more would be read than ``most_pixels``, or a file cannot be read.
        """
        base = self.sheets[0].grid
        ranges = [_range(sheet.grid, base) for sheet in self.sheets]
        asked = _union(ranges)
        if box is not None:
            edges = bounds_in((box.west, box.south, box.east, box.north), DEGREES, base.projection)
            asked = _common(asked, _places(edges, base, _AROUND))
        if _is_empty(asked) or all(_is_empty(_common(asked, one)) for one in ranges):
            there = "; ".join(f"{sheet.name}: {sheet.grid.said}" for sheet in self.sheets[:3])
            raise AmurError(
                "no_overlap",
                f"asked for {box}, and there is {there}; ask there, or add files",
                asked=str(box),
                there=there,
            )
        top, left, bottom, right = asked
        target = base.part(top, left, bottom - top, right - left)
        if target.rows * target.columns > most_pixels:
            raise AmurError(
                "too_many_pixels", f"{target.rows} x {target.columns} pixels are asked for at once, more than "
                f"{most_pixels}; ask for a smaller part", rows=target.rows, columns=target.columns, most=most_pixels
            )  # fmt: skip
        return self._laid(target, [not _is_empty(_common(asked, one)) for one in ranges])

    def _laid(self, target: Grid, is_there: Sequence[bool]) -> Terrain:
        heights: Heights = np.full((target.rows, target.columns), np.nan, np.float32)
        seams = _Seams()
        for sheet, there in zip(self.sheets, is_there, strict=True):
            if there:
                _lay(sheet, target, heights, seams)
        notes: tuple[str, ...] = ()
        if seams.most_m > 0:
            notes = (
                f"at {seams.pixels} pixels files differ, by {seams.most_m:g} m at most; the first named counts there",
            )
        measured_m = seams.measured_m or self.sheets[0].grid.resolution_m
        return Terrain(target, heights, tuple(seams.words), measured_m, notes=notes)


Range = tuple[int, int, int, int]
"""First row and column, and those after the last."""


def _places(edges: tuple[float, float, float, float], base: Grid, around: int = 0) -> Range:
    """Return which pixels of a grid cover a rectangle of its projection."""
    west, south, east, north = edges
    left, _, _, top = base.edges
    first = (math.floor((top - north) / base.step_y + _SAME), math.floor((west - left) / base.step_x + _SAME))
    last = (math.ceil((top - south) / base.step_y - _SAME), math.ceil((east - left) / base.step_x - _SAME))
    return first[0] - around, first[1] - around, last[0] + around, last[1] + around


def _range(grid: Grid, base: Grid) -> Range:
    return _places(bounds_in(grid.edges, grid.projection, base.projection), base)


def _union(ranges: Sequence[Range]) -> Range:
    tops, lefts, bottoms, rights = zip(*ranges, strict=True)
    return min(tops), min(lefts), max(bottoms), max(rights)


def _common(one: Range, other: Range) -> Range:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _is_empty(one: Range) -> bool:
    return one[0] >= one[2] or one[1] >= one[3]


def _lay(sheet: Sheet, target: Grid, heights: Heights, seams: _Seams) -> None:
    """Lay a file over what is there already: it fills holes only, and what differs is counted.

    A file that has nothing but holes there is not named among the sources.
    """
    top, left, bottom, right = _common(_range(sheet.grid, target), (0, 0, target.rows, target.columns))
    part = target.part(top, left, bottom - top, right - left)
    found = _aligned(sheet, part) if _is_aligned(sheet.grid, target) else _warped(sheet, part)
    if np.isnan(found).all():
        return
    under = heights[top:bottom, left:right]
    differs = np.abs(found - under)
    most = float(np.fmax.reduce(differs, axis=None))
    if most > 0:
        seams.pixels += int((differs > 0).sum())
        seams.most_m = max(seams.most_m, most)
    np.copyto(under, found, where=np.isnan(under))
    seams.words[sheet.words] = None
    seams.measured_m = max(seams.measured_m, sheet.grid.resolution_m)


def _is_aligned(one: Grid, other: Grid) -> bool:
    if one.projection != other.projection:
        return False
    across = max(one.columns, other.columns) * abs(one.step_x / other.step_x - 1)
    down = max(one.rows, other.rows) * abs(one.step_y / other.step_y - 1)
    east, south = (one.x - other.x) / other.step_x, (other.y - one.y) / other.step_y
    return max(across, down, abs(east - round(east)), abs(south - round(south))) <= _SAME


def _aligned(sheet: Sheet, part: Grid) -> Heights:
    row = round((sheet.grid.y - part.y) / part.step_y)
    column = round((part.x - sheet.grid.x) / part.step_x)
    return sheet.part(row, column, part.rows, part.columns)


def _warped(sheet: Sheet, part: Grid) -> Heights:
    """Return the file's heights on another grid; only what lies there is read."""
    grid = sheet.grid
    around = _places(bounds_in(part.edges, part.projection, grid.projection), grid, _AROUND)
    top, left, bottom, right = _common(around, (0, 0, grid.rows, grid.columns))
    if _is_empty((top, left, bottom, right)):
        return np.full((part.rows, part.columns), np.nan, np.float32)
    found = sheet.part(top, left, bottom - top, right - left)
    return on_grid(found, grid.part(top, left, *found.shape), part)
