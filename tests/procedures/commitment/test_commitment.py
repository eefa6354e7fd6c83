from __future__ import annotations

import copy
import json
from datetime import timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM
from amur.base.erasure import Ground
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.ledger.reads import is_forgotten
from amur.procedures import acts, reads
from amur.procedures.acts.erasing import forget
from amur.procedures.checks import check_procedure
from amur.procedures.commitment.engine import barred
from amur.procedures.commitment.reads import promise_of, why_not_promise
from amur.procedures.conditions import Moment
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.models import Case, ClockRun, Decision
from amur.procedures.reminders.models import Reminder
from amur.procedures.transactions import act
from amur.registers import reads as registers
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.commitment.promising import BROKEN_BODY, PROMISING, promising
from tests.procedures.pack import FORM, STRANGER, sync
from tests.procedures.samples import LICENCES_BODY
from tests.procedures.test_checks import KNOWN, cut, put

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ITEMS = {("procedure", "licence"): promising(), ("register", "broken"): BROKEN_BODY}
SAID = "我承诺属实。"


def faults_of(change=lambda _: None, register=None):
    body = promising()
    change(body)
    bodies = {"licences": LICENCES_BODY, "broken": register or BROKEN_BODY}
    registers = {name: RegisterDeclaration.model_validate(one) for name, one in bodies.items()}
    definition = ProcedureDeclaration.model_validate(body)
    locate = lambda path: (".".join(map(str, path)), 1)  # noqa: E731 -- as short as it is used
    return check_procedure(definition, KNOWN, Beside(registers), ("bureau",), locate)


def test_a_procedure_that_is_decided_on_a_promise_has_no_faults():
    assert [str(fault) for fault in faults_of()] == []


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        (put("commitment", "choice", value="watts"), "commitment.choice", "commitment.mark"),
        (put("commitment", "instead_of", value=["nothing"]), "commitment.choice", "commitment.field"),
        (put("commitment", "instead_of", value=["colour"]), "commitment.choice", "commitment.order"),
        (put("commitment", "instead_of", value=["plan", "name"]), "commitment.choice", "commitment.field"),
        (put("commitment", "begins", value="nowhere"), "commitment.begins", "commitment.state"),
        (put("commitment", "begins", value="submitted"), "commitment.begins", "commitment.state"),
        (put("commitment", "clock", value="none"), "commitment.clock", "commitment.clock"),
        (put("commitment", "clock", value="decision"), "commitment.clock", "commitment.clock"),
        (put("clocks", 1, "working_days", value=40), "commitment.clock", "commitment.slow"),
        (put("commitment", "not_for", 1, "when", value="form.watts"), "commitment.not_for.1.when", "commitment.bar"),
        (
            put("commitment", "not_for", 0, "register", value="x"),
            "commitment.not_for.0.register",
            "commitment.register",
        ),
        (put("commitment", "not_for", 0, "key", value="form.name"), "commitment.not_for.0.key", "commitment.key"),
        (
            put("commitment", "verification", "clock", value="x"),
            "commitment.verification.clock",
            "commitment.clock",
        ),
        (cut("clocks", 2, "remind"), "commitment.verification.clock", "commitment.reminded"),
        (put("clocks", 2, "start", value=["accepted"]), "commitment.verification.clock", "commitment.verified"),
        (put("commitment", "verification", "holds", value="x"), "commitment.verification.holds", "commitment.event"),
        (put("transitions", 9, "by", value="applicant"), "commitment.verification.holds", "commitment.by"),
        (put("transitions", 10, "outcome", value="none"), "commitment.verification.broken", "commitment.revokes"),
        (
            put("commitment", "verification", "record", "register", value="x"),
            "commitment.verification.record.register",
            "commitment.register",
        ),
        (
            put("commitment", "verification", "record", "key", value="form.email"),
            "commitment.verification.record.key",
            "commitment.key",
        ),
        (
            put("commitment", "verification", "record", "values", value={"firm": "form.firm"}),
            "commitment.verification.record.values",
            "effect.value",
        ),
    ],
)
def test_what_is_wrong_with_a_promise_is_found_where_it_stands(change, at, kind):
    assert (at, kind) in {(fault.file, fault.check) for fault in faults_of(change)}


def test_no_register_keeps_the_broken_promise_of_a_person():
    register = copy.deepcopy(BROKEN_BODY)
    register["fields"][1] |= {"personal": True}
    found = {(fault.file, fault.check) for fault in faults_of(register=register)}
    assert ("commitment.verification.record.register", "commitment.person") in found
    assert ("commitment.not_for.0.register", "commitment.person") in found


def test_a_bar_is_one_thing_or_the_other():
    with pytest.raises(ValueError, match="write one of the two"):
        ProcedureDeclaration.model_validate(
            promising() | {"commitment": promising()["commitment"] | {"not_for": [both_bars()]}}
        )


def both_bars():
    return promising()["commitment"]["not_for"][0] | {"when": "form.watts > 1"}


def test_what_cannot_be_told_stands_against_a_promise():
    body = promising()
    body["commitment"]["not_for"][1]["when"] = "form.watts / 0 == 1"
    definition = ProcedureDeclaration.model_validate(body)
    moment = Moment(definition.fields, {"watts": 5}, None)
    assert barred(definition.commitment, moment, lambda *_: False) is not None


