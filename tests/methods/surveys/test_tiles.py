"""What is heard on a tile: sectors of one mast, antennas of several heights and bands at one place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from amur.methods.coverage.antennas import directions, pattern_loss_db
from amur.methods.coverage.census import Counted
from amur.methods.coverage.counties import Counties
from amur.methods.coverage.grounds import Link, sites
from amur.methods.coverage.signals import gain_table
from amur.methods.coverage.sweeping import best_server
from amur.methods.propagation.p1812 import Inputs, losses
from amur.methods.surveys.surveying import Survey
from amur.methods.surveys.tiles import pixels
from amur.methods.terrain import heights_at, profiles
from amur.methods.terrain.grids import DEGREES, transformer
from tests.methods.coverage.grids import drawn
from tests.methods.surveys.making import SOUTH, WEST, antennas, asked

LINK = Link(frequency_mhz=800, radius_m=1500)
GAINS = gain_table(lambda azimuths, _: -np.minimum(12 * (azimuths / 65) ** 2, 25) + 0 * _)[None]
PLACES = {
    "sectors of one mast": ([20, 20, 20], [20, 20, 20], [30, 30, 30], [0, 120, 240]),
    "one place, two heights": ([20, 20, 20], [20, 20, 20], [30, 60, 30], [0, 120, 240]),
    "neighbours in a row, and in a column": ([20, 20, 21], [20, 21, 21], [30, 30, 30], [0, 0, 0]),
    "one mast again after another": ([20, 5, 20], [20, 33, 20], [30, 30, 30], [10, 20, 200]),
}


@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
def test_many_at_one_place_are_heard_as_each_of_them_is(places):
    rows, columns, heights, azimuths = places
    ground = drawn(7)

    def heard(some):
        of = sites(np.array(rows)[some], np.array(columns)[some], np.array(heights, float)[some], 40.0,
                   patterns=np.zeros(len(some), int), azimuths_deg=np.array(azimuths, float)[some])  # fmt: skip
        return best_server(ground, of, LINK, gains_db=GAINS).signal_dbm

    alone = [heard([one]) for one in range(len(rows))]
    assert len({one.tobytes() for one in alone}) == len(rows)
    np.testing.assert_array_equal(heard(list(range(len(rows)))), np.max(alone, axis=0))


@pytest.mark.parametrize("far_west", [False, True], ids=["in the middle of a zone", "six degrees from it"])
def test_signal_is_what_the_full_model_and_the_antenna_say_of_each_way(tmp_path, far_west):
    """From degrees, over profiles of the file itself: nothing of the grid, the tiles or the fast mode is used."""
    one = replace(antennas(places=((WEST + 0.08, SOUTH + 0.05),), frequencies=(780.0,)), azimuths_deg=np.array([60.0]))
    given = asked(tmp_path, antennas=one, pixel_m=100, radius_m=9000)
    if far_west:
        given = _with_a_county_far_west(given)
    sky = Survey(given).sky
    assert sky.tiling.grid.projection == ("EPSG:32651" if far_west else "EPSG:32652")
    of, chance = sky.masts.sites, np.random.default_rng(5)
    tile = sky.tiling.tile(int(sky.tiling.tiles_of(of.rows, of.columns)[0]))
    found = pixels(sky, given.mosaic(), tile).median_dbm
    rows, columns = np.nonzero(np.isfinite(found))
    some = chance.choice(len(rows), 80, replace=False)
    rows, columns = rows[some], columns[some]
    grid = sky.tiling.grid
    east, north = transformer(grid.projection, DEGREES).transform(
        grid.x + 100 * (tile.column + columns), grid.y - 100 * (tile.row + rows)
    )
    tos, terrain = np.column_stack([east, north]), given.mosaic().window()
    mast = np.tile([WEST + 0.08, SOUTH + 0.05], (80, 1))
    seen = directions(mast, tos, heights_at(terrain, mast) + 40, heights_at(terrain, tos) + 1.5)
    far = (seen.distances_m > 1000) & (seen.distances_m < 8800)
    paths = profiles(terrain, mast[far], tos[far], spacing_m=100)
    air = {"latitude_deg": 46.0, "refractivity_n0": 320.0, "delta_n": 45.0}
    lost = losses(paths, Inputs(frequency_ghz=0.78, antenna_t_m=40.0, antenna_r_m=1.5, **air)).loss_db
    gains = -pattern_loss_db(seen.bearings_deg[far], seen.downs_deg[far], azimuth_deg=60, beamwidth_deg=65, tilt_deg=2)
    wanted = 46 - 2 + 15 - 10 * np.log10(1200) + gains - lost
    apart = found[rows[far], columns[far]] - wanted
    assert far.sum() > 40
    assert np.ptp(wanted) > 40
    assert np.abs(np.median(apart)) < 0.5
    assert np.quantile(np.abs(apart), 0.95) < 3  # at the edge of a shadow there is one that is off by more


def _with_a_county_far_west(given):
    counties = given.counties
    shape = shapely.box(WEST - 12, SOUTH, WEST - 11.99, SOUTH + 0.01)
    more = Counties(np.r_[["0"], counties.codes], np.r_[["Far"], counties.names], np.r_[[shape], counties.shapes])
    return replace(given, counties=more, census=(Counted("0", "Far", 0, 0, 0), *given.census))
