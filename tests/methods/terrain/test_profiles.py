"""Profiles against the samplers of SciPy and GDAL, and the lines of PROJ."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.enums import Resampling
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT
from scipy.ndimage import map_coordinates

from amur.base.faults import AmurError
from amur.methods.terrain import Grid, Mosaic, Terrain, heights_at, known_profiles, open_geotiff, open_tiles, profiles
from amur.methods.terrain.walking import lines_into
from tests.methods.terrain.making import ENCODING, NO_TILES, TILES, degrees, hills, tiff

GEOD = pyproj.Geod(ellps="WGS84")
NO_LENGTH = r"path 0: both its ends lie at 126.000000 E, 45.900000 N"


def line(lon1, lat1, lon2, lat2, points):
    lons, lats, km = np.empty((3, points))
    lines_into(np.array([[lon1, lat1, lon2, lat2]], float), np.array([0, points]), lons, lats, km)
    return lons, lats, km


@settings(deadline=None)  # the first call compiles, or writes a file
@given(
    st.floats(-180, 180), st.floats(-89, 89), st.floats(-4, 4), st.floats(-4, 4), st.integers(3, 40)
)  # fmt: skip
def test_points_stand_evenly_on_the_line_that_proj_finds(lon, lat, east, north, points):
    to = ((lon + east + 180) % 360 - 180, max(-89.5, min(89.5, lat + north)))
    lons, lats, km = line(lon, lat, *to, points)
    azimuth, _, metres = GEOD.inv(lon, lat, *to)
    assert km[-1] * 1000 == pytest.approx(metres, abs=1e-3)
    if metres < 1:
        return
    many = np.full(points, lon), np.full(points, lat), np.full(points, azimuth), np.linspace(0, metres, points)
    wanted_lons, wanted_lats, _ = GEOD.fwd(*many)
    assert GEOD.inv(lons, lats, wanted_lons, wanted_lats)[2].max() < 1e-3
    assert np.allclose(np.diff(km), metres / 1000 / (points - 1), rtol=1e-6, atol=1e-9)


@settings(deadline=None)  # the first call compiles, or writes a file
@given(st.integers(0, 2**32 - 1))
def test_between_pixels_heights_are_those_of_scipy(seed):
    chance = np.random.default_rng(seed)
    ground = degrees(hills(20, 30, seed % 1000))
    rows, columns = chance.uniform(-0.5, 19.5, 50), chance.uniform(-0.5, 29.5, 50)
    found = heights_at(ground, np.c_[126 + columns * 0.01, 46 - rows * 0.01])
    wanted = map_coordinates(ground.heights.astype(float), [rows, columns], order=1, mode="nearest")
    assert np.abs(found - wanted).max() < 2e-3  # where a millionth of a pixel away is on it


def test_heights_on_another_projection_are_those_that_gdal_warps_there(tmp_path):
    path = tiff(tmp_path / "a.tif", hills(200, 300).astype(np.float32), step=90.0)
    target = {
        "crs": "EPSG:4326",
        "transform": Affine(0.0005, 0, 129.02, 0, -0.0005, 45.95),
        "height": 100,
        "width": 200,
    }
    with (
        rasterio.open(path) as file,
        WarpedVRT(file, resampling=Resampling.bilinear, tolerance=1e-6, **target) as warped,
    ):
        wanted = warped.read(1)
    lons, lats = np.meshgrid(129.02025 + np.arange(200) * 0.0005, 45.94975 - np.arange(100) * 0.0005)
    ground = Mosaic((open_geotiff(path),)).window()
    found = heights_at(ground, np.c_[lons.ravel(), lats.ravel()]).reshape(100, 200)
    assert np.abs(found - wanted).max() < 0.01


@settings(deadline=None)  # the first call compiles, or writes a file
@given(st.integers(0, 199), st.integers(0, 299), st.sampled_from(["EPSG:32652", "EPSG:3857", "EPSG:4490"]))
def test_at_the_centre_of_a_pixel_stands_its_own_height(row, column, projection):
    step = 0.001 if projection == "EPSG:4490" else 90.0
    x, y = {"EPSG:32652": (5e5, 5.1e6), "EPSG:3857": (1.4e7, 5.8e6), "EPSG:4490": (126.0, 46.0)}[projection]
    heights = np.full((200, 300), np.nan, np.float32)
    heights[row, column] = 123.25
    ground = Terrain(Grid(projection, x, y, step, step, 200, 300), heights, ("a survey",), 90)
    back = pyproj.Transformer.from_crs(projection, "EPSG:4326", always_xy=True)
    place = back.transform(x + column * step, y - row * step)
    assert heights_at(ground, np.array([place])).tolist() == [123.25]


@pytest.mark.skipif(not TILES.exists(), reason=NO_TILES)
def test_profiles_over_real_tiles_are_heights_at_the_points_of_proj():
    ground = Mosaic(open_tiles(TILES, ENCODING, "SRTM30_PLUS")).window()
    chance = np.random.default_rng(3)
    froms = np.c_[chance.uniform(123, 131, 40), chance.uniform(45, 52, 40)]
    tos = froms + chance.uniform(-0.5, 0.5, (40, 2))
    found = profiles(ground, froms, tos, spacing_m=500)
    for path in range(40):
        inside = slice(found.starts[path], found.starts[path + 1])
        azimuth, _, metres = GEOD.inv(*froms[path], *tos[path])
        count = inside.stop - inside.start
        assert metres / (count - 1) <= 500 < metres / (count - 2)
        lons, lats, _ = GEOD.fwd(
            np.full(count, froms[path, 0]), np.full(count, froms[path, 1]), np.full(count, azimuth),
            np.linspace(0, metres, count),
        )  # fmt: skip
        assert np.abs(found.heights_m[inside] - heights_at(ground, np.c_[lons, lats])).max() < 0.01


def test_a_hole_beside_a_point_counts_only_where_it_has_weight():
    heights = np.ones((5, 5))
    heights[2, 2] = np.nan
    ground = degrees(heights)
    on_row, off_row, there = np.array([[126.005, 45.99], [126.015, 45.985], [126.02, 45.98]])
    assert heights_at(ground, np.array([on_row])).tolist() == [1]
    assert np.isnan(heights_at(ground, np.array([off_row, there]))).all()


def test_a_path_over_a_hole_is_refused_and_says_where():
    heights = np.ones((11, 41))
    heights[:, 20] = np.nan
    ground = degrees(heights)
    froms, tos = np.array([[126.0, 45.95], [126.0, 45.95]]), np.array([[126.1, 45.95], [126.4, 45.95]])
    with pytest.raises(AmurError, match=r"path 1, point 20 at 126.200\d* E, 45.950\d* N: no height is known there"):
        profiles(ground, froms, tos, points=41)
    known = known_profiles(ground, froms, tos, points=41)
    assert (known.which.tolist(), known.over_holes.tolist(), known.outside.tolist()) == ([0], [1], [])
    assert (len(known.paths), known.paths.heights_m.tolist()) == (1, [1.0] * 41)


def test_a_path_that_leaves_the_terrain_is_refused_and_says_how_far_it_goes():
    ground = degrees(np.ones((11, 41)))
    with pytest.raises(AmurError, match=r"path 0, point \d+ at .*: it is outside the terrain, 125.995 to 126.405 E"):
        profiles(ground, np.array([[126.0, 45.95]]), np.array([[127.0, 45.95]]), points=9)
    with pytest.raises(AmurError, match=r"place 1 at 126.000000 E, 46.006000 N: it is outside"):
        heights_at(ground, np.array([[126.0, 46.004], [126.0, 46.006]]))


def test_a_path_that_goes_over_a_hole_and_leaves_the_terrain_is_counted_once():
    heights = np.ones((11, 41))
    heights[:, 20] = np.nan
    known = known_profiles(degrees(heights), np.array([[126.0, 45.95]]), np.array([[127.0, 45.95]]), points=201)
    assert (known.which.tolist(), known.over_holes.tolist(), known.outside.tolist()) == ([], [], [0])


def test_terrain_beyond_the_180th_meridian_is_found_from_both_sides():
    ground = degrees(np.arange(33.0).reshape(3, 11), west=179.95, north=10.01)
    found = profiles(ground, np.array([[179.96, 10.0]]), np.array([[-179.96, 10.0]]), points=9)
    assert found.heights_m[[0, 4, 8]].tolist() == pytest.approx([12, 16, 20], abs=1e-2)


def test_ends_of_a_path_are_where_they_were_said_to_be():
    ground = degrees(hills(101, 101))
    found = profiles(ground, np.array([[126.13, 45.5]]), np.array([[126.77, 45.21]]), points=5)
    assert found.heights_m[[0, -1]].tolist() == ground.heights[[50, 79], [13, 77]].tolist()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"points": 5, "froms": [[126.0, 45.9]], "tos": [[126.0, 45.9]]}, NO_LENGTH),
        ({"points": 5, "froms": [[126.0, 45.9]], "tos": [[156.0, 45.9]]}, "path 0: found 23"),
        ({"points": 2}, "found 2 points"),
        ({}, "say either how many points"),
        ({"points": 5, "spacing_m": 10}, "say either how many points"),
        ({"spacing_m": 0}, "found points 0 m apart"),
        ({"spacing_m": float("nan")}, "found points nan m apart"),
        ({"spacing_m": 1e-6}, "ask for fewer paths"),
        ({"points": 5, "tos": [[126.1, 45.9], [126.2, 45.9]]}, "there are 1 places to go from and 2 to go to"),
        ({"points": 5, "froms": [[126.1, float("nan")]]}, "from 0: found a latitude of nan"),
        ({"points": 5, "tos": [[186.1, 45.9]]}, "to 0: found a longitude of 186.1"),
        ({"points": 5, "tos": [[126.1, 45.9, 3]]}, "wanted longitudes and latitudes"),
    ],
)
def test_what_is_no_path_is_refused(said, words):
    asked = {"froms": [[126.0, 45.95]], "tos": [[126.3, 45.95]]} | said
    froms, tos = np.array(asked.pop("froms")), np.array(asked.pop("tos"))
    with pytest.raises(AmurError, match=words):
        profiles(degrees(np.ones((11, 41))), froms, tos, **asked)


def test_no_paths_are_no_fault():
    none = np.zeros((0, 2))
    assert len(profiles(degrees(np.ones((3, 3))), none, none, points=5)) == 0
    assert len(known_profiles(degrees(np.ones((3, 3))), none, none, points=5).paths) == 0


def test_more_points_than_are_taken_at_once_come_out_alike():
    ground = degrees(hills(101, 101))
    chance = np.random.default_rng(2)
    froms, tos = chance.uniform([126.1, 45.1], [126.9, 45.9], (2, 3000, 2))
    many = profiles(ground, froms, tos, points=401)
    some = profiles(ground, froms[2900:], tos[2900:], points=401)
    assert (many.heights_m[2900 * 401 :] == some.heights_m).all()
