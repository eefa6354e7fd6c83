"""Whose card bears a number: for what names people by their cards and not by their accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from amur.people.models import Card


def accounts_by_card(role: str, numbers: Collection[str], on: date) -> frozenset[str]:
    """Return the accounts with a card for a role, valid on a day, that bears one of these numbers."""
    valid = Card.objects.filter(role_id=role, valid_from__lte=on, valid_to__gte=on)
    return frozenset(str(card.account_id) for card in valid if card.number in numbers)
