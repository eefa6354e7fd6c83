"""Small files of heights for tests, written by rasterio."""

from __future__ import annotations

import numpy as np
import rasterio
from rasterio.transform import Affine

from amur.config.environment import ROOT
from amur.methods.terrain import Grid, Terrain, Tiles

TILES = ROOT.parent / "shared" / "data" / "terrain"
NO_TILES = f"the tiles are not there: {TILES}"
ENCODING = Tiles(6, red=1, green=256, blue=65536, bits=24, lowest_m=0.0, impossible_is_hole=True, name="{x}-{y}.png")
"""Under the sea the tiles go on in 24 bits; colours mixed on coasts say what no land has."""


def tiff(path, heights, *, corner=(500_000.0, 5_100_000.0), step=100.0, crs="EPSG:32652", **said):
    heights = np.asarray(heights)
    layers = heights if heights.ndim == 3 else heights[None]
    profile = {
        "driver": "GTiff", "count": len(layers), "height": layers.shape[1], "width": layers.shape[2],
        "dtype": str(heights.dtype), "crs": crs, "transform": Affine(step, 0, corner[0], 0, -step, corner[1]), **said,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as file:
        file.write(layers)
    return path


def hgt(path, heights):
    np.asarray(heights).astype(">i2").tofile(path)
    return path


def degrees(heights, *, west=126.0, north=46.0, step=0.01):
    heights = np.asarray(heights, np.float32)
    return Terrain(Grid("EPSG:4326", west, north, step, step, *heights.shape), heights, ("a survey",), 1000)


def hills(rows, columns, seed=0):
    return np.random.default_rng(seed).integers(0, 1000, (rows, columns)).astype(np.int16)
