"""Several files as one."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.enums import Resampling
from rasterio.merge import merge
from rasterio.vrt import WarpedVRT

from amur.base.faults import AmurError
from amur.methods.terrain import Box, Grid, Mosaic, Terrain, heights_at, open_geotiff, open_hgt
from tests.methods.terrain.making import hgt, hills, tiff

CORNER = (500_000.0, 5_100_000.0)


def test_files_on_one_grid_are_laid_as_rasterio_merges_them(tmp_path):
    paths = [
        tiff(tmp_path / f"{at}.tif", hills(30, 40, at), corner=(CORNER[0] + 2500 * at, CORNER[1] - 1100 * at))
        for at in range(4)
    ]
    ground = Mosaic(tuple(open_geotiff(path) for path in paths)).window()
    wanted, place = merge(paths, nodata=-1, method="first", dtype="float32")
    assert ground.grid.transform.almost_equals(place)
    assert (np.nan_to_num(ground.heights, nan=-1) == wanted[0]).all()
    assert "files differ, by" in ground.notes[0]


def test_neighbours_of_srtm_share_their_border_and_nothing_is_lost_between_them(tmp_path):
    west, east = hills(1201, 1201, 1), hills(1201, 1201, 2)
    east[:, 0] = west[:, -1]
    files = [open_hgt(hgt(tmp_path / f"N45E12{at}.hgt", table)) for at, table in ((6, west), (7, east))]
    ground = Mosaic(tuple(files)).window(Box(126.9, 45.4, 127.1, 45.6))
    assert (ground.holes, ground.notes) == (0, ())
    assert ground.heights.shape == (245, 245)
    across = heights_at(ground, np.array([[127 - 1 / 2400, 45.5], [127 + 1 / 2400, 45.5]]))
    assert across.tolist() == pytest.approx([west[600, -2:].mean(), east[600, :2].mean()])


def test_where_two_have_a_height_the_first_counts_and_the_difference_is_told(tmp_path):
    one, other = np.full((4, 4), 10, np.int16), np.full((4, 4), 13, np.int16)
    one[1, 1] = -9999
    files = [
        open_geotiff(tiff(tmp_path / f"{at}.tif", table, nodata=-9999), f"survey {at}")
        for at, table in enumerate([one, other])
    ]
    ground = Mosaic(tuple(files)).window()
    assert ground.heights[1, 1] == 13
    assert (ground.heights == 10).sum() == 15
    assert ground.notes == ("at 15 pixels files differ, by 3 m at most; the first named counts there",)
    assert ground.sources == ("survey 0", "survey 1")


def test_a_file_of_holes_is_not_named_among_the_sources(tmp_path):
    tables = [np.full((4, 4), -9999, np.int16), np.full((4, 4), 13, np.int16)]
    files = [
        open_geotiff(tiff(tmp_path / f"{at}.tif", one, nodata=-9999), f"survey {at}") for at, one in enumerate(tables)
    ]
    assert Mosaic(tuple(files)).window().sources == ("survey 1",)
    nothing = Mosaic((files[0],)).window()
    assert (nothing.holes, nothing.sources, round(nothing.measured_m)) == (16, (), 100)


def test_terrain_has_as_many_heights_as_its_grid_says():
    with pytest.raises(AmurError, match="heights on 2 x 2"):
        Terrain(Grid("EPSG:4326", 126.0, 46.0, 1, 1, 2, 2), np.zeros((2, 3), np.float32), ("a survey",), 1)


def test_a_file_on_another_grid_is_warped_as_gdal_warps_it_whole(tmp_path):
    base = np.full((50, 50), -9999, np.int16)
    first = open_geotiff(tiff(tmp_path / "a.tif", base, nodata=-9999))
    rough = hills(120, 120).astype(np.float32)
    path = tiff(tmp_path / "b.tif", rough, corner=(128.98, 46.06), step=0.002, crs="EPSG:4326")
    ground = Mosaic((first, open_geotiff(path))).window()
    target = {"crs": "EPSG:32652", "transform": ground.grid.transform, "nodata": np.nan}
    target |= {"width": ground.grid.columns, "height": ground.grid.rows, "src_nodata": np.nan}
    with (
        rasterio.open(path) as file,
        WarpedVRT(file, resampling=Resampling.bilinear, tolerance=1e-6, **target) as other,
    ):
        wanted = other.read(1)
    known = ~np.isnan(wanted)
    assert known.sum() > 1000
    assert (np.isnan(ground.heights) == ~known).mean() > 0.99
    assert np.nanmax(np.abs(ground.heights - wanted)) < 0.05


@settings(deadline=None)  # the first call compiles, or writes a file
@given(st.integers(0, 25), st.integers(0, 35), st.integers(3, 20), st.integers(3, 20))
def test_a_window_holds_what_the_whole_holds_there(tmp_path_factory, row, column, rows, columns):
    path = tmp_path_factory.getbasetemp() / "window.tif"
    if not path.exists():
        tiff(path, hills(46, 56), corner=(126.0, 46.0), step=0.01, crs="EPSG:4326")
    mosaic = Mosaic((open_geotiff(path),))
    whole = mosaic.window()
    west, north = 126 + column * 0.01, 46 - row * 0.01
    part = mosaic.window(Box(west, north - rows * 0.01, west + columns * 0.01, north))
    down, across = round((whole.grid.y - part.grid.y) / 0.01), round((part.grid.x - whole.grid.x) / 0.01)
    there = whole.heights[down : down + part.grid.rows, across : across + part.grid.columns]
    assert (part.heights == there).all()
    assert part.grid.edges[0] <= west + 1e-9
    assert part.grid.edges[3] >= north - 1e-9


def test_a_part_that_no_file_reaches_is_refused_with_what_there_is(tmp_path):
    file = open_geotiff(tiff(tmp_path / "a.tif", hills(4, 4)))
    with pytest.raises(AmurError, match=r"asked for 10 to 11 E, 50 to 51 N, and there is a.tif: 129 to 129.005 E"):
        Mosaic((file,)).window(Box(10, 50, 11, 51))


def test_a_projection_that_does_not_reach_there_is_refused(tmp_path):
    file = open_geotiff(tiff(tmp_path / "a.tif", hills(4, 4), crs="EPSG:3857"))
    with pytest.raises(AmurError, match=r"does not reach|asked for"):
        Mosaic((file,)).window(Box(-180, -90, 180, -89))


def test_a_window_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    file = open_geotiff(tiff(tmp_path / "a.tif", hills(40, 40)))
    with pytest.raises(AmurError, match="40 x 40 pixels are asked for at once, more than 1000"):
        Mosaic((file,)).window(most_pixels=1000)


def test_a_mosaic_of_nothing_and_a_box_that_is_none_are_refused():
    with pytest.raises(AmurError, match="needs a file"):
        Mosaic(())
    for sides in ((10, 0, 5, 5), (0, 5, 5, 5), (0, 0, 181, 5), (0, float("nan"), 5, 5)):
        with pytest.raises(AmurError, match="wanted west below east"):
            Box(*sides)
