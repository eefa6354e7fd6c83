"""Measures against other libraries, published values and what must be so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from amur.base.faults import AmurError
from amur.methods.measures.concentration import equal_firms, herfindahl, share_of_largest
from amur.methods.measures.inequality import gini, hoover, theil, theil_parts, variation
from amur.methods.measures.quantiles import estimate, quantile
from amur.methods.measures.wifi import HOURS, Spots, wifi_reach

MONEY = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=30)
SOME = MONEY.filter(lambda values: sum(values) > 1e-3)
MEASURES = [gini, theil, hoover, variation]


def test_the_index_of_a_market_is_that_of_the_guidelines():
    # The example of the United States' merger guidelines (2010, section 5.3): 30, 30, 20 and 20 % make 2,600.
    assert herfindahl([30, 30, 20, 20]) == pytest.approx(2600)
    assert share_of_largest([30, 30, 20, 20], 2) == pytest.approx(0.6)


@given(SOME)
def test_an_index_lies_between_that_of_equal_firms_and_of_one(sizes):
    assert 10_000 / len(sizes) - 1e-6 <= herfindahl(sizes) <= 10_000 + 1e-6
    assert 1 - 1e-9 <= equal_firms(sizes) <= len(sizes) + 1e-6
    assert share_of_largest(sizes, len(sizes)) == pytest.approx(1)


@given(SOME)
def test_the_coefficient_of_gini_is_half_the_mean_difference_over_the_mean(values):
    found = np.array(values)
    wanted = np.abs(found[:, None] - found[None, :]).mean() / (2 * found.mean())
    assert gini(values) == pytest.approx(wanted, abs=1e-9)


def test_the_coefficient_of_gini_is_that_of_a_law_whose_own_is_known():
    # Of an exponential law it is 1/2, of a Pareto law with exponent a it is 1 / (2 a - 1).
    ranks = (np.arange(200_000) + 0.5) / 200_000
    assert gini(stats.expon.ppf(ranks)) == pytest.approx(0.5, abs=1e-3)
    assert gini(stats.pareto.ppf(ranks, 3)) == pytest.approx(1 / 5, abs=1e-3)


def test_theils_measure_is_that_of_a_law_whose_own_is_known():
    # Of a lognormal law with deviation s it is s squared over 2.
    ranks = (np.arange(200_000) + 0.5) / 200_000
    assert theil(stats.lognorm.ppf(ranks, 0.5)) == pytest.approx(0.125, abs=1e-3)


@given(SOME)
def test_theils_measure_is_a_divergence_from_equal_shares(values):
    shares = np.array(values) / sum(values)
    assert theil(values) == pytest.approx(stats.entropy(shares, np.full(len(values), 1 / len(values))), abs=1e-9)


@given(SOME)
def test_variation_is_that_of_another_library(values):
    assert variation(values) == pytest.approx(stats.variation(values), abs=1e-9)


@given(SOME, st.integers(2, 4))
def test_who_stands_for_many_counts_as_often(values, times):
    for measure in MEASURES:
        assert measure(values, [times] * len(values)) == pytest.approx(measure(values), abs=1e-9)
        weights = [1 + place % times for place in range(len(values))]
        repeated = [value for value, weight in zip(values, weights, strict=True) for _ in range(weight)]
        assert measure(values, weights) == pytest.approx(measure(repeated), abs=1e-7)


@given(SOME, st.floats(0.1, 50))
def test_the_unit_does_not_matter(values, factor):
    for measure in MEASURES:
        assert measure([value * factor for value in values]) == pytest.approx(measure(values), abs=1e-6)


@given(SOME, st.data())
def test_parts_of_theils_measure_add_up(values, data):
    groups = data.draw(st.lists(st.sampled_from("abc"), min_size=len(values), max_size=len(values)))
    parts = theil_parts(values, groups)
    assert parts.between + sum(parts.within.values()) == pytest.approx(theil(values), abs=1e-7)


def test_a_group_of_nobody_adds_nothing():
    assert theil_parts([0, 0, 2], ["a", "a", "b"]).within == {"a": 0.0, "b": 0.0}
    assert theil_parts([1, 2], ["a", "b"], [0, 1]).within["a"] == 0.0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(0, 1))
def test_a_quantile_is_among_the_values(values, share):
    assert min(values) - 1e-9 <= quantile(values, share) <= max(values) + 1e-9
    assert quantile(values, share, [1] * len(values)) in values


def test_bounds_hold_the_truth_about_as_often_as_they_promise():
    rng = np.random.default_rng(11)
    held = 0
    for seed in range(100):
        found = estimate(rng.normal(0, 1, 60), 0.5, confidence=0.9, rounds=400, seed=seed)
        held += found.low <= 0 <= found.high
    assert 80 <= held <= 99


def test_the_same_seed_gives_the_same_bounds():
    values = np.random.default_rng(1).normal(0, 1, 500)
    first, again, other = (estimate(values, 0.9, rounds=60, seed=seed) for seed in (5, 5, 6))
    assert first == again != other


ALWAYS = np.ones(HOURS, bool)


def spots(*places, hours=ALWAYS):
    return Spots(
        np.array([one[0] for one in places]), np.array([one[1] for one in places]), np.array([hours] * len(places))
    )


def test_a_venue_is_reached_by_what_is_near_enough_and_open():
    night = np.arange(HOURS) % 24 < 6
    venues = spots((45.0, 126.0), (45.0, 127.0))
    near, by_night = spots((45.0004, 126.0)), spots((45.0004, 126.0), hours=night)  # 44 m north
    assert wifi_reach(venues, near, np.array([True]), inside_m=50, outside_m=0).venues == 0.5
    assert wifi_reach(venues, near, np.array([True]), inside_m=40, outside_m=500).venues == 0
    assert wifi_reach(venues, by_night, np.array([True]), inside_m=50, outside_m=0).hours == pytest.approx(0.125)
    assert wifi_reach(spots((45.0, 126.0), hours=night), near, np.array([True]), inside_m=50, outside_m=0).hours == 1


@given(st.floats(40, 55), st.floats(120, 135), st.floats(1, 5_000), st.floats(0, 360))
def test_distances_are_those_of_a_sphere_to_half_a_percent(north, east, metres, bearing):
    degree = 111_195.0
    there = (
        north + metres * np.cos(np.radians(bearing)) / degree,
        east + metres * np.sin(np.radians(bearing)) / degree / np.cos(np.radians(north)),
    )
    assume(metres > 10)
    here, flag = spots((north, east)), np.array([False])
    assert wifi_reach(here, spots(there), flag, inside_m=0, outside_m=metres * 1.006).venues == 1
    assert wifi_reach(here, spots(there), flag, inside_m=0, outside_m=metres * 0.994).venues == 0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: gini([]), "no value"),
        (lambda: gini([1, -1]), "row 1: found a value of -1.0, wanted 0 or more"),
        (lambda: theil([1, float("nan"), float("inf")]), "row 1: found a value of nan.*and 1 more"),
        (lambda: gini([0, 0]), "all values are 0"),
        (lambda: gini([1], [1, 2]), "1 values have 2 weights"),
        (lambda: gini([1, 2], [0, 0]), "all weights are 0"),
        (lambda: hoover([1], [-1]), "found a weight of -1"),
        (lambda: herfindahl([0, 0]), "sell nothing"),
        (lambda: share_of_largest([0], 1), "sell nothing"),
        (lambda: share_of_largest([1], 0), "found 0 largest firms"),
        (lambda: quantile([1], 1.5), "found a share of 1.5"),
        (lambda: estimate([1, 2], 0.5, confidence=1), "found a confidence of 1"),
        (lambda: theil_parts([1, 2], ["a"]), "2 values have 1 groups"),
        (lambda: spots((91.0, 0.0)), "row 0: found a latitude of 91.0"),
        (lambda: spots((0.0, float("nan"))), "row 0: found a longitude of nan"),
        (lambda: Spots(np.zeros(1), np.zeros(1), np.ones((1, 3), bool)), "168 hours"),
        (lambda: wifi_reach(spots((0.0, 0.0)), spots((0.0, 0.0)), np.array([]), inside_m=1, outside_m=1), "have 0 flags"),
        (lambda: wifi_reach(spots((0.0, 0.0)), spots((0.0, 0.0)), np.array([True]), inside_m=-1, outside_m=1), "found -1"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_with_its_row_and_what_stands_there(make, said):
    with pytest.raises(AmurError, match=said):
        make()


def test_a_share_of_no_venue_is_refused():
    nothing = Spots(np.zeros(0), np.zeros(0), np.zeros((0, HOURS), bool))
    with pytest.raises(AmurError, match="no venue"):
        wifi_reach(nothing, spots((0.0, 0.0)), np.array([True]), inside_m=1, outside_m=1)
