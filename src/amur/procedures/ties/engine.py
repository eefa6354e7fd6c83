"""The rules of cases that belong together, as pure functions: what makes two alike, and where a chain of them leads."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from amur.base.canonical import Json, canonical
from amur.base.declared import Text
from amur.base.faults import Refused

UNMERGED = "unmerged"
"""The name of the event by which a merged case is a case of its own again."""
UNMERGED_TITLE = Text(zh="撤销合并", en="No longer merged")
"""The title of that event."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one of the new cases takes: its procedure, the fields whose answers it has, and copies of files."""

    procedure: str
    fields: tuple[str, ...]
    uploads: tuple[UUID, ...] = ()


def same_form(value: Json) -> Json:
    """Return a value as it is compared: without case, width, spaces and marks between the letters.

    >>> same_form(" Ｌamp-No. 1 "), same_form(["B", "a"]), same_form(12), same_form({"x": "A"})
    ('lampno1', ['b', 'a'], 12, {'x': 'a'})
    """
    if isinstance(value, str):
        plain = unicodedata.normalize("NFKC", value).casefold()
        return "".join(letter for letter in plain if letter.isalnum()) or plain.strip()
    if isinstance(value, list):
        return [same_form(one) for one in value]
    if isinstance(value, dict):
        return {name: same_form(one) for name, one in value.items()}
    return value


def mark_of(secret: bytes, rule: str, names: Sequence[str], data: Mapping[str, Json], party: str = "") -> str:
    """Return the mark that cases share which answer these fields the same; empty where one is not answered.

    It is made with a secret, so that an answer cannot be guessed from it.

    >>> one = mark_of(b"s", "licence.twice", ["name"], {"name": "Lamp 1"})
    >>> one == mark_of(b"s", "licence.twice", ["name"], {"name": "LAMP1"}), len(one)
    (True, 64)
    >>> one == mark_of(b"s", "licence.twice", ["name"], {"name": "Lamp 1"}, party="account:7")
    False
    >>> mark_of(b"s", "licence.twice", ["name"], {"name": " "}), mark_of(b"s", "licence.twice", ["name"], {})
    ('', '')
    """
    values = [same_form(data.get(name)) for name in names]
    if any(value in (None, "", []) for value in values):
        return ""
    return hmac.new(secret, canonical([rule, party, values]), sha256).hexdigest()


def lead_of(leads: Mapping[str, str], case: str) -> str:
    """Return the case in which another is dealt with now, along all merges.

    Raises:
        ValueError: if the merges lead round in a circle, which none of the acts allows.

    >>> lead_of({"a": "b", "b": "c"}, "a"), lead_of({}, "a")
    ('c', 'a')
    >>> lead_of({"a": "b", "b": "a"}, "a")
    Traceback (most recent call last):
    ...
    ValueError: merges lead round in a circle from 'a'
    """
    seen = {case}
    at = case
    while at in leads:
        at = leads[at]
        if at in seen:
            raise ValueError(f"merges lead round in a circle from {case!r}")
        seen.add(at)
    return at


def why_not_lead(*, is_same: bool, is_closed: bool, is_other_procedure: bool, is_led: bool) -> Refused | None:
    """Return why a case cannot take another in, or None.

    >>> [why_not_lead(is_same=one == 0, is_closed=one == 1, is_other_procedure=one == 2, is_led=one == 3).code
    ...     for one in range(4)]
    ['same_case', 'lead_closed', 'other_procedure', 'lead_is_led']
    >>> why_not_lead(is_same=False, is_closed=False, is_other_procedure=False, is_led=False)
    """
    if is_same:
        return Refused("same_case", "a case does not belong to itself; name the other one")
    if is_closed:
        return Refused("lead_closed", "the other case is over; nothing is taken into it any more")
    if is_other_procedure:
        return Refused("other_procedure", "the other case is one of another procedure")
    if is_led:
        return Refused("lead_is_led", "the other case belongs to a third one; name that")
    return None


def why_not_alike(party: str, *, same_party: bool, differing: Sequence[str]) -> Refused | None:
    """Return why two cases are not of one kind as the pack asks, or None.

    >>> why_not_alike("same", same_party=False, differing=[]).code, why_not_alike("any", same_party=False, differing=[])
    ('other_party', None)
    >>> why_not_alike("any", same_party=False, differing=["name"]).details
    {'fields': 'name'}
    """
    if party == "same" and not same_party:
        return Refused("other_party", "the other case is one of another party")
    if differing:
        return Refused("not_the_same", "the two cases do not answer the same", fields=", ".join(differing))
    return None
