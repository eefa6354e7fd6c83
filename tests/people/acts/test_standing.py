"""P12: an office is lent from day to day, or to a deputy on the days of a leave; never what was lent, never power."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import SYSTEM, Actor, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.people import acts, reads
from amur.people.models import Account, Leave, StandIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority"), pytest.mark.either]

SECURITY = Actor("s", role="security_administrator", client="desk")


class Office:
    """Two colleagues of one body: Li holds an office to lend, Wang another beside it."""

    def __init__(self, account, now) -> None:
        self.now, self.today = now, reads.day_of(now)
        self.li, self.wang = account("li"), account("wang")
        self.by = Actor(str(self.li.pk), client="desk")
        self.lent = acts.appoint(self.li.pk, "decider", "bureau", by=SECURITY, now=now)
        acts.appoint(self.wang.pk, "handler", "bureau", by=SECURITY, now=now)

    def delegate(self, days: int = 6, **options) -> StandIn:
        options = {"reason": "a course in the capital", "by": self.by} | options
        first = options.pop("valid_from", self.today)
        return acts.delegate(
            options.pop("appointment", self.lent).pk,
            options.pop("to", self.wang).pk,
            valid_from=first,
            valid_to=first + timedelta(days=days),
            now=self.now,
            **options,
        )

    def scope(self, account: Account, days: int = 0) -> Scope:
        return reads.scope_of(account, self.now + timedelta(days=days))

    def decides(self, account: Account, days: int = 0, procedure: str = "") -> bool:
        return self.scope(account, days).holds("decider", body_id="bureau", procedure=procedure)


@pytest.fixture
def office(account, now) -> Office:
    return Office(account, now)


def test_an_office_is_lent_from_its_first_to_its_last_day(office):
    office.delegate(valid_from=office.today + timedelta(days=1), days=2)
    assert [office.decides(office.wang, day) for day in range(5)] == [False, True, True, True, False]
    assert office.decides(office.li, 2), "whoever lends keeps the office"


def test_whoever_acts_by_delegation_acts_on_behalf_of_its_holder(office):
    office.delegate()
    actor = reads.actor_for(office.wang, office.scope(office.wang), role="decider", body_id="bureau", client="desk")
    assert (actor.actor_id, actor.on_behalf_of) == (str(office.wang.pk), str(office.li.pk))
    own = reads.actor_for(office.wang, office.scope(office.wang), role="handler", body_id="bureau", client="desk")
    assert own.on_behalf_of == ""


def test_what_is_lent_for_one_procedure_is_held_for_no_other(office):
    office.delegate(procedure="licence")
    held = [office.decides(office.wang, procedure=name) for name in ("licence", "filing", "")]
    assert held == [True, False, False]
    with pytest.raises(Refused):
        reads.actor_for(office.wang, office.scope(office.wang), role="decider", client="desk")


def test_a_delegation_is_proved_and_its_reason_is_not_told(office):
    lent = office.delegate()
    entry = ledger.entries_of(SYSTEM, office.li.subject)[-1]
    assert (entry.kind, entry.body["to"], entry.body["role"]) == ("account.delegated", str(office.wang.pk), "decider")
    assert "course" not in str(entry.body)
    assert StandIn.objects.get(pk=lent.pk).reason == "a course in the capital"


def test_a_revoked_delegation_ends_at_once(office):
    lent = office.delegate()
    acts.revoke_stand_in(lent.pk, by=office.by, now=office.now)
    acts.revoke_stand_in(lent.pk, by=office.by, now=office.now + timedelta(hours=1))
    assert not office.decides(office.wang)
    kinds = [entry.kind for entry in ledger.entries_of(SYSTEM, office.li.subject)]
    assert kinds.count("account.stand_in_revoked") == 1


def test_only_the_holder_and_the_security_administrator_revoke(office):
    lent = office.delegate()
    with pytest.raises(Refused):
        acts.revoke_stand_in(lent.pk, by=Actor(str(office.wang.pk)), now=office.now)
    with pytest.raises(NotFound):
        acts.revoke_stand_in(0, by=SECURITY, now=office.now)
    assert acts.revoke_stand_in(lent.pk, by=SECURITY, now=office.now).revoked_at == office.now


def test_nobody_lends_what_was_lent_to_them_or_is_anothers(office, account):
    office.delegate()
    third = account("zhao")
    acts.appoint(third.pk, "handler", "bureau", by=SECURITY, now=office.now)
    with pytest.raises(Refused, match="only whoever was appointed"):
        office.delegate(to=third, by=Actor(str(office.wang.pk)))
    with pytest.raises(Refused, match="only whoever was appointed"):
        office.delegate(to=third, by=SECURITY)


@pytest.mark.parametrize("role", ["system_administrator", "security_administrator", "audit_administrator"])
def test_the_office_of_an_administrator_is_lent_to_nobody(office, machine, role):
    power = acts.appoint(office.li.pk, role, "bureau", by=machine, now=office.now)
    with pytest.raises(Refused, match="lent to nobody"):
        office.delegate(appointment=power)
    with pytest.raises(Refused, match="lent to nobody"):
        acts.name_deputy(power.pk, office.wang.pk, by=office.by, now=office.now)


def test_only_a_colleague_of_the_same_body_stands_in(office, account):
    elsewhere = account("qian")
    acts.appoint(elsewhere.pk, "handler", "city_office", by=SECURITY, now=office.now)
    for stranger in (elsewhere, account("sun"), office.li):
        with pytest.raises(Invalid) as fault:
            office.delegate(to=stranger)
        assert set(fault.value.fields) == {"to"}


def test_whoever_leaves_the_body_stands_in_no_more(office):
    office.delegate()
    own = office.wang.appointments.get()
    acts.end_appointment(own.pk, on=office.today, reason="moved", by=SECURITY, now=office.now)
    assert office.decides(office.wang)
    assert not office.decides(office.wang, 1)


def test_a_loan_ends_with_the_office_itself(office):
    office.delegate()
    acts.end_appointment(office.lent.pk, on=office.today, reason="moved", by=SECURITY, now=office.now)
    assert not office.decides(office.wang, 1)
    with pytest.raises(Invalid) as fault:
        office.delegate(valid_from=office.today + timedelta(days=1))
    assert set(fault.value.fields) == {"valid_from"}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"days": -1}, "valid_to"),
        ({"valid_from": date(2025, 1, 1)}, "valid_to"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_what_makes_no_sense_is_said_field_by_field(office, options, field):
    with pytest.raises(Invalid) as fault:
        office.delegate(**options)
    assert set(fault.value.fields) == {field}


def test_the_same_is_lent_once_and_the_same_key_is_one_loan(office):
    first, again = office.delegate(key="k"), office.delegate(key="k")
    assert first.pk == again.pk
    with pytest.raises(Conflict):
        office.delegate()
    assert office.delegate(procedure="licence").pk != first.pk
    with pytest.raises(NotFound):
        acts.delegate(
            0, office.wang.pk, valid_from=office.today, valid_to=office.today, reason="x", by=office.by, now=office.now
        )


def test_a_deputy_holds_the_office_on_the_days_of_a_leave_and_on_no_other(office):
    acts.name_deputy(office.lent.pk, office.wang.pk, by=office.by, now=office.now)
    assert not office.decides(office.wang)
    first = office.today + timedelta(days=1)
    leave = acts.enter_leave(
        office.li.pk, first_day=first, last_day=first + timedelta(days=1), by=office.by, now=office.now, key="k"
    )
    again = acts.enter_leave(
        office.li.pk, first_day=first, last_day=first + timedelta(days=1), by=office.by, now=office.now, key="k"
    )
    assert leave == again
    assert [office.decides(office.wang, day) for day in range(4)] == [False, True, True, False]
    acts.revoke_leave(leave.pk, by=office.by, now=office.now)
    acts.revoke_leave(leave.pk, by=office.by, now=office.now)
    assert not office.decides(office.wang, 1)
    kinds = [entry.kind for entry in ledger.entries_of(SYSTEM, office.li.subject)]
    assert kinds[-3:] == ["account.deputy_named", "account.leave_entered", "account.leave_revoked"]


def test_an_office_has_one_deputy_at_a_time(office):
    named = acts.name_deputy(office.lent.pk, office.wang.pk, by=office.by, now=office.now)
    with pytest.raises(Conflict):
        acts.name_deputy(office.lent.pk, office.wang.pk, by=office.by, now=office.now)
    acts.revoke_stand_in(named.pk, by=office.by, now=office.now)
    assert acts.name_deputy(office.lent.pk, office.wang.pk, by=office.by, now=office.now).is_deputy


def test_leave_is_entered_by_oneself_or_the_security_administrator(office):
    days = {"first_day": office.today, "last_day": office.today, "now": office.now}
    with pytest.raises(Refused):
        acts.enter_leave(office.li.pk, by=Actor(str(office.wang.pk)), **days)
    leave = acts.enter_leave(office.li.pk, by=SECURITY, **days)
    with pytest.raises(Refused):
        acts.revoke_leave(leave.pk, by=Actor(str(office.wang.pk)), now=office.now)
    with pytest.raises(NotFound):
        acts.revoke_leave(0, by=SECURITY, now=office.now)
    with pytest.raises(NotFound):
        acts.enter_leave("00000000-0000-4000-8000-000000000000", by=SECURITY, **days)
    assert Leave.objects.count() == 1


def test_everybody_reads_their_own_loans_and_leave_and_no_others(office):
    lent = office.delegate()
    acts.enter_leave(office.li.pk, first_day=office.today, last_day=office.today, by=office.by, now=office.now)
    mine, theirs = office.scope(office.li), office.scope(office.wang)
    assert [one.pk for one in reads.stand_ins(mine, on=office.today)] == [lent.pk]
    assert [one.pk for one in reads.stand_ins(theirs, on=office.today)] == [lent.pk]
    assert [reads.leaves(one, on=office.today).count() for one in (mine, theirs, Scope("public"))] == [1, 0, 0]
    assert not reads.stand_ins(Scope("public"), on=office.today).exists()
    assert [one.pk for one in reads.lendable(mine, on=office.today)] == [office.lent.pk]
    assert reads.colleagues(mine, on=office.today) == {"bureau": (office.wang.pk,)}


def test_why_something_was_lent_is_gone_with_the_account(office, machine):
    lent = office.delegate()
    acts.end_appointment(office.lent.pk, on=office.today, reason="left", by=SECURITY, now=office.now)
    later = office.now + timedelta(days=1)
    acts.erase_account(office.li.pk, by=machine, now=later, reason="asked", basis="law")
    assert StandIn.objects.get(pk=lent.pk).reason == ""
