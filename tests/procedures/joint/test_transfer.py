"""A case goes to the body that is competent: for a reason, its clocks as declared, and back once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger.models import Entry
from amur.procedures import acts, reads
from amur.procedures.joint.models import HandOver
from amur.procedures.models import Case
from tests.procedures.conftest import Officer
from tests.procedures.joint.samples import JOINT_BODY
from tests.procedures.joint.test_handing_over import confirm, offer
from tests.procedures.samples import text

pytestmark = pytest.mark.django_db

HAND_OVER = JOINT_BODY["hand_over"] | {
    "reason": "required",
    "clocks": "wait",
    "send_back": True,
    "notice": {"subject": text("Another body"), "body": text("{number}: {reason}", "{number}：{reason}")},
}


@pytest.fixture
def case(opened):
    return opened(joint={"hand_over": HAND_OVER})


def test_the_reason_is_asked_for_sealed_and_told_to_the_party(case, head, receiver, now):
    with pytest.raises(Invalid):
        offer(case, head, now)
    row = offer(case, head, now, reason="the lamp stands on their ground")
    assert not case.notices.filter(template__contains="hand_over").exists()
    confirm(row, receiver, now)
    case.refresh_from_db()
    assert case.body_id == "police"
    assert case.notices.last().body == f"{case.number}：the lamp stands on their ground"
    assert "their ground" not in str(list(Entry.objects.values()))
    row.refresh_from_db()
    assert row.why == "the lamp stands on their ground"


def test_the_clocks_wait_from_the_offer_to_its_end(case, head, receiver, now):
    due = case.due_on
    assert due is not None
    row = offer(case, head, now, reason="theirs")
    case.refresh_from_db()
    assert case.due_on is None
    confirm(row, receiver, now + timedelta(days=2))
    case.refresh_from_db()
    assert (case.due_on - due).days >= 2
    again = offer(case, Officer("45", "head", "police"), now + timedelta(days=3), to="bureau_of_the_south", reason="x")
    acts.withdraw_hand_over(
        again.pk,
        by=Officer("45", "head", "police").by,
        scope=Officer("45", "head", "police").scope,
        now=now + timedelta(3),
    )
    case.refresh_from_db()
    assert case.due_on is not None


def test_it_is_sent_back_once_and_the_first_body_has_it_again(case, head, receiver, handler, now):
    row = offer(case, head, now, reason="theirs")
    doing = {"by": receiver.by, "scope": receiver.scope, "reason": "it is yours"}
    with pytest.raises(Conflict):
        acts.send_case_back(row.pk, now=now, **doing)
    confirm(row, receiver, now)
    with pytest.raises(NotFound):
        reads.case_for_desk(handler.scope, case.number)
    back = acts.send_case_back(row.pk, now=now + timedelta(days=1), **doing)
    assert acts.send_case_back(row.pk, now=now + timedelta(days=1), **doing).pk == back.pk
    assert (back.sends_back, back.state, back.why) == (True, "confirmed", "it is yours")
    assert reads.case_for_desk(handler.scope, case.number).case.body_id == "bureau"
    with pytest.raises(Refused, match="does not let"):
        acts.send_case_back(
            back.pk, by=handler.by, scope=handler.scope, now=now + timedelta(days=1), reason="no, yours"
        )
    assert Entry.objects.filter(kind="case.hand_over_confirmed").count() == 2


def test_it_is_not_sent_back_late_nor_where_nobody_said_so(case, opened, head, receiver, now):
    row = offer(case, head, now, reason="theirs")
    confirm(row, receiver, now)
    doing = {"by": receiver.by, "scope": receiver.scope, "reason": "it is yours"}
    with pytest.raises(Refused, match="time to send"):
        acts.send_case_back(row.pk, now=now + timedelta(days=30), **doing)
    plain = opened()
    other = offer(plain, head, now)
    confirm(other, receiver, now)
    with pytest.raises(Refused, match="does not let"):
        acts.send_case_back(other.pk, now=now, **doing)


def test_where_no_acceptance_is_asked_for_it_is_theirs_at_once_and_what_was_said_is_erased(opened, head, receiver, now):
    case = opened(joint={"hand_over": HAND_OVER | {"accept": False}})
    row = offer(case, head, now, reason="theirs")
    assert (row.state, row.ended_by) == (HandOver.State.CONFIRMED, head.by.actor_id)
    assert reads.case_for_desk(receiver.scope, case.number).case.due_on == case.due_on
    Case.objects.filter(pk=case.pk).update(closed_at=now, erase_on=now.date())
    acts.tidy(now + timedelta(days=366 * 11))
    row.refresh_from_db()
    assert row.why == ""
