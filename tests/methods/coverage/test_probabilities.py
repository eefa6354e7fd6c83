"""How sure a signal is, and how sure a share."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.coverage.probabilities import Signal, edge_dbm, expected_share, expected_shares, probability_above

DBM = st.floats(-200, 0)
DB = st.floats(0, 30)


def signal(*pairs):
    return Signal(np.array([one for one, _ in pairs]), np.array([other for _, other in pairs]))


def test_the_edge_of_ninety_percent_lies_as_far_under_the_median_as_tables_of_the_normal_distribution_say():
    assert edge_dbm(signal((-100.0, 8.0)), 0.9)[0] == pytest.approx(-100 - 1.2815515655 * 8)
    assert edge_dbm(signal((-100.0, 8.0)), 0.95)[0] == pytest.approx(-100 - 1.6448536270 * 8)
    assert edge_dbm(signal((-100.0, 8.0)), 0.5)[0] == -100


@given(DBM, DB, DBM)
def test_the_probability_is_that_of_the_standard_library(median, sigma, threshold):
    found = probability_above(signal((median, sigma)), threshold)[0]
    if sigma == 0:
        assert found == (median >= threshold)
    else:
        wanted = 0.5 * math.erfc((threshold - median) / sigma / math.sqrt(2))
        assert found == pytest.approx(wanted, abs=1e-12)


@given(DBM, st.floats(0.01, 30), DBM, st.floats(0.01, 0.99))
def test_the_edge_is_above_a_threshold_where_its_probability_is_reached(median, sigma, threshold, probability):
    one = signal((median, sigma))
    gap = edge_dbm(one, probability)[0] - threshold
    if abs(gap) > 1e-6:
        assert (gap > 0) == (probability_above(one, threshold)[0] > probability)


@given(DBM, DB, DBM, st.floats(0, 40))
def test_a_lower_threshold_is_never_less_probable(median, sigma, threshold, less):
    one = signal((median, sigma))
    assert probability_above(one, threshold - less)[0] >= probability_above(one, threshold)[0]


def test_without_scatter_a_signal_at_the_threshold_reaches_it():
    assert probability_above(signal((-105.0, 0.0), (-105.1, 0.0)), -105.0).tolist() == [1.0, 0.0]


def test_a_scatter_next_to_none_is_as_good_as_none():
    assert probability_above(signal((-100.0, 5e-324), (-106.0, 5e-324)), -105.0).tolist() == [1.0, 0.0]


def test_no_signal_at_all_is_never_enough_and_an_unknown_one_is_not_known():
    one = signal((-np.inf, 8.0), (np.nan, np.nan), (-np.inf, 0.0))
    assert one.is_known.tolist() == [True, False, True]
    assert probability_above(one, -120.0)[[0, 2]].tolist() == [0.0, 0.0]
    assert np.isnan(probability_above(one, -120.0)[1])
    assert edge_dbm(one, 0.9)[0] == -np.inf
    assert np.isnan(edge_dbm(one, 0.9)[1])


@pytest.mark.parametrize(
    ("pairs", "field", "row"),
    [
        ([(-90.0, 8.0), (np.inf, 8.0)], "median_dbm", 1),
        ([(-90.0, -1.0)], "sigma_db", 0),
        ([(-90.0, 1.0), (-90.0, np.nan)], "sigma_db", 1),
        ([(-90.0, np.inf)], "sigma_db", 0),
    ],
)
def test_a_signal_that_makes_no_sense_is_told_by_row_and_field(pairs, field, row):
    with pytest.raises(AmurError, match=f"row {row}, {field}"):
        signal(*pairs)


def test_medians_and_deviations_come_in_pairs():
    with pytest.raises(AmurError, match="2 medians have 1 deviations"):
        Signal(np.zeros(2), np.zeros(1))


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, float("nan")])
def test_a_probability_that_no_edge_has_is_refused(probability):
    with pytest.raises(AmurError, match="probability"):
        edge_dbm(signal((-90.0, 8.0)), probability)


@pytest.mark.parametrize("threshold", [float("nan"), float("inf")])
def test_a_threshold_that_is_no_number_is_refused(threshold):
    with pytest.raises(AmurError, match="threshold"):
        probability_above(signal((-90.0, 8.0)), threshold)


def test_the_standard_error_is_that_of_draws():
    random = np.random.default_rng(3)
    chances, weights = random.random(60), random.random(60)
    draws = (random.random((40_000, 60)) < chances) @ weights / weights.sum()
    found = expected_share(chances, weights, correlation=0)
    assert found.share == pytest.approx(draws.mean(), abs=4 * draws.std() / 200)
    assert found.standard_error == pytest.approx(draws.std(), rel=0.02)


def test_with_equal_correlation_the_error_is_that_of_draws_that_are_alike():
    random = np.random.default_rng(4)
    weights, shadow = random.random(40), 0.3
    common = random.random((40_000, 1)) < 0.6
    # each point takes the common draw with probability sqrt(rho): two take it together with rho
    takes = random.random((40_000, 40)) < math.sqrt(shadow)
    own = random.random((40_000, 40)) < 0.6
    draws = np.where(takes, common, own) @ weights / weights.sum()
    found = expected_share(np.full(40, 0.6), weights, correlation=shadow)
    assert found.standard_error == pytest.approx(draws.std(), rel=0.03)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0.001, 1e6)), min_size=1, max_size=20),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_the_error_grows_with_correlation_and_never_beyond_a_half(pairs, some, more):
    chances, weights = (np.array(one) for one in zip(*pairs, strict=True))
    low, high = (expected_share(chances, weights, correlation=one) for one in sorted((some, more)))
    assert 0 <= low.share <= 1
    assert low.standard_error <= high.standard_error + 1e-12 <= 0.5 + 2e-12


@pytest.mark.parametrize(
    ("chances", "weights", "told"),
    [
        ([0.5, 1.1], [1, 1], "probabilities, row 1"),
        ([0.5, np.nan], [1, 1], "probabilities, row 1"),
        ([0.5], [-1], "weights, row 0"),
        ([0.5], [np.inf], "weights, row 0"),
        ([0.5], [0], "all weights are 0"),
        ([0.5], [1, 2], "1 probabilities have 2 weights"),
        ([], [], "all weights are 0"),
    ],
)
def test_a_share_of_what_makes_no_sense_is_refused(chances, weights, told):
    with pytest.raises(AmurError, match=told):
        expected_share(np.array(chances, float), np.array(weights, float), correlation=0)


def test_the_share_of_each_group_is_that_of_its_rows_alone():
    random = np.random.default_rng(5)
    chances, weights, groups = random.random(50), random.random(50), random.integers(0, 4, 50).astype(str)
    found = expected_shares(chances, weights, groups, correlation=0.2)
    assert set(found) == set("0123")
    for name, one in found.items():
        alone = expected_share(chances[groups == name], weights[groups == name], correlation=0.2)
        assert (one.share, one.standard_error) == (pytest.approx(alone.share), pytest.approx(alone.standard_error))


def test_a_group_that_weighs_nothing_and_one_too_few_are_refused():
    with pytest.raises(AmurError, match="all weights of b are 0"):
        expected_shares(np.array([0.5, 0.5]), np.array([1.0, 0.0]), np.array(["a", "b"]), correlation=0)
    with pytest.raises(AmurError, match="2 probabilities have 1 groups"):
        expected_shares(np.array([0.5, 0.5]), np.ones(2), np.array(["a"]), correlation=0)


def test_a_correlation_is_between_none_and_one():
    with pytest.raises(AmurError, match="correlation"):
        expected_share(np.array([0.5]), np.array([1.0]), correlation=1.5)


def test_the_normal_distribution_of_the_standard_library_agrees_at_the_edge():
    assert edge_dbm(signal((0.0, 1.0)), 0.9)[0] == pytest.approx(-NormalDist().inv_cdf(0.9), abs=1e-12)
