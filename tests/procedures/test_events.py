from __future__ import annotations

import copy
import json
import uuid
from datetime import date, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, Grant, Scope, system
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs.models import Job
from amur.ledger.models import Entry
from amur.procedures import acts, reads
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Notice, Upload
from amur.registers import reads as registers
from amur.registers.models import RecordVersion
from tests.procedures.conftest import Officer
from tests.procedures.pack import FORM, PDF, STRANGER, fill, sync
from tests.procedures.samples import LICENCE_BODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]


def by_code(case):
    scope = reads.scope_by_code(case.number, acts.query_code(case))
    return {"scope": scope, "by": Actor("anonymous", on_behalf_of=f"case:{case.id}", client="portal")}


def apply(case, event, now, **options):
    options = {"expected_version": case.version} | by_code(case) | options
    return acts.fire(case.id, event, now=now, **options)


@pytest.fixture
def granted(submitted, handler, decider, now):
    return decider.fire(handler.fire(submitted(), "accept", now), "grant", now)


def test_a_case_goes_from_hand_to_hand_into_the_register(granted, now):
    case = Case.objects.get()
    assert (case.state, case.version) == ("granted", 3)
    assert (case.accepted_at, case.decided_at, case.closed_at) == (now, now, None)
    view = registers.record(PUBLIC, "licences", case.number)
    assert view.values == {"name": FORM["name"], "colour": "red", "granted_on": "2026-03-10", "state": "in_force"}
    assert (view.source, view.reason) == (case.number, "准予许可")
    decision = Decision.objects.get()
    assert (decision.outcome, decision.by, decision.basis[0]["article"]) == ("granted", "22", "7")
    entries = list(Entry.objects.filter(subject=f"case:{case.id}").order_by("sequence"))
    assert [entry.kind for entry in entries] == ["case.submitted", "case.form_kept", "case.accept", "case.grant"]
    body = json.loads(entries[3].content.body)
    assert (body["from"], body["to"], body["version"], body["outcome"]) == ("accepted", "granted", 3, "granted")
    assert decision.entry_hash == entries[3].leaf
    assert json.loads(entries[3].content.act)["basis"] == "灯塔条例7"


def test_a_record_can_be_ended_by_its_party(granted, now):
    later = now + timedelta(days=40)
    case = apply(granted, "surrender", later)
    assert (case.state, case.closed_at) == ("surrendered", later)
    assert registers.record(PUBLIC, "licences", case.number).state == "closed"


def test_two_officers_at_once_the_second_is_told(submitted, handler, decider, now):
    case = submitted()
    handler.fire(case, "accept", now)
    with pytest.raises(Conflict) as error:
        decider.fire(case, "refuse", now, expected_version=1, reason="too late")
    assert (error.value.code, error.value.details) == ("stale", {"version": 2})
    assert Case.objects.get().state == "accepted"
    assert Decision.objects.count() == 0


def test_a_double_click_is_one_event(submitted, handler, now):
    case = submitted()
    first = handler.fire(case, "accept", now, key="click-1")
    again = handler.fire(case, "accept", now, key="click-1", expected_version=1)
    assert (first.version, again.version, CaseEvent.objects.filter(event="accept").count()) == (2, 2, 1)


def test_a_key_of_somebody_else_means_nothing(submitted, handler, now):
    case = handler.fire(submitted(), "accept", now, key="click-1")
    other = Officer("33", "handler")
    with pytest.raises(Conflict):
        other.fire(case, "accept", now, key="click-1", expected_version=1)


@pytest.mark.parametrize(
    ("officer", "error", "code"),
    [
        (Officer("9", "decider"), Refused, "wrong_role"),
        (Officer("9", "handler", region="230200"), NotFound, "no_case"),
        (Officer("9", "handler", body="other"), NotFound, "no_case"),
        (Officer("9", "system_administrator"), NotFound, "no_case"),
    ],
)
def test_the_wrong_office_is_refused(submitted, now, officer, error, code):
    case = submitted()
    with pytest.raises(error) as raised:
        officer.fire(case, "accept", now)
    assert raised.value.code == code
    assert Case.objects.get().version == 1
    assert not Entry.objects.filter(kind="case.accept").exists()


