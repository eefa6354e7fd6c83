"""Profiles are taken as they are, or refused with the path and the point."""

from __future__ import annotations

import numpy as np
import pytest

from amur.base.faults import AmurError
from amur.methods.propagation.paths import Paths, paths_of

GOOD = ([0, 1, 2], [5, 6, 7])


def test_paths_of_different_lengths_stand_together():
    paths = paths_of([GOOD, ([0, 1, 2, 4], [1, 1, 1, 1])])
    assert len(paths) == 2
    assert paths.starts.tolist() == [0, 3, 7]
    assert paths.lengths_km.tolist() == [2, 4]


def test_no_path_at_all_is_no_fault():
    assert len(paths_of([])) == 0


@pytest.mark.parametrize(
    ("profile", "code", "where"),
    [
        (([0, 1], [1, 1]), "short_path", "path 1 has 2 points"),
        (([0, 1, 2], [1, 1]), "uneven_paths", "path 1 has 3 distances and 2 heights"),
        (([0, 1, 2], [1, float("nan"), float("inf")]), "not_finite", "path 1, point 1: height is nan; and 1 more"),
        (([0, float("inf"), 2], [1, 1, 1]), "not_finite", "path 1, point 1: distance is inf"),
        (([1, 2, 3], [1, 1, 1]), "not_from_zero", "path 1 does not begin at 0 km"),
        (([0, 2, 2], [1, 1, 1]), "no_way_on", "path 1, point 2"),
        (([0, 2, 1], [1, 1, 1]), "no_way_on", "path 1, point 2"),
    ],
)
def test_what_is_no_path_is_told_with_its_place(profile, code, where):
    with pytest.raises(AmurError) as caught:
        paths_of([GOOD, profile])
    assert caught.value.code == code
    assert where in str(caught.value)


def test_points_that_belong_to_no_path_are_refused():
    with pytest.raises(AmurError) as caught:
        Paths(np.array([0, 3]), np.arange(4.0), np.zeros(4))
    assert caught.value.code == "uneven_paths"
