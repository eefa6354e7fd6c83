"""Each mistake in a table is found where it stands, and a table that is whole has none."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from pydantic import ValidationError

from amur.procedures.finders import engine
from amur.procedures.finders.checks import Around, check_finder
from amur.procedures.finders.declarations import Option
from amur.registers.checks import Known
from tests.procedures.finders.samples import CODELISTS, PERMIT_BODY, permit, rows
from tests.procedures.samples import text

AROUND = Around(CODELISTS, {"bureau"}, {"licence"}, {"lanterns"}, {"demo"})


def faults(declared):
    found = check_finder(declared, Known(), AROUND, lambda at: (".".join(map(str, at)), 1))
    return [(one.file, one.check, one.found) for one in found]


def outcome(place, **changes):
    listed = copy.deepcopy(PERMIT_BODY["outcomes"])
    listed[place] |= changes
    return {"outcomes": listed}


def question(place, **changes):
    listed = copy.deepcopy(PERMIT_BODY["questions"])
    listed[place] |= changes
    return {"questions": listed}


def test_a_whole_table_has_no_fault():
    assert faults(permit()) == []


@pytest.mark.parametrize(
    ("changes", "place", "check"),
    [
        (outcome(0, body="nobody"), "outcomes.0.body", "finder.body"),
        (outcome(0, procedure="nothing"), "outcomes.0.procedure", "finder.procedure"),
        (outcome(2, register="nothing"), "outcomes.2.register", "finder.register"),
        (outcome(1, link={"title": text("A"), "address": "https://a.example", "source": "x"}), "outcomes.1.link.source", "finder.source"),
        ({"outcomes": [*PERMIT_BODY["outcomes"], {"id": "more", "tag": text("A"), "title": text("A")}]}, "outcomes.3", "finder.outcome"),
        (question(0, codelist="nothing"), "questions.0.codelist", "finder.codelist"),
        (question(0, within=["oil", "gas"]), "questions.0.within.1", "finder.code"),
        ({"questions": [*PERMIT_BODY["questions"], {"id": "more", "type": "yes_no", "title": text("A")}]}, "questions.3", "finder.question"),
        ({"rows": rows(more=({"outcome": "gone", "when": {"kind": ["none"]}},))}, "rows.5.outcome", "finder.outcome"),
        ({"rows": rows((4, {"outcome": "free", "when": {"what": ["none"]}}))}, "rows.4.when.what", "finder.question"),
        ({"rows": rows((4, {"outcome": "free", "when": {"kind": ["none", "gas"]}}))}, "rows.4.when.kind.1", "finder.answer"),
        ({"rows": rows((4, {"outcome": "free", "when": {"kind": ["none"]}, "valid_from": date(2026, 3, 1), "valid_to": date(2026, 2, 1)}))}, "rows.4.valid_to", "finder.dates"),
        ({"otherwise": {"outcome": "gone", "why": text("A")}}, "otherwise.outcome", "finder.outcome"),
        ({"otherwise": {"outcome": "free", "why": text("A")}}, "otherwise", "finder.unreached"),
        ({"rows": rows(more=({"outcome": "free", "when": {"kind": ["oil-2"]}, "valid_from": date(2027, 2, 1)},))}, "rows.5", "finder.unreached"),
    ],
)  # fmt: skip
def test_each_mistake_is_found_where_it_stands(changes, place, check):
    assert (place, check) in [(where, name) for where, name, _ in faults(permit(**changes))]


def test_what_no_row_answers_and_what_two_answer_is_said_in_words():
    ((where, check, said),) = faults(permit(**_without_ships()))
    assert (where, check) == ("rows", "finder.gap")
    assert said == "no row answers kind = oil-1 | oil-2, who = ship (on 2026-01-01)"
    ((where, check, said),) = faults(permit(rows=rows(more=({"outcome": "licence", "when": {"kind": ["none"]}},))))
    assert (where, check) == ("rows.5", "finder.contradiction")
    assert said == "rows 5 and 6 all answer kind = none (on 2026-01-01), with 'free' and 'licence'"


def _without_ships():
    """Take the row of ships away, and what comes out of it alone."""
    return {"rows": rows((2, None)), "outcomes": [PERMIT_BODY["outcomes"][0], PERMIT_BODY["outcomes"][2]]}


def test_many_answers_of_a_branch_are_counted(monkeypatch):
    monkeypatch.setattr("amur.procedures.finders.checks._SHOWN", 1)
    ((_, _, said),) = faults(permit(**_without_ships()))
    assert "kind = oil-1 | 1 more, who = ship" in said
    monkeypatch.setattr(engine, "MOST_BRANCHES", 2)
    assert [check for _, check, _ in faults(permit())] == ["finder.huge"]


@pytest.mark.parametrize(
    "changes",
    [
        question(0, id="on"),
        question(1, codelist="kinds"),
        question(1, options=[]),
        question(2, options=[{"id": "a", "title": text("A")}]),
        question(1, id="kind"),
        question(1, options=[{"id": "a", "title": text("A")}] * 2),
        outcome(0, who=text("Somebody")),
        outcome(1, link={"title": text("A"), "address": "ftp://a.example", "source": "demo"}),
    ],
)
def test_what_cannot_be_meant_is_refused_when_it_is_read(changes):
    with pytest.raises(ValidationError):
        permit(**changes)


def test_an_option_is_offered_between_its_days_and_the_parts_of_a_table_are_known_by_their_ids():
    option = Option(id="a", title=text("A"), valid_from=date(2026, 1, 1))
    assert not option.in_force(date(2025, 12, 31))
    assert option.in_force(date(2026, 1, 1))
    declared = permit()
    assert (declared.question("who").id, declared.question("x"), declared.outcome("free").id) == ("who", None, "free")
