"""Shares by county under each definition, and who flips between two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.coverage.definitions import COVERED, NOT_COVERED, NOT_KNOWN, SiteWithin, Verdicts, judged_ground
from amur.methods.coverage.flips import ALL, between, flips, shares
from amur.methods.coverage.villages import Points

ONE = np.ones(4)
COUNTIES = np.array(["b", "a", "a", "c"])


def said(id_, *states):
    nothing = np.zeros(len(states), np.int64)
    return {id_: Verdicts(SiteWithin(id_, "x", 5), np.array(states, np.int8), nothing, nothing, nothing, ONE)}


TWO = said("loose", COVERED, COVERED, COVERED, NOT_KNOWN) | said("strict", COVERED, NOT_COVERED, NOT_KNOWN, NOT_COVERED)


def row(table, **wanted):
    (found,) = [one for one in table.to_pylist() if wanted.items() <= one.items()]
    return found


def test_each_measure_has_its_share_in_each_county_under_each_definition():
    table = shares(TWO, COUNTIES, {"villages": ONE, "people": np.array([10.0, 30.0, 60.0, 0.0])})
    assert len(table) == 2 * 2 * 4
    found = row(table, county="a", definition="strict", measure="people")
    assert (found["total"], found["covered"], found["not_known"]) == (90, 0, 60)
    assert (found["share"], found["share_at_most"]) == (0, pytest.approx(2 / 3))
    found = row(table, county="a", definition="loose", measure="villages")
    assert (found["share"], found["share_at_most"]) == (1, 1)


def test_all_counties_together_stand_in_a_row_of_their_own():
    found = row(shares(TWO, COUNTIES, {"villages": ONE}), county=ALL, definition="loose")
    assert (found["total"], found["share"], found["share_at_most"]) == (4, 0.75, 1.0)


def test_of_nothing_there_is_no_share():
    found = row(shares(TWO, COUNTIES, {"people": np.array([1.0, 1, 1, 0])}), county="c", definition="loose")
    assert (found["total"], found["share"], found["share_at_most"]) == (0, None, None)


def test_who_flips_is_told_with_both_answers_and_why():
    ground = Points(np.zeros(2), np.array([0.1, 0.0]))
    rules = [SiteWithin("far", "x", 50), SiteWithin("near", "x", 5), SiteWithin("nearer", "x", 1)]
    verdicts = judged_ground(rules, ground, sites=Points(np.zeros(1), np.zeros(1)))
    assert flips(verdicts, np.array(["v", "w"]), np.array(["1", "2"])).to_pylist() == [
        {
            "id": "v", "county": "1", "first": "far", "second": second, "by_first": "covered", "by_second": "not covered",
            "why_first": "the nearest site is 11.13 km away", "why_second": "the nearest site is 11.13 km away, too far",
        }
        for second in ("near", "nearer")
    ]  # fmt: skip


def test_without_a_second_definition_nobody_flips():
    assert len(flips(said("one", COVERED), np.array(["v"]), np.array(["1"]))) == 0
    assert len(between(said("one", COVERED), np.ones(1))) == 0


STATES = st.lists(
    st.tuples(*[st.sampled_from([COVERED, NOT_COVERED, NOT_KNOWN])] * 2, st.integers(0, 100)), max_size=30
)


@given(STATES)
def test_the_five_ways_of_two_definitions_add_up_to_all(rows):
    one, other, weights = zip(*rows, strict=True) if rows else ((), (), ())
    (found,) = between(said("a", *one) | said("b", *other), np.array(weights, float)).to_pylist()
    assert found["both"] == sum(w for a, b, w in rows if (a, b) == (COVERED, COVERED))
    assert found["only_first"] == sum(w for a, b, w in rows if (a, b) == (COVERED, NOT_COVERED))
    assert found["only_second"] == sum(w for a, b, w in rows if (a, b) == (NOT_COVERED, COVERED))
    names = ("both", "only_first", "only_second", "neither", "not_known")
    assert sum(found[name] for name in names) == sum(weights)


@given(STATES)
def test_counties_add_up_to_all_and_shares_lie_between_none_and_one(rows):
    states = [state for state, _, _ in rows]
    counties = np.array([str(weight % 3) for _, _, weight in rows], dtype=str)
    table = shares(said("a", *states), counties, {"people": np.array([w for _, _, w in rows], float)}).to_pylist()
    for name in ("total", "covered", "not_known"):
        assert sum(one[name] for one in table if one["county"] != ALL) == pytest.approx(table[-1][name])
    assert all(one["share"] is None or 0 <= one["share"] <= one["share_at_most"] <= 1 for one in table)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: shares(TWO, COUNTIES, {"people": np.array([1, 2, -3, 4])}), "people, row 2: found -3"),
        (lambda: shares(TWO, COUNTIES, {"people": np.array([np.nan, 2, 3, 4])}), "people, row 0: found nan"),
        (lambda: shares(TWO, COUNTIES, {"people": np.ones(3)}), "people: 4 rows have 3 weights"),
        (lambda: shares(TWO, COUNTIES[:2], {"people": np.ones(2)}), "loose judges 4 rows, and 2 are asked for"),
        (lambda: flips(TWO, np.array(["v"]), COUNTIES), "loose judges 4 rows, and 1 are asked for"),
        (lambda: flips(TWO, np.array(list("vwxy")), COUNTIES[:2]), "4 ids have 2 counties"),
        (lambda: between(TWO, np.ones(3)), "loose judges 4 rows, and 3 are asked for"),
        (lambda: between(TWO, np.full(4, np.inf)), "weights, row 0: found inf"),
    ],
)
def test_what_does_not_fit_is_refused(make, told):
    with pytest.raises(AmurError, match=told):
        make()
