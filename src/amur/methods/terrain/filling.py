"""Holes in terrain, filled from around them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from rasterio.fill import fillnodata

from amur.base.faults import AmurError
from amur.methods.terrain.grids import Heights, Terrain


def filled(terrain: Terrain, *, within_pixels: int = 10) -> Terrain:
    """Return the terrain with its holes filled from heights around them, weighted by inverse distance (GDAL's way).

    Only what lies ``within_pixels`` of a known height is filled; the middle of a larger hole stays one. The result says
    how many pixels were filled, in ``filled`` and in its notes.

    Raises:
        AmurError: if ``within_pixels`` is less than 1.

    >>> from amur.methods.terrain.grids import Grid
    >>> heights = np.array([[4, 4, 4], [4, np.nan, 4], [4, 4, 4]], np.float32)
    >>> found = filled(Terrain(Grid("EPSG:32652", 5e5, 5e6, 30, 30, 3, 3), heights, ("a survey",), 30))
    >>> found.heights[1].tolist(), found.filled, found.notes
    ([4.0, 4.0, 4.0], 1, ('1 of 9 pixels had no height and was filled from around it',))
    """
    if within_pixels < 1:
        raise AmurError("bad_reach", f"found {within_pixels} pixels to fill within, wanted 1 or more")
    is_hole = np.isnan(terrain.heights)
    before = int(is_hole.sum())
    if not before or before == terrain.heights.size:
        return terrain
    heights: Heights = fillnodata(terrain.heights.copy(), mask=~is_hole, max_search_distance=float(within_pixels))
    count = before - int(np.isnan(heights).sum())
    words = "was filled from around it" if count == 1 else "were filled from around them"
    note = f"{count} of {terrain.heights.size} pixels had no height and {words}"
    return replace(terrain, heights=heights, filled=terrain.filled + count, notes=(*terrain.notes, note))
