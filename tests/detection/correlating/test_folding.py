"""Correlations as a fold: what comes out is what one correlator finds, however groups, names and chains lie."""

from __future__ import annotations

import pickle

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.compute import local
from amur.compute.stream import states
from amur.detection.correlating.engine import Correlator
from amur.detection.correlating.folding import (
    ENTRIES,
    ORDER,
    correlating,
    entering,
    families,
    findings,
    in_order,
)
from amur.detection.detecting import HITS, correlated
from amur.detection.sigma.rules import Correlation, Said

NAMES = ("user", "host", "ip")
LEAVES = ("r1", "r2", "r3")


@st.composite
def sets(draw):
    """Draw some correlations, each of rules and of those before it, with names that are called otherwise below."""
    made: list[Correlation] = []
    for number in range(draw(st.integers(1, 4))):
        below = st.sampled_from([*LEAVES, *(one.said.id for one in made)])
        rules = tuple(draw(st.lists(below, min_size=1, max_size=3, unique=True)))
        kind = draw(st.sampled_from(["event_count", "value_count", "temporal", "temporal_ordered"]))
        aliases = draw(
            st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(rules), st.sampled_from(NAMES)), max_size=2)
        )
        made.append(
            Correlation(
                Said(draw(st.sampled_from("abcd")) + str(number), ""),
                kind,
                rules,
                draw(st.integers(1, 20)),
                group=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))),
                compare=draw(st.sampled_from(["gte", "gt", "lt", "eq"])) if "count" in kind else "gte",
                limit=draw(st.integers(1, 3)),
                fields=("ip",) if kind == "value_count" else (),
                aliases=tuple(aliases),
            )
        )
    return tuple(sorted(made, key=lambda one: one.said.id))


VALUES = st.fixed_dictionaries({name: st.sampled_from(["a", "A", "b", None]) for name in NAMES})
ROWS = st.lists(st.tuples(st.sampled_from(LEAVES), st.integers(0, 30), VALUES), max_size=30)


def hits_of(rows):
    """Return rows as a table of hits; one in ten says no time."""
    told = [
        {
            "rule": rule,
            "way": "",
            "time": None if place % 10 == 9 else at * 1_000_000,
            "source": "log",
            "position": place // 2,
            "about": "{}",
            "values": msgspec.json.encode(values).decode(),
            "raw": "",
        }
        for place, (rule, at, values) in enumerate(rows)
    ]
    seen = {(one["rule"], one["position"]): one for one in told}  # an event is one hit of a rule
    return pa.Table.from_pylist(list(seen.values()), schema=HITS)


def folded(correlations, hits, *, workers=1, size=7):
    """Return what the fold finds, over batches of a size."""
    entries = pa.Table.from_batches(
        list(local.run(entering(correlations, HITS), hits.to_batches(max_chunksize=size), workers=1)), schema=ENTRIES
    ).sort_by([(name, "ascending") for name in ORDER])
    fold = correlating(correlations)
    return findings(local.run(fold, entries.to_batches(max_chunksize=size), workers=workers), correlations)


@settings(max_examples=300, deadline=None)
@given(correlations=sets(), rows=ROWS, size=st.integers(1, 9))
def test_a_fold_finds_what_one_correlator_finds(correlations, rows, size):
    hits = hits_of(rows)
    whole = sorted(correlated(Correlator(correlations), hits), key=in_order)
    assert folded(correlations, hits, size=size) == whole


@settings(max_examples=60, deadline=None)
@given(correlations=sets(), rows=ROWS)
def test_a_state_that_lay_on_a_server_goes_on_as_before(correlations, rows):
    hits = hits_of(rows)
    entries = next(iter(local.run(entering(correlations, HITS), hits.combine_chunks().to_batches(), workers=1)), None)
    if entries is None:
        return
    entries = pa.Table.from_batches([entries]).sort_by([(name, "ascending") for name in ORDER]).to_batches()
    folding = correlating(correlations).open()
    kept, other, found, again = folding.begin(), folding.begin(), [], []
    for batch in entries:
        for row in range(batch.num_rows):
            kept, told = folding.fold(kept, batch.slice(row, 1))
            found.append(told)
            data = states.to_bytes(states.Held(state=other))
            other = states.from_bytes(data, 1, "amur.detection.correlating.folding").state
            other, told = folding.fold(other, batch.slice(row, 1))
            again.append(told)
    ends = [folding.end(kept)], [folding.end(other)]
    assert findings([*found, *ends[0]], correlations) == findings([*again, *ends[1]], correlations)


def chained():
    """Return two that stand on one: many failures of a user on a host, by host, and by user."""
    low = Correlation(Said("low", ""), "event_count", ("r1",), 60, group=("user", "host"), limit=2)
    top = Correlation(Said("top", ""), "event_count", ("low",), 60, group=("host",), limit=2)
    other = Correlation(Said("who", ""), "event_count", ("low",), 60, group=("user",), limit=2)
    return low, top, other


def test_each_family_is_dealt_out_by_what_its_own_events_have_in_common():
    low, top, who = families(chained())
    assert (low.traces, top.traces, who.traces) == (
        (("user", "host"),),
        (("host",), ("host",)),
        (("user",), ("user",)),
    )


def test_where_two_ways_call_the_key_otherwise_there_is_one_key():
    low = Correlation(Said("low", ""), "event_count", ("r1",), 60, group=("src", "dst"))
    one = Correlation(Said("one", ""), "event_count", ("low",), 60, group=("ip",), aliases=(("ip", "low", "src"),))
    two = Correlation(Said("two", ""), "event_count", ("low",), 60, group=("ip",), aliases=(("ip", "low", "dst"),))
    top = Correlation(Said("zop", ""), "temporal", ("one", "two"), 60, group=("ip",))
    family = families((low, one, two, top))[3]
    assert (family.id, len(family.members), set(family.traces)) == ("zop", 4, {()})


def test_groups_go_to_different_workers_and_nothing_is_lost():
    rows = [("r1", at, {"user": f"u{at % 5}", "host": f"h{at % 3}", "ip": None}) for at in range(60)]
    hits, correlations = hits_of(rows), chained()
    whole = sorted(correlated(Correlator(correlations), hits), key=in_order)
    assert len(whole) > 10
    assert folded(correlations, hits, workers=2) == folded(correlations, hits) == whole


def test_a_state_holds_plain_values():
    folding = correlating(chained()).open()
    rows = [("r1", 1, {"user": "u", "host": "h", "ip": None})]
    entries = next(iter(local.run(entering(chained(), HITS), hits_of(rows).to_batches(), workers=1)))
    state, _ = folding.fold(folding.begin(), entries)
    assert b"Seen" not in pickle.dumps(state)
    with pytest.raises(StopIteration):
        next(iter(folding.end(folding.begin()).to_pylist()))
