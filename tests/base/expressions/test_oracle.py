"""Whatever is generated, the runtime and a tiny evaluator of the same tree agree, or both say that there is no value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.expressions import ExpressionError, Kind, ListOf, Struct, compile_, evaluate

GREATEST, LEAST = 2**63 - 1, -(2**63)
ROW = Struct.of({"n": Kind.INTEGER})
FORM = Struct.of(
    {
        "a": Kind.INTEGER,
        "b": Kind.INTEGER,
        "yes": Kind.BOOLEAN,
        "no": Kind.BOOLEAN,
        "name": Kind.TEXT,
        "on": Kind.DATE,
        "rows": ListOf(ROW),
        "inner": ROW,
    }
)
VARIABLES = Struct.of({"form": FORM, "today": Kind.DATE})


class Wrong(Exception):
    """The oracle finds no value."""


@dataclass(frozen=True)
class Node:
    """A tree with its text; ``of`` computes it in Python."""

    text: str
    of: object


def _field(name):
    def of(values):
        found = values["form"].get(name)
        if found is None:
            raise Wrong(name)
        return found

    return Node(f"form.{name}", of)


def _inner():
    def of(values):
        found = values["form"].get("inner")
        if found is None or found.get("n") is None:
            raise Wrong("inner")
        return found["n"]

    return Node("form.inner.n", of)


def _row(index):
    def of(values):
        rows, place = values["form"].get("rows") or [], index.of(values)
        if not 0 <= place < len(rows) or rows[place].get("n") is None:
            raise Wrong("rows")
        return rows[place]["n"]

    return Node(f"form.rows[{index.text}].n", of)


def _has(name):
    found = {"rows": lambda values: bool(values["form"].get("rows"))}
    return Node(f"has(form.{name})", found.get(name, lambda values: values["form"].get(name) is not None))


def _checked(number):
    if not LEAST <= number <= GREATEST:
        raise Wrong("overflow")
    return number


def _divided(left, right):
    if right == 0:
        raise Wrong("zero")
    whole = abs(left) // abs(right)
    return _checked(-whole if (left < 0) != (right < 0) else whole)


def _rest(left, right):
    # The rest of the least number by -1 is 0 in arithmetic and an overflow in the runtime.
    if right == 0 or (left == LEAST and right == -1):
        raise Wrong("zero")
    return left - right * _divided(left, right)


ARITHMETIC = {
    "+": lambda a, b: _checked(a + b),
    "-": lambda a, b: _checked(a - b),
    "*": lambda a, b: _checked(a * b),
    "/": _divided,
    "%": _rest,
}
COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _two(operators, pair):
    def make(drawn):
        operator, left, right = drawn
        work = operators[operator]
        return Node(f"({left.text} {operator} {right.text})", lambda v: work(left.of(v), right.of(v)))

    return st.tuples(st.sampled_from(sorted(operators)), pair, pair).map(make)


def _logical(drawn):
    """In this language an error beside a side that decides does not matter: false && error is false."""
    operator, left, right = drawn
    decides = operator == "||"

    def of(values):
        sides = []
        for side in (left, right):
            try:
                sides.append(side.of(values))
            except Wrong as error:
                sides.append(error)
        if decides in [side for side in sides if not isinstance(side, Wrong)]:
            return decides
        for side in sides:
            if isinstance(side, Wrong):
                raise side
        return not decides

    return Node(f"({left.text} {operator} {right.text})", of)


def _chosen(drawn):
    test, yes, no = drawn
    return Node(f"({test.text} ? {yes.text} : {no.text})", lambda v: yes.of(v) if test.of(v) else no.of(v))


def _all_rows(drawn):
    quantifier, operator, bound = drawn
    work = COMPARE[operator]
    decides = quantifier == "exists"

    def of(values):
        limit_wrong = None
        for row in values["form"].get("rows") or []:
            try:
                if row.get("n") is None:
                    raise Wrong("n")  # noqa: TRY301 - one row without a value is one error among others
                found = work(row["n"], bound.of(values))
            except Wrong as error:
                limit_wrong = error
            else:
                if found is decides:
                    return decides
        if limit_wrong is not None:
            raise limit_wrong
        return not decides

    return Node(f"form.rows.{quantifier}(r, (r.n {operator} {bound.text}))", of)


NUMBER = st.one_of(
    st.integers(-3, 9), st.sampled_from([GREATEST, LEAST + 1, GREATEST - 1])
).map(lambda n: Node(f"({n})", lambda _: n))  # fmt: skip
LEAF = st.one_of(NUMBER, st.sampled_from([_field("a"), _field("b"), _inner()]))
INTEGERS = st.recursive(LEAF, lambda inner: st.one_of(_two(ARITHMETIC, inner), inner.map(_row)), max_leaves=5)
TEXTS = st.one_of(st.sampled_from(["", "a", "灯"]).map(lambda t: Node(f"'{t}'", lambda _: t)), st.just(_field("name")))
DAYS = st.one_of(
    st.just(_field("on")),
    st.just(Node("today", lambda v: v["today"])),
    st.integers(-400, 400).map(lambda n: Node(f"add_days(today, {n})", lambda v: v["today"] + timedelta(days=n))),
)
ATOMS = st.one_of(
    st.booleans().map(lambda b: Node(str(b).lower(), lambda _: b)),
    st.sampled_from([_field("yes"), _field("no"), *map(_has, ("a", "name", "rows", "inner", "on"))]),
    _two(COMPARE, INTEGERS),
    _two(COMPARE, DAYS),
    _two({name: COMPARE[name] for name in ("==", "!=")}, TEXTS),
    st.tuples(st.sampled_from(["all", "exists"]), st.sampled_from(sorted(COMPARE)), INTEGERS).map(_all_rows),
)
GUARDS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["&&", "||"]), inner, inner).map(_logical),
        st.tuples(inner, inner, inner).map(_chosen),
        inner.map(lambda node: Node(f"!{node.text}", lambda v: not node.of(v))),
    ),
    max_leaves=5,
)
SOME = st.one_of(st.none(), st.integers(-3, 9), st.sampled_from([GREATEST, LEAST]))
VALUES = st.fixed_dictionaries(
    {
        "form": st.fixed_dictionaries(
            {
                "a": SOME,
                "b": SOME,
                "yes": st.none() | st.booleans(),
                "no": st.none() | st.booleans(),
                "name": st.none() | st.sampled_from(["", "a", "灯"]),
                "on": st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
                "rows": st.none() | st.lists(st.fixed_dictionaries({"n": SOME}), max_size=3),
                "inner": st.none() | st.fixed_dictionaries({"n": SOME}),
            }
        ),
        "today": st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    }
)


def _compare(node, values, kind):
    try:
        expected = node.of(values)
    except Wrong:
        expected = None
    try:
        found = evaluate(compile_(node.text, VARIABLES, kind), values)
    except ExpressionError:
        found = None
    assert found == expected, node.text
    assert type(found) is type(expected), node.text


@settings(max_examples=400, deadline=None)
@given(GUARDS, VALUES)
def test_a_guard_decides_as_the_oracle_does_or_both_refuse(node, values):
    _compare(node, values, Kind.BOOLEAN)


@settings(max_examples=200, deadline=None)
@given(INTEGERS, VALUES)
def test_a_number_is_what_the_oracle_computes_or_neither_has_one(node, values):
    _compare(node, values, Kind.INTEGER)


@settings(max_examples=200, deadline=None)
@given(GUARDS, VALUES)
def test_a_guard_that_errs_lets_nobody_through(node, values):
    """Neither a guard nor its opposite passes when the oracle finds no value; else exactly one of them does."""
    passed = 0
    for text in (node.text, f"!({node.text})"):
        try:
            passed += evaluate(compile_(text, VARIABLES, Kind.BOOLEAN), values) is True
        except ExpressionError:
            continue
    try:
        node.of(values)
    except Wrong:
        assert passed == 0, node.text
    else:
        assert passed == 1, node.text
