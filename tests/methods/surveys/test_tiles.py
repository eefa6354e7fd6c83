"""What is heard on a tile: sectors of one mast, antennas of several heights and bands at one place."""

from __future__ import annotations

import numpy as np
import pytest

from amur.methods.coverage.grounds import Link, sites
from amur.methods.coverage.signals import gain_table
from amur.methods.coverage.sweeping import best_server
from tests.methods.coverage.grids import drawn

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
