"""Holes that are filled, and heights that are made up: both say so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.terrain import filled, roughened
from tests.methods.terrain.making import degrees, hills


def test_small_holes_are_filled_from_around_and_large_ones_at_their_edge():
    heights = np.full((60, 60), 50.0)
    heights[10:50, 10:50] = np.nan
    found = filled(degrees(heights), within_pixels=5)
    assert 0 < found.holes < 1600
    assert found.filled == 1600 - found.holes
    assert found.notes == (f"{found.filled} of 3600 pixels had no height and were filled from around them",)
    assert np.nanmax(np.abs(found.heights - 50)) < 1e-3
    assert not found.is_simulated


@settings(deadline=None)  # the first call compiles, or writes a file
@given(st.integers(0, 1000))
def test_filling_touches_nothing_that_is_known_and_goes_beyond_no_neighbour(seed):
    heights = hills(12, 12, seed).astype(float)
    holes = np.random.default_rng(seed).random((12, 12)) < 0.2
    before = degrees(np.where(holes, np.nan, heights))
    found = filled(before)
    assert (found.heights[~holes] == before.heights[~holes]).all()
    assert heights[~holes].min() - 1e-3 <= np.nanmin(found.heights) <= np.nanmax(found.heights)
    assert np.nanmax(found.heights) <= heights[~holes].max() + 1e-3
    assert np.isnan(before.heights[holes]).all()


def test_there_is_nothing_to_fill_without_holes_or_without_heights():
    for heights in (np.ones((4, 4)), np.full((4, 4), np.nan)):
        ground = degrees(heights)
        assert filled(ground) is ground
    with pytest.raises(AmurError, match="found 0 pixels"):
        filled(degrees(np.ones((4, 4))), within_pixels=0)


@settings(deadline=None)  # the first call compiles, or writes a file
@given(st.integers(0, 1000), st.sampled_from([2, 4, 8]))
def test_what_was_measured_stays_to_the_digit_and_the_rest_says_that_it_is_simulated(seed, times):
    ground = degrees(hills(9, 12, seed))
    found = roughened(ground, times=times, seed=seed)
    assert (found.heights[::times, ::times] == ground.heights).all()
    assert (found.is_simulated, ground.is_simulated) == (True, False)
    assert found.measured_m == ground.measured_m
    assert found.resolution_m == pytest.approx(ground.resolution_m / times, rel=0.01)
    assert found.is_coarse == ground.is_coarse
    assert "were made up" in found.notes[-1]


def test_the_same_seed_makes_the_same_ground_and_another_another():
    ground = degrees(hills(9, 12))
    first, again, other = (roughened(ground, times=4, seed=seed).heights for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_a_plain_stays_a_plain_beside_hills():
    heights = np.zeros((40, 80))
    heights[:, 40:] = hills(40, 40)
    found = roughened(degrees(heights), times=4, seed=5).heights
    assert np.ptp(found[:, : 4 * 30]) < 1e-3
    assert np.std(found[:, 4 * 42 :]) > 100


def brownian(size, hurst):
    """Return a surface whose differences grow with distance by an exponent, made from its spectrum."""
    around = np.hypot(*np.meshgrid(np.fft.fftfreq(512), np.fft.fftfreq(512)))
    around[0, 0] = np.inf
    turns = np.exp(2j * np.pi * np.random.default_rng(1).random(around.shape))
    surface = np.fft.ifft2(around ** -(hurst + 1) * turns).real
    return 200 * (surface / surface.std())[:size, :size]


@pytest.mark.parametrize("hurst", [0.4, 0.6, 0.8])
def test_differences_shrink_with_distance_as_the_exponent_says(hurst):
    found = roughened(degrees(brownian(80, hurst)), times=16, seed=4, hurst=hurst).heights.astype(float)
    squares = {by: np.mean((found[:, by:] - found[:, :-by]) ** 2) for by in (1, 2, 4, 8, 16)}
    slopes = [np.log2(squares[2 * by] / squares[by]) / 2 for by in (1, 2, 4, 8)]
    assert np.mean(slopes) == pytest.approx(hurst, abs=0.05)
    guessed = roughened(degrees(brownian(80, hurst)), times=2, seed=4).notes[-1]
    assert float(guessed.split("exponent ")[1][:4]) == pytest.approx(hurst, abs=0.25)


@pytest.mark.parametrize("height", [7.0, np.nan])
def test_where_all_is_flat_or_unknown_nothing_is_made_up(height):
    found = roughened(degrees(np.full((5, 5), height)), times=4, seed=0)
    assert np.array_equal(found.heights, np.full((17, 17), height, np.float32), equal_nan=True)
    assert "exponent 0.50" in found.notes[-1]


def test_holes_stay_holes_and_touch_only_what_leans_on_them():
    heights = np.ones((7, 7)) * np.arange(7)
    heights[3, 3] = np.nan
    found = roughened(degrees(heights), times=2, seed=0)
    assert np.isnan(found.heights[6, 6])
    assert not np.isnan(found.heights[:4]).any()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"times": 3}, "found 3 times"),
        ({"times": 1}, "found 1 times"),
        ({"times": 2**14}, "pixels at most"),
        ({"times": 2, "hurst": 1.5}, "found an exponent of 1.5"),
    ],
)
def test_refinements_that_make_no_sense_are_refused(said, words):
    with pytest.raises(AmurError, match=words):
        roughened(degrees(np.ones((4, 4))), seed=0, **said)
    with pytest.raises(AmurError, match="wanted 3 x 3 or more"):
        roughened(degrees(np.ones((2, 4))), times=2, seed=0)
