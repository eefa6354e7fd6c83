"""Villages are read with their points; what makes no sense is told by row and field."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.coverage.villages import COMMITTEE, SETTLEMENT, Place, Points, villages

HERE = Place("a", "committee", 45.0, 126.0)


def read(places=(HERE,), *, ids=("a", "b"), counties=("1", "2"), households=(40, 60), **more):
    return villages(ids, counties, households, places, **more)


def test_points_belong_to_their_village_and_kind():
    found = read([Place("b", "settlement", 45.1, 126.1, 30), HERE, Place("b", "settlement", 45.2, 126.2)])
    assert found.of.tolist() == [1, 0, 1]
    assert found.rows_of(COMMITTEE).tolist() == [1]
    assert found.rows_of(SETTLEMENT).tolist() == [0, 2]
    assert found.dwellings[0] == 30
    assert np.isnan(found.dwellings[[1, 2]]).all()
    assert found.points.north.tolist() == [45.1, 45.0, 45.2]


def test_what_a_village_is_known_to_lack_is_noted():
    found = read(without=[("b", "school")])
    assert found.has_none.tolist() == [[False] * 4, [False, True, False, False]]


def test_a_village_without_any_point_is_a_village():
    assert len(read([])) == 2


def test_a_village_where_nobody_lives_any_more_is_one():
    assert read(households=(0, 60)).households.tolist() == [0, 60]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"households": (40, -1)}, r"villages, row 1, households: found -1"),
        ({"households": (40, None)}, r"villages, row 1, households: found None"),
        ({"households": (float("nan"), 1)}, r"villages, row 0, households: found nan"),
        ({"households": (float("inf"), None)}, r"villages, row 0, households: found inf.*; and 1 more rows"),
        ({"people": (1, -5)}, r"villages, row 1, people: found -5"),
        ({"households": (40,)}, r"2 villages have 1 households"),
        ({"counties": ("1",)}, r"2 villages have 1 counties"),
        ({"ids": ("a", "a")}, r"villages, row 1, ids: 'a' is the id of row 0 too"),
        ({"places": [HERE, Place("c", "school", 45, 126)]}, r"places, row 1, village: found 'c'"),
        ({"places": [Place("a", "temple", 45, 126)]}, r"places, row 0, kind: found 'temple', wanted one of committee"),
        ({"places": [HERE, Place("a", "school", 126, 45)]}, r"places, row 1, north: found 126"),
        ({"places": [Place("a", "school", 45, 200)]}, r"places, row 0, east: found 200"),
        ({"places": [Place("a", "school", float("nan"), 45)]}, r"places, row 0, north: found nan"),
        ({"places": [HERE, Place("a", "settlement", 45, 126, -3)]}, r"places, row 1, households: found -3"),
        ({"places": [Place("a", "settlement", 45, 126, float("nan"))]}, r"places, row 0, households: found nan"),
        ({"places": [Place("a", "settlement", 45, 126, float("inf"))]}, r"places, row 0, households: found inf"),
        ({"places": [HERE, HERE]}, r"village a has more than one committee"),
        ({"without": [("a", "committee")]}, r"places, row 0: village a is said to have no committee"),
        ({"without": [("z", "school")]}, r"without 'z', 'school'"),
        ({"without": [("a", "temple")]}, r"without 'a', 'temple'"),
    ],
)
def test_what_makes_no_sense_is_told_by_row_and_field(change, told):
    with pytest.raises(AmurError, match=told):
        read(**change)


def test_points_come_with_both_coordinates():
    with pytest.raises(AmurError, match="sites: 2 degrees north and 1 east"):
        Points(np.zeros(2), np.zeros(1), "sites")


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_points_in_space_lie_on_the_ellipsoid(north, east):
    x, y, z = Points(np.array([north]), np.array([east])).in_space_m[0]
    assert (x**2 + y**2) / 6378137.0**2 + z**2 / 6356752.314245**2 == pytest.approx(1, abs=1e-12)
