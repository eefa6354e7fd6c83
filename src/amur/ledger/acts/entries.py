"""Acts on entries: record what was done, log that something was read, erase what must be forgotten."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connections, transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json, canonical
from amur.base.faults import Conflict, NotFound, Refused
from amur.base.journal import journal
from amur.ledger import dialect, engine, rows, signing
from amur.ledger.models import Entry, EntryContent

_log = journal("ledger")

ERASED_CONTENT = "ledger.content_erased"
"""The kind of the entry that tells of an erasure."""

_KEPT = frozenset({"ledger.key_introduced", ERASED_CONTENT, "subject.forgotten"})
_LAST = "SELECT header FROM ledger_entry WHERE subject = %s ORDER BY sequence DESC LIMIT 1"
_CONTENT = "ledger.content_erased"
"""The kind of the entry that tells of an erasure."""

_KEPT = frozenset({"ledger.key_introduced", ERASED_CONTENT, "subject.forgotten"})
_LAST = "SELECT header FROM ledger_entry WHERE subject = %s ORDER BY sequence DESC LIMIT 1"
_ENTRY = (
    "INSERT INTO ledger_entry (subject, sequence, previous, kind, happened_at, recorded_at, leaf, header)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
_CONTENT = "INSERT INTO ledger_entrycontent (entry_id, act_salt, act, body_salt, body) VALUES (%s, %s, %s, %s, %s)"
_UNSEALED = "INSERT INTO ledger_unsealed (entry_id) VALUES (%s)"


def record(
    *,
    subject: str,
    kind: str,
    by: Actor,
    now: datetime,
    body: Mapping[str, Json],
    basis: str = "",
    release: str = "",
    happened_at: datetime | None = None,
) -> Entry:
    """Add an entry about a subject, in the caller's transaction, so that act and proof stand or fall together.

    ``happened_at`` differs from ``now`` only for what is entered later than it happened. A clock that was set back
    does not make the ledger go back: the entry is recorded at the time of the one before, and the act says by how much
    the clock was behind.

    Raises:
        TransactionManagementError: outside ``transaction.atomic``.
        Invalid: for a subject or kind that does not fit into a header.
        Conflict: if another writer took this place in the subject's chain.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if not database.in_atomic_block:
        raise transaction.TransactionManagementError(
            "ledger.record outside a transaction; open transaction.atomic() around the act and its entry"
        )
    engine.check_names(subject, kind)
    try:
        dialect.lock_subject(database, subject)
        act = _Act(by, now, happened_at or now, canonical(body), basis, release)
        return _append(subject, kind, act)
    except (IntegrityError, OperationalError) as error:
        # Whoever catches the conflict must not commit the change without its entry.
        transaction.set_rollback(True)
        raise Conflict("ledger.busy", f"another writer was faster on {subject}; try again", subject=subject) from error


@dataclass(frozen=True, slots=True)
class _Act:
    by: Actor
    now: datetime
    happened_at: datetime
    body: bytes
    basis: str
    release: str


def _append(subject: str, kind: str, act: _Act) -> Entry:
    suite = signing.suite()
    row = rows.run(_LAST, [subject]).fetchone()
    sequence, previous, recorded_at = _next_place(subject, row[0].encode() if row else None, suite, act.now)
    if recorded_at > act.now:
        _log.warning("the clock is behind the last entry of %s by %s", subject, recorded_at - act.now)
    who = canonical(engine.act_content(act.by, act.basis, act.release, recorded_at - act.now))
    drawn = secrets.token_bytes(2 * engine.SALT_BYTES)
    act_salt, body_salt = drawn[: engine.SALT_BYTES], drawn[engine.SALT_BYTES :]
    header = engine.encode_header(
        engine.Header(
            act=engine.commitment("act", act_salt, who, suite.digest),
            body=engine.commitment("body", body_salt, act.body, suite.digest),
            happened_at=engine.instant_text(act.happened_at),
            kind=kind,
            log=suite.log,
            previous=previous,
            recorded_at=engine.instant_text(recorded_at),
            sequence=sequence,
            subject=subject,
        )
    )
    entry = rows.made(
        Entry,
        subject=subject,
        sequence=sequence,
        previous=previous,
        kind=kind,
        happened_at=act.happened_at,
        recorded_at=recorded_at,
        leaf=engine.leaf_hash(header, suite.digest).hex(),
        header=header.decode(),
    )
    number = rows.store_numbered(entry)
    rows.run(_CONTENT, [number, act_salt.hex(), who.decode(), body_salt.hex(), act.body.decode()])
    rows.run(_UNSEALED, [number])
    return entry


