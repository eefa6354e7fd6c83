"""The ground of a survey: one grid of square pixels over all its counties, cut into tiles that are worked on alone.

The grid is that of the UTM zone in which the middle of the counties lies. Where they reach into other zones lengths are
a little long there, half a percent at seven degrees from the middle of the zone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely

from amur.base.faults import AmurError
from amur.methods.coverage.counties import Counties
from amur.methods.coverage.villages import Numbers, Points, Rows
from amur.methods.terrain import Box, Grid, Mosaic, utm_zone
from amur.methods.terrain.grids import DEGREES, Heights, bounds_in, transformer
from amur.methods.terrain.warping import on_grid

SIDE = 256
"""Pixels of a block of the raster each way. A tile is a block or some, so that none is written twice."""
_MOST_BLOCKS, _ENOUGH = 4, 64
MOST_PIXELS = 4_000_000_000
"""A square of 6,300 km at a hundred metres; whoever asks for more has said a wrong number of metres."""
NOWHERE = -1
"""The tile of a point outside of the grid."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of the grid: its number, its first row and column, and how many of each."""

    number: int
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Tiling:
    """A grid cut into tiles, counted row after row from north-west."""

    grid: Grid
    side: int = SIDE

    @property
    def across(self) -> int:
        """Return how many tiles lie side by side."""
        return -(-self.grid.columns // self.side)

    def tile(self, number: int) -> Tile:
        """Return a tile by its number; those at the south and the east may be smaller.

        >>> Tiling(Grid("EPSG:32652", 50, 950, 100, 100, 10, 12), side=8).tile(3)
        Tile(number=3, row=8, column=8, rows=2, columns=4)
        """
        row, column = (part * self.side for part in divmod(number, self.across))
        return Tile(
            number, row, column, min(self.side, self.grid.rows - row), min(self.side, self.grid.columns - column)
        )

    def pixels_of(self, east: Numbers, north: Numbers) -> tuple[Rows, Rows]:
        """Return row and column of the pixel in which each place lies, by degrees; some may lie outside of the grid."""
        xs, ys = transformer(DEGREES, self.grid.projection).transform(east, north)
        west, _, _, top = self.grid.edges
        with np.errstate(invalid="ignore"):
            rows = np.floor((top - np.asarray(ys)) / self.grid.step_y)
            columns = np.floor((np.asarray(xs) - west) / self.grid.step_x)
        return _whole(rows), _whole(columns)

    def tiles_of(self, rows: Rows, columns: Rows) -> Rows:
        """Return the number of the tile in which each pixel lies, or ``NOWHERE``."""
        is_in = (rows >= 0) & (rows < self.grid.rows) & (columns >= 0) & (columns < self.grid.columns)
        found: Rows = np.where(is_in, rows // self.side * self.across + columns // self.side, NOWHERE)
        return found

    def under(self, counties: Counties, points: Points) -> list[Tile]:
        """Return the tiles on which a county or a point lies, by number."""
        placed = shapely.transform(counties.shapes, _into(self.grid.projection), interleaved=False)
        west, _, _, top = self.grid.edges
        step = self.side * self.grid.step_x
        down = -(-self.grid.rows // self.side)
        lefts, tops = np.meshgrid(west + step * np.arange(self.across), top - step * np.arange(down))
        boxes = shapely.box(lefts.ravel(), tops.ravel() - step, lefts.ravel() + step, tops.ravel())
        touched = shapely.STRtree(boxes).query(placed, predicate="intersects")[1]
        holding = self.tiles_of(*self.pixels_of(points.east, points.north))
        return [self.tile(number) for number in np.unique(np.r_[touched, holding[holding != NOWHERE]]).tolist()]


def side_for(rows: int, columns: int) -> int:
    """Return how many pixels a tile has each way, so that there are enough to share, and no more than need be.

    A site is looked at anew for each tile that it reaches into, and so fewer times where tiles are large.

    >>> side_for(11_398, 9_793), side_for(2_281, 1_959), side_for(100, 100)
    (1024, 256, 256)
    """
    for blocks in range(_MOST_BLOCKS, 1, -1):
        side = blocks * SIDE
        if -(-rows // side) * -(-columns // side) >= _ENOUGH:
            return side
    return SIDE


def tiling_of(counties: Counties, pixel_m: float, side: int | None = None) -> Tiling:
    """Return the grid over counties; its pixels lie on whole multiples of their width.

    ``side`` is that of a tile in pixels; without it, as ``side_for`` has it.

    Raises:
        AmurError: if there would be more than ``MOST_PIXELS``, or a pixel is no length.
    """
    if not (math.isfinite(pixel_m) and pixel_m > 0):
        raise AmurError(
            "out_of_range",
            f"pixel_m is {pixel_m:g}, wanted more than 0",
            name="pixel_m",
            found=f"{pixel_m:g}",
            least=0,
            most="∞",
        )
    west, south, east, north = shapely.total_bounds(counties.shapes).tolist()
    projection = utm_zone(Box(west, south, east, north))
    placed = shapely.transform(counties.shapes, _into(projection), interleaved=False)
    left, bottom, right, top = shapely.total_bounds(placed).tolist()
    if not all(map(math.isfinite, (left, bottom, right, top))):
        raise AmurError("outside_projection", f"counties lie where {projection} does not reach; take fewer at once")
    first, last = math.floor(left / pixel_m), math.ceil(right / pixel_m)
    lowest, highest = math.floor(bottom / pixel_m), math.ceil(top / pixel_m)
    rows, columns = highest - lowest, last - first
    if rows * columns > MOST_PIXELS:
        raise AmurError(
            "too_many_pixels",
            f"{rows} x {columns} pixels are more than {MOST_PIXELS}; take larger ones",
            rows=rows,
            columns=columns,
            most=MOST_PIXELS,
        )
    return Tiling(
        Grid(projection, (first + 0.5) * pixel_m, (highest - 0.5) * pixel_m, pixel_m, pixel_m, rows, columns),
        side or side_for(rows, columns),
    )


def heights_on(mosaic: Mosaic, target: Grid) -> Heights:
    """Return heights on a grid of metres; NaN in holes, and where no file reaches.

    Raises:
        AmurError: if a file cannot be read, or holds a height that no land has.
    """
    # The outermost pixels need their neighbours, and a rectangle turned into degrees bulges.
    west, south, east, north = bounds_in(
        target.part(-2, -2, target.rows + 4, target.columns + 4).edges, target.projection, DEGREES
    )
    try:
        found = mosaic.window(Box(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)))
    except AmurError as error:
        if error.code != "no_overlap":
            raise
        return np.full((target.rows, target.columns), np.nan, np.float32)
    return on_grid(found.heights, found.grid, target)


def hold_overlap(mosaic: Mosaic, box: Box) -> None:
    """Hold that some file of heights reaches into a part of the Earth; none of them is read for it.

    Raises:
        AmurError: if none does; it says what is asked for and what there is.
    """
    for sheet in mosaic.sheets:
        west, south, east, north = bounds_in(sheet.grid.edges, sheet.grid.projection, DEGREES)
        if west < box.east and east > box.west and south < box.north and north > box.south:
            return
    there = "; ".join(f"{sheet.name}: {sheet.grid.said}" for sheet in mosaic.sheets[:3])
    raise AmurError(
        "no_overlap", f"asked for {box}, and there is {there}; ask there, or add files", asked=str(box), there=there
    )


def turned_by(projection: str, east: Numbers, north: Numbers) -> Numbers:
    """Return how far the columns of a grid are turned from true north at places, in degrees clockwise.

    >>> turned_by("EPSG:32652", np.array([129.0, 135.0]), np.array([48.0, 48.0])).round(2).tolist()
    [0.0, 4.47]
    """
    if not len(east):
        return np.zeros(0)
    return np.asarray(pyproj.Proj(projection).get_factors(east, north).meridian_convergence, dtype=np.float64)


def _into(projection: str) -> Any:
    return transformer(DEGREES, projection).transform


def _whole(values: Numbers) -> Rows:
    """Return whole numbers; what is no number or too far off for the grid is as far off as can be."""
    far = float(np.iinfo(np.int32).max)
    return np.clip(np.nan_to_num(values, nan=far), -far, far).astype(np.int64)
