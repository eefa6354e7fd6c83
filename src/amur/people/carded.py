"""Whose card bears a number: for what names people by their cards and not by their accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from amur.people.models import Card


def accounts_by_card(role: str, numbers: Collection[str], on: date) -> frozenset[str]:
    """Return the accounts with a card for a role that bears one of these numbers: valid on a day, else once valid.

    A card that has run out still says who is meant. Whether its holder may act without a new one is another question.
    """
    found = [card for card in Card.objects.filter(role_id=role) if card.number in numbers]
    valid = [card for card in found if card.valid_from <= on <= card.valid_to]
    return frozenset(str(card.account_id) for card in valid or found)