def _next_place(subject: str, last: bytes | None, suite: engine.Suite, now: datetime) -> tuple[int, str, datetime]:
    """Return sequence, previous and the instant to record at."""
    if last is None:
        return 0, engine.FIRST, now
    header = engine.decode_header(last)
    if header is None:
        raise Refused("ledger.damaged", f"the last entry of {subject} was altered; verify the ledger", subject=subject)
    if header.log != suite.log:
        raise Refused("ledger.other_log", f"{subject} is in log {header.log}, the settings say {suite.log}")
    previous = engine.leaf_hash(last, suite.digest).hex()
    return header.sequence + 1, previous, max(now, engine.parse_instant(header.recorded_at))


def erase(
    entry_hash: str,
    *,
    by: Actor,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
    part: Literal["act", "body"] = "body",
) -> Entry:
    """Erase what an entry commits to, with its salt, and record that and why; return the entry that says so.

    The header, its hash and every proof stay as they are. Without the salt, nobody can find the content by trying.
    The same key again erases nothing more and returns the same entry.

    Raises:
        NotFound: if there is no such entry.
        Refused: for the body of an entry that introduces a key or tells of an erasure.
        Conflict: if the part was erased before.
    """
    try:
        entry = Entry.objects.get(leaf=entry_hash)
    except Entry.DoesNotExist:
        raise NotFound("ledger.no_such_entry", f"there is no entry {entry_hash}") from None
    if part == "body" and entry.kind in _KEPT:
        raise Refused("ledger.kept", f"{entry.kind} is what others are verified by; it stays", kind=entry.kind)
    said: dict[str, Json] = {"entry": entry_hash, "part": part, "reason": reason}
    try:
        return _erase(entry, part, said | ({"idempotency": key} if key else {}), by, now)
    except Conflict as conflict:
        if key and conflict.code == "ledger.already_erased" and (before := _erased_by(entry, part, key)):
            return before
        raise


def _erased_by(entry: Entry, part: str, key: IdempotencyKey) -> Entry | None:
    """Return the entry by which an earlier call with this key erased a part."""
    notes = Entry.objects.filter(subject=entry.subject, kind=ERASED_CONTENT).select_related("content")
    wanted = {"entry": entry.leaf, "part": part, "idempotency": key}
    for note in notes.order_by("sequence"):
        said = json.loads(note.content.body or "{}")
        if {name: said.get(name) for name in wanted} == wanted:
            return note
    return None


@transaction.atomic
def _erase(entry: Entry, part: str, said: Mapping[str, Json], by: Actor, now: datetime) -> Entry:
    # The lock of the record comes first, so that two erasures of one entry queue.
    note = record(subject=entry.subject, kind=ERASED_CONTENT, by=by, now=now, body=said)
    held = EntryContent.objects.filter(entry=entry, **{f"{part}__isnull": False})
    if not held.update(**{part: None, f"{part}_salt": None}):
        raise Conflict("ledger.already_erased", f"the {part} of entry {entry.leaf} was erased before")
    return note


def log_read(*, subject: str, by: Actor, now: datetime, purpose: str) -> Entry:
    """Record that restricted data about a subject was read, and for what."""
    with transaction.atomic():
        return record(subject=subject, kind="ledger.content_read", by=by, now=now, body={"purpose": purpose})
