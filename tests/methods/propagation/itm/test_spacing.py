"""Profiles brought to even steps keep their ends and go through their points."""

from __future__ import annotations

import numpy as np
import pytest

from amur.methods.propagation.itm import Inputs, losses, resampled
from amur.methods.propagation.paths import evenly, paths_of


def test_heights_stand_on_straight_lines_between_points():
    found = resampled(paths_of([([0, 1, 4], [0, 10, 40]), ([0, 3, 4], [7, 7, 9])]), 1.0)
    assert found.starts.tolist() == [0, 5, 10]
    assert found.heights_m.tolist() == [0, 10, 20, 30, 40, 7, 7, 7, 7, 9]


def test_a_step_is_made_smaller_so_that_both_ends_stay():
    found = resampled(paths_of([([0, 1, 2.2], [0, 10, 22])]), 0.5)
    assert found.distances_km == pytest.approx(np.linspace(0, 2.2, 6))
    assert found.heights_m == pytest.approx(10 * found.distances_km)


def test_even_profiles_stay_as_they_are():
    paths = paths_of([evenly(3.7, [1, 5, 2, 8, 3]), evenly(7.4, [1, 5, 2, 8, 3, 9, 1, 1, 1])])
    same = resampled(paths, 3.7 / 4)
    assert same.starts.tolist() == paths.starts.tolist()
    assert same.heights_m == pytest.approx(paths.heights_m)


def test_a_path_shorter_than_a_step_has_a_point_between_its_ends():
    assert len(resampled(paths_of([evenly(0.2, [1, 2, 3])]), 1.0).heights_m) == 3


def test_more_points_on_the_same_lines_change_a_loss_little():
    heights = [150 + 40 * np.sin(one / 9) for one in range(101)]
    coarse = paths_of([evenly(20, heights)])
    fine = losses(resampled(coarse, 0.1), Inputs(800, 30, 1.5)).loss_db
    assert fine == pytest.approx(losses(coarse, Inputs(800, 30, 1.5)).loss_db, abs=1.0)
