"""What holds for every path, whatever lies on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from amur.methods.propagation.p1812 import Inputs, losses, traced
from amur.methods.propagation.p1812.normal import inverse_normal
from amur.methods.propagation.paths import evenly, paths_of
from tests.methods.propagation.p1812.drawn import Drawn

seeds = st.integers(min_value=0, max_value=2**32 - 1)
MANY = 40
AIR = {"latitude_deg": 46.0, "refractivity_n0": 320.0, "delta_n": 45.0}


@given(seeds, st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_value_of_every_path_is_a_number(seed, by_profile):
    drawn = Drawn(seed, MANY)
    found = traced(drawn.paths, drawn.inputs(), by_profile=by_profile)
    assert [name for name in found.dtype.names if not np.isfinite(found[name]).all()] == []


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_many_at_once_are_as_each_alone_in_any_order(seed):
    drawn = Drawn(seed, 12)
    found = losses(drawn.paths, drawn.inputs()).loss_db
    order = drawn.numbers.permutation(12)
    assert losses(*drawn.taken(order)).loss_db.tolist() == found[order].tolist()
    assert [losses(*drawn.taken([path])).loss_db.item() for path in range(12)] == found.tolist()


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_a_path_loses_as_much_the_other_way_round_at_the_middle_of_locations(seed):
    drawn = Drawn(seed, MANY)
    there = losses(drawn.paths, drawn.inputs(location_percent=50.0)).loss_db
    back = losses(*drawn.turned(location_percent=50.0)).loss_db
    np.testing.assert_allclose(back, there, rtol=0, atol=1e-7)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_loss_is_never_less_than_in_line_of_sight_and_at_half_of_the_time_than_in_free_space(seed):
    drawn = Drawn(seed, MANY)
    found = traced(drawn.paths, drawn.inputs())
    assert (found["loss_db"] >= found["sight_db"]).all()
    median = traced(drawn.paths, drawn.inputs(time_percent=50.0))
    assert (median["loss_db"] >= median["free_space_db"]).all()


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_loss_grows_with_the_share_of_time_where_diffraction_does(seed):
    drawn = Drawn(seed, MANY)
    found = [traced(drawn.paths, drawn.inputs(time_percent=share)) for share in (1.0, 2.0, 5.0, 10.0, 25.0, 50.0)]
    grows = found[0]["diffraction_b0_db"] <= found[0]["diffraction_median_db"]
    assert (np.diff([one["loss_db"][grows] for one in found], axis=0) > -1e-9).all()


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_loss_grows_with_the_share_of_locations(seed):
    drawn = Drawn(seed, MANY)
    found = [
        losses(drawn.paths, drawn.inputs(location_percent=share)).loss_db for share in (1.0, 10.0, 50.0, 90.0, 99.0)
    ]
    assert (np.diff(found, axis=0) >= 0).all()


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_loss_in_free_space_grows_by_six_decibels_an_octave(seed):
    drawn = Drawn(seed, MANY)
    half = drawn.each["frequency_ghz"] / 2
    low, high = (
        traced(drawn.paths, drawn.inputs(frequency_ghz=np.maximum(half, 0.03) * by))["free_space_db"]
        for by in (1.0, 2.0)
    )
    np.testing.assert_allclose(high - low, 20 * np.log10(2), atol=1e-9)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_what_stands_on_the_ground_never_helps_diffraction(seed):
    drawn = Drawn(seed, MANY)
    bare, covered = (traced(drawn.paths, drawn.inputs(clutter_m=high)) for high in (0.0, 20.0))
    for name in ("bullington_median_db", "bullington_b0_db"):
        assert (covered[name] >= bare[name] - 1e-9).all()


def test_nothing_in_the_way_is_free_space():
    found = traced(
        paths_of([evenly(2.0, [10.0] * 101)]), Inputs(frequency_ghz=2.0, antenna_t_m=200.0, antenna_r_m=200.0, **AIR)
    )
    # 32.4 dB at 1 km and 1 MHz, as ITU-R P.525 has it.
    assert found["loss_db"][0] == pytest.approx(32.4 + 20 * np.log10(2.0) + 20 * np.log10(2000.0), abs=0.005)


@pytest.mark.parametrize("length_km", [5.0, 40.0, 200.0])
@pytest.mark.parametrize("heights_m", [(30.0, 10.0), (200.0, 1.5)])
def test_a_smooth_earth_loses_in_closed_form_what_it_does_point_by_point(length_km, heights_m):
    fine = paths_of([evenly(length_km, [0.0] * 4001)])
    near_m, far_m = heights_m
    asked = Inputs(frequency_ghz=0.8, antenna_t_m=near_m, antenna_r_m=far_m, **AIR)
    by_points, closed = (traced(fine, asked, by_profile=way) for way in (True, False))
    for name in ("smooth_bullington_median_db", "smooth_bullington_b0_db", "loss_db"):
        np.testing.assert_allclose(closed[name], by_points[name], atol=0.01)


def test_a_point_that_just_touches_the_line_loses_as_an_edge_does_there():
    """Where the steepest slopes cancel, the point where they meet is any; the edge stands in the line of sight."""
    touching = 100.0 - 500.0 / (6371.0 * 157.0 / 112.0) * 25.0
    found = traced(
        paths_of([([0.0, 5.0, 10.0], [0.0, touching, 0.0])]),
        Inputs(frequency_ghz=1.0, antenna_t_m=100.0, antenna_r_m=100.0, **AIR),
    )
    edge_db = 6.9 + 20 * np.log10(np.sqrt(1.01) - 0.1)
    assert found["bullington_median_db"][0] == pytest.approx(edge_db + (1 - np.exp(-edge_db / 6)) * 10.2, abs=1e-6)


def test_deviates_are_the_normal_ones_within_their_bound():
    shares = np.linspace(0.0001, 0.9999, 2001)
    found = np.array([inverse_normal(share) for share in shares])
    assert np.abs(found - norm.isf(shares)).max() < 0.00045


def test_threads_that_work_side_by_side_find_what_one_does():
    drawn = Drawn(7, 400)
    said = losses(drawn.paths, drawn.inputs()).loss_db.tolist()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: losses(drawn.paths, drawn.inputs()).loss_db.tolist(), range(24)))
    assert found == [said] * 24
