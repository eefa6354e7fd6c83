"""What the Recommendation does not cover is refused, with the path, what was found and what is allowed."""

from __future__ import annotations

import numpy as np
import pytest

from amur.base.faults import AmurError
from amur.methods.propagation.p1812 import COASTAL_LAND, HORIZONTAL, INLAND, SEA, Inputs, losses, traced
from amur.methods.propagation.paths import evenly, paths_of

GOOD = {
    "frequency_ghz": 0.8,
    "antenna_t_m": 30.0,
    "antenna_r_m": 1.5,
    "latitude_deg": 46.0,
    "refractivity_n0": 320.0,
    "delta_n": 45.0,
}
PATHS = paths_of([evenly(5.0, [100.0, 120.0, 90.0]), evenly(7.0, [100.0, 120.0, 90.0, 80.0])])


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("frequency_ghz", 7.0, "path 0: frequency_ghz is 7, not 0.03 to 6; and 1 more"),
        ("frequency_ghz", [0.8, 0.02], "path 1: frequency_ghz is 0.02, not 0.03 to 6"),
        ("time_percent", 0.5, "path 0: time_percent is 0.5, not 1 to 50; and 1 more"),
        ("time_percent", [50.0, float("nan")], "path 1: time_percent is nan, not 1 to 50"),
        ("location_percent", 100.0, "path 0: location_percent is 100, not 1 to 99; and 1 more"),
        ("antenna_t_m", 0.5, "path 0: antenna_t_m is 0.5, not 1 to 3000; and 1 more"),
        ("antenna_r_m", [1.5, 3001.0], "path 1: antenna_r_m is 3001, not 1 to 3000"),
        ("polarisation", 3, "path 0: polarisation is 3, not 1 to 2; and 1 more"),
        ("polarisation", [1, 1.5], "path 1: polarisation is 1.5, not 1 (horizontal) or 2 (vertical)"),
        ("latitude_deg", 91.0, "path 0: latitude_deg is 91, not -90 to 90; and 1 more"),
        ("refractivity_n0", 0.0, "path 0: refractivity_n0 is 0, not 200 to 500; and 1 more"),
        ("delta_n", 157.0, "path 0: delta_n is 157, not 0 to 150; and 1 more"),
        ("coast_t_km", -1.0, "path 0: coast_t_km is -1, not 0 to inf; and 1 more"),
        ("coast_r_km", float("inf"), "path 0: coast_r_km is inf, not 0 to inf; and 1 more"),
        ("location_deviation_db", -0.1, "path 0: location_deviation_db is -0.1, not 0 to 50; and 1 more"),
        ("power_kw", 0.0, "path 0: power_kw is 0, not 1e-12 to 1e+09; and 1 more"),
        ("gain_t_dbi", 300.0, "path 0: gain_t_dbi is 300, not -200 to 200; and 1 more"),
        ("gain_r_dbi", float("nan"), "path 0: gain_r_dbi is nan, not -200 to 200; and 1 more"),
        ("clutter_m", [0, 0, 0, 1, 2, -3, 0], "path 1, point 2: clutter_m is -3, not 0 to 1000"),
        ("zones", 2, "path 0, point 0: zones is 2, not 1 (sea), 3 (coastal land) or 4 (inland); and 6 more"),
    ],
)
def test_what_lies_outside_of_the_model_is_refused(name, given, said):
    with pytest.raises(AmurError) as fault:
        losses(PATHS, Inputs(**{**GOOD, name: given}))
    assert (fault.value.code, fault.value.message) == ("out_of_range", said)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("frequency_ghz", [0.8, 0.8, 0.8], "frequency_ghz has 3 numbers; give one, or one for each of 2 paths"),
        ("delta_n", np.zeros((2, 1)), "delta_n has 2 by 1 numbers; give one, or one for each of 2 paths"),
        ("clutter_m", [0.0, 1.0], "clutter_m has 2 numbers; give one, or one for each of 7 points"),
        ("zones", [4, 4], "zones has 2 numbers; give one, or one for each of 7 points"),
    ],
)
def test_numbers_are_one_or_one_each(name, given, said):
    with pytest.raises(AmurError) as fault:
        traced(PATHS, Inputs(**{**GOOD, name: given}))
    assert (fault.value.code, fault.value.message) == ("uneven_inputs", said)


def test_what_is_no_number_is_refused():
    with pytest.raises(AmurError, match="frequency_ghz is not a number, nor one for each path") as fault:
        losses(PATHS, Inputs(**{**GOOD, "frequency_ghz": "fast"}))
    assert fault.value.code == "no_number"


@pytest.mark.parametrize("length_km", [0.2, 3000.1])
def test_paths_that_are_too_short_or_too_long_are_refused(length_km):
    paths = paths_of([evenly(1.0, [0, 0, 0]), evenly(length_km, [0, 0, 0])])
    with pytest.raises(AmurError, match=rf"path 1: length_km is {length_km:g}, not 0.25 to 3000"):
        losses(paths, Inputs(**GOOD))


def test_no_paths_lose_nothing():
    found = losses(paths_of([]), Inputs(**GOOD))
    assert found.loss_db.tolist() == found.field_dbuvm.tolist() == []
    assert len(traced(paths_of([]), Inputs(**GOOD))) == 0


def test_what_was_given_is_left_as_it_was():
    coast_km = np.array([3.0, 4.0])
    losses(PATHS, Inputs(**GOOD, coast_t_km=coast_km, coast_r_km=coast_km, zones=SEA))
    assert coast_km.tolist() == [3.0, 4.0]


def test_arrays_that_are_locked_or_not_in_one_piece_are_taken():
    wide = np.zeros((7, 2))
    wide.flags.writeable = False
    zones = np.array([SEA, SEA, INLAND, INLAND, COASTAL_LAND, SEA, SEA])[::-1]
    found = losses(PATHS, Inputs(**GOOD, clutter_m=wide[:, 0], zones=zones))
    said = losses(PATHS, Inputs(**GOOD, zones=[int(zone) for zone in zones]))
    assert found.loss_db.tolist() == said.loss_db.tolist()


def test_power_and_gains_add_to_the_field_and_not_to_the_loss():
    plain, strong = (
        losses(PATHS, Inputs(**GOOD, **other))
        for other in ({}, {"power_kw": [10.0, 1.0], "gain_t_dbi": 3.0, "gain_r_dbi": [0.0, -1.0]})
    )
    assert strong.loss_db.tolist() == plain.loss_db.tolist()
    assert (strong.field_dbuvm - plain.field_dbuvm).tolist() == pytest.approx([13.0, 2.0])


def test_polarisation_matters_over_the_sea():
    far = paths_of([evenly(200.0, [0.0] * 101)])
    flat, upright = (
        traced(far, Inputs(**{**GOOD, "frequency_ghz": 0.05, "polarisation": way, "zones": SEA}))["diffraction_db"][0]
        for way in (HORIZONTAL, 2)
    )
    assert flat > upright + 1.0
