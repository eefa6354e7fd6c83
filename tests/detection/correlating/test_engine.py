"""Correlations over time, by what Sigma says of each kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.detection.correlating.engine import MOST, Correlator, Seen
from amur.detection.sigma.atoms import Atom, Op
from amur.detection.sigma.rules import Correlation, Said
from amur.detection.sigma.trees import All, Leaf, Not

SECOND = 1_000_000


def correlation(kind="event_count", rules=("r",), within=60, name="c", **more):
    return Correlation(Said(name, name), kind, rules, within, **more)


def seen(at, rule="r", place=0, **values):
    return Seen(rule, int(at * SECOND), values, (("log", place or int(at * 10)),))


def findings(one, *events):
    correlator = Correlator(one if isinstance(one, list) else [one])
    found = [finding for event in events for finding in correlator.take(event)]
    return [*found, *correlator.end()]


def told(found):
    return [(one.correlation.said.id, one.group, one.ended_at / SECOND, one.count) for one in found]


def test_so_many_within_a_time_are_found_once_and_then_counted_anew():
    one = correlation(limit=3, group=("user",))
    events = [seen(at, user="Root") for at in (0, 30, 59, 61, 62, 63)]
    assert told(findings(one, *events)) == [("c", ("root",), 59, 3), ("c", ("root",), 63, 3)]


def test_what_is_older_than_the_time_counts_no_more():
    assert findings(correlation(limit=3), seen(0), seen(30), seen(60)) == []
    assert len(findings(correlation(limit=3), seen(0.1), seen(30), seen(60))) == 1


def test_groups_are_counted_apart_and_an_event_without_the_value_belongs_to_none():
    one = correlation(limit=2, group=("user",))
    events = [seen(0, user="a"), seen(1, user="b"), seen(2, user=None), seen(3), seen(4, user="A")]
    assert told(findings(one, *events)) == [("c", ("a",), 4, 2)]


def test_different_values_are_counted_by_the_latest_event_of_each():
    one = correlation("value_count", limit=3, fields=("user",), group=("host",))
    same = [seen(at, user="a", host="h") for at in range(10)]
    assert findings(one, *same) == []
    found = findings(
        one, *same, seen(20, user="b", host="h"), seen(21, user="B", host="h"), seen(22, user="c", host="h")
    )
    assert told(found) == [("c", ("h",), 22, 3)]
    assert len(found[0].events) == 13
    assert (
        findings(one, seen(0, user="a", host="h"), seen(59, user="b", host="h"), seen(60.5, user="c", host="h")) == []
    )


def test_an_event_without_the_value_is_no_further_one():
    one = correlation("value_count", limit=2, fields=("user",))
    assert findings(one, seen(0, user="a"), seen(1, user=None), seen(2)) == []


@pytest.mark.parametrize(
    ("kind", "limit", "holds"),
    [
        ("value_sum", 60, True),
        ("value_sum", 61, False),
        ("value_avg", 20, True),
        ("value_avg", 21, False),
        ("value_median", 20, True),
        ("value_median", 21, False),
        ("value_percentile", 29, True),
        ("value_percentile", 30, False),
    ],
)
def test_numbers_are_summed_and_averaged(kind, limit, holds):
    one = correlation(kind, compare="gte", limit=limit, fields=("bytes",), percentile=95)
    events = [seen(0, bytes="10"), seen(1, bytes="x"), seen(2, bytes="20"), seen(3, bytes="30")]
    found = findings(one, *events)
    assert bool(found) is holds


def test_rules_found_something_in_any_order():
    one = correlation("temporal", ("a", "b"), group=("user",))
    assert len(findings(one, seen(0, "b", user="x"), seen(59, "a", user="x"))) == 1
    assert findings(one, seen(0, "b", user="x"), seen(60, "a", user="x")) == []
    assert findings(one, seen(0, "b", user="x"), seen(1, "a", user="y")) == []


def test_rules_found_something_in_the_order_in_which_they_are_named():
    one = correlation("temporal_ordered", ("a", "b", "c"))
    assert len(findings(one, seen(0, "a"), seen(1, "a"), seen(2, "b"), seen(3, "a"), seen(4, "c"))) == 1
    assert findings(one, seen(0, "b"), seen(1, "a"), seen(2, "c")) == []
    twice = correlation("temporal_ordered", ("a", "a", "b"))
    assert findings(twice, seen(0, "a"), seen(1, "b")) == []
    assert len(findings(twice, seen(0, "a"), seen(1, "a"), seen(2, "b"))) == 1


def test_a_condition_says_which_of_the_rules():
    wanted = All((Leaf(Atom("a", Op.PRESENT)), Not(Leaf(Atom("b", Op.PRESENT)))))
    one = correlation("temporal", ("a", "b"), wanted=wanted)
    assert len(findings(one, seen(0, "a"))) == 1
    assert findings(one, seen(0, "b"), seen(1, "a")) == []


def test_a_value_may_be_called_otherwise_in_each_rule():
    one = correlation("temporal", ("a", "b"), group=("ip",), aliases=(("ip", "a", "src"), ("ip", "b", "client")))
    correlator = Correlator([one])
    assert correlator.fields_of("a") == {"src"}
    assert correlator.fields_of("other") == frozenset()
    assert len(findings(one, seen(0, "a", src="1.2.3.4"), seen(1, "b", client="1.2.3.4"))) == 1
    assert findings(one, seen(0, "a", src="1.2.3.4"), seen(1, "b", src="1.2.3.4")) == []


def test_what_one_finds_is_looked_at_by_another():
    many = correlation(limit=2, group=("user",), name="many")
    then = correlation("temporal_ordered", ("many", "login"), group=("user",), name="then")
    events = [seen(0, user="a"), seen(1, user="a"), seen(2, "login", user="a")]
    assert told(findings([many, then], *events)) == [("many", ("a",), 1, 2), ("then", ("a",), 2, 2)]


@pytest.mark.parametrize(
    ("compare", "limit", "counts"), [("lt", 2, [1]), ("lte", 2, [2, 1]), ("eq", 2, [2]), ("neq", 2, [1])]
)
def test_few_are_told_when_the_time_is_over(compare, limit, counts):
    one = correlation(compare=compare, limit=limit)
    assert [found.count for found in findings(one, seen(0), seen(30), seen(60))] == counts


def test_a_flood_fills_no_memory():
    one = correlation(limit=10 * MOST)
    correlator = Correlator([one])
    for at in range(MOST + 50):
        assert list(correlator.take(seen(at / 1000, place=at + 1))) == []
    assert sum(map(len, correlator.windows.values())) == MOST


@given(
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from("ab")), max_size=40), st.integers(1, 4), st.integers(1, 60)
)
@settings(max_examples=200, deadline=None)
def test_waves_are_found_as_a_plain_count_finds_them(events, limit, within):
    ordered = sorted(events)
    one = correlation(limit=limit, within=within, group=("user",))
    found = findings(one, *(seen(at, place=place + 1, user=user) for place, (at, user) in enumerate(ordered)))
    waves = []
    for user in "ab":
        left = []
        for at, other in ordered:
            if other == user:
                left = [one for one in [*left, at] if one > at - within]
                if len(left) >= limit:
                    waves.append((user, at))
                    left = []
    assert sorted((one.group[0], one.ended_at // SECOND) for one in found) == sorted(waves)