@pytest.fixture
def promise(now):
    """Return a function that fills in a form and promises instead of sending the plan."""
    sync(now, ITEMS, "2.0.0")

    def make(**changes: str) -> Case:
        form = FORM | {"by_promise": "yes", "firm": "130"} | changes
        draft = acts.open_draft("licence", by=STRANGER, now=now)
        for step in ("lantern", "keeper"):
            draft = acts.save_step(draft.id, step, form, version=draft.version, by=STRANGER, now=now)
        return acts.submit(draft.id, by=STRANGER, now=now)

    return make


def test_whoever_promises_is_not_asked_for_the_proof_and_is_decided_on_sooner(promise, decider, now):
    case = promise()
    assert (case.state, case.accepted_at, case.due_on.isoformat()) == ("promised", now, "2026-03-12")
    assert "plan" not in case.data
    case = decider.fire(case, "grant_on_promise", now)
    assert case.state == "to_verify"
    assert case.due_on.isoformat() == "2026-04-09"
    assert Decision.objects.get(case=case).outcome == "granted"


def test_whoever_proves_is_asked_for_the_proof_and_begins_where_others_do(promise, now):
    with pytest.raises(Invalid) as caught:
        promise(by_promise="no")
    assert [*caught.value.fields] == ["plan"]


def test_the_promise_is_sealed_in_the_ledger_and_goes_with_the_case(promise, decider, now):
    case = promise()
    entry = next(one for one in ledger.entries_of(SYSTEM, case.key_subject) if one.kind == "case.promised")
    assert SAID not in json.dumps(entry.body, ensure_ascii=False)
    found = ledger.reveal(case.key_subject, entry.body["promise"])
    assert SAID in json.dumps(found, ensure_ascii=False, default=str)
    assert promise_of(SYSTEM, case.pk).entry_hash == entry.leaf
    case = decider.fire(case, "refuse_promise", now, reason="不符合")
    with act():
        forget(case, by=decider.by, now=now, ground=Ground("over", ""))
    assert is_forgotten(case.key_subject)
    assert SAID not in json.dumps(ledger.reveal(case.key_subject, entry.body["promise"]), default=str)


def test_a_promise_that_held_ends_the_verification(promise, handler, decider, now):
    case = handler.fire(decider.fire(promise(), "grant_on_promise", now), "verify", now)
    assert (case.state, promise_of(SYSTEM, case.pk).fate) == ("granted", "held")
    assert not ClockRun.objects.filter(case=case, clock="verification", ended_on=None)
    assert [one.kind for one in ledger.entries_of(SYSTEM, case.key_subject)][-1] == "case.promise_held"
    with pytest.raises(NotFound):
        registers.record(SYSTEM, "broken", "130")


def test_a_promise_that_was_false_takes_the_licence_back_and_bars_the_firm(promise, decider, now):
    case = decider.fire(promise(), "grant_on_promise", now)
    case = decider.fire(case, "found_false", now, reason="灯立在沙上")
    assert (case.state, promise_of(SYSTEM, case.pk).fate) == ("revoked", "broken")
    assert [one.outcome for one in Decision.objects.filter(case=case).order_by("id")] == ["granted", "refused"]
    assert registers.record(SYSTEM, "broken", "130").values["case_number"] == case.number
    with pytest.raises(Invalid) as caught:
        promise()
    assert caught.value.fields == {"by_promise": ("promise_barred", "Your firm broke a promise before.")}
    assert promise(firm="246").state == "promised"


def test_of_a_person_no_broken_promise_is_kept(promise, decider, now):
    case = decider.fire(promise(firm=""), "grant_on_promise", now)
    decider.fire(case, "found_false", now, reason="灯立在沙上")
    assert registers.records(SYSTEM, "broken").rows == ()


def test_what_is_too_bright_must_be_proved(promise, now):
    with pytest.raises(Invalid) as caught:
        promise(watts="600")
    assert "by_promise" in caught.value.fields
    form = {"by_promise": True, "watts": 600}
    assert why_not_promise(PUBLIC, PROMISING, form, now.date()).zh == "五百瓦以上须提交材料。"
    assert why_not_promise(PUBLIC, PROMISING, form | {"watts": 5}, now.date()) is None


def test_the_office_is_reminded_to_verify(promise, decider, now):
    case = decider.fire(promise(), "grant_on_promise", now)
    acts.remind(case.pk, by=decider.by, now=now + timedelta(days=24))
    assert Reminder.objects.get(case=case).addressee == "handler"


def test_a_case_without_a_promise_has_none(pack, submitted):
    assert promise_of(SYSTEM, submitted().pk) is None


def test_a_stranger_reads_no_promise(promise):
    assert promise_of(PUBLIC, promise().pk) is None


def test_the_course_of_a_promised_case_is_told_from_its_beginning(promise, decider, now):
    case = decider.fire(promise(), "grant_on_promise", now)
    assert len(reads.timeline(SYSTEM, case.pk)) >= len(("submitted", "granted"))
    with pytest.raises(Refused):
        decider.fire(case, "grant", now)
