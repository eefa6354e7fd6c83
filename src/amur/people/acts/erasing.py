"""Erasing an account: the name, the address and the ways in are gone; what was done under its opaque id stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.faults import NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.ledger.reads import SealedEntry
from amur.people import engine
from amur.people.models import Account, Appointment, Card, Membership, Person, StandIn
from amur.people.reads import day_of

_SUBJECT = "account:"


@transaction.atomic
def erase_account(
    account_id: UUID | str, *, by: Actor, now: datetime, reason: str, basis: str = "", key: IdempotencyKey = ""
) -> Account:
    """Erase who an account was, for good, and close it; a second call does nothing.

    The person may do so, and the system administrator. ``reason`` is for ever and must name nobody.

    Raises:
        NotFound: if there is no such account.
        Refused: if the actor may not, the account holds an office, or it is on hold.
    """
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound("no_account", "there is no such account")
    is_own = by.actor_id == str(account.pk)
    if not (is_own or by.actor_id.startswith("system:") or engine.may(by, engine.OPENS_ACCOUNTS)):
        raise Refused("not_allowed_to_erase", "only the person and the system administrator erase an account")
    held = Appointment.objects.filter(account=account)
    if any(engine.is_in_force(None, one.valid_to, day_of(now)) for one in held):
        raise Refused("account_in_office", "the account holds an office; end its appointments first")
    if ledger.forget(account.subject, by=by, now=now, reason=reason, basis=basis, key=key):
        _clear(account)
    return account


def hear_of_forgetting(entry: SealedEntry, _: datetime) -> None:
    """Close an account that was forgotten elsewhere, as after a restored backup."""
    if entry.kind == ledger_reads.FORGOTTEN and entry.subject.startswith(_SUBJECT):
        account = Account.objects.select_for_update().filter(pk=entry.subject.removeprefix(_SUBJECT)).first()
        if account is not None and ledger_reads.is_forgotten(account.subject):
            _clear(account)


def _clear(account: Account) -> None:
    account.username, account.email, account.is_active = f"erased-{account.pk}", "", False
    account.set_unusable_password()
    account.last_login = None
    account.save()
    Person.objects.filter(account=account).update(display_name="")
    Card.objects.filter(account=account).update(number="")
    StandIn.objects.filter(appointment__account=account).update(reason="")
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=account).delete()
    Membership.objects.filter(account=account).delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()
