"""What no validation log shows: high latitudes, coasts, receivers at sea, very long paths. Values are worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from amur.methods.propagation.p1812 import COASTAL_LAND, INLAND, SEA, Inputs, traced
from amur.methods.propagation.p1812.ducting import weigh_duct
from amur.methods.propagation.paths import evenly, paths_of

AIR = {"latitude_deg": 46.0, "refractivity_n0": 320.0, "delta_n": 45.0}
LINK = {"frequency_ghz": 0.8, "antenna_t_m": 30.0, "antenna_r_m": 30.0}


def found(length_km, **other):
    paths = paths_of([evenly(length_km, [0.0] * 101)])
    return traced(paths, Inputs(**{**AIR, **LINK, **other}))[0]


def on_land(length_km):
    """Return the two factors by which land keeps ducts away, for a path that is inland all along: (2) and (3)."""
    inland = 1 - math.exp(-4.12e-4 * length_km**2.41)
    return (10 ** (-length_km / (16 - 6.6 * inland)) + 10 ** (-5 * (0.496 + 0.354 * inland))) ** 0.2


@pytest.mark.parametrize(
    ("latitude_deg", "at_sea", "power"),
    [
        (0.0, 10**1.67, -0.935),
        (-46.0, 10 ** (1.67 - 0.69), -0.935 + 0.0176 * 46),
        (70.0, 10 ** (1.67 - 1.05), -0.935 + 1.232),
        (70.1, 4.17, 0.3),
        (-85.0, 4.17, 0.3),
    ],
)
def test_anomalous_propagation_follows_the_latitude(latitude_deg, at_sea, power):
    assert found(100.0, latitude_deg=latitude_deg, zones=SEA)["anomalous_percent"] == pytest.approx(at_sea)
    expected = at_sea * on_land(100.0) ** (1 + power)
    assert found(100.0, latitude_deg=latitude_deg, zones=INLAND)["anomalous_percent"] == pytest.approx(expected)


def test_each_point_stands_for_the_ground_half_way_to_its_neighbours():
    paths = paths_of([([0.0, 10.0, 30.0, 40.0, 50.0, 60.0], [0.0] * 6)])
    zones = [INLAND, SEA, COASTAL_LAND, INLAND, INLAND, SEA]
    (one,) = traced(paths, Inputs(**AIR, **LINK, zones=zones))
    assert one["sea_share"] == pytest.approx((15.0 + 5.0) / 60.0)
    assert one["longest_land_km"] == pytest.approx(15.0 + 10.0 + 10.0)
    assert one["longest_inland_km"] == pytest.approx(10.0 + 10.0)


def near_coast(points_at_sea, coast_km, **other):
    """Return the loss by ducts where both ends are on land, so many of 101 points at sea, the sea so far from an end."""
    shore = (101 - points_at_sea) // 2
    zones = [INLAND] * shore + [SEA] * points_at_sea + [INLAND] * (101 - points_at_sea - shore)
    return found(100.0, zones=zones, **{"coast_t_km": coast_km, "coast_r_km": 500.0, **other})["ducted_db"]


def test_ducts_over_the_sea_are_reached_from_its_coast():
    gain_db = 3 * math.exp(-0.25 * 2.0**2) * (1 + math.tanh(0.07 * 20))
    assert near_coast(81, 500.0) - near_coast(81, 2.0) == pytest.approx(gain_db)
    assert near_coast(81, 500.0) - near_coast(81, 500.0, coast_r_km=2.0) == pytest.approx(gain_db)


def test_ducts_are_not_reached_from_far_inland_over_land_or_from_behind_a_near_horizon():
    assert near_coast(81, 500.0) == near_coast(81, 5.01)
    assert near_coast(61, 500.0) == near_coast(61, 2.0)
    hill = [0.0] * 101
    hill[1] = 200.0
    zones = [INLAND] * 10 + [SEA] * 81 + [INLAND] * 10
    behind = [
        traced(paths_of([evenly(100.0, hill)]), Inputs(**AIR, **LINK, zones=zones, coast_t_km=coast_km))["ducted_db"]
        for coast_km in (500.0, 2.0)
    ]
    assert behind[0] == behind[1]


def test_an_end_at_sea_is_at_the_coast_whatever_is_said_of_it():
    assert found(50.0, zones=SEA)["ducted_db"] == found(50.0, zones=SEA, coast_t_km=0.0, coast_r_km=0.0)["ducted_db"]


def test_locations_differ_on_land_and_not_at_sea():
    asked = {"location_percent": 90.0, "location_deviation_db": 5.5}
    inland, at_sea = (found(50.0, zones=zone, **asked) for zone in (INLAND, SEA))
    assert inland["location_db"] == pytest.approx(1.2816 * 5.5, abs=0.003)
    assert inland["loss_db"] == pytest.approx(inland["median_location_db"] + inland["location_db"])
    assert at_sea["location_db"] == 0.0


def test_very_long_paths_are_bent_no_more_than_the_bound_says():
    one = found(2000.0)
    bent = 500 / one["radius_km"] * (2000.0 / (2 * math.sqrt(one["ducting_height_t_m"]))) ** 2
    assert one["roughness_m"] <= 10.0
    assert weigh_duct(one) == pytest.approx(math.log10(one["anomalous_percent"]) - 3.4 * math.log10(bent))


def test_ducts_over_very_rough_ground_are_too_seldom_for_a_number_and_still_lose_a_number():
    high = np.where(np.arange(101) % 2, 0.0, 8000.0)
    high[[0, -1]] = 0.0
    (one,) = traced(paths_of([evenly(2000.0, high)]), Inputs(**AIR, **LINK))
    assert weigh_duct(one) < -10
    assert np.isfinite(one["ducted_db"])
