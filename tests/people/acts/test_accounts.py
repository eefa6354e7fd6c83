"""Opening accounts."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from amur.base.acting import SYSTEM, Actor
from amur.base.faults import Conflict, Invalid, Refused
from amur.ledger import reads as ledger
from amur.people import acts
from amur.people.models import Account, Person

pytestmark = pytest.mark.django_db

ADMINISTRATOR = Actor("a", role="system_administrator", client="desk")


def _open(now, by=ADMINISTRATOR, **changes):
    values = {"username": "wang", "email": "wang@example.org", "display_name": "王 伟", **changes}
    return acts.open_account(by=by, now=now, **values)


def test_the_system_administrator_opens_an_account_with_a_verified_address(now):
    account = _open(now, password="a long enough passphrase")
    assert account.check_password("a long enough passphrase")
    assert EmailAddress.objects.get(user=account).verified
    assert account.person.display_name == "王 伟"


def test_a_drawn_password_costs_little_until_it_is_first_used_and_then_as_much_as_any(now, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    drawn = "dR4wn-by_a-machine"
    account = _open(now, password=drawn, drawn=True)
    assert account.password.startswith("pbkdf2_sha256$1000$")
    assert not account.check_password("another")
    assert account.check_password(drawn)
    kept = Account.objects.get().password
    assert int(kept.split("$")[1]) == PBKDF2PasswordHasher.iterations
    assert Account.objects.get().check_password(drawn)


def test_the_ledger_knows_the_account_and_nothing_about_the_person(now):
    account = _open(now)
    (entry,) = ledger.entries_of(SYSTEM, account.subject)
    assert (entry.kind, entry.body) == ("account.opened", {"by_itself": False})
    assert "wang" not in repr(entry)


@pytest.mark.parametrize("role", ["", "handler", "security_administrator", "audit_administrator"])
def test_nobody_else_opens_accounts(now, role):
    with pytest.raises(Refused):
        _open(now, by=Actor("a", role=role))
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"email": "no address"}, "email"),
        ({"display_name": "  "}, "display_name"),
        ({"display_name": "x" * 101}, "display_name"),
        ({"display_name": "nul\0"}, "display_name"),
        ({"password": "short"}, "password"),
        ({"password": "wang@example.org"}, "password"),
    ],
)
def test_what_cannot_be_accepted_is_said_by_field(now, changes, field):
    with pytest.raises(Invalid) as caught:
        _open(now, **changes)
    assert set(caught.value.fields) == {field}
    assert not Account.objects.exists()


def test_a_name_that_is_taken_in_any_case_is_refused(now):
    _open(now)
    with pytest.raises(Conflict):
        _open(now, username="WANG")


def test_the_same_call_again_is_answered_with_the_same_account(now):
    first = _open(now, key="k")
    assert _open(now, key="k").pk == first.pk
    assert Account.objects.count() == 1


def test_keys_are_each_actors_own(now):
    _open(now, key="k")
    with pytest.raises(Conflict):
        _open(now, by=Actor("b", role="system_administrator"), key="k")


def test_a_call_that_failed_did_not_use_up_its_key(now):
    _open(now)
    with pytest.raises(Conflict):
        _open(now, key="k")
    assert _open(now, username="li", email="", key="k").username == "li"


def test_who_signs_up_is_a_person_with_an_entry_once(now):
    account = Account.objects.create_user("li")
    by = Actor(str(account.pk), client="portal")
    acts.record_sign_up(account, display_name="", by=by, now=now)
    acts.record_sign_up(account, display_name="", by=by, now=now)
    assert Person.objects.get().display_name == "li"
    assert [entry.body for entry in ledger.entries_of(SYSTEM, account.subject)] == [{"by_itself": True}]
