"""What the model was not made for is refused: which path, what was found, what the range is."""

from __future__ import annotations

import pytest

from amur.base.faults import AmurError
from amur.methods.propagation.itm import (
    ConfidenceReliability,
    Inputs,
    TimeLocationSituation,
    area,
    losses,
    resampled,
)
from amur.methods.propagation.paths import evenly, paths_of

FLAT = paths_of([evenly(10, [100.0] * 11)] * 3)
GOOD = {"frequency_mhz": 800, "transmitter_m": 30, "receiver_m": 1.5}


def refused(function, *given, **more):
    with pytest.raises(AmurError) as raised:
        function(*given, **more)
    return raised.value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"frequency_mhz": 19.9}, "all paths: frequency_mhz is 19.9, not 20 to 20000"),
        ({"frequency_mhz": [20, 20_001, 1]}, "path 1: frequency_mhz is 20001, not 20 to 20000 (and 1 more)"),
        ({"transmitter_m": [1, 1, 0.4]}, "path 2: transmitter_m is 0.4, not 0.5 to 3000"),
        ({"receiver_m": 3001}, "all paths: receiver_m is 3001, not 0.5 to 3000"),
        ({"polarisation": 2}, "all paths: polarisation is 2, not one of 0, 1"),
        ({"epsilon": 0.9}, "all paths: epsilon is 0.9, not 1 or more"),
        ({"epsilon": float("inf")}, "all paths: epsilon is inf, not 1 or more"),
        ({"sigma": 0}, "all paths: sigma is 0, not more than 0"),
        ({"n_0": 249}, "all paths: n_0 is 249, not 250 to 400"),
        ({"n_0": float("nan")}, "all paths: n_0 is nan, not 250 to 400"),
        ({"climate": [1, 7, 8]}, "path 2: climate is 8, not one of 1, 2, 3, 4, 5, 6, 7"),
        ({"mdvar": 4}, "all paths: mdvar is 4, not one of 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33"),
        ({"quantiles": TimeLocationSituation(time=0)}, "all paths: time is 0, not more than 0 and less than 100"),
        ({"quantiles": ConfidenceReliability(100)}, "all paths: confidence is 100, not more than 0 and less than 100"),
        (
            {"quantiles": ConfidenceReliability(reliability=[50, -1, 50])},
            "path 1: reliability is -1, not more than 0 and less than 100",
        ),
    ],
)
def test_a_value_out_of_its_range_is_told_with_its_path(change, said):
    error = refused(losses, FLAT, Inputs(**GOOD | change))
    assert error.message == said
    assert error.code == "out_of_range"


def test_values_that_are_not_as_many_as_paths_are_told():
    error = refused(losses, FLAT, Inputs(**GOOD | {"receiver_m": [1.5, 2]}))
    assert error.message == "receiver_m has the shape (2,); there are 3 paths"


def test_what_is_no_number_is_told():
    assert refused(losses, FLAT, Inputs(**GOOD | {"climate": "desert"})).code == "no_number"


def test_points_that_do_not_stand_evenly_are_told_and_can_be_brought_to_stand_so():
    paths = paths_of([evenly(2, [5, 6, 7]), ([0, 0.9, 2], [5, 6, 7])])
    error = refused(losses, paths, Inputs(**GOOD))
    assert error.code == "uneven_profile"
    assert error.message.startswith("path 1, point 1 stands at 0.9 km, not at 1 km")
    assert len(losses(resampled(paths, 0.1), Inputs(**GOOD))) == 2
    assert len(losses(paths, Inputs(**GOOD), tolerance=0.2)) == 2


def test_points_that_are_off_by_what_rounding_takes_stand_evenly():
    far = [round(one / 3, 3) for one in range(30)]
    assert len(losses(paths_of([(far, [100] * 30)]), Inputs(**GOOD))) == 1


@pytest.mark.parametrize(
    ("height", "change", "said"),
    [
        (7000, {}, "path 1: the refractivity where it lies is 144 N-units, not 150 to 400"),
        (-500, {"n_0": 400}, "path 1: the refractivity where it lies is 422 N-units, not 150 to 400"),
        (0, {"epsilon": 1, "polarisation": 0}, "path 0: the ground is as the air over it"),
    ],
)
def test_what_comes_out_of_range_on_the_way_is_told_with_its_path(height, change, said):
    paths = paths_of([evenly(10, [0.0] * 11), evenly(10, [float(height)] * 11)])
    assert refused(losses, paths, Inputs(**GOOD | change)).message.startswith(said)


@pytest.mark.parametrize(
    ("distance", "delta_h", "more", "said"),
    [
        (0, 90, {}, "all paths: distance_km is 0, not more than 0"),
        ([5, -1], 90, {}, "path 1: distance_km is -1, not more than 0"),
        (5, -1, {}, "all paths: delta_h_m is -1, not 0 or more"),
        (5, 90, {"transmitter_siting": 3}, "all paths: transmitter_siting is 3, not one of 0, 1, 2"),
        (5, 90, {"receiver_siting": 0.5}, "all paths: receiver_siting is 0.5, not one of 0, 1, 2"),
    ],
)
def test_a_value_of_an_area_out_of_its_range_is_told(distance, delta_h, more, said):
    assert refused(area, Inputs(**GOOD), distance, delta_h, **more).message == said


def test_a_step_that_is_no_length_is_told():
    for step in (0, -1, float("nan"), float("inf")):
        assert refused(resampled, FLAT, step).code == "out_of_range"
