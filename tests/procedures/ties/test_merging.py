"""Cases are merged: one ends in the other, the earliest due date counts, and it can be taken back in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.ledger.models import Entry
from amur.procedures import acts, reads
from amur.procedures.models import ClockRun, Upload
from amur.procedures.ties.models import Tie
from tests.procedures.conftest import Officer
from tests.procedures.samples import BASIS
from tests.procedures.ties.conftest import ANNA, BORIS, doing

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture
def two(accepted, now):
    return accepted(days=0), accepted(days=3)


def merge(case, lead, officer, now, **more):
    return acts.merge_case(case.id, lead.number, **doing(officer, now, expected_version=case.version, **more))


def test_the_merged_case_ends_in_the_lead_and_both_tell_of_it(two, handler, now):
    early, late = two
    row = merge(early, late, handler, now + timedelta(days=4))
    early.refresh_from_db()
    assert (early.state, early.closed_at is not None) == ("merged", True)
    lead = reads.ties_of(handler.scope, late.id, on=now.date())
    assert [one.number for one in lead.merged] == [early.number]
    assert ("name", "移动灯一号") in [(field.id, value) for field, value in lead.merged[0].answers]
    own = reads.ties_of(ANNA, early.id, on=now.date())
    assert own.merged_into.number == late.number
    kinds = {(entry.subject, entry.kind) for entry in Entry.objects.all()}
    assert {(early.key_subject, "case.tied"), (late.key_subject, "case.tied_to_it")} <= kinds
    assert early.notices.order_by("-pk").first().body == f"{early.number}：they belong together"
    assert row.reason == "they belong together"


def test_the_earliest_due_date_counts_and_says_why(two, handler, now):
    early, late = two
    due = early.due_on
    assert due < late.due_on
    merge(early, late, handler, now + timedelta(days=4))
    late.refresh_from_db()
    assert late.due_on == due
    why = reads.why_due(handler.scope, late.id)
    assert why
    assert ClockRun.objects.get(case=late, ended_on=None).started_on == now.date()


def test_a_later_due_date_changes_nothing(two, handler, now):
    early, late = two
    due = early.due_on
    merge(late, early, handler, now + timedelta(days=4))
    early.refresh_from_db()
    assert early.due_on == due


def test_a_merge_is_undone_in_time_as_if_the_clock_had_never_stopped(two, handler, now):
    early, late = two
    before = early.due_on, late.due_on, early.state
    merge(early, late, handler, now + timedelta(days=4))
    acts.undo_merge(early.id, **doing(handler, now + timedelta(days=6)))
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.due_on, late.due_on, early.state) == before
    assert early.closed_at is None
    assert early.erase_on is None
    assert reads.ties_of(handler.scope, late.id, on=now.date()).merged == ()
    handler.fire(early, "request_supplement", now + timedelta(days=7), reason="a paper is missing")
    titles = [line.title.en for line in reads.timeline(ANNA, early.id)]
    assert "No longer merged" in titles


def test_what_the_lead_waited_for_stays_when_the_merge_is_undone(two, handler, now):
    early, late = two
    merge(early, late, handler, now + timedelta(days=4))
    late.refresh_from_db()
    late = handler.fire(late, "request_supplement", now + timedelta(days=5), reason="a paper is missing")
    acts.undo_merge(early.id, **doing(handler, now + timedelta(days=6)))
    run = ClockRun.objects.get(case=late, ended_on=None)
    assert len(run.waits) == 1
    assert run.paused_on is not None
    assert run.started_on == (now + timedelta(days=3)).date()


def test_it_is_not_undone_when_the_time_is_over_nor_when_the_lead_has_ended(two, handler, decider, now):
    early, late = two
    merge(early, late, handler, now + timedelta(days=4))
    with pytest.raises(Refused, match="the time to undo"):
        acts.undo_merge(early.id, **doing(handler, now + timedelta(days=30)))
    late.refresh_from_db()
    decider.fire(late, "refuse", now + timedelta(days=5), reason="no")
    with pytest.raises(Refused, match="is over"):
        acts.undo_merge(early.id, **doing(handler, now + timedelta(days=6)))


def test_twice_is_once(two, handler, now):
    early, late = two
    first = merge(early, late, handler, now, key="k")
    again = merge(early, late, handler, now, key="k")
    assert first.pk == again.pk
    acts.undo_merge(early.id, **doing(handler, now))
    assert acts.undo_merge(early.id, **doing(handler, now)).ended_at is not None
    assert Tie.objects.count() == 1


def test_what_may_not_be_one_is_refused(accepted, handler, decider, now):
    case, others, renamed = accepted(), accepted("72"), accepted(name="another lamp")
    for lead, code in ((case, "same_case"), (others, "other_party"), (renamed, "not_the_same")):
        with pytest.raises(Refused) as found:
            merge(case, lead, handler, now)
        assert found.value.code == code
    with pytest.raises(Refused) as found:
        merge(case, others, decider, now)
    assert found.value.code == "wrong_role"
    with pytest.raises(Conflict):
        acts.merge_case(case.id, others.number, **doing(handler, now, expected_version=1))
    with pytest.raises(NotFound):
        acts.merge_case(case.id, "LAN-NONE", **doing(handler, now, expected_version=2))


def test_a_reason_is_asked_for(two, handler, now):
    with pytest.raises(Invalid) as found:
        merge(*two, handler, now, reason=" ")
    assert "reason" in found.value.fields


def test_no_circle_of_merges_can_be_made(two, accepted, handler, now):
    one, two_ = two
    third = accepted()
    merge(one, two_, handler, now + timedelta(days=3))
    with pytest.raises(Refused) as found:
        merge(two_, one, handler, now + timedelta(days=3))
    assert found.value.code == "lead_closed"
    merge(two_, third, handler, now + timedelta(days=3))
    with pytest.raises(Refused) as found:
        acts.undo_merge(one.id, **doing(handler, now + timedelta(days=4)))
    assert found.value.code == "lead_closed"


def test_files_of_the_merged_case_are_read_from_the_lead_and_by_nobody_else(two, handler, now):
    early, late = two
    merge(early, late, handler, now + timedelta(days=4))
    upload = Upload.objects.get(case=early)
    found, stream = reads.tied_file(handler.scope, late.id, upload.id)
    with stream:
        assert stream.read(4) == b"%PDF"
    assert found.name == "方案.pdf"
    for scope in (ANNA, BORIS, Officer("9", "handler", "elsewhere").scope):
        with pytest.raises(NotFound):
            reads.tied_file(scope, late.id, upload.id)
    with pytest.raises(NotFound):
        reads.tied_file(handler.scope, early.id, upload.id)


def test_the_party_of_the_lead_is_told_of_its_own_cases_alone(tied, accepted, handler, now):
    tied(merge={"by": ["handler"], "event": "merged_into", "party": "any", "basis": [BASIS]})
    case, lead = accepted("71"), accepted("72")
    merge(case, lead, handler, now)
    assert reads.ties_of(BORIS, lead.id, on=now.date()).merged[0].number == ""
    assert reads.ties_of(BORIS, lead.id, on=now.date()).merged[0].answers == ()
    assert reads.ties_of(ANNA, case.id, on=now.date()).merged_into.number == ""
    for entry in ledger.entries_of(Scope("system"), lead.key_subject):
        assert case.number not in str(entry.body)


def test_erasing_takes_what_was_merged_with_its_own_key(two, handler, decider, now):
    early, late = two
    merge(early, late, handler, now + timedelta(days=4))
    acts.tidy(now + timedelta(days=366 * 11))
    early.refresh_from_db()
    assert early.erased_at is not None
    assert ledger.is_forgotten(early.key_subject)
    assert not ledger.is_forgotten(late.key_subject)
    row = Tie.objects.get()
    assert (row.reason, early.marks.count()) == ("", 0)
    found = reads.ties_of(handler.scope, late.id, on=now.date()).merged[0]
    assert "email" not in {field.id for field, _ in found.answers}
    with pytest.raises(NotFound):
        reads.tied_file(handler.scope, late.id, Upload.objects.get(case=early).id)
