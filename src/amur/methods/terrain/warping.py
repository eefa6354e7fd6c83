"""Heights in another projection, for what counts in metres on a square grid."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from rasterio.enums import Resampling
from rasterio.warp import reproject

from amur.base.faults import AmurError
from amur.methods.terrain.grids import (
    DEGREES,
    MOST_PIXELS,
    Box,
    Grid,
    Heights,
    Terrain,
    bounds_in,
    period_of,
    transformer,
)
from amur.methods.terrain.walking import heights_into

_METRE = "metre"
_LARGER = 1.5


def utm_zone(box: Box) -> str:
    """Return the projection of metres (UTM, WGS 84) whose zone the middle of a part of the Earth lies in.

    Lengths in it are right to 0.04 % within its 6 degrees; at 7 degrees from its middle they are half a percent long.

    >>> utm_zone(Box(121, 43, 135, 54)), utm_zone(Box(-71, -35, -70, -33))
    ('EPSG:32652', 'EPSG:32719')
    """
    zone = min(int(((box.west + box.east) / 2 + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if box.south + box.north >= 0 else 32700) + zone}"


def warped(terrain: Terrain, projection: str, pixel_m: float) -> Terrain:
    """Return the terrain on a grid of square pixels in a projection that counts in metres, bilinear.

    Pixels lie on whole multiples of ``pixel_m``, so that windows side by side fit together. What the terrain does not
    hold is a hole. Finer pixels are smooth between measurements, and the result still says how far apart those lie.

    Raises:
        AmurError: if the projection is unknown or counts in something else, or the result were too large.

    >>> slope = np.arange(9, dtype=np.float32).reshape(3, 3)
    >>> found = warped(Terrain(Grid(DEGREES, 129, 46, 0.01, 0.01, 3, 3), slope, ("a survey",), 1000), "EPSG:32652", 500)
    >>> found.heights.shape, found.measured_m, round(found.resolution_m)
    ((8, 5), 1000, 500)
    """
    target = transformer(DEGREES, projection).target_crs
    units = ", ".join(sorted({axis.unit_name for axis in target.axis_info})) if target else "nothing"
    if not pixel_m > 0 or units != _METRE:
        raise AmurError(
            "no_metres", f"found pixels of {pixel_m:g} in {projection[:80]}, which counts in {units}", units=units
        )
    west, south, east, north = bounds_in(terrain.grid.edges, terrain.grid.projection, projection)
    left, bottom, right, top = (
        math.floor(west / pixel_m), math.floor(south / pixel_m), math.ceil(east / pixel_m), math.ceil(north / pixel_m),
    )  # fmt: skip
    rows, columns = top - bottom, right - left
    if rows * columns > MOST_PIXELS:
        raise AmurError(
            "too_many_pixels",
            f"{rows} x {columns} pixels are more than {MOST_PIXELS}; take larger ones",
            rows=rows,
            columns=columns,
            most=MOST_PIXELS,
        )
    grid = Grid(projection, (left + 0.5) * pixel_m, (top - 0.5) * pixel_m, pixel_m, pixel_m, rows, columns)
    return replace(terrain, grid=grid, heights=on_grid(terrain.heights, terrain.grid, grid))


def on_grid(heights: Heights, grid: Grid, target: Grid) -> Heights:
    """Return heights of one grid on another, bilinear between pixels; NaN beside holes and outside.

    Where pixels become more than half as large again, what is known in one is averaged, GDAL's way.
    """
    if target.resolution_m <= _LARGER * grid.resolution_m:
        return _between(heights, grid, target)
    made: Heights = np.full((target.rows, target.columns), np.nan, np.float32)
    reproject(
        heights,
        made,
        src_transform=grid.transform,
        src_crs=grid.projection,
        dst_transform=target.transform,
        dst_crs=target.projection,
        src_nodata=np.nan,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
    )
    return made


def _between(heights: Heights, grid: Grid, target: Grid) -> Heights:
    """Return heights at the centres of another grid's pixels; GDAL would be off by up to an eighth of a pixel."""
    made: Heights = np.empty((target.rows, target.columns), np.float32)
    xs, found = target.x + target.step_x * np.arange(target.columns), np.empty(target.columns)
    for row in range(target.rows):
        ys = np.full(target.columns, target.y - row * target.step_y)
        there = transformer(target.projection, grid.projection).transform(xs, ys)
        heights_into(heights, *there, (grid.x, grid.y), (grid.step_x, grid.step_y), period_of(grid), found)
        made[row] = np.where(np.isinf(found), np.nan, found)
    return made