@pytest.mark.parametrize("scope", [PUBLIC, Scope("party", "8"), Scope("party", parties=frozenset({"case:x"}))])
def test_a_stranger_may_not_even_know_of_a_case(submitted, now, scope):
    case = submitted()
    for event in ("accept", "withdraw", "unheard_of"):
        with pytest.raises(NotFound):
            acts.fire(case.id, event, by=STRANGER, scope=scope, now=now, expected_version=1)


def test_a_case_that_is_not_there_is_not_found(now):
    with pytest.raises(NotFound):
        acts.fire(uuid.uuid4(), "accept", by=STRANGER, scope=SYSTEM, now=now, expected_version=1)


def test_the_party_may_not_do_what_the_office_does(submitted, now):
    case = submitted()
    with pytest.raises(Refused) as error:
        apply(case, "accept", now)
    assert error.value.code == "wrong_role"


def test_an_office_may_not_do_what_the_party_does(submitted, handler, now):
    with pytest.raises(Refused) as error:
        handler.fire(submitted(), "withdraw", now)
    assert error.value.code == "not_the_applicant"


def test_whoever_accepted_may_not_grant_even_with_both_offices(submitted, now):
    both = Officer("9", "handler")
    both.scope = Scope("office", "9", grants=(Grant("handler", "bureau"), Grant("decider", "bureau")))
    case = both.fire(submitted(), "accept", now)
    with pytest.raises(Refused) as error:
        both.fire(case, "grant", now)
    assert error.value.code == "separation_of_duties"
    assert reads.case_for_desk(both.scope, case.number).may[0].event == "request_supplement"
    assert "grant" not in {one.event for one in reads.case_for_desk(both.scope, case.number).may}


def test_the_machine_is_bound_by_the_separation_of_duties_too(submitted, now):
    case = acts.fire(submitted().id, "accept", by=system("play"), scope=SYSTEM, now=now, expected_version=1)
    with pytest.raises(Refused):
        acts.fire(case.id, "grant", by=system("play"), scope=SYSTEM, now=now, expected_version=2)


def test_final_means_final(submitted, decider, now):
    case = decider.fire(submitted(), "refuse", now, reason="no lamp")
    assert case.closed_at == now
    for event in ("accept", "grant", "refuse"):
        with pytest.raises(Refused) as error:
            decider.fire(case, event, now, reason="again")
        assert error.value.code == "case_closed"
    with pytest.raises(Refused):
        apply(case, "withdraw", now)


def test_an_event_that_means_nothing_in_this_state_is_refused(submitted, decider, now):
    with pytest.raises(Refused) as error:
        decider.fire(submitted(), "grant", now)
    assert error.value.code == "no_such_event"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "required"),
        (" \n ", "required"),
        ("x" * 5_001, "too_long"),
        ("a\x00", "control_characters"),
        ("a\x07", "control_characters"),
        ("a\ud800", "control_characters"),
        ("a\u202eb", "control_characters"),
    ],
)
def test_a_refusal_says_why_in_words_that_can_be_read(submitted, decider, now, reason, code):
    case = submitted()
    with pytest.raises(Invalid) as error:
        decider.fire(case, "refuse", now, reason=reason)
    assert error.value.fields["reason"][0] == code
    assert (Case.objects.get().version, Notice.objects.count()) == (1, 0)


def test_a_reason_where_none_is_asked_is_not_kept(submitted, handler, now):
    handler.fire(submitted(), "accept", now, reason="because")
    assert CaseEvent.objects.get(event="accept").reason == ""


def test_a_supplement_pauses_the_clock_and_corrects_the_form(submitted, handler, now):
    case = handler.fire(submitted(), "accept", now)
    assert case.due_on == date(2026, 4, 8)
    case = handler.fire(case, "request_supplement", now + timedelta(days=1), reason="which colour?")
    run = ClockRun.objects.get()
    assert (case.due_on, run.due_on, run.paused_on) == (None, None, date(2026, 3, 11))
    case = apply(case, "answer", now + timedelta(days=8), extra={"colour": "blue", "remark": "it is blue"})
    run.refresh_from_db()
    assert (run.waits, run.paused_on) == ([["2026-03-11", "2026-03-18", "supplement"]], None)
    assert (case.due_on, run.due_on) == (date(2026, 4, 15), date(2026, 4, 15))
    assert (case.data["colour"], case.data["remark"]) == ("blue", "it is blue")
    assert CaseEvent.objects.get(event="answer").given == {"colour": "blue", "remark": "it is blue"}


