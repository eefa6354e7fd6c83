"""Reads of what is personal of a subject: its values while they can be read, and whether it was forgotten or is held.

Whether a reader may see a value is decided by the room that owns the subject, before it asks here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from amur.base.canonical import Json
from amur.base.faults import Refused
from amur.ledger import engine, keys
from amur.ledger.engine import ERASED, Erased
from amur.ledger.models import Entry, SubjectKey

FORGOTTEN = "subject.forgotten"
HELD = "subject.held"
RELEASED = "subject.released"

Found: TypeAlias = "Json | Erased"
"""A value, or ``ERASED``."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """That the personal data of a subject was erased: when, on what ground, and the entry that proves it."""

    at: datetime
    basis: str
    reason: str
    leaf: str


def reveal(subject: str, sealed: str) -> Found:
    """Return a value that was sealed for a subject, or ``ERASED``.

    Raises:
        Refused: if it was not sealed for this subject, was altered, or its key is not here.
    """
    return reveal_all([(subject, sealed)])[0]


def reveal_all(wanted: Iterable[tuple[str, str]]) -> list[Found]:
    """Return many values, each by its subject and sealed text, with one query for the keys of a page.

    Raises:
        Refused: as ``reveal``.
    """
    pairs = list(wanted)
    known = keys.keys_of(subject for subject, _ in pairs)
    return [revealed(subject, sealed, known.get(subject, {})) for subject, sealed in pairs]


def revealed(subject: str, sealed: str, known: Mapping[str, bytes | Erased]) -> Found:
    """Return a value whose subject's keys are known.

    Raises:
        Refused: as ``reveal``.
    """
    part = engine.part_of(sealed)
    if part is None:
        raise Refused("ledger.not_sealed", f"found a value of {subject} that is not sealed", subject=subject)
    key = keys.key_of(known, subject, part)
    if isinstance(key, Erased):
        return ERASED
    try:
        return engine.unseal(key, keys.name_of(subject, part), sealed)
    except ValueError as error:
        raise Refused("ledger.seal_broken", f"{error}; it was altered or moved", subject=subject) from None


def file_key(subject: str) -> bytes | Erased:
    """Return the key of a file, or ``ERASED``.

    Raises:
        Refused: if its key is not here.
    """
    return keys.key_of(keys.keys_of([subject]).get(subject, {}), subject)


def forgotten(subject: str) -> Forgotten | None:
    """Return when and on what ground the whole of a subject was forgotten. It is public: that, and nothing else."""
    if not is_forgotten(subject):
        return None
    entries = Entry.objects.filter(subject=subject, kind=FORGOTTEN).select_related("content").order_by("sequence")
    for entry in entries:
        body = json.loads(entry.content.body or "{}")
        if not body.get("parts"):
            act = json.loads(entry.content.act or "{}")
            return Forgotten(entry.recorded_at, str(act.get("basis", "")), str(body.get("reason", "")), entry.leaf)
    return None


def is_forgotten(subject: str, part: str = "") -> bool:
    """Say whether the key of a subject, or of one part of it, was destroyed."""
    rows = SubjectKey.objects.filter(subject=subject, part__in={"", part}, wrapped=None)
    return rows.exists()


def parts_kept(subject: str) -> frozenset[str]:
    """Return the parts of a subject that have a key of their own which was not destroyed."""
    rows = SubjectKey.objects.filter(subject=subject, wrapped__isnull=False).exclude(part="")
    return frozenset(rows.values_list("part", flat=True))


def is_held(subject: str) -> bool:
    """Say whether a subject is kept from being forgotten."""
    last = Entry.objects.filter(subject=subject, kind__in=(HELD, RELEASED)).order_by("-sequence").first()
    return last is not None and last.kind == HELD
