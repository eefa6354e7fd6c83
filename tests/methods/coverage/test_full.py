"""The full mode: the same as the model over a profile that somebody made by hand, and what is not known is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from amur.base.faults import AmurError
from amur.methods.coverage import full as module
from amur.methods.coverage.full import Ways, between, full, losses_to
from amur.methods.coverage.grounds import Ground, Link, LossMap, Mast, sites
from amur.methods.propagation import itm, p1812
from amur.methods.propagation.paths import evenly, paths_of
from tests.methods.coverage.grids import drawn, flat

LINK = Link(frequency_mhz=800, radius_m=1500)
AIR = {"latitude_deg": 46.0, "refractivity_n0": 320.0, "delta_n": 45.0}


def by_hand(ground, mast, row, column):
    points = int(np.ceil(np.hypot(row - mast.row, column - mast.column))) + 1
    rows, columns = np.linspace(mast.row, row, points), np.linspace(mast.column, column, points)
    heights = map_coordinates(ground.heights_m.astype(np.float64), [rows, columns], order=1)
    length_km = np.hypot(row - mast.row, column - mast.column) * ground.pixel_m / 1000
    return paths_of([evenly(length_km, heights)])


@pytest.mark.parametrize("to", [(20, 30), (8, 20), (27, 11), (31, 30), (17, 15)])
def test_a_pixel_loses_what_the_model_says_of_the_profile_to_it(to):
    ground, mast = drawn(2), Mast(20, 20, 30.0)
    found = full(ground, mast, LINK).loss_db[to[0] - 5, to[1] - 5]
    asked = p1812.Inputs(frequency_ghz=0.8, antenna_t_m=30.0, antenna_r_m=1.5, **AIR)
    assert found == pytest.approx(p1812.losses(by_hand(ground, mast, *to), asked).loss_db[0], abs=1e-3)
    found = full(ground, mast, LINK, "itm").loss_db[to[0] - 5, to[1] - 5]
    told = itm.Inputs(frequency_mhz=800, transmitter_m=30.0, receiver_m=1.5, n_0=320.0)
    assert found == pytest.approx(itm.losses(by_hand(ground, mast, *to), told).loss_db[0], abs=1e-3)


def test_a_map_says_its_model_and_that_it_is_the_yardstick():
    found = full(drawn(2), Mast(20, 20, 30.0), LINK)
    assert isinstance(found, LossMap)
    assert (found.model, found.errors, found.loss_db.shape) == ("p1812", None, (31, 31))
    assert not found.is_unknown.any()


def test_nearer_than_the_model_begins_there_is_free_space():
    found = full(drawn(2, rough_m=400.0), Mast(20, 20, 10.0), Link(frequency_mhz=800, radius_m=1500, delta_n=45))
    heights = drawn(2, rough_m=400.0).heights_m
    apart = float(heights[20, 22]) + 1.5 - float(heights[20, 20]) - 10.0
    assert found.loss_db[15, 17] == pytest.approx(
        32.4 + 20 * np.log10(800) + 10 * np.log10((200**2 + apart**2) / 1e6), abs=1e-3
    )


@given(st.integers(min_value=0, max_value=2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_heights_between_pixels_are_those_of_a_bilinear_surface(seed):
    numbers, ground = np.random.default_rng(seed), drawn(seed, side=9)
    rows, columns = numbers.uniform(0, 8, (2, 50))
    rows[:10], columns[5:15] = np.rint(rows[:10]), np.rint(columns[5:15])
    expected = map_coordinates(ground.heights_m.astype(np.float64), [rows, columns], order=1)
    np.testing.assert_allclose(between(ground, rows, columns), expected, atol=1e-3)


def test_ways_through_a_hole_are_not_known_and_others_are_as_before():
    ground = drawn(6)
    torn = ground.heights_m.copy()
    torn[14, 20] = np.nan
    whole, found = (full(Ground(one, 100.0), Mast(20, 20, 30.0), LINK) for one in (ground.heights_m, torn))
    assert found.is_unknown[: 14 - 5 + 1, 15].all()
    assert not found.is_unknown[10:].any()
    known = found.is_asked & ~found.is_unknown
    assert (found.loss_db[known] == whole.loss_db[known]).all()


def test_beside_a_hole_heights_in_the_middle_of_pixels_are_known():
    ground = Ground(np.array([[1.0, 2.0], [np.nan, np.nan]]), 100.0)
    assert between(ground, np.array([0.0, 0.0, 0.5]), np.array([0.5, 1.0, 0.0]))[:2].tolist() == [1.5, 2.0]
    assert np.isnan(between(ground, np.array([0.5]), np.array([0.0])))


def test_however_few_ways_are_in_memory_at_once_losses_are_the_same(monkeypatch):
    ground, mast = drawn(4), Mast(15, 22, 25.0)
    at_once = full(ground, mast, LINK).loss_db
    monkeypatch.setattr(module, "BATCH", 37)
    np.testing.assert_array_equal(full(ground, mast, LINK).loss_db, at_once)


def test_no_ways_lose_nothing():
    none = np.zeros(0, np.int64)
    assert len(losses_to(flat(), sites([1], [1], 30.0), Ways(none, none, none), LINK)) == 0


def test_ways_from_many_sites_are_as_from_each():
    ground, of = drawn(9), sites([5, 30], [7, 33], [20.0, 45.0])
    ways = Ways(np.array([1, 0, 1]), np.array([20, 20, 10]), np.array([20, 21, 30]))
    found = losses_to(ground, of, ways, LINK)
    for at in range(3):
        alone = losses_to(ground, of, Ways(*(one[at : at + 1] for one in ways)), LINK)
        assert alone[0] == found[at]


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (lambda: full(flat(9), Mast(9, 0, 30.0), LINK), "site_outside", "row 9, column 0"),
        (lambda: full(flat(9), Mast(4, 4, 0.0), LINK), "out_of_range", "antenna_m is 0, not 1 to 3000"),
        (lambda: full(flat(9), Mast(4, 4, 30.0), LINK, "hata"), "no_model", "no model 'hata'; there are p1812 and itm"),
        (lambda: full(flat(9), Mast(4, 4, 30.0), Link(frequency_mhz=800, radius_m=99)), "bad_radius", "0 pixels"),
    ],
)
def test_what_makes_no_sense_is_refused_and_told(asked, code, said):
    with pytest.raises(AmurError) as fault:
        asked()
    assert fault.value.code == code
    assert said in fault.value.message
