"""Shares by county under each definition, and who flips between two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.coverage.definitions import (
    COVERED,
    NOT_COVERED,
    NOT_KNOWN,
    AnyOf,
    SignalAt,
    SiteWithin,
    Verdicts,
    judged_ground,
    judged_villages,
)
from amur.methods.coverage.flips import ALL, answers, between, flips, shares
from amur.methods.coverage.probabilities import Signal
from amur.methods.coverage.reasons import said as said_of
from amur.methods.coverage.villages import KINDS, Place, Points, villages

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
            "why_first_code": "site_near::11.13", "why_second_code": "site_far::11.13",
        }
        for second in ("near", "nearer")
    ]  # fmt: skip


@pytest.fixture(scope="module")
def side_by_side():
    """Return a district of 400 villages judged by four definitions that are in use, with signal that falls with distance."""
    random = np.random.default_rng(7)
    ids = [f"v{row}" for row in range(400)]
    north, east = random.uniform(45, 46, 400), random.uniform(126, 127.4, 400)
    kinds = [kind for kind in KINDS for _ in range(2 if kind == "settlement" else 1)]
    spots = [(row, kind, *random.normal(0, 0.01, 2)) for row in range(400) for kind in kinds]
    places = [
        Place(ids[row], kind, north[row] + up, east[row] + right, random.integers(5, 60))
        for row, kind, up, right in spots
        if kind != "school" or row % 10
    ]
    of = villages(ids, [str(row % 3) for row in range(400)], random.integers(20, 300, 400), places)
    sites = Points(random.uniform(45, 46, 60), random.uniform(126, 127.4, 60), "sites")

    def signal(at):
        nearest = np.sqrt(((at.in_space_m[:, None] - sites.in_space_m[None]) ** 2).sum(axis=2)).min(axis=1)
        return Signal(-80 - 35 * np.log10(np.maximum(nearest, 100) / 1000), np.full(len(at), 8.0))

    buffer = SiteWithin("buffer", "a planning platform: 5 km round each site", 5)
    four = SignalAt(
        "four_places", "a guide of 2018: committee, school, clinic, settlements of 20", -105, 0.5, KINDS, 20
    )
    rules = [
        AnyOf("village_rule", "the same guide: 5 km or the four places", (buffer, four)),
        buffer,
        SignalAt("edge", "a regulator: 90 % at the edge of a cell", -105, 0.9, KINDS, 20),
        SignalAt("median", "the median alone", -105, 0.5, ("committee",)),
    ]
    return of, judged_villages(rules, of, sites=sites, signal=signal)


def test_the_lenient_rule_covers_all_that_the_strict_ones_do_and_the_table_says_who_flips(side_by_side):
    of, verdicts = side_by_side
    covered = {id_: set(np.flatnonzero(one.is_covered)) for id_, one in verdicts.items()}
    assert covered["edge"] < covered["village_rule"]
    assert covered["buffer"] <= covered["village_rule"]
    assert covered["edge"] < covered["median"]
    pairs = {(one["first"], one["second"]): one for one in between(verdicts, np.ones(len(of))).to_pylist()}
    assert len(pairs) == 6
    table = flips(verdicts, of.ids, of.counties).to_pylist()
    for (first, second), one in pairs.items():
        here = [row for row in table if (row["first"], row["second"]) == (first, second)]
        gone = [row for row in here if (row["by_first"], row["by_second"]) == ("covered", "not covered")]
        assert len(gone) == one["only_first"]
        assert {row["id"] for row in here} == {
            f"v{row}" for row in np.flatnonzero(verdicts[first].states != verdicts[second].states)
        }
    assert pairs["village_rule", "edge"]["only_first"] > 50
    assert pairs["village_rule", "edge"]["only_second"] == 0


def test_a_village_whose_school_is_not_known_is_never_covered_by_the_signal_alone(side_by_side):
    _, verdicts = side_by_side
    assert not verdicts["edge"].is_covered[::10].any()
    assert (verdicts["edge"].states[::10] == NOT_KNOWN).any()


def test_each_answer_is_told_with_its_reason(side_by_side):
    of, verdicts = side_by_side
    table = answers(verdicts, of.ids, of.counties).to_pylist()
    assert len(table) == 4 * 400
    assert [one["answer"] for one in table[:400]].count("covered") == verdicts["village_rule"].is_covered.sum()
    assert table[405]["why_code"] == verdicts["buffer"].why()[5]
    assert all(one["why"] == said_of(one["why_code"], "en") for one in table)
    assert (table[405]["id"], table[405]["county"], table[405]["definition"]) == ("v5", "2", "buffer")


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
        (lambda: answers(TWO, np.array(list("vwxy")), COUNTIES[:2]), "4 ids have 2 counties"),
        (lambda: answers(TWO, np.array(["v"]), COUNTIES), "loose judges 4 rows, and 1 are asked for"),
        (lambda: flips(TWO, np.array(list("vwxy")), COUNTIES[:2]), "4 ids have 2 counties"),
        (lambda: between(TWO, np.ones(3)), "loose judges 4 rows, and 3 are asked for"),
        (lambda: between(TWO, np.full(4, np.inf)), "weights, row 0: found inf"),
    ],
)
def test_what_does_not_fit_is_refused(make, told):
    with pytest.raises(AmurError, match=told):
        make()
