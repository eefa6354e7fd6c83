"""Lines of sight, Fresnel zones and ridges against sums by hand, brute force and Fresnel's integrals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import fresnel

from amur.base.faults import AmurError
from amur.methods.explaining import Terms
from amur.methods.explaining.routes import routes
from amur.methods.explaining.sights import knife_edge_db, sights, state_of
from amur.methods.propagation.paths import paths_of
from tests.methods.explaining.worlds import GEOD, SITE, north_of, terrain

EARTH_M = 6_371_000 * 157 / (157 - 45)


def one(km, heights, near=30.0, far=1.5):
    return sights(paths_of([(km, heights)]), np.array([near]), np.array([far]), np.array([800.0]), EARTH_M)


def test_points_of_a_profile_are_as_far_as_proj_says_and_end_at_the_village():
    far = north_of(SITE, 8.0, bearing=37.0)
    found = routes(terrain(), np.array([SITE]), np.array([far]), Terms())
    _, _, metres = GEOD.inv(*SITE, *far)
    assert found.metres[0] == pytest.approx(metres)
    assert found.paths.lengths_km[0] == pytest.approx(metres / 1000, abs=1e-6)
    steps = np.diff(found.paths.distances_km)
    assert steps == pytest.approx(steps[0])
    assert 0.03 < steps[0] <= 0.1


def test_the_first_zone_of_a_known_link_has_the_radius_of_the_sum_by_hand():
    # λ = 299.792458 / 800 = 0.37474 m; √(0.37474 · 3000 · 7000 / 10,000) = 28.05 m; in the middle √(λ · 2500) = 30.61 m
    found = one([0, 3, 5, 10], [100, 100, 100, 100])
    assert found.zones_m == pytest.approx([0, 28.053, 30.608, 0], abs=0.001)


def test_the_bulge_is_the_sagitta_of_a_circle_as_large_as_the_effective_earth():
    found = one([0, 10, 20], [0, 0, 0])
    exact = EARTH_M - math.sqrt(EARTH_M**2 - 10_000**2)
    assert found.tops_m == pytest.approx([0, exact, 0], abs=1e-4)
    assert found.over_m[1] == pytest.approx(exact - (30 + 1.5) / 2, abs=1e-4)


def test_the_parameter_is_that_of_the_recommendation():
    # P.526: ν = h √(2 / λ · (1/d1 + 1/d2)); h = 40 m of ridge and 1.18 m of bulge over a line 22.9 m up (3 of 10 km)
    found = one([0, 3, 10], [100, 140, 100])
    height = 40 + 3000 * 7000 / (2 * EARTH_M) - (30 - 0.3 * 28.5)
    assert found.parameters[1] == pytest.approx(height * math.sqrt(2 / (299.792458 / 800) * (1 / 3000 + 1 / 7000)))
    assert found.over_m[1] == pytest.approx(height)


@pytest.mark.parametrize("parameter", [-0.7, -0.3, 0.0, 0.5, 1.0, 2.0, 5.0, 12.0])
def test_an_edge_loses_what_fresnels_integrals_say_within_the_error_of_the_approximation(parameter):
    sine, cosine = fresnel(parameter)
    exact = -20 * math.log10(math.sqrt((1 - cosine - sine) ** 2 + (cosine - sine) ** 2) / 2)
    assert float(knife_edge_db(parameter)) == pytest.approx(exact, abs=0.4 if parameter < 0 else 0.15)


def test_nothing_is_lost_over_an_edge_that_leaves_55_percent_of_the_zone_free():
    assert knife_edge_db(np.array([-0.78, -5.0, -1e9])).tolist() == [0.0, 0.0, 0.0]
    assert float(knife_edge_db(-0.77)) == pytest.approx(0.0, abs=0.1)
    assert [state_of(one) for one in (0.0, -1e-9, -0.78)] == ["blocked", "touched", "clear"]


heights = st.lists(st.floats(0, 300), min_size=3, max_size=12)


@given(st.lists(heights, min_size=1, max_size=4), st.floats(1, 100), st.floats(100, 6000))
def test_the_ridge_is_the_first_point_whose_parameter_is_greatest_by_brute_force(profiles, antenna, mhz):
    far = [np.linspace(0, 7.0, len(one)) for one in profiles]
    count = len(profiles)
    found = sights(
        paths_of(zip(far, profiles, strict=True)), np.full(count, antenna), np.full(count, 1.5), np.full(count, mhz),
        EARTH_M,
    )  # fmt: skip
    start = 0
    for km, high, ridge in zip(far, profiles, found.ridges, strict=True):
        best, which = -math.inf, 0
        for at in range(1, len(km) - 1):
            near, beyond = 1000 * km[at], 1000 * (7.0 - km[at])
            line = high[0] + antenna + (high[-1] + 1.5 - high[0] - antenna) * near / 7000
            over = high[at] + near * beyond / (2 * EARTH_M) - line
            parameter = over * math.sqrt(2 * 7000 * mhz / (299.792458 * near * beyond))
            if parameter > best + 1e-9:
                best, which = parameter, at
        assert found.parameters[ridge] == pytest.approx(best, abs=1e-6)
        assert abs(found.parameters[start + which] - found.parameters[ridge]) < 1e-6
        assert start < ridge < start + len(km) - 1
        start += len(km)


def test_of_two_ridges_alike_the_nearer_is_told():
    found = one([0, 2, 5, 8, 10], [0, 50, 0, 50, 0], near=10.0, far=10.0)
    assert found.ridges.tolist() == [1]


def test_a_line_without_an_antenna_is_refused():
    with pytest.raises(AmurError, match="antennas: wanted 1 numbers of more than 0"):
        one([0, 1, 2], [0, 0, 0], near=0.0)
