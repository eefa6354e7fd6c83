"""Answers that registers know, checks before submission, and samples; and that nobody looks up strangers by a form."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from amur.base.acting import SYSTEM, Actor
from amur.base.faults import Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.filling.declarations import Precheck
from amur.procedures.models import Case, Draft
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.pack import FORM, STRANGER, fill, sync
from tests.procedures.samples import BASIS, LICENCE_BODY, LICENCES_BODY, text
from tests.procedures.test_checks import KNOWN

pytestmark = [pytest.mark.django_db, pytest.mark.either]
OWNER, OTHER = Actor("acc-1", client="portal"), Actor("acc-2", client="portal")
CHECKS = [
    {
        "id": "bright",
        "holds": "!has(form.watts) || form.watts < 100",
        "message": text("Too bright", "太亮"),
        "basis": [BASIS],
    },
    {
        "id": "again",
        "holds": "!record.found || record.colour != form.colour",
        "message": text("There is one of this colour", "已有同色的"),
        "severity": "warn",
        "register": "licences",
        "key": "form.name",
    },
]


def body_of(**changes: Any) -> dict[str, Any]:
    """Return the licence with an earlier one asked for first, and what the register knows of it."""
    body = copy.deepcopy(LICENCE_BODY)
    earlier = {"id": "earlier", "type": "text", "title": text("Earlier licence"), "required": False}
    body["pages"][0]["fields"].insert(0, earlier)
    body["prefill"] = [
        {"field": "colour", "register": "licences", "key": "form.earlier", "value": "colour"},
        {"field": "number", "register": "licences", "key": "form.earlier", "value": "keeper", "locked": True},
    ]
    return body | changes


@pytest.fixture
def granted(now, handler, decider) -> Case:
    """Return a licence of an account: its colour is public in the register, its keeper is not."""
    sync(now, {("procedure", "licence"): body_of()})
    case = acts.submit(fill(now, by=OWNER, account_id="acc-1").id, by=OWNER, now=now)
    case = handler.fire(case, "accept", now)
    return decider.fire(case, "grant", now)


def draft_with(key: str, now, by: Actor = OWNER, account: str = "acc-1") -> Draft:
    draft = acts.open_draft("licence", by=by, now=now, account_id=account)
    form = FORM | {"earlier": key, "colour": "blue"}
    return acts.save_step(draft.id, "lantern", form, version=draft.version, by=by, now=now)


def known(draft: Draft, now) -> dict[str, Any]:
    definition = ProcedureDeclaration.model_validate(body_of())
    return {name: one.value for name, one in reads.known_in(draft, definition, now.date()).items()}


def test_the_party_is_asked_once(granted, now):
    assert known(draft_with(granted.number, now), now) == {"colour": "red", "number": "123"}
    assert known(draft_with("L-0", now), now) == {}


def test_a_form_is_no_way_to_look_up_strangers(granted, now):
    strangers = [draft_with(granted.number, now, OTHER, "acc-2"), draft_with(granted.number, now, STRANGER, "")]
    assert [known(one, now) for one in strangers] == [{"colour": "red"}] * 2, "what is public anybody may look up"
    for draft, by in zip(strangers, (OTHER, STRANGER), strict=True):
        saved = acts.save_step(draft.id, "keeper", FORM | {"number": "208"}, version=draft.version, by=by, now=now)
        assert saved.raw["number"] == "208", "nothing of the record stands in the form of a stranger"


def test_what_is_locked_is_as_the_register_has_it_and_the_source_stays_with_the_case(granted, now):
    draft = draft_with(granted.number, now)
    draft = acts.save_step(draft.id, "keeper", FORM | {"number": "208"}, version=draft.version, by=OWNER, now=now)
    assert draft.raw["number"] == "123"
    acts.attach(draft.id, "plan", [b"%PDF-1.7\n" + b"x" * 3000 + b"\n%%EOF\n"], "a.pdf", by=OWNER, now=now)
    case = Case.objects.get(pk=acts.submit(draft.id, by=OWNER, now=now).pk)
    assert case.data["number"] == "123"
    assert {name: (one["register"], one["changed"]) for name, one in case.sources.items()} == {
        "colour": ("licences", True),
        "number": ("licences", False),
    }


def test_what_does_not_hold_stops_and_a_warning_is_confirmed_and_kept(granted, now):
    sync(now, {("procedure", "licence"): body_of(checks=CHECKS)}, "2.0.0")
    bright = fill(now, watts="200")
    with pytest.raises(Refused) as error:
        acts.submit(bright.id, by=STRANGER, now=now, confirmed=["bright"])
    assert (error.value.code, error.value.details["checks"]) == ("checks_stop", "bright")
    again = fill(now, name=granted.number)
    with pytest.raises(Refused) as error:
        acts.submit(again.id, by=STRANGER, now=now)
    assert (error.value.code, error.value.details["checks"]) == ("checks_to_confirm", "again")
    assert not Case.objects.filter(draft__in=[bright, again]).exists()
    case = acts.submit(again.id, by=STRANGER, now=now, confirmed=["again"])
    bodies = {entry.kind: entry.body for entry in ledger.entries_of(SYSTEM, case.key_subject)}
    assert bodies["case.warnings_confirmed"] == {"checks": ["again"]}
    assert acts.submit(fill(now).id, by=STRANGER, now=now).number


def test_a_check_that_has_no_value_does_not_hold(granted, now):
    lost = [CHECKS[0] | {"id": "lost", "holds": "form.watts < 100"}]
    sync(now, {("procedure", "licence"): body_of(checks=lost)}, "2.0.0")
    with pytest.raises(Refused):
        acts.submit(fill(now, watts="").id, by=STRANGER, now=now)


def test_a_check_reads_a_dated_value_as_it_is_on_the_day_of_submission(now):
    most = {"id": "most", "title": text("Most"), "type": "integer", "entries": []}
    for since, until, value in (("2026-01-01", "2026-03-11", 50), ("2026-03-12", "2026-03-20", 20)):
        most["entries"].append({"valid_from": since, "valid_to": until, "value": value, "basis": BASIS})
    checks = [CHECKS[0] | {"holds": "form.watts <= value.most"}]
    sync(
        now, {("procedure", "licence"): LICENCE_BODY | {"checks": checks, "values": ["most"]}, ("value", "most"): most}
    )
    assert acts.submit(fill(now, watts="50").id, by=STRANGER, now=now).number
    draft = fill(now, watts="50")
    for later in (now + timedelta(days=2), now + timedelta(days=20)):
        with pytest.raises(Refused) as error:
            acts.submit(draft.id, by=STRANGER, now=later)
        assert error.value.code == "checks_stop", (
            "less two days later; and what no day of the pack covers does not hold"
        )
    assert acts.submit(fill(now, watts="20").id, by=STRANGER, now=now + timedelta(days=2)).number


@pytest.mark.parametrize("wrong", [{"register": "licences"}, {"key": "form.name"}, {"basis": []}])
def test_a_check_says_all_that_it_must(wrong):
    with pytest.raises(ValueError, match="check 'bright'"):
        Precheck.model_validate(CHECKS[0] | wrong)


SAMPLE = {"name": "灯", "colour": "red", "region": "230102", "number": "123", "indoors": "yes"}
PUBLIC_BODY = LICENCES_BODY | {"public": True}


@pytest.mark.parametrize(
    ("changes", "kind", "at"),
    [
        ({}, "", ""),
        (
            {"prefill": [{"field": "x", "register": "licences", "key": "'a'", "value": "name"}]},
            "prefill.field",
            "0.field",
        ),
        (
            {"prefill": [{"field": "name", "register": "x", "key": "'a'", "value": "name"}]},
            "prefill.register",
            "register",
        ),
        (
            {"prefill": [{"field": "name", "register": "licences", "key": "'a'", "value": "x"}]},
            "prefill.value",
            "value",
        ),
        (
            {"prefill": [{"field": "name", "register": "licences", "key": "'a'", "value": "colour"}]},
            "prefill.type",
            "value",
        ),
        (
            {"prefill": [{"field": "name", "register": "licences", "key": "form.colour", "value": "name"}]},
            "prefill",
            "key",
        ),
        ({"checks": [CHECKS[0], CHECKS[0]]}, "precheck.id", "1.id"),
        ({"checks": [CHECKS[1] | {"register": "x"}]}, "precheck.register", "register"),
        ({"checks": [CHECKS[1] | {"holds": "record.keeper == 'x'"}]}, "precheck", "holds"),
        ({"checks": [CHECKS[1] | {"key": "form.nothing"}]}, "precheck", "key"),
        ({"checks": [CHECKS[0] | {"holds": "form.watts < value.most"}]}, "precheck", "holds"),
        ({"sample": SAMPLE}, "", ""),
        ({"sample": SAMPLE | {"x": "y"}}, "sample.field", "sample.x"),
        ({"sample": SAMPLE | {"watts": "0"}}, "sample.value", "sample.watts"),
        ({"sample": {"name": "灯"}}, "sample.value", "sample"),
    ],
)
def test_a_pack_is_told_what_is_wrong_with_it(changes, kind, at):
    definition = ProcedureDeclaration.model_validate(body_of(**changes))
    registers = {"licences": RegisterDeclaration.model_validate(PUBLIC_BODY)}
    faults = check_procedure(
        definition, KNOWN, Beside(registers), ("bureau",), lambda path: (".".join(map(str, path)), 1)
    )
    found = {(fault.check, fault.file) for fault in faults}
    if not kind:
        assert not found
    else:
        assert any(one == kind and place.endswith(at) for one, place in found), found