@pytest.mark.parametrize(
    ("extra", "field", "code"),
    [
        ({}, "remark", "required"),
        ({"remark": "x", "colour": "green"}, "colour", "not_in_list"),
        ({"remark": "x", "name": "other"}, "name", "unknown_field"),
    ],
)
def test_what_is_supplied_is_checked_like_a_form(submitted, handler, now, *, extra, field, code):
    case = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?")
    with pytest.raises(Invalid) as error:
        apply(case, "answer", now, extra=extra)
    assert error.value.fields[field][0] == code
    assert Case.objects.get().state == "supplement"


def with_a_file(now):
    body = copy.deepcopy(LICENCE_BODY)
    answer = next(one for one in body["transitions"] if one["event"] == "answer")
    proof = {"id": "proof", "type": "file", "title": {"zh": "证明", "en": "Proof"}, "media_types": ["application/pdf"]}
    answer["asks"].append(proof)
    sync(now, {("procedure", "licence"): body}, "2.0.0")


def test_a_file_that_is_asked_for_becomes_part_of_the_case(submitted, handler, now):
    with_a_file(now)
    case = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?")
    upload = acts.attach_to_case(case.id, "answer", "proof", [PDF], "证明.pdf", now=now, **by_code(case))
    case = apply(case, "answer", now, extra={"remark": "here", "proof": str(upload.id)})
    upload.refresh_from_db()
    assert upload.case_id == case.id
    assert case.data["proof"] == str(upload.id)
    assert reads.upload(handler.scope, upload.id)[1].read() == PDF


def test_only_whoever_may_answer_sends_a_file_for_it(submitted, handler, now):
    with_a_file(now)
    case = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?")

    def attach(case_id=case.id, event="answer", field="proof", **who):
        return acts.attach_to_case(case_id, event, field, [PDF], "a.pdf", now=now, **(by_code(case) | who))

    for attempt, error in (
        (lambda: attach(scope=PUBLIC), NotFound),
        (lambda: attach(scope=handler.scope, by=handler.by), Refused),
        (lambda: attach(event="grant"), NotFound),
        (lambda: attach(field="remark"), NotFound),
        (lambda: attach(case_id=uuid.uuid4()), NotFound),
    ):
        with pytest.raises(error):
            attempt()
    assert Upload.objects.filter(field="proof").count() == 0


def test_a_file_of_another_case_cannot_be_claimed(submitted, handler, now):
    with_a_file(now)
    cases = [
        handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?") for _ in "12"
    ]
    upload = acts.attach_to_case(cases[0].id, "answer", "proof", [PDF], "a.pdf", now=now, **by_code(cases[0]))
    with pytest.raises(Invalid) as error:
        apply(cases[1], "answer", now, extra={"remark": "mine", "proof": str(upload.id)})
    assert error.value.fields["proof"][0] == "bad_upload"


def test_the_party_is_told_in_the_words_of_the_pack(submitted, decider, now):
    case = decider.fire(submitted(), "refuse", now, reason="{number} no lamp")
    notice = Notice.objects.get()
    assert notice.body == f"【{case.number}: {{number}} no lamp】"
    (sent,) = notice.deliveries.all()
    assert (sent.channel, sent.address, sent.state) == ("email", FORM["email"], "queued")
    assert (notice.template, len(notice.template_version)) == ("refuse.1", 16)
    assert notice.template_hash == case.declaration_hash
    job = Job.objects.get()
    assert (job.kind, job.payload, job.state) == ("notice.send", {"delivery": str(sent.pk)}, "queued")


def test_without_an_address_a_notice_stands_on_the_page_of_the_case(submitted, decider, now):
    case = decider.fire(submitted(email=""), "refuse", now, reason="no lamp")
    (notice,) = reads.notices_of(SYSTEM, case.id)
    assert (notice.created_at, notice.deliveries.count()) == (now, 0)
    assert Job.objects.count() == 0


