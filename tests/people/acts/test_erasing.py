"""Erasing an account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from amur.base.acting import SYSTEM, Actor, system
from amur.base.faults import NotFound, Refused
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.people import acts
from amur.people.models import Account, Appointment, Person

pytestmark = pytest.mark.django_db
ADMINISTRATOR = Actor("a", role="system_administrator", client="desk")


@pytest.fixture
def account(now):
    made = acts.open_account(
        username="wang", email="wang@example.org", display_name="王 伟", by=ADMINISTRATOR, now=now,
        password="a long enough passphrase",
    )  # fmt: skip
    Authenticator.objects.create(user=made, type="totp", data={"secret": "x"})
    return made


def own(account):
    return Actor(str(account.pk), client="portal")


def test_name_address_and_ways_in_are_gone_and_the_opaque_id_stays(account, now, client):
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert Session.objects.count() == 1
    acts.erase_account(account.pk, by=own(account), now=now, reason="asked", basis="Act 47")
    again = Account.objects.get()
    assert (again.pk, again.username, again.email, again.is_active) == (account.pk, f"erased-{account.pk}", "", False)
    assert not again.has_usable_password()
    assert Person.objects.get().display_name == ""
    for model in (EmailAddress, Authenticator, Session):
        assert not model.objects.exists()
    assert ledger.forgotten(account.subject).basis == "Act 47"
    assert [entry.kind for entry in ledger.entries_of(SYSTEM, account.subject)] == [
        "account.opened",
        "subject.forgotten",
    ]


def test_a_second_erasure_does_nothing(account, now):
    for key in ("a", "b"):
        acts.erase_account(account.pk, by=ADMINISTRATOR, now=now, reason="asked", key=key)
    assert len(ledger.entries_of(SYSTEM, account.subject)) == 2


def test_only_the_person_and_the_system_administrator_may(account, now):
    for by in (Actor("somebody"), Actor("b", role="security_administrator"), Actor("")):
        with pytest.raises(Refused, match="only the person"):
            acts.erase_account(account.pk, by=by, now=now, reason="asked")
    with pytest.raises(NotFound):
        acts.erase_account("00000000-0000-0000-0000-000000000000", by=ADMINISTRATOR, now=now, reason="asked")
    acts.erase_account(account.pk, by=system("erase", client="cli"), now=now, reason="asked")


def test_who_holds_an_office_gives_it_up_first(account, authority, now):
    appointment = Appointment.objects.create(
        account=account, role_id="handler", body_id="bureau", valid_from=now.date() - timedelta(days=9)
    )
    with pytest.raises(Refused, match="holds an office"):
        acts.erase_account(account.pk, by=own(account), now=now, reason="asked")
    appointment.valid_to = now.date() - timedelta(days=1)
    appointment.save()
    acts.erase_account(account.pk, by=own(account), now=now, reason="asked")
    assert Appointment.objects.count() == 1, "that the office was held is no secret"


def test_another_persons_session_stays(account, now, client):
    other = acts.open_account(username="li", email="", display_name="李", by=ADMINISTRATOR, now=now)
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    acts.erase_account(account.pk, by=own(account), now=now, reason="asked")
    assert Session.objects.count() == 1


def test_an_account_that_was_forgotten_elsewhere_is_closed(account, now):
    ledger_acts.forget(account.subject, by=ADMINISTRATOR, now=now, reason="again")
    ledger_acts.seal(now)
    for entry in ledger.sealed_after(SYSTEM, -1, 10):
        acts.hear_of_forgetting(entry, now)
    assert not Account.objects.get().is_active
