"""How far the fast mode is from the full model: counted right, on ways of the run, and small on real ground."""

from __future__ import annotations

import math

import numpy as np
import pytest

from amur.base.faults import AmurError
from amur.methods.coverage.deviations import Sample, errors_of
from amur.methods.coverage.errors import measured
from amur.methods.coverage.full import full
from amur.methods.coverage.grounds import Ground, Link, Mast, sites
from amur.methods.coverage.sweeping import best_server, swept
from tests.methods.coverage.grids import MOUNTAINS, PLAIN, TILE, drawn, flat, real

LINK = Link(frequency_mhz=800, radius_m=2000)
EVERY = Sample(ways=10**6)


def test_errors_are_counted_as_their_names_say():
    fast = np.array([100.0, 103.0, 110.0, np.nan, 90.0, np.nan])
    yardstick = np.array([101.0, 101.0, 102.0, 95.0, np.nan, np.nan])
    found = errors_of(fast, yardstick, Sample(6))
    assert found.ways == 3
    assert (found.bias_db, found.median_db) == (3.0, 2.0)
    assert found.quantile_90_db == pytest.approx(6.8)
    assert found.rms_db == pytest.approx(math.sqrt(23))
    assert found.far_off == pytest.approx(1 / 3)
    assert found.only_one_knows == pytest.approx(1 / 3)


def test_a_sample_of_all_ways_is_the_difference_of_both_maps():
    ground, mast = drawn(1, rough_m=80.0), Mast(20, 20, 30.0)
    fast, yardstick = swept(ground, mast, LINK, EVERY), full(ground, mast, LINK)
    down, across = np.mgrid[-20:21, -20:21]
    asked = yardstick.is_asked & (np.hypot(down, across) >= 2.5)
    apart = (fast.loss_db - yardstick.loss_db)[asked].astype(float)
    assert fast.errors.ways == asked.sum()
    assert fast.errors.bias_db == pytest.approx(apart.mean(), abs=1e-4)
    assert fast.errors.rms_db == pytest.approx(np.sqrt(np.mean(apart**2)), abs=1e-4)
    assert fast.errors.quantile_90_db == pytest.approx(np.quantile(np.abs(apart), 0.9), abs=1e-4)


def test_the_same_seed_draws_the_same_ways():
    ground, of = drawn(1), sites([20, 9], [20, 30], 30.0)
    one, again, other = (measured(ground, of, LINK, Sample(300, seed)) for seed in (1, 1, 2))
    assert one == again
    assert one.bias_db != other.bias_db


def test_ways_of_a_window_are_ways_of_the_run():
    heights = drawn(7).heights_m.copy()
    heights[:, 25:] = np.nan
    of = sites([20], [20], 30.0)
    left = measured(Ground(heights, 100.0), of, LINK, EVERY, (0, 0, 41, 25))
    right = measured(Ground(heights, 100.0), of, LINK, EVERY, (0, 26, 41, 15))
    assert left.ways > 400
    assert (right.ways, right.only_one_knows) == (0, 0.0)
    assert math.isnan(right.bias_db)


def test_so_near_that_the_model_does_not_begin_there_is_nothing_to_compare():
    found = swept(flat(), Mast(20, 20, 30.0), Link(frequency_mhz=800, radius_m=200)).errors
    assert found.ways == 0
    assert str(found) == "no way could be compared to p1812"


def test_a_sample_of_nothing_is_refused():
    with pytest.raises(AmurError, match="a sample of 0 ways says nothing") as fault:
        measured(flat(), sites([1], [1], 30.0), LINK, Sample(0))
    assert fault.value.code == "no_sample"


@pytest.mark.skipif(not TILE.exists(), reason=f"the terrain is not there: {TILE}")
@pytest.mark.parametrize("frequency_mhz", [700.0, 2600.0])
@pytest.mark.parametrize("antenna_m", [25.0, 60.0])
@pytest.mark.parametrize(("place", "rms_db", "far_off"), [(PLAIN, 0.2, 0.0), (MOUNTAINS, 2.5, 0.03)])
def test_on_real_ground_the_fast_mode_is_near_the_full_model(place, rms_db, far_off, frequency_mhz, antenna_m):
    ground = real(place)
    link = Link(frequency_mhz=frequency_mhz, radius_m=8000)
    numbers = np.random.default_rng(3)
    rows, columns = numbers.integers(0, 256, (2, 20))
    found = best_server(ground, sites(rows, columns, antenna_m, 20.0), link, sample=Sample(3000)).errors
    assert found.ways == 3000
    assert abs(found.bias_db) < 0.25
    assert abs(found.median_db) < 0.1
    assert found.quantile_90_db < 1.5
    assert found.rms_db < rms_db
    assert found.far_off <= far_off


@pytest.mark.skipif(not TILE.exists(), reason=f"the terrain is not there: {TILE}")
@pytest.mark.deep
def test_on_real_ground_errors_against_the_irregular_terrain_model_are_told_as_its_own():
    found = swept(real(), Mast(128, 128, 30.0), Link(frequency_mhz=800, radius_m=8000), Sample(500, model="itm")).errors
    assert found.sample.model == "itm"
    assert found.rms_db > 1.0
    assert str(found).startswith("against itm on 500 ways: bias ")


@pytest.mark.parametrize("rough_m", [0.0, 5.0, 100.0])
@pytest.mark.parametrize("frequency_mhz", [100.0, 800.0, 3500.0])
def test_on_flat_and_on_rough_ground_the_bias_is_small(rough_m, frequency_mhz):
    ground = drawn(21, side=101, rough_m=rough_m)
    found = swept(ground, Mast(50, 50, 30.0), Link(frequency_mhz=frequency_mhz, radius_m=5000), Sample(2000)).errors
    assert abs(found.bias_db) < 0.5
    assert found.rms_db < 1.5
