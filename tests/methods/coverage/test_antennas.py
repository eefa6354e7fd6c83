"""Patterns of antennas: values of the published formula, and what must be so."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.coverage.antennas import directions, horizontal_loss_db, pattern_loss_db, vertical_loss_db

ANGLE = st.floats(-720, 720)


@pytest.mark.parametrize(
    ("off", "loss"), [(0, 0), (35, 3), (-35, 3), (70, 12), (101, 24.98), (102, 25), (180, 25), (-100, 24.49)]
)  # fmt: skip
def test_beside_the_main_direction_losses_are_those_of_the_table(off, loss):
    assert float(horizontal_loss_db(off, 70)) == pytest.approx(loss, abs=0.005)


@pytest.mark.parametrize(("down", "loss"), [(15, 0), (20, 3), (10, 3), (25, 12), (27.9, 19.97), (28, 20), (-90, 20)])
def test_above_and_below_losses_are_those_of_the_table(down, loss):
    assert float(vertical_loss_db(down, 10, tilt_deg=15)) == pytest.approx(loss, abs=0.005)


@given(ANGLE, st.floats(-90, 90), ANGLE, st.floats(-15, 45))
def test_no_direction_is_stronger_than_the_main_one_or_weaker_than_the_floor(bearing, down, azimuth, tilt):
    loss = pattern_loss_db(bearing, down, azimuth_deg=azimuth, tilt_deg=tilt)
    assert 0 <= loss <= 25
    assert pattern_loss_db(azimuth, tilt, azimuth_deg=azimuth, tilt_deg=tilt) == 0
    assert pattern_loss_db(bearing + 360, down, azimuth_deg=azimuth, tilt_deg=tilt) == pytest.approx(
        float(loss), abs=1e-6
    )


@given(st.floats(0, 180), st.floats(0, 360))
def test_a_pattern_is_alike_to_the_left_and_to_the_right(off, azimuth):
    left, right = (pattern_loss_db(azimuth + side * off, 0, azimuth_deg=azimuth) for side in (-1, 1))
    assert float(left) == pytest.approx(float(right), abs=1e-6)


def test_an_antenna_without_an_azimuth_sends_all_around_and_still_down():
    bearings = np.arange(0.0, 360.0, 10.0)
    assert (pattern_loss_db(bearings, 0.0, azimuth_deg=np.nan) == 0).all()
    assert (pattern_loss_db(bearings, 5.0, azimuth_deg=np.nan) == 3).all()


def test_directions_are_those_of_proj_and_fall_with_the_earth():
    froms, tos = np.array([[126.0, 45.0]] * 3), np.array([[126.3, 45.1], [125.5, 45.0], [126.0, 44.0]])
    found = directions(froms, tos, np.array([230.0, 230.0, 230.0]), 200.0)
    azimuths, _, metres = pyproj.Geod(ellps="WGS84").inv(*froms.T, *tos.T)
    assert found.bearings_deg == pytest.approx(azimuths % 360)
    assert found.distances_m == pytest.approx(metres)
    # By hand: 30 m over 111,132 m is 0.0155 degrees; the Earth, 4/3 as large, falls 111,132 / (2 * 8,494,678) = 0.3748.
    assert found.downs_deg[2] == pytest.approx(0.3902, abs=2e-4)


def test_a_receiver_straight_below_is_seen_straight_below():
    here = np.array([[126.0, 45.0]])
    assert directions(here, here, 230.0, 200.0).downs_deg.tolist() == [90]


def test_angles_that_make_no_sense_are_refused():
    with pytest.raises(AmurError, match="found a beamwidth of 0 degrees"):
        pattern_loss_db(0, 0, azimuth_deg=0, beamwidth_deg=0)
    with pytest.raises(AmurError, match="a bearing is missing"):
        pattern_loss_db(np.nan, 0, azimuth_deg=0)
    with pytest.raises(AmurError, match="wanted pairs alike"):
        directions(np.zeros((2, 2)), np.zeros((3, 2)), 1, 1)
