"""A table asks only what still matters, answers everything once, and says exactly what it leaves open."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.declared import Text
from amur.procedures.finders import engine
from amur.procedures.finders.declarations import FinderDeclaration, Question
from amur.procedures.finders.engine import choices_of, days_of_change, problems, standing, table_on
from tests.procedures.finders.samples import CODELISTS, FIRST, LATER, permit, rows
from tests.procedures.samples import BASIS, text


def found(answers, on=FIRST, declared=None):
    return standing(table_on(declared or permit(), CODELISTS, on), answers)


def test_questions_come_in_their_order_and_only_where_they_matter():
    assert found({}).asks.id == "kind"
    assert found({"kind": "oil-1"}).asks.id == "who"
    assert found({"kind": "oil-1", "who": "house"}).asks.id == "high"
    ended = found({"kind": "oil-1", "who": "ship", "high": "yes"})
    assert (ended.outcome.id, [one.question.id for one in ended.given]) == ("harbour", ["kind", "who"])
    assert found({"kind": "none"}).outcome.id == "free"


def test_a_question_that_matters_only_after_another_answer_is_passed_over():
    said = {"title": text("A")}
    finder = FinderDeclaration(
        id="f", title=text("A"), carries_out=("1.1",), summary=text("A"), valid_from=FIRST, basis=(BASIS,),
        questions=tuple({"id": name, "type": "yes_no", **said} for name in ("open", "big", "last")),
        outcomes=tuple({"id": name, "tag": text("A"), **said} for name in ("go", "stay")),
        rows=(
            {"outcome": "go", "when": {"open": [True], "last": [True]}},
            {"outcome": "stay", "when": {"open": [True], "last": [False]}},
            {"outcome": "stay", "when": {"open": [False], "big": [True]}},
            {"outcome": "go", "when": {"open": [False], "big": [False]}},
        ),
    )  # fmt: skip
    assert found({"open": "yes"}, declared=finder).asks.id == "last"
    assert found({"open": "no"}, declared=finder).asks.id == "big"


def test_an_answer_that_is_not_offered_on_the_day_is_asked_again():
    early, late = found({"kind": "electric"}), found({"kind": "electric"}, LATER)
    assert (early.asks.id, early.wrong, late.outcome.id) == ("kind", True, "free")
    assert late.basis == (*late.line.row.basis, *late.outcome.basis)
    assert found({"kind": "oil-2"}, date(2027, 1, 1)).wrong


def test_rows_that_agree_end_the_questions_and_those_with_another_note_do_not():
    agreeing = rows((1, {"when": {"kind": ["oil"], "who": ["house"], "high": [False]}, "outcome": "licence"}))
    assert found({"kind": "oil-1", "who": "house"}, declared=permit(rows=agreeing)).outcome.id == "licence"
    agreeing[0]["note"] = text("Higher than the mast.")
    assert found({"kind": "oil-1", "who": "house"}, declared=permit(rows=agreeing)).asks.id == "high"


def test_a_default_says_what_no_row_does_and_is_never_reached_too_early():
    declared = permit(rows=rows((2, None)), otherwise={"outcome": "harbour", "why": text("Ships report anyway.")})
    assert problems(declared, CODELISTS) == []
    ended = found({"kind": "oil-1", "who": "ship"}, declared=declared)
    assert (ended.outcome.id, ended.line) == ("harbour", None)
    assert found({"kind": "oil-1", "who": "house"}, declared=declared).asks.id == "high"


def test_a_table_without_a_row_says_so_and_does_not_guess():
    with pytest.raises(LookupError, match="no row of permit answers"):
        found({"kind": "oil-1", "who": "ship"}, declared=permit(rows=rows((2, None))))


def test_the_days_on_which_a_table_changes_are_those_of_its_rows_options_and_codes():
    assert days_of_change(permit(), CODELISTS) == [FIRST, date(2026, 7, 1), date(2027, 1, 1)]


def test_codes_within_some_are_offered_with_their_headings_and_the_options_follow():
    asked = Question(id="kind", type="code", codelist="kinds", within=("oil",), title=Text(**text("What?")))
    offered = choices_of(asked, CODELISTS, LATER)
    assert [(one.value, [title.en for title in one.under]) for one in offered] == [
        ("oil-1", ["Oil"]),
        ("oil-2", ["Oil"]),
    ]
    assert [one.value for one in choices_of(asked, {}, LATER)] == []


@pytest.mark.parametrize(
    ("changed", "kind", "branch", "places", "on"),
    [
        (rows((2, None)), "gap", (("kind", ("oil-1", "oil-2")), ("who", ("ship",))), (), FIRST),
        (rows((3, None)), "gap", (("kind", ("electric",)),), (), date(2026, 7, 1)),
        (
            rows(more=({"when": {"kind": ["none"]}, "outcome": "licence"},)),
            "contradiction",
            (("kind", ("none",)),),
            (4, 5),
            FIRST,
        ),
        (
            rows(more=({"when": {"kind": ["none"]}, "outcome": "free"},)),
            "overlap",
            (("kind", ("none",)),),
            (4, 5),
            FIRST,
        ),
        (
            rows(more=({"when": {"kind": ["oil-2"]}, "outcome": "free", "valid_from": date(2027, 2, 1)},)),
            "unreached",
            (),
            (5,),
            FIRST,
        ),
    ],
)
def test_what_is_wrong_with_a_table_is_said_exactly(changed, kind, branch, places, on):
    (one,) = problems(permit(rows=changed), CODELISTS)
    assert (one.kind, one.branch, one.places, one.on) == (kind, branch, places, on)


def test_a_default_that_never_happens_is_unreached():
    declared = permit(otherwise={"outcome": "free", "why": text("Else.")})
    assert [(one.kind, one.places) for one in problems(declared, CODELISTS)] == [("unreached", (-1,))]


def test_a_table_that_branches_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(engine, "MOST_BRANCHES", 3)
    with pytest.raises(engine.TooManyBranches):
        problems(permit(), CODELISTS)


_NAMES, _VALUES, _OUTCOMES = ("a", "b", "c"), ("x", "y", "z"), ("one", "two")
_CONDITIONS = st.dictionaries(
    st.sampled_from(_NAMES), st.sets(st.sampled_from(_VALUES), min_size=1).map(sorted), max_size=3
)
_DAY = st.integers(-2, 6).map(lambda days: FIRST + timedelta(days=days))
_ROW = st.fixed_dictionaries(
    {"when": _CONDITIONS, "unless": _CONDITIONS, "outcome": st.sampled_from(_OUTCOMES)},
    optional={"valid_from": _DAY, "valid_to": _DAY},
)


def _any_table(listed, otherwise):
    asked = [
        {
            "id": name,
            "type": "choice",
            "title": text(name),
            "options": [{"id": one, "title": text(one)} for one in _VALUES],
        }
        for name in _NAMES
    ]
    said = {"outcome": "one", "why": text("Else.")} if otherwise else None
    outcomes = [{"id": name, "tag": text(name), "title": text(name)} for name in _OUTCOMES]
    body = {"id": "any", "title": text("Any"), "carries_out": ["1.1"], "summary": text("Any."), "valid_from": FIRST}
    return FinderDeclaration(**body, questions=asked, outcomes=outcomes, rows=listed, otherwise=said, basis=[BASIS])


@given(st.lists(_ROW, min_size=1, max_size=6), st.booleans())
def test_the_proof_by_branches_says_what_trying_every_combination_says(listed, otherwise):
    declared = _any_table(listed, otherwise)
    said = problems(declared, {})
    wanted: dict[str, set] = {"gap": set(), "overlap": set(), "contradiction": set()}
    reached: set[int] = set()
    for on in days_of_change(declared, {}):
        in_force = [(place, row) for place, row in enumerate(declared.rows) if row.in_force(on)]
        for values in product(_VALUES, repeat=len(_NAMES)):
            answers = dict(zip(_NAMES, values, strict=True))
            live = [
                (place, row)
                for place, row in in_force
                if all(answers[name] in some for name, some in row.when.items())
                and not any(answers[name] in some for name, some in row.unless.items())
            ]
            reached |= {place for place, _ in live} or {-1}
            if not live and not otherwise:
                wanted["gap"].add((on, values))
            elif len(live) > 1:
                outcomes = {row.outcome for _, row in live}
                wanted["overlap" if len(outcomes) == 1 else "contradiction"].add((on, values))
            elif live and not said:
                assert standing(table_on(declared, {}, on), answers).outcome.id == live[0][1].outcome
    for kind, combinations in wanted.items():
        # A branch is told once, on the first of its days.
        assert bool(combinations) == any(one.kind == kind for one in said)
        for one in said:
            if one.kind == kind:
                ways = dict(one.branch)
                within = {
                    (one.on, values)
                    for values in product(_VALUES, repeat=len(_NAMES))
                    if all(value in ways.get(name, _VALUES) for name, value in zip(_NAMES, values, strict=True))
                }
                assert within <= combinations
    first = range(-1 if otherwise else 0, len(declared.rows))
    assert {one.places[0] for one in said if one.kind == "unreached"} == set(first) - reached
