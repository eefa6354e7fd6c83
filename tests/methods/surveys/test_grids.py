"""The grid of a survey: its tiles, what lies on them, and files of heights that are looked at before they are read."""

from __future__ import annotations

import numpy as np
import pytest

from amur.base.faults import AmurError
from amur.methods.coverage.villages import Points
from amur.methods.surveys.grids import NOWHERE, Tiling, heights_on, hold_overlap, tiling_of
from amur.methods.terrain import Box, Grid, Mosaic, Sheet
from tests.methods.surveys.making import EAST, NORTH, SOUTH, WEST, asked, counties


def sheet(west, south, side=3601):
    """Return a sheet that must not be read."""

    def read(*_):
        raise AssertionError("a sheet was read")

    step = 1 / (side - 1)
    return Sheet(Grid("EPSG:4326", west, south + 1, step, step, side, side), f"{west}-{south}", "a survey", read)


def test_fine_heights_of_a_whole_country_are_not_read_to_see_where_they_lie():
    mosaic = Mosaic(tuple(sheet(east, north) for east in range(100, 130) for north in range(30, 50)))
    hold_overlap(mosaic, Box(101, 31, 129, 49))
    with pytest.raises(AmurError, match="asked for 1 to 2 E, 1 to 2 N, and there is 100-30: "):
        hold_overlap(mosaic, Box(1, 1, 2, 2))


def test_pixels_are_whole_multiples_and_hold_all_counties():
    tiling = tiling_of(counties(), 300, side=16)
    west, south, east, north = tiling.grid.edges
    assert {edge % 300 for edge in (west, south, east, north)} == {0}
    rows, columns = tiling.pixels_of(np.array([WEST, EAST, WEST, EAST]), np.array([NORTH, NORTH, SOUTH, SOUTH]))
    assert (tiling.tiles_of(rows, columns) != NOWHERE).all()
    assert rows.min() == columns.min() == 0
    assert (rows.max(), columns.max()) == (tiling.grid.rows - 1, tiling.grid.columns - 1)


def test_tiles_are_those_under_counties_and_under_points_beside_them():
    tiling = Tiling(Grid("EPSG:32652", 400_000.0, 5_200_000.0, 300.0, 300.0, 640, 640), side=16)
    none = Points(np.zeros(0), np.zeros(0))
    alone = {one.number for one in tiling.under(counties(), none)}
    more = {one.number for one in tiling.under(counties(), Points(np.array([46.5, 10.0]), np.array([WEST, WEST])))}
    assert len(alone) == len(more) - 1 < 40
    assert alone < more


def test_a_place_that_has_no_pixel_is_nowhere():
    tiling = tiling_of(counties(), 300)
    rows, columns = tiling.pixels_of(np.array([np.nan, -60.0, 129.1]), np.array([46.0, 46.0, 46.05]))
    assert (tiling.tiles_of(rows, columns) == [NOWHERE, NOWHERE, 0]).all()


def test_where_no_file_reaches_there_is_no_height(tmp_path):
    mosaic = asked(tmp_path).mosaic()
    near = heights_on(mosaic, Grid("EPSG:32652", 500_000.0, 5_100_000.0, 100.0, 100.0, 4, 4))
    far = heights_on(mosaic, Grid("EPSG:32652", 500_000.0, 4_100_000.0, 100.0, 100.0, 4, 4))
    assert (near == 150).all()
    assert np.isnan(far).all()
