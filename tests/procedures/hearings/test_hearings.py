"""P20: a party asks for a hearing or waives it; the office calls it in time; what was said there is sealed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.acts.erasing import Ground, forget
from amur.procedures.hearings.models import Hearing
from amur.procedures.models import Notice
from tests.procedures.appeals.conftest import party_of
from tests.procedures.pack import STRANGER

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ON = date(2026, 3, 10)
DAY = datetime(2026, 3, 19, 1, tzinfo=UTC)
"""Seven full working days after the call of 10 March."""


@pytest.fixture
def review(refused, lodge):
    return lodge(refused())


@pytest.fixture
def call(review, reviewer, now):
    def make(**options):
        options = {"starts_at": DAY, "place": "二楼听证室", "is_public": True, "attends": "甲\n乙"} | options
        return acts.call_hearing(review.pk, by=reviewer.by, scope=reviewer.scope, now=now, **options)

    return make


def ask(review, now, **options):
    return acts.ask_hearing(review.pk, by=STRANGER, scope=party_of(review), now=now, **options)


def test_the_party_asks_once_and_the_office_sees_it(review, reviewer, now):
    assert reads.hearings_of(party_of(review), review.pk, on=ON).may_ask
    first = ask(review, now, why="有证人")
    assert ask(review, now).pk == first.pk
    found = reads.hearings_of(reviewer.scope, review.pk, on=ON)
    assert (found.open.why, found.role, found.may_ask) == ("有证人", "reviewer", False)
    assert found.first_day.on == date(2026, 3, 19)
    with pytest.raises(Conflict):
        ask(review, now, wish="waived")


def test_a_waived_hearing_is_written_down(review, now):
    assert ask(review, now, wish="waived").state == "waived"
    assert not reads.hearings_of(party_of(review), review.pk, on=ON).may_ask


def test_it_is_called_only_so_many_working_days_before_by_the_calendar(call):
    with pytest.raises(Refused) as fault:
        call(starts_at=DAY - timedelta(days=1))
    assert (fault.value.code, fault.value.details["first_day"]) == ("notice_too_short", "2026-03-19")
    assert call().state == "called"


def test_the_party_is_told_when_and_where(call, review):
    call(link="https://hearing.example/1")
    notice = Notice.objects.filter(case=review).latest("pk")
    assert "2026-03-19 09:00 二楼听证室 https://hearing.example/1" in notice.body


def test_a_hearing_is_somewhere_and_is_closed_to_the_public_only_for_a_reason(call):
    with pytest.raises(Invalid) as fault:
        call(place="")
    assert "place" in fault.value.fields
    with pytest.raises(Invalid) as fault:
        call(is_public=False)
    assert "why" in fault.value.fields
    assert not call(is_public=False, why="商业秘密").is_public


def test_it_can_be_moved_and_called_off_and_asked_for_again(call, review, reviewer, now):
    first = ask(review, now)
    assert call().pk == first.pk
    assert call(starts_at=DAY + timedelta(days=1)).pk == first.pk
    off = {"by": reviewer.by, "scope": reviewer.scope, "now": now, "why": "停电"}
    assert acts.call_off_hearing(review.pk, **off).state == "called_off"
    assert acts.call_off_hearing(review.pk, **off) is None
    assert ask(review, now).pk != first.pk


def test_minutes_are_kept_after_it_and_sealed(call, review, reviewer, now):
    keep = {"by": reviewer.by, "scope": reviewer.scope, "minutes": "证人说灯很亮", "attends": "甲、乙、丙"}
    with pytest.raises(Conflict):
        acts.hold_hearing(review.pk, now=DAY, **keep)
    call()
    with pytest.raises(Conflict) as fault:
        acts.hold_hearing(review.pk, now=now, **keep)
    assert fault.value.code == "hearing_to_come"
    held = acts.hold_hearing(review.pk, now=DAY, **keep)
    assert acts.hold_hearing(review.pk, now=DAY, **keep).pk == held.pk
    with pytest.raises(Conflict):
        acts.hold_hearing(review.pk, now=DAY, **(keep | {"minutes": "另一份"}))
    with pytest.raises(Conflict):
        call()
    told = " ".join(str(entry.body) for entry in ledger.entries_of(SYSTEM, review.key_subject))
    for word in ("证人说灯很亮", "丙", "二楼听证室"):
        assert word not in told
    assert reads.hearings_of(party_of(review), review.pk, on=ON).rows[0].minutes == "证人说灯很亮"
    forget(review, by=reviewer.by, now=DAY, ground=Ground("over", ""))
    row = Hearing.objects.get(pk=held.pk)
    assert (row.minutes, row.attends, row.place, row.state) == ("", "", "", "held")


def test_nobody_else_learns_of_it_or_acts_on_it(call, review, handler, reviewer, now):
    call()
    for scope in (PUBLIC, handler.scope, Scope("party", "8")):
        with pytest.raises(NotFound):
            reads.hearings_of(scope, review.pk, on=ON)
        with pytest.raises(NotFound):
            acts.ask_hearing(review.pk, by=STRANGER, scope=scope, now=now)
    with pytest.raises(Refused):
        acts.ask_hearing(review.pk, by=reviewer.by, scope=reviewer.scope, now=now)
    with pytest.raises(Refused):
        acts.hold_hearing(review.pk, by=STRANGER, scope=party_of(review), now=DAY, minutes="甲")


def test_where_a_procedure_knows_no_hearing_there_is_none(refused, now):
    case = refused()
    assert reads.hearings_of(party_of(case), case.pk, on=ON) is None
    with pytest.raises(Refused):
        ask(case, now)


def test_it_is_asked_for_only_while_the_pack_says(review, reviewer, now):
    reviewer.fire(review, "uphold", now, reason="维持")
    assert not reads.hearings_of(party_of(review), review.pk, on=ON).may_ask
    with pytest.raises(Refused):
        ask(review, now)
