"""Acts on the cards that roles need: the security administrator enters one and ends one, never their own."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.people import engine
from amur.people.acts.once import once
from amur.people.models import Account, Card, Role

LONGEST_NUMBER = 60


def enter_card(
    account_id: UUID | str,
    role: str,
    *,
    number: str,
    valid_from: date,
    valid_to: date,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
) -> Card:
    """Enter the card that an account has for a role; its number is sealed, and the ledger does not tell it.

    Raises:
        NotFound: if there is no such account.
        Refused: if the actor is not the security administrator, or it is their own card.
        Invalid: if the role needs no card, or number or days are wrong.
    """
    _check_administrator(by, str(account_id))
    said = number.strip()
    faults: dict[str, tuple[str, str]] = {}
    if not said or len(said) > LONGEST_NUMBER or not said.isprintable():
        faults["number"] = ("required", f"write the number in 1 to {LONGEST_NUMBER} characters")
    if valid_to < valid_from:
        faults["valid_to"] = ("reversed", "the last day lies before the first")
    if not Role.objects.filter(pk=role, declared=True).exclude(card={}).exists():
        faults["role"] = ("no_card_needed", f"the role {role!r} needs no card")
    if faults:
        raise Invalid(faults)
    with once(by, "enter_card", key, now) as performed:
        if performed.result:
            return Card.objects.get(pk=performed.result)
        account = Account.objects.filter(pk=account_id, is_active=True).first()
        if account is None:
            raise NotFound("no_account", f"there is no account {account_id}")
        card = Card.objects.create(account=account, role_id=role, number=said, valid_from=valid_from, valid_to=valid_to)
        _tell(card, "card_entered", by, now)
        performed.result = str(card.pk)
        return card


def end_card(card_id: int, *, on: date, by: Actor, now: datetime, key: IdempotencyKey = "") -> Card:
    """End a card with a day as its last, as when it is withdrawn; an end is never put off by this.

    Raises:
        NotFound: if there is none.
        Refused: as ``enter_card``.
        Invalid: if the day lies before the first.
        Conflict: if it ends on that day or earlier already.
    """
    with once(by, "end_card", key, now) as performed:
        card = Card.objects.select_for_update().filter(pk=card_id).first()
        if card is None:
            raise NotFound("no_card", "there is no such card")
        _check_administrator(by, str(card.account_id))
        if performed.result:
            return card
        if on < card.valid_from:
            raise Invalid({"on": ("too_early", f"the card begins on {card.valid_from}; name a later day")})
        if card.valid_to <= on:
            raise Conflict("card_ended", f"this card ends on {card.valid_to} already")
        card.valid_to = on
        card.save(update_fields=["valid_to"])
        _tell(card, "card_ended", by, now)
        performed.result = str(card.pk)
        return card


def _check_administrator(by: Actor, account_id: str) -> None:
    if not engine.may(by, engine.GIVES_RIGHTS) or by.actor_id == account_id:
        raise Refused("not_allowed", "the security administrator enters cards, and not their own")


def _tell(card: Card, kind: str, by: Actor, now: datetime) -> None:
    body: dict[str, Json] = {
        "card": card.pk,
        "role": card.role_id,
        "valid_from": card.valid_from.isoformat(),
        "valid_to": card.valid_to.isoformat(),
    }
    ledger.record(subject=f"account:{card.account_id}", kind=f"account.{kind}", by=by, now=now, body=body)
