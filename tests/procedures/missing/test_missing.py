from __future__ import annotations

import json
from datetime import timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, Scope
from amur.base.erasure import Ground
from amur.base.faults import Conflict, Invalid, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, moments, reads
from amur.procedures.acts.erasing import forget
from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.facts import clock_changes
from amur.procedures.missing.reads import missing_of
from amur.procedures.models import Case, CaseEvent, ClockRun, Document, Notice
from amur.procedures.transactions import act
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.missing.bringing import BRINGING, bringing
from tests.procedures.pack import FORM, PDF, STRANGER, sync
from tests.procedures.samples import LICENCES_BODY, text
from tests.procedures.test_checks import KNOWN, cut, put

pytestmark = [pytest.mark.django_db, pytest.mark.both]
REGISTERS = {"licences": RegisterDeclaration.model_validate(LICENCES_BODY)}
BRING, LAPSE = 7, 8
PAPER = {"id": "accepted", "title": text("Accepted", "受理通知书"), "series": "ACC", "paper": "accepted"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def faults_of(change=lambda _: None, late="refuse"):
    body = bringing(late)
    change(body)
    definition = ProcedureDeclaration.model_validate(body)
    locate = lambda path: (".".join(map(str, path)), 1)  # noqa: E731 -- as short as it is used
    return check_procedure(definition, KNOWN, Beside(REGISTERS), ("bureau",), locate)


@pytest.mark.parametrize("late", ["refuse", "return", "continue"])
def test_accepting_with_something_missing_has_no_faults(late):
    assert [str(fault) for fault in faults_of(late=late)] == []


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        (put("may_be_missing", "items", 0, "mark", value="watts"), "items", "missing.mark"),
        (put("may_be_missing", "items", 0, "mark", value="photo_later"), "items.0", "missing.mark"),
        (put("may_be_missing", "items", 0, "field", value="nothing"), "items", "missing.field"),
        (put("may_be_missing", "items", 0, "field", value="colour"), "items", "missing.order"),
        (put("may_be_missing", "clock", value="none"), "clock", "missing.clock"),
        (put("may_be_missing", "waits", value=["none"]), "waits", "missing.clock"),
        (cut("clocks", 1, "remind"), "clock", "missing.reminded"),
        (put("clocks", 1, "start", value=["supplement"]), "bring", "missing.bring"),
        (put("transitions", BRING, "by", value="handler"), "bring", "missing.bring"),
        (put("transitions", BRING, "to", value="submitted"), "bring", "missing.bring"),
        (put("may_be_missing", "needed_by", value=["refuse"]), "needed_by.0", "missing.needed"),
        (put("may_be_missing", "late", value="continue"), "late", "missing.late"),
        (put("may_be_missing", "late", value="return"), "late", "missing.late"),
        (cut("transitions", LAPSE), "late", "missing.late"),
        (put("transitions", LAPSE, "outcome", value="none"), "late", "missing.late"),
    ],
)
def test_what_is_wrong_with_it_is_found_where_it_stands(change, at, kind):
    assert (f"may_be_missing.{at}", kind) in {(fault.file, fault.check) for fault in faults_of(change)}


@pytest.fixture
def lacking(now):
    """Return a function that submits a form whose plan, photograph or both come later."""

    def make(*later: str, late: str = "refuse", **rule) -> Case:
        body = bringing(late, **rule) | {"documents": [PAPER]}
        body["transitions"][0]["effects"].append({"do": "issue_document", "document": "accepted"})
        sync(now, {("procedure", "licence"): body}, "2.0.0")
        draft = acts.open_draft("licence", by=STRANGER, now=now)
        form = FORM | {f"{name}_later": "yes" for name in later}
        if "plan" not in later:
            acts.attach(draft.id, "plan", [PDF], "方案.pdf", by=STRANGER, now=now)
        for step in ("lantern", "keeper", "papers"):
            draft = acts.save_step(draft.id, step, form, version=draft.version, by=STRANGER, now=now)
        return acts.submit(draft.id, by=STRANGER, now=now)

    return make


def party(case: Case) -> Scope:
    return reads.scope_by_code(case.number, acts.query_code(case))


def bring(case: Case, now, **sent: bytes) -> Case:
    by, scope, files = Actor("anonymous", client="portal", on_behalf_of=f"case:{case.pk}"), party(case), {}
    for name, content in sent.items():
        upload = acts.attach_to_case(case.pk, "bring", name, [content], f"{name}.x", by=by, scope=scope, now=now)
        files[name] = str(upload.pk)
    version = Case.objects.get(pk=case.pk).version
    return acts.fire(case.pk, "bring", by=by, scope=scope, now=now, expected_version=version, extra=files)


def test_a_case_is_accepted_without_what_comes_later_and_its_paper_says_so(lacking, handler, now):
    case = handler.fire(lacking("plan", "photo"), "accept", now)
    assert {run.clock: run.due_on.isoformat() for run in ClockRun.objects.filter(case=case)} == {
        "decision": "2026-04-08",
        "bring": "2026-03-13",
    }
    said = json.dumps(Document.objects.get(case=case).content, ensure_ascii=False)
    assert "容缺受理" in said
    assert "Still to be brought" in said
    found = missing_of(party(case), case.pk)
    assert ([field.id for field in found.to_come], found.due_on.isoformat()) == (["plan", "photo"], "2026-03-13")


def test_where_nothing_is_missing_no_clock_waits_for_it(lacking, handler, now):
    case = handler.fire(lacking(), "accept", now)
    assert [run.clock for run in ClockRun.objects.filter(case=case)] == ["decision"]
    assert missing_of(SYSTEM, case.pk) is None
    changes = clock_changes(BRINGING, {}, CaseEvent.objects.get(case=case, event="accept"))
    assert [one.clock for one in changes] == ["decision"]
    assert "容缺受理" not in json.dumps(Document.objects.get(case=case).content, ensure_ascii=False)


