"""Files of heights, right and wrong ones."""

from __future__ import annotations

import re

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from amur.base.faults import AmurError
from amur.methods.terrain import Mosaic, Tiles, heights_at, open_geotiff, open_hgt, open_tiles
from tests.methods.terrain.making import ENCODING, NO_TILES, TILES, hgt, hills, tiff

SIDE = 1201


def test_a_file_of_srtm_lies_where_its_name_says(tmp_path):
    heights = hills(SIDE, SIDE)
    heights[600, 300] = -32768
    file = open_hgt(hgt(tmp_path / "N45E126.hgt", heights))
    ground = Mosaic((file,)).window()
    assert ground.holes == 1
    assert 60 < ground.resolution_m < 93
    corners = np.array([[126, 46], [127, 46], [126, 45], [127, 45], [126.25, 45.5]])
    found = heights_at(ground, corners)
    assert found[:4].tolist() == heights[[0, 0, -1, -1], [0, -1, 0, -1]].tolist()
    assert np.isnan(found[4])


def test_a_file_of_srtm_reads_as_gdal_reads_it(tmp_path):
    path = hgt(tmp_path / "N45E126.hgt", hills(SIDE, SIDE))
    file = open_hgt(path)
    with rasterio.open(path) as other:
        assert np.allclose(file.grid.edges, other.bounds, rtol=0, atol=1e-9)
        assert (file.part(0, 0, SIDE, SIDE) == other.read(1)).all()


def test_names_south_and_west_count_backwards(tmp_path):
    file = open_hgt(hgt(tmp_path / "s05w060.SRTMGL3.hgt", hills(SIDE, SIDE)))
    assert (file.grid.x, file.grid.y) == (-60.0, -4.0)


@pytest.mark.parametrize("name", ["heights.hgt", "N45.hgt", "N95E126.hgt", "N45E200.hgt", "N45E126.hgt.zip"])
def test_a_name_that_says_no_place_is_refused(tmp_path, name):
    with pytest.raises(AmurError, match=re.escape(name)):
        open_hgt(hgt(tmp_path / name, hills(3, 3)))


def test_a_file_cut_short_is_refused_with_its_size(tmp_path):
    path = tmp_path / "N45E126.hgt"
    path.write_bytes(b"\0" * 2_884_800)
    with pytest.raises(AmurError, match=r"N45E126.hgt: found 2884800 bytes, wanted .*2884802 \(3 seconds of arc\)"):
        open_hgt(path)


def test_a_file_cut_short_after_it_was_opened_is_refused(tmp_path):
    path = hgt(tmp_path / "N45E126.hgt", hills(SIDE, SIDE))
    file = open_hgt(path)
    path.write_bytes(b"\0" * 100)
    with pytest.raises(AmurError, match="fetch it again"):
        file.part(0, 0, SIDE, SIDE)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(AmurError, match=r"N45E126.hgt: No such file"):
        open_hgt(TILES / "N45E126.hgt")


def test_a_geotiff_says_what_it_holds_and_where(tmp_path):
    heights = hills(40, 60)
    heights[3, 4] = -9999
    file = open_geotiff(tiff(tmp_path / "a.tif", heights, nodata=-9999), "a survey")
    ground = Mosaic((file,)).window()
    known = ~np.isnan(ground.heights)
    assert ground.holes == 1
    assert (ground.heights[known] == heights[known]).all()
    assert (ground.sources, ground.grid.projection) == (("a survey",), "EPSG:32652")
    assert ground.resolution_m == pytest.approx(100, rel=0.001)
    assert not ground.is_simulated


def test_a_scale_and_an_offset_are_applied(tmp_path):
    path = tiff(tmp_path / "a.tif", np.full((5, 5), 100, np.int16))
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.5,), (7,)
    assert np.unique(open_geotiff(path).part(0, 0, 5, 5)).tolist() == [57]


def test_infinity_is_a_hole(tmp_path):
    file = open_geotiff(tiff(tmp_path / "a.tif", np.array([[1, np.inf], [np.nan, 2]], np.float64)))
    assert np.isnan(file.part(0, 0, 2, 2)).tolist() == [[False, True], [True, False]]


def test_a_file_without_a_projection_is_refused(tmp_path):
    with pytest.raises(AmurError, match=r"a.tif: the file names no projection; write it in"):
        open_geotiff(tiff(tmp_path / "a.tif", hills(4, 4), crs=None))


def test_a_projection_that_leads_nowhere_is_refused(tmp_path):
    with pytest.raises(AmurError, match=r"a.tif: found 'LOCAL_CS.*, no way from there to degrees"):
        open_geotiff(tiff(tmp_path / "a.tif", hills(4, 4), crs='LOCAL_CS["a place",UNIT["metre",1]]'))


@pytest.mark.parametrize("said", ["EPSG:4326", "EPSG:4326+5773", "+proj=longlat +datum=WGS84"])
def test_degrees_of_wgs_84_are_one_projection_whatever_is_said_of_heights(tmp_path, said):
    path = tiff(tmp_path / "a.tif", hills(4, 4), crs=said, corner=(126, 46), step=0.01)
    assert open_geotiff(path).grid.projection == "EPSG:4326"


def test_heights_that_no_land_has_are_refused_with_their_place(tmp_path):
    heights = hills(40, 60)
    heights[3, 4] = -9999
    file = open_geotiff(tiff(tmp_path / "a.tif", heights))
    with pytest.raises(AmurError, match=r"a.tif, row 3, column 4: found a height of -9999 m.*1 of 2400 .*nodata"):
        Mosaic((file,)).window()