def test_an_effect_that_fails_takes_the_whole_event_with_it(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    case.data = case.data | {"number": "124"}
    case.save()
    with pytest.raises(Invalid):
        decider.fire(case, "grant", now)
    fresh = Case.objects.get()
    assert (fresh.state, fresh.version) == ("accepted", 2)
    assert (RecordVersion.objects.count(), Decision.objects.count()) == (0, 0)
    assert not Entry.objects.filter(kind="case.grant").exists()
    assert ClockRun.objects.get().ended_on is None


def test_an_effect_without_a_key_is_refused(submitted, handler, decider, now):
    body = copy.deepcopy(LICENCE_BODY)
    grant = next(one for one in body["transitions"] if one["event"] == "grant")
    grant["effects"][0]["key"] = "form.lit_on"
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = handler.fire(submitted(lit_on=""), "accept", now)
    with pytest.raises(Invalid):
        decider.fire(case, "grant", now)


def test_a_clock_that_was_set_back_does_not_turn_the_order_round(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    case = handler.fire(case, "request_supplement", now + timedelta(days=5), reason="?")
    case = apply(case, "answer", now - timedelta(days=30), extra={"remark": "x"})
    assert case.changed_at == now + timedelta(days=5)
    case = decider.fire(case, "grant", now - timedelta(days=60))
    times = list(CaseEvent.objects.order_by("version").values_list("happened_at", flat=True))
    assert times == sorted(times)
    run = ClockRun.objects.get()
    assert run.waits == [["2026-03-15", "2026-03-15", "supplement"]]
    assert run.ended_on == date(2026, 3, 15)


def test_a_withdrawn_case_ends_its_waiting_clock(submitted, handler, now):
    case = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?")
    case = apply(case, "withdraw", now + timedelta(days=3))
    run = ClockRun.objects.get()
    assert (run.ended_on, run.paused_on) == (date(2026, 3, 13), None)
    assert run.waits == [["2026-03-10", "2026-03-13", "supplement"]]
    assert (case.due_on, case.closed_at) == (None, now + timedelta(days=3))


def test_the_account_that_filed_is_the_party(pack, now):
    account = Actor("acc-1", client="portal")
    case = acts.submit(fill(now, by=account, account_id="acc-1").id, by=account, now=now)
    with pytest.raises(NotFound):
        acts.fire(case.id, "withdraw", by=STRANGER, scope=Scope("party", "acc-2"), now=now, expected_version=1)
    moved = acts.fire(case.id, "withdraw", by=account, scope=Scope("party", "acc-1"), now=now, expected_version=1)
    assert moved.state == "withdrawn"


def test_where_no_state_accepts_the_first_clock_does(pack, now, handler):
    body = copy.deepcopy(LICENCE_BODY)
    for state in body["states"]:
        state.pop("accepting", None)
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    assert case.accepted_at is None
    assert handler.fire(case, "accept", now).accepted_at == now


def test_a_case_may_be_accepted_and_due_from_the_beginning(pack, now):
    body = copy.deepcopy(LICENCE_BODY)
    body["clocks"][0]["start"] = ["submitted"]
    for state in body["states"]:
        state.pop("accepting", None)
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = Case.objects.get(pk=acts.submit(fill(now).id, by=STRANGER, now=now).pk)
    assert (case.accepted_at, case.due_on) == (now, date(2026, 4, 8))


def test_a_file_that_was_sent_for_nothing_is_swept_after_a_day(submitted, handler, now):
    with_a_file(now)
    case = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?")
    sent = [acts.attach_to_case(case.id, "answer", "proof", [PDF], "a.pdf", now=now, **by_code(case)) for _ in "12"]
    apply(case, "answer", now, extra={"remark": "here", "proof": str(sent[1].id)})
    acts.sweep_uploads(now + timedelta(hours=23))
    assert Upload.objects.filter(field="proof").count() == 2
    acts.tidy(now + timedelta(hours=25))
    assert Upload.objects.get(field="proof").pk == sent[1].pk


def test_a_clock_that_begins_before_acceptance_does_not_accept(pack, now, handler):
    body = copy.deepcopy(LICENCE_BODY)
    body["clocks"][0]["start"] = ["submitted"]
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    assert (case.accepted_at, case.due_on) == (None, date(2026, 4, 8))
    assert handler.fire(case, "accept", now + timedelta(days=2)).accepted_at == now + timedelta(days=2)


@pytest.mark.parametrize("key", ["x" * 201, "a\x00b", "a\nb", "\ud800"])
def test_a_key_that_cannot_be_kept_is_refused(submitted, filled, handler, now, *, key):
    case = submitted()
    for attempt in (
        lambda: handler.fire(case, "accept", now, key=key),
        lambda: acts.submit(filled().id, by=STRANGER, now=now, key=key),
    ):
        with pytest.raises(Invalid) as error:
            attempt()
        assert set(error.value.fields) == {"key"}