def test_what_needs_it_waits_until_all_is_there(lacking, handler, decider, now):
    case = handler.fire(lacking("plan", "photo"), "accept", now)
    assert "grant" in reads.case_for_desk(decider.scope, case.number, on=now.date()).held
    with pytest.raises(Refused) as caught:
        decider.fire(case, "grant", now)
    assert caught.value.code == "still_missing"
    case = bring(case, now, photo=PNG)
    assert [field.id for field in missing_of(SYSTEM, case.pk).to_come] == ["plan"]
    with pytest.raises(Refused):
        decider.fire(case, "grant", now)
    case = bring(case, now, plan=PDF)
    assert [run.clock for run in ClockRun.objects.filter(case=case, ended_on=None)] == ["decision"]
    assert [field.id for field in missing_of(SYSTEM, case.pk).brought] == ["plan", "photo"]
    case = decider.fire(case, "grant", now)
    assert case.state == "granted"
    assert reads.upload(decider.scope, case.uploads.get(field="plan").pk)[0].media_type == "application/pdf"


def test_whoever_brings_nothing_is_told_what_is_missing(lacking, handler, now):
    case = handler.fire(lacking("plan"), "accept", now)
    with pytest.raises(Invalid) as caught:
        bring(case, now)
    assert [*caught.value.fields] == ["plan"]
    with pytest.raises(Refused) as refused:
        bring(bring(case, now, plan=PDF), now)
    assert refused.value.code == "nothing_to_bring"
    assert "bring" not in [arrow.event for arrow in reads.case_for_party(party(case), case.number).may]


def test_the_party_is_reminded_of_what_is_missing(lacking, handler, now):
    case = handler.fire(lacking("plan"), "accept", now)
    acts.remind(case.pk, by=handler.by, now=now + timedelta(days=2))
    assert Notice.objects.filter(case=case).order_by("-pk")[0].body.endswith("【Plan】")


def test_what_is_not_brought_in_time_is_refused_by_law(lacking, handler, now):
    case = handler.fire(lacking("plan"), "accept", now)
    late = now + timedelta(days=4)
    with pytest.raises(Conflict):
        bring(case, late, plan=PDF)
    assert acts.lapse(case.pk, by=handler.by, now=late).state == "refused"


def test_what_is_not_brought_in_time_is_given_back_where_the_pack_says_so(lacking, handler, now):
    case = handler.fire(lacking("plan", late="return"), "accept", now)
    assert acts.lapse(case.pk, by=handler.by, now=now + timedelta(days=4)).state == "withdrawn"


def test_a_case_goes_on_without_it_where_the_pack_says_so(lacking, handler, decider, now):
    case = handler.fire(lacking("plan", late="continue"), "accept", now)
    with pytest.raises(Refused):
        decider.fire(case, "grant", now)
    assert decider.fire(case, "grant", now + timedelta(days=4)).state == "granted"


def test_the_decision_waits_meanwhile_where_the_pack_says_so(lacking, handler, decider, now):
    case = handler.fire(lacking("plan", waits=["decision"]), "accept", now)
    run = ClockRun.objects.get(case=case, clock="decision")
    assert (run.due_on, case.due_on.isoformat()) == (None, "2026-03-13")
    later = now + timedelta(days=2)
    case = bring(case, later, plan=PDF)
    assert (case.due_on.isoformat(), ClockRun.objects.get(case=case, clock="decision").paused_on) == (
        "2026-04-10",
        None,
    )


def test_an_official_asking_for_more_meanwhile_does_not_let_the_waiting_clock_go_on(lacking, handler, now):
    case = handler.fire(lacking("plan", waits=["decision"]), "accept", now)
    case = handler.fire(case, "request_supplement", now, reason="看不清")
    by, scope = Actor("anonymous", client="portal", on_behalf_of=f"case:{case.pk}"), party(case)
    said = {"colour": "blue", "remark": "补充"}
    case = acts.fire(case.pk, "answer", by=by, scope=scope, now=now, expected_version=case.version, extra=said)
    assert ClockRun.objects.get(case=case, clock="decision").paused_on is not None


def test_the_promise_to_bring_it_is_sealed_and_goes_with_the_case(lacking, decider, now):
    case = decider.fire(lacking("plan"), "refuse", now, reason="不符合")
    entry = next(one for one in ledger.entries_of(SYSTEM, case.key_subject) if one.kind == "case.later_promised")
    assert "承诺" not in json.dumps(entry.body, ensure_ascii=False)
    assert "我承诺按期补交。" in json.dumps(ledger.reveal(case.key_subject, entry.body["promise"]), ensure_ascii=False)
    with act():
        forget(case, by=decider.by, now=now, ground=Ground("over", ""))
    assert "承诺" not in json.dumps(ledger.reveal(case.key_subject, entry.body["promise"]), default=str)


def test_a_stranger_does_not_read_what_is_missing(lacking):
    assert missing_of(PUBLIC, lacking("plan").pk) is None


def test_words_name_what_is_missing_and_the_clock_of_a_replayed_case_is_its_own(lacking, handler, now):
    case = handler.fire(lacking("plan"), "accept", now)
    assert moments.words(case, BRINGING, "", "en")["later"] == "Plan"
    changes = clock_changes(BRINGING, {}, CaseEvent.objects.get(case=case, event="accept"))
    assert [one.clock for one in changes] == ["decision", "bring"]
