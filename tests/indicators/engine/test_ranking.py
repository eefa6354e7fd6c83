"""Groups beside each other: their intervals against published tables, and an order that says no more than it may."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.indicators.engine.ranking import POSITIONS, Counted, Rule, interval, ranked

NEWCOMBE = [
    (81, 263, "0.2553", "0.3662"),
    (15, 148, "0.0624", "0.1605"),
    (0, 20, "0.0000", "0.1611"),
    (1, 29, "0.0061", "0.1718"),
]
"""Table I of R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998: method 3, of Wilson."""
EXACT = [(5, "1.623", "11.668"), (10, "4.795", "18.390"), (20, "12.217", "30.888"), (100, "81.364", "121.627")]
"""Exact limits of a count of events, as tables print them; those of Byar come near."""
GROUPS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)).map(sorted), min_size=1, max_size=8)


@pytest.mark.parametrize(("counted", "out_of", "low", "high"), NEWCOMBE)
def test_the_interval_of_a_share_is_that_of_the_published_table(counted, out_of, low, high):
    found = interval("share", Decimal(counted), out_of, per=1, decimals=4)
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(("counted", "low", "high"), EXACT)
def test_the_interval_of_a_rate_comes_near_to_the_exact_one(counted, low, high):
    found = interval("rate", Decimal(counted), 1, per=1, decimals=3)
    assert found.low == pytest.approx(Decimal(low), rel=Decimal("0.02"))
    assert found.high == pytest.approx(Decimal(high), rel=Decimal("0.02"))


@given(GROUPS, st.sampled_from(["share", "rate"]), st.booleans())
def test_every_group_stands_once_and_ranks_follow_the_numbers(counts, kind, is_less_better):
    groups = [
        Counted(str(place), Decimal(100 * above) / out_of if out_of else None, Decimal(above), out_of)
        for place, (above, out_of) in enumerate(counts)
    ]
    whole = sum(one.out_of for one in groups)
    above = Decimal(sum(one.counted for one in groups))
    together = Counted("", 100 * above / whole if whole else None, above, whole)
    found = ranked(groups, together, Rule(kind, is_less_better, 5, per=100, decimals=3))
    assert sorted(one.group.name for one in found) == sorted(one.name for one in groups)
    assert all(one.position in POSITIONS and (one.rank is None) == (one.position in POSITIONS[3:]) for one in found)
    compared = [one for one in found if one.rank]
    assert list(found[: len(compared)]) == compared
    values = [one.group.value for one in compared]
    assert values == sorted(values, reverse=not is_less_better)
    assert all(one.interval.low <= one.interval.high for one in found if one.interval)


def test_equal_numbers_share_a_rank_and_nobody_stands_between_them():
    groups = [Counted(name, Decimal(50), Decimal(10), 20) for name in "ab"] + [
        Counted("c", Decimal(25), Decimal(5), 20)
    ]
    found = ranked(
        groups, Counted("", Decimal(42), Decimal(25), 60), Rule("share", is_less_better=False, least=5, per=100)
    )
    assert [(one.group.name, one.rank) for one in found] == [("a", 1), ("b", 1), ("c", 3)]


@pytest.mark.parametrize("counted", [None, Decimal(-1), Decimal(9)])
def test_what_cannot_be_a_share_is_not_compared(counted):
    (found,) = ranked(
        [Counted("a", Decimal(1), counted, 8)],
        Counted("", None, None, None),
        Rule("share", is_less_better=True, least=5),
    )
    assert (found.position, found.interval) == ("no_number", None)


def test_a_rate_is_not_compared_where_all_together_have_none():
    (found,) = ranked(
        [Counted("a", Decimal(1), Decimal(8), 8)],
        Counted("", None, None, None),
        Rule("rate", is_less_better=True, least=5),
    )
    assert found.position == "too_few"