def test_heights_in_feet_are_refused(tmp_path):
    path = tiff(tmp_path / "a.tif", hills(4, 4))
    with rasterio.open(path, "r+") as file:
        file.units = ("ft",)
    with pytest.raises(AmurError, match=r"a.tif: found heights in ft, wanted metres"):
        open_geotiff(path)


@pytest.mark.parametrize("turn", [Affine.rotation(30), Affine.scale(1, -1)])
def test_a_turned_grid_is_refused(tmp_path, turn):
    path = tiff(tmp_path / "a.tif", hills(4, 4), transform=Affine(100, 0, 5e5, 0, -100, 5e6) @ turn)
    with pytest.raises(AmurError, match=r"a.tif: rows do not go south"):
        open_geotiff(path)


def test_a_band_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(AmurError, match="found 1 bands, wanted number 2"):
        open_geotiff(tiff(tmp_path / "a.tif", hills(4, 4)), band=2)


def test_complex_numbers_are_no_heights(tmp_path):
    with pytest.raises(AmurError, match="found numbers of kind complex64"):
        open_geotiff(tiff(tmp_path / "a.tif", np.ones((4, 4), np.complex64)))


def test_a_geotiff_cut_short_is_refused(tmp_path):
    path = tiff(tmp_path / "a.tif", hills(200, 200))
    path.write_bytes(path.read_bytes()[:40_000])
    with pytest.raises(AmurError, match=r"a.tif: cannot be read as GTiff"):
        Mosaic((open_geotiff(path),)).window()


@pytest.mark.parametrize("content", [b"", b"no map at all", b"<VRTDataset rasterXSize='1' rasterYSize='1'/>"])
def test_what_is_no_geotiff_is_refused(tmp_path, content):
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(AmurError, match=r"a.tif: cannot be read as GTiff"):
        open_geotiff(path)


def test_a_small_file_whose_block_unpacks_to_very_much_is_refused(tmp_path):
    path = tmp_path / "bomb.tif"
    said = {"driver": "GTiff", "count": 1, "dtype": "int16", "crs": "EPSG:32652", "compress": "deflate"}
    place = Affine(1, 0, 5e5, 0, -1, 5e6)
    with rasterio.open(
        path, "w", **said, height=12_000, width=12_000, transform=place, SPARSE_OK=True, blockysize=12_000
    ):
        pass
    assert path.stat().st_size < 10_000
    with pytest.raises(AmurError, match=r"bomb.tif: one block of 12000 x 12000 pixels unpacks to 288000000 bytes"):
        open_geotiff(path)


@pytest.mark.skipif(not TILES.exists(), reason=NO_TILES)
def test_real_tiles_lie_where_their_names_say_and_are_coarse():
    sheets = open_tiles(TILES, ENCODING, "SRTM30_PLUS")
    ground = Mosaic(sheets).window()
    assert (len(sheets), ground.heights.shape) == (12, (4 * 256, 3 * 256))
    assert ground.is_coarse
    assert ground.sources == ("SRTM30_PLUS",)
    # Lake Khanka lies at 69 m, the centre of Harbin at some 135 m, the sea off Vladivostok at 0.
    places = np.array([[132.4, 45.0], [126.63, 45.75], [132.5, 42.5]])
    assert np.abs(heights_at(ground, places) - [69, 135, 0]).max() < 15


@pytest.mark.skipif(not TILES.exists(), reason=NO_TILES)
def test_colours_mixed_at_the_coast_are_holes_that_are_counted():
    coast = Mosaic(open_tiles(TILES, ENCODING, "SRTM30_PLUS")).window()
    assert 0 < coast.holes < 700
    plain = Tiles(6, red=1, green=256, blue=0, name="{x}-{y}.png")
    with pytest.raises(AmurError, match=r"53-23.png, row \d+, column \d+: found a height of 44975 m|found a height of"):
        Mosaic(open_tiles(TILES, plain, "SRTM30_PLUS")).window()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")  # tiles are named for where they lie
def test_a_tile_of_another_size_is_refused(tmp_path):
    with rasterio.open(tmp_path / "1-1.png", "w", driver="PNG", count=3, height=9, width=9, dtype="uint8") as file:
        file.write(np.zeros((3, 9, 9), np.uint8))
    with pytest.raises(AmurError, match=r"1-1.png: found 9 x 9 pixels of 3 layers of uint8, wanted 256 x 256"):
        Mosaic(open_tiles(tmp_path, ENCODING, "a survey")).window()


def test_tiles_outside_the_world_and_folders_without_tiles_are_refused(tmp_path):
    with pytest.raises(AmurError, match=r"found no file named like \{x\}-\{y\}.png"):
        open_tiles(tmp_path, ENCODING, "a survey")
    (tmp_path / "64-1.png").write_bytes(b"")
    with pytest.raises(AmurError, match=r"64-1.png: at zoom 6 columns and rows go from 0 to 63"):
        open_tiles(tmp_path, ENCODING, "a survey")


def test_a_tile_that_is_no_picture_is_refused(tmp_path):
    (tmp_path / "6" / "1").mkdir(parents=True)
    (tmp_path / "6" / "1" / "2.png").write_bytes(b"nothing")
    with pytest.raises(AmurError, match=r"2.png: cannot be read as PNG"):
        Mosaic(open_tiles(tmp_path, Tiles(6, 1, 256, 0), "a survey")).window()
