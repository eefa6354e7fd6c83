"""Heights on a grid of metres."""

from __future__ import annotations

import numpy as np
import pytest

from amur.base.faults import AmurError
from amur.methods.terrain import Box, Mosaic, heights_at, open_geotiff, open_tiles, utm_zone, warped
from amur.methods.terrain.grids import DEGREES, transformer
from tests.methods.terrain.making import ENCODING, NO_TILES, TILES, degrees, hills, tiff


def test_heights_in_metres_are_those_between_the_pixels_there():
    ground = degrees(hills(60, 80))
    found = warped(ground, "EPSG:32651", 250.0)
    assert found.resolution_m == pytest.approx(250, rel=0.005)
    assert (found.measured_m, found.sources) == (ground.measured_m, ground.sources)
    chance = np.random.default_rng(0)
    rows, columns = chance.integers(5, 200, (2, 300))
    ok = (rows < found.grid.rows - 40) & (columns < found.grid.columns - 40)
    rows, columns = rows[ok] + 20, columns[ok] + 20
    xs, ys = found.grid.x + columns * 250.0, found.grid.y - rows * 250.0
    lons, lats = transformer("EPSG:32651", DEGREES).transform(xs, ys)
    there = heights_at(ground, np.c_[lons, lats])
    assert len(there) > 50
    assert np.abs(there - found.heights[rows, columns]).max() < 0.01


def test_windows_side_by_side_fit_together(tmp_path):
    mosaic = Mosaic(
        (open_geotiff(tiff(tmp_path / "a.tif", hills(200, 200), step=0.001, corner=(126, 46), crs="EPSG:4326")),)
    )
    west, east = (warped(mosaic.window(Box(126 + at, 45.85, 126.1 + at, 45.95)), "EPSG:32652", 100) for at in (0, 0.09))
    shift = (east.grid.x - west.grid.x) / 100, (west.grid.y - east.grid.y) / 100
    assert shift == (round(shift[0]), round(shift[1]))
    across, down = map(int, shift)
    both = west.heights[max(down, 0) :, across:]
    other = east.heights[max(-down, 0) :][: both.shape[0], : both.shape[1]]
    both = both[: other.shape[0]]
    known = ~(np.isnan(both) | np.isnan(other))
    assert known.sum() > 500
    assert np.median(np.abs(both - other)[known]) < 10


def test_larger_pixels_hold_the_mean_of_what_falls_into_them(tmp_path):
    heights = hills(200, 200).astype(np.float32)
    heights[100, 100] = np.nan
    fine = Mosaic((open_geotiff(tiff(tmp_path / "a.tif", heights, step=20.0)),)).window()
    found = warped(fine, "EPSG:32652", 500.0)
    assert found.heights.shape == (8, 8)
    assert found.holes == 0
    # Weights fall off towards the middles of the neighbours, so that one mean is not the plain one of 25 by 25 pixels.
    means = np.nanmean(heights.reshape(8, 25, 8, 25), axis=(1, 3))
    assert np.abs(found.heights - means).max() < 40
    assert np.ptp(found.heights) < 120


@pytest.mark.skipif(not TILES.exists(), reason=NO_TILES)
def test_real_ground_on_metres_stays_where_it_is():
    part = Box(126, 45, 129, 47)
    ground = Mosaic(open_tiles(TILES, ENCODING, "SRTM30_PLUS")).window(part)
    found = warped(ground, utm_zone(part), 500)
    places = np.random.default_rng(1).uniform([126.1, 45.1], [128.9, 46.9], (500, 2))
    assert np.abs(heights_at(ground, places) - heights_at(found, places)).mean() < 5
    assert found.is_coarse


def test_a_projection_of_degrees_or_of_nothing_is_refused():
    ground = degrees(hills(5, 5))
    with pytest.raises(AmurError, match="which counts in degree"):
        warped(ground, "EPSG:4326", 100)
    with pytest.raises(AmurError, match="name an EPSG code"):
        warped(ground, "EPSG:1", 100)
    with pytest.raises(AmurError, match="found pixels of 0"):
        warped(ground, "EPSG:32652", 0)
    with pytest.raises(AmurError, match="take larger ones"):
        warped(ground, "EPSG:32652", 0.1)
