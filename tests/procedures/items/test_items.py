"""An item that was cancelled or handed down takes nothing new from its day on, and what came before goes on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import PUBLIC
from amur.base.faults import Refused
from amur.procedures import acts
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.items import engine, reads
from amur.procedures.items.checks import check_item
from amur.procedures.items.describing import described
from amur.registers import reads as registers
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.items.cataloguing import CATALOGUE, KEY, enter, furnish, happen, licence
from tests.procedures.pack import STRANGER, fill, sync

TODAY, WHEN = date(2026, 3, 10), date(2026, 3, 20)


@pytest.mark.django_db
@pytest.mark.both
@pytest.mark.parametrize(("event", "state"), [("cancel", "cancelled"), ("move", "moved")])
def test_what_comes_after_the_day_is_refused_and_what_came_before_goes_on(now, handler, event, state):
    furnish(now)
    enter(now, TODAY)
    before = acts.submit(fill(now).id, by=STRANGER, now=now)
    happen(now, event, WHEN)
    definition = ProcedureDeclaration.model_validate(licence())
    on_the_eve, later = WHEN - timedelta(days=1), WHEN + timedelta(days=1)
    assert reads.item_of(PUBLIC, definition, on=on_the_eve).is_open
    assert reads.item_of(PUBLIC, definition, on=later).record.state == state
    meanwhile = acts.submit(fill(now).id, by=STRANGER, now=now + timedelta(days=5))
    draft, after = fill(now), now + timedelta(days=12)
    with pytest.raises(Refused) as refused:
        acts.submit(draft.id, by=STRANGER, now=after)
    assert (refused.value.code, refused.value.details["state"]) == ("item_closed", state)
    for case in (before, meanwhile):
        assert handler.fire(case, "accept", after).state == "accepted"


@pytest.mark.django_db
def test_an_item_that_nobody_entered_yet_is_open_and_a_procedure_without_one_has_none(now):
    furnish(now)
    (found,) = reads.items(PUBLIC, on=TODAY)
    assert (found.record, found.is_open) == (None, True)
    acts.submit(fill(now).id, by=STRANGER, now=now)
    assert [one.id for one in reads.carrying_out("catalogue", KEY)] == ["licence"]
    assert reads.carrying_out("catalogue", "L-2") == ()
    sync(now, version="3.0.0")
    assert list(reads.items(PUBLIC, on=TODAY)) == []


@pytest.mark.django_db
def test_an_effect_writes_what_holds_from_a_day_to_come(now, handler, decider):
    body = licence()
    body["transitions"][3]["effects"] = [
        {"do": "write_record", "register": "catalogue", "key": "'L-9'", "valid_from": "form.lit_on", "values": {"code": "'L-9'", "name": "form.name"}},
        {"do": "change_state", "register": "catalogue", "key": "'L-9'", "event": "move", "valid_from": "add_days(form.lit_on, 5)"},
    ]  # fmt: skip
    sync(now, {("procedure", "licence"): body, ("register", "catalogue"): CATALOGUE}, version="4.0.0")
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    decider.fire(handler.fire(case, "accept", now), "grant", now)
    first = date(2026, 4, 1)
    states = [
        registers.as_of(PUBLIC, "catalogue", "L-9", valid_on=first + timedelta(days=days)).state for days in (0, 4, 5)
    ]
    assert states == ["kept", "kept", "moved"]


def test_steps_papers_and_limits_follow_from_the_procedure():
    body = licence()
    (row,) = described(body).values()
    wanted = {"item": KEY, "steps": 3, "documents": 1, "visits": 1, "legal": 20, "legal_unit": "working_days"}
    assert {name: row[name] for name in wanted} == wanted
    assert described(body | {"opened_only": True}) == {}
    bare = body | {
        "clocks": [],
        "item": None,
        "window": {"by": "handler", "materials": [{"id": "a", "title": body["title"]}]},
    }
    (row,) = described(bare).values()
    assert (row["legal"], row["visits"], row["documents"]) == (None, None, 2)
    endless = copy_without_grant(body)
    assert engine.steps(endless) == 3


def copy_without_grant(body):
    """Return the licence as a procedure that grants nothing to anybody: the steps are those of its whole way."""
    arrows = [one for one in body["transitions"] if one["event"] in {"accept", "request_supplement", "answer"}]
    return ProcedureDeclaration.model_construct(
        **{name: getattr(ProcedureDeclaration.model_validate(body), name) for name in ProcedureDeclaration.model_fields}
        | {"transitions": tuple(one for one in ProcedureDeclaration.model_validate(body).transitions if one.event in {two["event"] for two in arrows})}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "register", "check"),
    [
        ({"register": "nothing"}, {}, ["item.register"]),
        ({}, {"public": False}, ["item.public"]),
        ({"closed_in": ["gone"]}, {}, ["item.state"]),
        ({}, {}, []),
    ],
)
def test_the_catalogue_and_its_states_are_declared(changes, register, check):
    declared = {"catalogue": RegisterDeclaration.model_validate(CATALOGUE | register)}
    definition = ProcedureDeclaration.model_validate(licence(**changes))
    found = check_item(definition, declared, lambda at: (".".join(map(str, at)), 1))
    assert [one.check for one in found] == check
    assert list(check_item(definition.model_copy(update={"item": None}), declared, lambda _: ("", 1))) == []
