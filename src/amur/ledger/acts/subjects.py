"""Acts on what is personal of a subject: protect a value, hold it for a dispute, forget it for good.

What of a subject is personal is for the room to say that owns it; here are the keys and the proof that they are gone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import CharField

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Refused
from amur.ledger import dialect, engine, keys, rows
from amur.ledger.acts.entries import erase, record
from amur.ledger.models import Entry, EntryContent, SubjectKey
from amur.ledger.prepared import prepared
from amur.ledger.reads.subjects import FORGOTTEN, HELD, RELEASED, is_held

_DESTROY = (
    "UPDATE ledger_subjectkey SET wrapped = NULL, destroyed_at = %s"
    " WHERE subject = %s AND part = %s AND wrapped IS NOT NULL"
)
_DESTROYED_AT = SubjectKey._meta.get_field("destroyed_at")  # noqa: SLF001 -- Django's own word
_THERE = prepared(
    lambda subjects: SubjectKey.objects.filter(subject__in=subjects).values_list("subject", "part"), CharField()
)


def protect(subject: str, value: Json, *, part: str = "", known: keys.Keys | None = None) -> str:
    """Return a value sealed for a subject, as text that can be kept anywhere and forgotten everywhere.

    ``part`` seals under a key of its own, for what has a retention time of its own; ``known`` are the subject's keys
    where they were read before.

    Raises:
        Refused: ``ledger.forgotten`` if the subject was forgotten; ``ledger.key_unfit`` if the keys do not belong here.
        CanonicalError: for a value that has no canonical form.
    """
    key = keys.read_or_make(subject, part, known)
    return engine.seal(key, keys.name_of(subject, part), value, secrets.token_bytes(engine.NONCE_BYTES), part)


def keep_file_key(subject: str, key: bytes) -> None:
    """Keep the key with which a file was sealed while it arrived; one subject is one file.

    Raises:
        IntegrityError: if the subject has a key.
    """
    keys.adopt(subject, key)


@transaction.atomic
def forget(
    subject: str,
    *,
    by: Actor,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
    basis: str = "",
    parts: Iterable[str] = (),
    also: Iterable[str] = (),
    contents: Iterable[str] = (),
) -> Entry | None:
    """Destroy the keys of a subject, so that every copy of what is sealed under them is noise, and record it.

    ``parts`` limits it to some values; ``also`` are subjects without entries of their own that go along (files);
    ``contents`` are entries, by their hash, whose bodies hold personal data in plain words: they are erased.
    ``reason`` and ``basis`` are for ever and must name nobody. Every call after the first does nothing and returns
    None, whatever ``key`` it brings.

    Raises:
        Refused: ``ledger.held`` while the subject is on hold.
    """
    del key  # forgetting twice is forgetting once
    dialect.lock_subject(connection, subject)
    if is_held(subject):
        raise Refused("ledger.held", f"{subject} is on hold; lift the hold first", subject=subject)
    gone = sorted(set(parts))
    others = sorted(set(also))
    destroyed = _destroy([subject], now, gone) + (_destroy(others, now) if others else 0)
    erased = [leaf for leaf in sorted(set(contents)) if _has_body(leaf)]
    for leaf in erased:
        erase(leaf, by=by, now=now, reason=reason)
    if not destroyed and not erased:
        return None
    body: dict[str, Json] = {"reason": reason, "also": list(others)}
    return record(subject=subject, kind=FORGOTTEN, by=by, now=now, body=body | {"parts": list(gone)}, basis=basis)


@transaction.atomic(savepoint=False)
def discard(subjects: Iterable[str], *, now: datetime) -> int:
    """Destroy the keys of what never became an act (drafts, files that were replaced), without an entry; how many."""
    return _destroy(sorted(set(subjects)), now)


@transaction.atomic
def hold(subject: str, *, by: Actor, now: datetime, reason: str, basis: str = "") -> Entry | None:
    """Keep a subject from being forgotten, as a dispute or an inspection may demand; None if it is held already."""
    dialect.lock_subject(connection, subject)
    if is_held(subject):
        return None
    return record(subject=subject, kind=HELD, by=by, now=now, body={"reason": reason}, basis=basis)


@transaction.atomic
def lift_hold(subject: str, *, by: Actor, now: datetime, reason: str) -> Entry | None:
    """Let a subject be forgotten again; None if it is not held."""
    dialect.lock_subject(connection, subject)
    if not is_held(subject):
        return None
    return record(subject=subject, kind=RELEASED, by=by, now=now, body={"reason": reason})


def wipe() -> bool:
    """Let no old page of the database keep a destroyed key or an erased content; inside a transaction, do nothing."""
    if connection.in_atomic_block:
        return False
    dialect.wipe(connection)
    return True


def _destroy(subjects: list[str], now: datetime, parts: list[str] | None = None) -> int:
    """Destroy keys and leave a mark where there was none, so that nobody makes one later; return how many were new."""
    wanted = [(subject, part) for subject in subjects for part in parts or [""]]
    there = [name for name in _THERE(subjects) if not parts or name[1] in parts]
    at = _DESTROYED_AT.get_db_prep_value(now, connection)
    destroyed: int = sum(rows.run(_DESTROY, [at, *name]).rowcount for name in there)
    marks = [SubjectKey(subject=s, part=p, destroyed_at=now) for s, p in wanted if (s, p) not in there]
    SubjectKey.objects.bulk_create(marks)
    return destroyed + len(marks)


def _has_body(leaf: str) -> bool:
    return EntryContent.objects.filter(entry__leaf=leaf, body__isnull=False).exists()
