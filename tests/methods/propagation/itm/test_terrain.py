"""What a profile says: its horizons, its roughness, and the heights that stand at a rank."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.methods.propagation.itm import Inputs, losses
from amur.methods.propagation.itm.terrain import fitted, horizons, largest, mean_height, place_largest
from amur.methods.propagation.paths import evenly, paths_of

FEW = st.sampled_from([0.0, 1.0, 1.5, 2.0])
VALUES = st.lists(st.one_of(FEW, st.floats(-1e6, 1e6)), min_size=1, max_size=245)


@given(VALUES, st.data())
def test_the_value_at_a_rank_is_that_of_the_values_in_order_equal_ones_too(values, data):
    rank = data.draw(st.integers(1, len(values)))
    row = np.array(values)
    ordered = sorted(values, reverse=True)
    for guess in (row.min(), 1.5, row.mean(), 1e9):
        assert largest(row.copy(), rank, row.min(), row.max(), guess) == ordered[rank - 1]
    place_largest(row, 0, len(row) - 1, rank - 1)
    assert row[rank - 1] == ordered[rank - 1]
    assert (row[rank:] <= row[rank - 1]).all()


def test_values_that_no_bound_parts_are_put_in_order():
    close = np.array([1.0, *np.full(9, 1e-300), *np.full(9, 2e-300), 0.0])
    for rank in range(1, 21):
        assert largest(close.copy(), rank, 0.0, 1.0, 1.5e-300) == np.sort(close)[::-1][rank - 1]


@given(st.lists(st.floats(-100, 4000), min_size=3, max_size=80), st.floats(10, 3000), st.floats(0.5, 300))
def test_no_point_stands_over_the_horizon(heights, step, antenna):
    row, radius = np.array(heights), 8.5e6
    antennas = (antenna, 10.0)
    (first, _), (first_m, second_m) = horizons(row, step, antennas, radius, np.empty(len(row)))
    far = step * np.arange(1, len(row))
    tops = row[1:] + np.append(np.zeros(len(row) - 2), antennas[1])
    angles = (tops - row[0] - antenna) / far - far / (2 * radius)
    assert first == pytest.approx(angles.max(), abs=1e-9)
    length = far[-1]
    assert (first_m < length * (1 - 1e-9)) == (angles[:-1].max() > angles[-1] + 1e-12) or angles.max() - angles[
        -1
    ] < 1e-9
    assert 0 < second_m <= length * (1 + 1e-9)


def test_the_mean_height_leaves_a_tenth_at_each_end_out():
    assert mean_height(np.array([900.0, *[10.0] * 9, 900.0])) == 10.0


@given(st.floats(-50, 50), st.floats(-3, 3), st.integers(3, 60))
def test_the_line_through_a_line_is_that_line(height, slope, points):
    row = height + slope * np.arange(float(points))
    assert fitted(row, 0, points - 1) == pytest.approx((row[0], row[-1]), abs=1e-9)
    assert fitted(row, 1, 2) == pytest.approx((row[0], row[-1]), abs=1e-9)


def test_terrain_that_only_slopes_is_not_rough_and_hills_are():
    slope = paths_of([evenly(20, np.linspace(0, 800, 201))])
    hills = paths_of([evenly(20, 100 * np.sin(np.arange(201) / 4))])
    rough = [losses(one, Inputs(800, 30, 10), details=True).details.delta_h_m[0] for one in (slope, hills)]
    assert rough[0] == pytest.approx(0, abs=1e-9)
    deciles = 200 * np.sin(np.radians(0.8 * 90))
    assert rough[1] == pytest.approx(deciles / (1 - 0.8 * np.exp(-20 / 50)), rel=0.05)
