"""Clutter losses are those of the reference software, and what lies outside the Recommendation is told."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ITS.ITU.PSeries import P2108

from amur.base.faults import AmurError
from amur.methods.propagation import p2108
from amur.methods.propagation.p2108 import USUAL_HEIGHT_M, Surroundings, aeronautical, height_gain, terrestrial

PERCENT = st.floats(0.01, 99.99)
SAME = {"rel": 1e-9, "abs": 1e-9}


def test_the_examples_are_true():
    assert not doctest.testmod(p2108).failed


@given(st.floats(0.5, 67.0), st.floats(0.25, 500.0), PERCENT)
def test_clutter_along_the_ground_is_that_of_the_reference_software(frequency, distance, percent):
    said = P2108.TerrestrialStatisticalModel(frequency, distance, percent)
    assert float(terrestrial(frequency, distance, percent)) == pytest.approx(said, **SAME)


@given(st.floats(10.0, 100.0), st.floats(0.0, 90.0), PERCENT)
def test_clutter_below_an_aeroplane_is_that_of_the_reference_software(frequency, elevation, percent):
    said = P2108.AeronauticalStatisticalModel(frequency, elevation, percent)
    assert float(aeronautical(frequency, elevation, percent)) == pytest.approx(said, **SAME)


@given(
    st.floats(0.03, 3.0),
    st.floats(0.1, 40.0),
    st.floats(1.0, 60.0),
    st.floats(1.0, 60.0),
    st.sampled_from(Surroundings),
)
def test_a_low_antenna_loses_what_the_reference_software_says(frequency, height, street, clutter, kind):
    said = P2108.HeightGainTerminalCorrectionModel(frequency, height, street, clutter, P2108.ClutterType(int(kind)))
    ours = height_gain(frequency, height, kind, clutter_m=clutter, street_m=street)
    assert float(ours) == pytest.approx(said, **SAME)


def test_an_antenna_over_the_roofs_loses_nothing():
    for kind, height in USUAL_HEIGHT_M.items():
        assert height_gain(0.8, [height, height + 20], kind, clutter_m=height).tolist() == [0.0, 0.0]


def test_clutter_along_the_ground_grows_with_the_locations_it_is_kept_for_and_not_beyond_two_kilometres():
    found = terrestrial(3.5, 1.0, np.linspace(1, 99, 50))
    assert (np.diff(found) > 0).all()
    assert terrestrial(3.5, 2.0, 50) == terrestrial(3.5, 40.0, 50)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: terrestrial([1.0, 0.4], 1.0, 50), "frequency_ghz at 1 is 0.4, not 0.5 to 67"),
        (lambda: terrestrial(1.0, 0.2, 50), "distance_km is 0.2, not 0.25 or more"),
        (lambda: terrestrial(1.0, 1.0, 100), "locations_percent is 100, not more than 0 and less than 100"),
        (lambda: aeronautical(9.0, 10.0, 50), "frequency_ghz is 9, not 10 to 100"),
        (lambda: aeronautical(20.0, float("nan"), 50), "elevation_degrees is nan, not 0 to 90"),
        (lambda: height_gain(4.0, 1.5, 3, clutter_m=10), "frequency_ghz is 4, not 0.03 to 3"),
        (lambda: height_gain(1.0, 0.0, 3, clutter_m=10), "height_m is 0, not more than 0"),
        (lambda: height_gain(1.0, 1.5, 7, clutter_m=10), "surroundings is 7, not 1 to 6"),
        (lambda: height_gain(1.0, 1.5, 3, clutter_m=10, street_m=0), "street_m is 0, not more than 0"),
    ],
)
def test_what_lies_outside_the_recommendation_is_told(asked, said):
    with pytest.raises(AmurError) as raised:
        asked()
    assert raised.value.message == said
    assert raised.value.code == "out_of_range"
