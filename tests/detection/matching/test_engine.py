"""The engine finds what the full scan finds, in whatever order events come and however little it may remember."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.detection.events import RAW, SEVERAL, batch_of
from amur.detection.matching import engine as engine_module
from amur.detection.matching import scanning
from amur.detection.matching.compiled import compile_rules
from amur.detection.matching.engine import Engine
from amur.detection.matching.full_scan import full_scan
from amur.detection.sigma.atoms import MANY, ONE, WHOLE, Atom, Op
from amur.detection.sigma.logsources import LogSource
from amur.detection.sigma.rules import Rule, Said, Variant
from amur.detection.sigma.trees import All, Leaf, Not, Some

FIELDS = ["A", "B", "C"]
SIGNS = "aB.\\ñ\n中"
VALUES = st.text(alphabet=SIGNS, max_size=4) | st.sampled_from(["10.0.0.1", "7", SEVERAL.join(["a", "B."])])
PATTERNS = st.text(alphabet=SIGNS + MANY + ONE, max_size=5)
ATOMS = st.one_of(
    st.builds(Atom, st.sampled_from(FIELDS), st.just(Op.LIKE), PATTERNS.map(str.lower)),
    st.builds(Atom, st.sampled_from(FIELDS), st.just(Op.CASED), PATTERNS),
    st.builds(
        Atom, st.sampled_from(FIELDS), st.just(Op.REGEX), st.sampled_from(["^a", "B$", ".", "a{,2}", "[^a]", r"\w"])
    ),
    st.builds(Atom, st.sampled_from(FIELDS), st.sampled_from([Op.PRESENT, Op.ABSENT])),
    st.builds(
        Atom,
        st.sampled_from(FIELDS),
        st.just(Op.FIELD),
        st.sampled_from(FIELDS),
        st.sampled_from(["is", "starts", "ends"]),
    ),
    st.just(Atom("A", Op.CIDR, "10.0.0.0/24")),
    st.just(Atom("B", Op.COMPARE, "5", "gt")),
    st.builds(
        Atom,
        st.just(WHOLE),
        st.just(Op.LIKE),
        st.sampled_from(["a.", "\\", "中", "b\n", "ab"]).map(lambda word: f"{MANY}{word}{MANY}"),
    ),
)
TREES = st.recursive(
    ATOMS.map(Leaf),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Some(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=6,
)
EVENTS = st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES), max_size=8)


def rule(place, *trees):
    variants = tuple(Variant(str(at), tree) for at, tree in enumerate(trees))
    return Rule(Said(str(place), f"Rule {place}"), LogSource(), variants)


def found(engine, batch):
    hits = engine.match(batch)
    return list(zip(hits.rows.tolist(), hits.rules.tolist(), strict=True))


@pytest.mark.parametrize("how", ["hyperscan", "words"])
@given(st.lists(st.lists(TREES, min_size=1, max_size=2), max_size=5), EVENTS, st.booleans())
@settings(max_examples=150, deadline=None)
def test_it_finds_what_the_full_scan_finds(how, trees, events, as_json):
    rules = tuple(rule(place, *each) for place, each in enumerate(trees))
    batch = batch_of(events)
    if as_json:
        raw = pa.array([json.dumps(event) for event in events], pa.utf8())
        batch = batch.set_column(batch.schema.get_field_index(RAW), RAW, raw)
    with pytest.MonkeyPatch.context() as patch:
        if how == "words":
            patch.setattr(scanning, "make", lambda atoms, dumped=None: scanning.ByWords(atoms))
        engine = Engine(compile_rules(rules), values=400, shapes=2_000)
    wanted = list(full_scan(rules, batch))
    assert found(engine, batch) == wanted
    assert found(engine, batch) == wanted  # with what it remembers now
    for at in range(batch.num_rows):  # and cut in pieces, whose columns begin somewhere
        assert found(engine, batch.slice(at, 1)) == [(0, place) for row, place in wanted if row == at]


def test_a_batch_may_hold_plain_columns_and_none_of_those_that_rules_look_at():
    rules = (rule(0, Leaf(Atom("A", Op.LIKE, "x"))), rule(1, Leaf(Atom("B", Op.ABSENT))))
    engine = Engine(compile_rules(rules))
    plain = pa.record_batch({"A": pa.array(["x", None]), RAW: pa.array(["", ""])})
    assert found(engine, plain) == [(0, 0), (0, 1), (1, 1)]
    assert found(engine, pa.record_batch({RAW: pa.array(["", ""])})) == [(0, 1), (1, 1)]
    assert found(engine, plain.slice(0, 0)) == []


def test_it_begins_anew_with_sets_of_atoms_before_there_are_too_many(monkeypatch):
    monkeypatch.setattr(engine_module, "_MOST_SETS", 1_500)
    rules = [rule(number, Leaf(Atom("A", Op.LIKE, f"x{number}"))) for number in range(1_700)]
    engine = Engine(compile_rules(rules))
    batch = batch_of([{"A": f"x{number}"} for number in range(1_700)])
    for _ in range(3):
        assert sorted(rules[place].said.id for _, place in found(engine, batch)) == sorted(one.said.id for one in rules)
    assert found(engine, batch_of([{"A": "x7"}, {"A": "no"}])) == [(0, 7)]


def test_without_rules_nothing_is_found():
    assert found(Engine(compile_rules(())), batch_of([{"A": "x"}])) == []


def test_what_it_remembers_stays_within_its_bound():
    engine = Engine(compile_rules([rule(0, Leaf(Atom("A", Op.LIKE, "x" + MANY)))]), values=10_000, shapes=10_000)
    for start in range(0, 3_000, 100):
        batch = batch_of([{"A": f"x{number}"} for number in range(start, start + 100)])
        assert len(engine.match(batch)) == 100
    assert engine.remembered() <= 20_000
