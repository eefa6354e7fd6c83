"""Ground for tests: flat, drawn by number, and real."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from scipy.ndimage import gaussian_filter, zoom

from amur.config.environment import ROOT
from amur.methods.coverage.grounds import Ground

TERRAIN = ROOT.parent / "shared" / "data" / "terrain"
TILE = TERRAIN / "54-22.png"
"""Mountains and plains around 128 E, 44 N; a pixel is about 1.7 km wide there."""


def flat(side=41, pixel_m=100.0, height_m=0.0):
    return Ground(np.full((side, side), height_m, np.float32), pixel_m)


def drawn(seed, side=41, pixel_m=100.0, rough_m=40.0):
    numbers = np.random.default_rng(seed)
    heights = sum(gaussian_filter(numbers.normal(size=(side, side)), wide) * wide for wide in (1, 3, 9))
    return Ground((300.0 + rough_m * heights).astype(np.float32), pixel_m)


PLAIN, MOUNTAINS = (100, 40), (144, 208)


@cache
def real(place=MOUNTAINS):
    """Return real ground of 25 km, heights between the pixels of a coarse tile taken evenly to a hundred metres.

    Its mountains have cliffs of 256 m that no real ones have: where tiles were made, bytes of heights were mixed.
    """
    row, column = place
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a tile's place is in its name
        file = rasterio.open(TILE)
    with file:
        red, green = (file.read(band).astype(np.float64) for band in (1, 2))
    return Ground(
        zoom((256 * green + red)[row : row + 16, column : column + 16], 16, order=1).astype(np.float32), 100.0
    )
