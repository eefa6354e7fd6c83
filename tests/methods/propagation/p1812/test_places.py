"""The middle of a path, and how much a signal differs about its receiver."""

from __future__ import annotations

import numpy as np
import pytest

from amur.methods.propagation.p1812 import location_deviations_db, middle_latitudes_deg
from amur.methods.propagation.p1812.climate import EARTH_KM

DEGREE_KM = np.pi * EARTH_KM / 180


@pytest.mark.parametrize(
    ("ends", "length_km", "said"),
    [
        ((45.0, 126.0, 47.0, 126.0), 2 * DEGREE_KM, 46.0),
        ((47.0, 126.0, 45.0, 126.0), 2 * DEGREE_KM, 46.0),
        ((0.0, 10.0, 0.0, 20.0), 10 * DEGREE_KM, 0.0),
        ((60.0, 0.0, 60.0, 180.0), 60 * DEGREE_KM, 90.0),
        ((-45.0, 179.0, -45.0, -179.0), 0.0, -45.0),
    ],
)
def test_the_middle_lies_on_the_great_circle(ends, length_km, said):
    assert float(middle_latitudes_deg(*ends, length_km)) == pytest.approx(said, abs=1e-6)


def test_the_way_round_the_date_line_is_the_short_one():
    across = middle_latitudes_deg(50.0, 179.0, 50.0, -179.0, [143.0, 143.0])
    inland = middle_latitudes_deg(50.0, 100.0, 50.0, 102.0, [143.0, 143.0])
    np.testing.assert_allclose(across, inland)


def test_locations_differ_in_full_below_what_stands_there_and_not_at_all_far_above():
    full = (0.52 + 0.024 * 2.0) * 500.0**0.28
    found = location_deviations_db(2.0, 500.0, [1.5, 10.0, 12.5, 20.0, 300.0], 10.0)
    np.testing.assert_allclose(found, [full, full, 0.75 * full, 0.0, 0.0])
