"""Giving and ending offices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import SYSTEM, Actor
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.people import acts, reads
from amur.people.models import Appointment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority")]

SECURITY = Actor("s", role="security_administrator", client="desk")


def test_the_security_administrator_appoints_from_today_unless_said(account, now):
    one = account()
    made = acts.appoint(one.pk, "handler", "bureau", region="230100", by=SECURITY, now=now)
    assert (made.valid_from, made.valid_to) == (reads.day_of(now), None)
    entry = ledger.entries_of(SYSTEM, one.subject)[-1]
    assert entry.kind == "account.appointed"
    assert entry.body["role"] == "handler"
    assert entry.body["region"] == "230100"


@pytest.mark.parametrize("role", ["", "handler", "system_administrator", "audit_administrator"])
def test_nobody_else_appoints(account, now, role):
    with pytest.raises(Refused):
        acts.appoint(account().pk, "handler", "bureau", by=Actor("x", role=role), now=now)
    assert not Appointment.objects.exists()


def test_nobody_gives_or_takes_their_own_office(account, machine, now):
    one = account()
    own = acts.appoint(one.pk, "security_administrator", "bureau", by=machine, now=now)
    by = Actor(str(one.pk), role="security_administrator")
    with pytest.raises(Refused, match="own office"):
        acts.appoint(one.pk, "handler", "bureau", by=by, now=now)
    with pytest.raises(Refused, match="own office"):
        acts.end_appointment(own.pk, on=reads.day_of(now), reason="r", by=by, now=now)


def test_no_account_is_two_of_the_three_administrators_at_a_time(account, now):
    one, today = account(), reads.day_of(now)
    acts.appoint(one.pk, "system_administrator", "bureau", valid_to=today, by=SECURITY, now=now)
    with pytest.raises(Refused, match="three administrators are three accounts"):
        acts.appoint(one.pk, "audit_administrator", "city_office", by=SECURITY, now=now)
    acts.appoint(one.pk, "audit_administrator", "bureau", valid_from=today + timedelta(days=1), by=SECURITY, now=now)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": "king"}, "role"),
        ({"role": "decider", "body_id": "city_office"}, "role"),
        ({"body_id": "nowhere"}, "body"),
        ({"body_id": "closed_office"}, "body"),
        ({"region": "999999"}, "region"),
        ({"body_id": "city_office", "region": "230200"}, "region"),
        ({"valid_from": date(2026, 3, 10), "valid_to": date(2026, 3, 9)}, "valid_to"),
    ],
)
def test_an_office_that_does_not_exist_is_refused_by_field(account, now, values, field):
    values = {"role": "handler", "body_id": "bureau", **values}
    with pytest.raises(Invalid) as caught:
        acts.appoint(account().pk, by=SECURITY, now=now, **values)
    assert set(caught.value.fields) == {field}


def test_an_account_that_is_not_there_is_said(now):
    with pytest.raises(NotFound):
        acts.appoint("00000000-0000-0000-0000-000000000000", "handler", "bureau", by=SECURITY, now=now)


def test_the_same_office_twice_at_a_time_is_refused(account, now):
    one = account()
    acts.appoint(one.pk, "handler", "bureau", by=SECURITY, now=now)
    with pytest.raises(Conflict):
        acts.appoint(one.pk, "handler", "bureau", by=SECURITY, now=now)
    acts.appoint(one.pk, "handler", "bureau", region="230100", by=SECURITY, now=now)


def test_the_same_call_again_is_answered_with_the_same_appointment(account, now):
    one = account()
    first = acts.appoint(one.pk, "handler", "bureau", by=SECURITY, now=now, key="k")
    assert acts.appoint(one.pk, "handler", "bureau", by=SECURITY, now=now, key="k") == first
    assert Appointment.objects.count() == 1


class TestEnding:
    @pytest.fixture
    def appointment(self, account, now):
        return acts.appoint(account().pk, "handler", "bureau", by=SECURITY, now=now)

    def test_names_the_last_day_and_why(self, appointment, now):
        today = reads.day_of(now)
        acts.end_appointment(appointment.pk, on=today, reason=" moved on ", by=SECURITY, now=now)
        assert reads.scope_of(appointment.account, now).kind == "office"
        assert reads.scope_of(appointment.account, now + timedelta(days=1)).kind == "party"
        entry = ledger.entries_of(SYSTEM, appointment.account.subject)[-1]
        assert (entry.kind, entry.body["reason"]) == ("account.appointment_ended", "moved on")

    def test_is_not_put_off_later(self, appointment, now):
        today = reads.day_of(now)
        acts.end_appointment(appointment.pk, on=today, reason="r", by=SECURITY, now=now)
        with pytest.raises(Conflict):
            acts.end_appointment(appointment.pk, on=today + timedelta(days=9), reason="r", by=SECURITY, now=now)

    def test_again_with_its_key_is_answered_with_the_same(self, appointment, now):
        today = reads.day_of(now)
        for _ in range(2):
            done = acts.end_appointment(appointment.pk, on=today, reason="r", by=SECURITY, now=now, key="k")
        assert done.valid_to == today
        assert len(ledger.entries_of(SYSTEM, appointment.account.subject)) == 3

    def test_before_it_began_is_refused(self, appointment, now):
        with pytest.raises(Invalid):
            acts.end_appointment(appointment.pk, on=date(2020, 1, 1), reason="r", by=SECURITY, now=now)

    @pytest.mark.parametrize("reason", ["", " ", "x" * 501])
    def test_without_a_reason_that_fits_is_refused(self, appointment, now, reason):
        with pytest.raises(Invalid):
            acts.end_appointment(appointment.pk, on=reads.day_of(now), reason=reason, by=SECURITY, now=now)

    def test_by_others_or_of_what_is_not_there_is_refused(self, appointment, now):
        with pytest.raises(Refused):
            acts.end_appointment(appointment.pk, on=reads.day_of(now), reason="r", by=Actor("x"), now=now)
        with pytest.raises(NotFound):
            acts.end_appointment(999, on=reads.day_of(now), reason="r", by=SECURITY, now=now)
