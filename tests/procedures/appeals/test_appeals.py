"""P20: a decision is contested before the body that the law names, with its own clock, and the review acts on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.acts.erasing import Ground, forget
from amur.procedures.appeals.models import Appeal, Contest
from amur.procedures.models import Case, CaseEvent, Decision, Notice
from amur.procedures.notices.models import Delivery
from tests.procedures.appeals.conftest import party_of
from tests.procedures.conftest import Officer
from tests.procedures.contests import COUNCIL, MINISTRY
from tests.procedures.pack import STRANGER, fill

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def standing(case: Case, on: date = date(2026, 3, 11)) -> reads.Contestable:
    return reads.contests_of(party_of(case), case.pk, on=on)[-1]


def test_a_refusal_says_until_when_it_can_be_contested_and_why_that_day(refused):
    case = refused()
    found = standing(case)
    assert found.refusal is None
    assert found.begun_on == date(2026, 3, 10)
    assert found.due.on == date(2026, 5, 9)
    assert found.why.steps
    assert not found.is_late


def test_a_last_day_of_rest_moves_to_the_next_working_day(refused):
    case = refused(period={"days": 61, "last_day": "next_working_day", "from": "decision"})
    assert standing(case).due.on == date(2026, 5, 11)


def test_a_period_from_service_begins_when_the_notice_was_sent(refused, now):
    case = refused(period={"working_days": 5, "from": "service"})
    assert standing(case).due is None
    sent = now + timedelta(days=6)
    Delivery.objects.filter(case=case).update(sent_at=sent)
    assert standing(case).begun_on == date(2026, 3, 16)
    assert standing(case).due.on == date(2026, 3, 23)


def test_lodging_opens_a_case_of_the_review_prefilled_linked_to_the_decision_with_its_own_clock(refused, lodge, now):
    case = refused()
    review = lodge(case)
    appeal = Appeal.objects.get(case=review)
    assert appeal.decision == Decision.objects.get(case=case)
    assert appeal.first == case
    assert (review.procedure, review.body_id, review.state) == ("reconsideration", COUNCIL, "lodged")
    assert review.data["decision"] == case.number
    assert review.data["name"] == case.data["name"]
    assert review.data["grounds"] == "灯不暗"
    assert review.due_on == date(2026, 3, 17)
    assert not appeal.is_late
    assert appeal.last_day == date(2026, 5, 9)
    assert not Contest.objects.exists()
    found = standing(case)
    assert [one.number for one in found.lodged] == [review.number]
    assert found.refusal.code == "appeal_open"


def test_the_party_chooses_among_the_bodies_that_the_law_names_and_no_other(refused, lodge):
    case = refused()
    with pytest.raises(Invalid) as fault:
        lodge(case, review_body="bureau")
    assert fault.value.fields["review_body"][0] == "unknown_body"
    with pytest.raises(Invalid) as fault:
        lodge(case, review_body="")
    assert fault.value.fields["review_body"][0] == "required"
    assert lodge(case, review_body=MINISTRY).body_id == MINISTRY


def test_a_body_that_is_alone_need_not_be_chosen(refused, lodge):
    assert lodge(refused(bodies=[MINISTRY]), review_body="").body_id == MINISTRY


def test_only_the_party_contests_and_nobody_else_learns_of_it(refused, reviewer):
    case = refused()
    decision = Decision.objects.get(case=case)
    for scope in (PUBLIC, Scope("party", "8"), reviewer.scope):
        with pytest.raises(NotFound):
            acts.begin_appeal(decision.pk, by=STRANGER, scope=scope, now=case.changed_at, review_body=COUNCIL)
        with pytest.raises(NotFound):
            reads.contests_of(scope, case.pk, on=date(2026, 3, 11))


def test_a_decision_has_one_open_appeal_at_a_time(refused, lodge, now):
    case = refused()
    decision = Decision.objects.get(case=case)
    drafts = [
        acts.begin_appeal(decision.pk, by=STRANGER, scope=party_of(case), now=now, review_body=COUNCIL)
        for _ in range(2)
    ]
    lodge(case)
    with pytest.raises(Conflict) as fault:
        acts.begin_appeal(decision.pk, by=STRANGER, scope=party_of(case), now=now, review_body=COUNCIL)
    assert fault.value.code == "appeal_open"
    typed = {**drafts[0].raw, "grounds": "二次"}
    acts.save_step(drafts[0].id, "grounds", typed, version=1, by=STRANGER, now=now)
    with pytest.raises(Conflict):
        acts.submit(drafts[0].id, by=STRANGER, now=now)
    assert Case.objects.filter(procedure="reconsideration").count() == 1


def test_the_same_submission_twice_is_one_appeal(refused, lodge, now):
    review = lodge(refused())
    assert acts.submit(review.draft_id, by=STRANGER, now=now).pk == review.pk
    assert Appeal.objects.count() == 1


def test_a_late_appeal_is_taken_with_its_reason_and_decided_on_admission_first(refused, lodge, reviewer):
    case = refused()
    late = datetime(2026, 5, 12, 2, tzinfo=UTC)
    assert standing(case, date(2026, 5, 12)).is_late
    with pytest.raises(Invalid) as fault:
        lodge(case, at=late)
    assert fault.value.fields["late_reason"][0] == "required"
    review = lodge(case, at=late, late_reason="洪水断路")
    appeal = Appeal.objects.get(case=review)
    assert (appeal.is_late, appeal.late_reason) == (True, "洪水断路")
    with pytest.raises(Refused) as refusal:
        reviewer.fire(review, "uphold", late, reason="维持")
    assert refusal.value.code == "appeal_not_admitted"
    review = reviewer.fire(review, "admit", late)
    reviewer.fire(review, "uphold", late, reason="维持")
    appeal.refresh_from_db()
    assert (appeal.result, appeal.admitted_at) == ("upheld", late)


def test_a_form_that_was_begun_in_time_and_sent_too_late_says_so(refused, now):
    case = refused()
    decision = Decision.objects.get(case=case)
    begun = datetime(2026, 5, 9, 2, tzinfo=UTC)
    draft = acts.begin_appeal(decision.pk, by=STRANGER, scope=party_of(case), now=begun, review_body=COUNCIL)
    acts.save_step(draft.id, "grounds", {**draft.raw, "grounds": "迟"}, version=1, by=STRANGER, now=begun)
    with pytest.raises(Refused) as fault:
        acts.submit(draft.id, by=STRANGER, now=begun + timedelta(days=2))
    assert fault.value.code == "appeal_late"
    assert Contest.objects.filter(draft=draft).exists()


def test_an_appeal_begins_from_a_decision_and_from_nothing_else(refused, now):
    refused()
    with pytest.raises(Refused):
        acts.open_draft("reconsideration", by=STRANGER, now=now)


def test_sent_back_takes_up_the_first_case_again_in_the_same_transaction(refused, lodge, reviewer, decider, now):
    case = refused()
    old = Decision.objects.get(case=case)
    assert case.closed_at is not None
    review = lodge(case)
    reviewer.fire(review, "send_back", now, reason="重新查验")
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("accepted", None)
    assert case.due_on == date(2026, 4, 8)
    moved = CaseEvent.objects.filter(case=case).latest("version")
    assert (moved.event, moved.role, moved.reason) == ("sent_back", "review", "重新查验")
    found = standing(case)
    assert not found.stands
    assert found.decision.reason == "灯太暗"
    assert found.refusal.code == "decision_gone"
    decider.fire(case, "grant", now)
    case.refresh_from_db()
    assert case.state == "granted"
    assert [one.outcome for one in Decision.objects.filter(case=case).order_by("pk")] == ["refused", "granted"]
    assert Decision.objects.get(pk=old.pk).outcome == "refused"
    (line,) = [one for one in reads.timeline(party_of(case), case.pk) if one.title.en == "Sent back by the review"]
    assert (line.role, line.actor_id) == ("", "")
    assert "【Decided anew】" in {one.subject for one in Notice.objects.filter(case=case)}


def test_a_changed_decision_is_a_new_decision_of_the_first_case(refused, lodge, reviewer, now):
    case = refused()
    reviewer.fire(lodge(case), "change", now, reason="应予许可")
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("granted", None)
    first, second = Decision.objects.filter(case=case).order_by("pk")
    assert (first.outcome, second.outcome, second.reason) == ("refused", "granted", "应予许可")
    assert not reads.contests_of(party_of(case), case.pk, on=date(2026, 3, 11))[0].stands
    assert standing(case).stands


def test_an_upheld_decision_stays_as_it_is_and_is_not_judged_twice(refused, lodge, reviewer, now):
    case = refused()
    version = case.version
    reviewer.fire(lodge(case), "uphold", now, reason="维持")
    case.refresh_from_db()
    assert (case.state, case.version) == ("refused", version)
    found = standing(case)
    assert found.stands
    assert found.refusal.code == "appeal_judged"


def test_one_that_was_not_heard_or_was_withdrawn_can_be_lodged_again(refused, lodge, reviewer, now):
    case = refused()
    review = lodge(case)
    acts.fire(review.pk, "withdraw", by=STRANGER, scope=party_of(review), now=now, expected_version=review.version)
    assert Appeal.objects.get(case=review).result == "withdrawn"
    reviewer.fire(lodge(case), "reject", now, reason="不属受案范围")
    assert standing(case).refusal is None


def test_nobody_fires_by_hand_what_only_a_review_does(refused, handler, now):
    case = refused()
    with pytest.raises(Refused) as fault:
        acts.fire(case.pk, "sent_back", by=handler.by, scope=SYSTEM, now=now, expected_version=case.version)
    assert fault.value.code == "case_closed"


def test_a_review_that_cannot_act_on_the_first_case_does_nothing_at_all(refused, lodge, reviewer, now):
    case = refused()
    review = lodge(case)
    Case.objects.filter(pk=case.pk).update(state="withdrawn")
    with pytest.raises(Refused):
        reviewer.fire(review, "send_back", now, reason="重新查验")
    review.refresh_from_db()
    assert review.state == "lodged"
    assert Appeal.objects.get(case=review).result == ""


def granted(case: Case, now: datetime) -> Case:
    """Return a case that goes on after its decision."""
    return Officer("22", "decider").fire(Officer("11", "handler").fire(case, "accept", now), "grant", now)


def test_an_order_to_suspend_keeps_the_decision_from_being_carried_out_until_the_appeal_ends(
    refused, lodge, reviewer, now
):
    refused()
    case = granted(acts.submit(fill(now).id, by=STRANGER, now=now), now)
    review = reviewer.fire(lodge(case), "admit", now)
    surrender = {"by": STRANGER, "scope": party_of(case), "now": now, "expected_version": case.version}
    assert not standing(case).waits
    review = reviewer.fire(review, "suspend", now, reason="不可挽回")
    assert standing(case).waits
    view = reads.case_for_party(party_of(case), case.number)
    assert view.held["surrender"].code == "decision_suspended"
    with pytest.raises(Refused) as fault:
        acts.fire(case.pk, "surrender", **surrender)
    assert fault.value.code == "decision_suspended"
    review = reviewer.fire(review, "lift", now, reason="不再需要")
    assert not standing(case).waits
    review = reviewer.fire(review, "suspend", now, reason="不可挽回")
    reviewer.fire(review, "uphold", now, reason="维持")
    assert acts.fire(case.pk, "surrender", **surrender).state == "surrendered"


def test_where_the_law_leaves_no_order_to_the_body_none_is_given(refused, lodge, reviewer, now):
    case = refused(suspends="no")
    review = reviewer.fire(lodge(case), "admit", now)
    with pytest.raises(Refused) as fault:
        reviewer.fire(review, "suspend", now, reason="不可挽回")
    assert fault.value.code == "no_suspension"


def test_where_the_law_itself_suspends_lodging_does_and_a_late_appeal_only_once_admitted(refused, lodge, reviewer, now):
    case = refused(suspends="yes")
    assert Appeal.objects.get(case=lodge(case)).is_suspended
    other = refused(suspends="yes")
    late = datetime(2026, 5, 12, 2, tzinfo=UTC)
    review = lodge(other, at=late, late_reason="洪水断路")
    assert not Appeal.objects.get(case=review).is_suspended
    reviewer.fire(review, "admit", late)
    assert Appeal.objects.get(case=review).is_suspended


def test_the_body_that_hears_it_reads_the_decision_and_not_the_first_case(refused, lodge, reviewer):
    case = refused()
    review = lodge(case)
    found = reads.heard(reviewer.scope, review.pk)
    assert (found.number, found.decided.zh, found.reason) == (case.number, "不予许可", "灯太暗")
    assert found.basis
    with pytest.raises(NotFound):
        reads.case_for_desk(reviewer.scope, case.number)
    with pytest.raises(NotFound):
        reads.heard(PUBLIC, review.pk)
    assert reads.heard(party_of(case), case.pk) is None
    assert reads.bodies_of(PUBLIC, standing(case).appeal, on=date(2026, 3, 11))[0][0] == COUNCIL


def test_the_ledger_tells_the_whole_of_it_and_no_word_that_was_written(refused, lodge, reviewer, now):
    case = refused()
    late = datetime(2026, 5, 12, 2, tzinfo=UTC)
    review = reviewer.fire(lodge(case, at=late, late_reason="洪水断路"), "admit", late)
    review = reviewer.fire(review, "suspend", late, reason="不可挽回")
    reviewer.fire(review, "annul", late, reason="适用法律错误")
    entries = ledger.entries_of(SYSTEM, case.key_subject)
    kinds = [entry.kind for entry in entries if entry.kind.startswith("appeal.")]
    assert kinds == ["appeal.lodged", "appeal.admitted", "appeal.suspended", "appeal.ended"]
    told = " ".join(str(entry.body) for entry in [*entries, *ledger.entries_of(SYSTEM, review.key_subject)])
    for word in ("洪水断路", "不可挽回", "适用法律错误", "灯不暗"):
        assert word not in told
    ledger_acts.seal(late)
    assert ledger.verify_stored().holds


def test_while_an_appeal_is_open_its_first_case_is_not_erased_and_what_was_written_is_erased_with_the_review(
    refused, lodge, reviewer, now
):
    case = refused()
    late = datetime(2026, 5, 12, 2, tzinfo=UTC)
    review = lodge(case, at=late, late_reason="洪水断路")
    assert ledger.is_held(case.key_subject)
    reviewer.fire(review, "reject", late, reason="逾期")
    assert not ledger.is_held(case.key_subject)
    review.refresh_from_db()
    forget(review, by=reviewer.by, now=late, ground=Ground("over", ""))
    assert Appeal.objects.get(case=review).late_reason == ""
    assert Appeal.objects.get(case=review).is_late
