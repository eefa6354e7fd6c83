"""Acts on the content of a record: write it, whether new or known, and end it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from django.db import transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid
from amur.base.fields import Lookups
from amur.ledger import rows
from amur.registers import engine, lookups
from amur.registers.acts import writing
from amur.registers.acts.states import change_state
from amur.registers.acts.writing import Book, OpenRecord, Through, Why
from amur.registers.computing import computed
from amur.registers.declarations import CLOSE
from amur.registers.models import Record, RecordVersion

When: TypeAlias = Literal["new", "existing", "either"]
"""Whether the record must be a new one, must be known, or may be either."""


@transaction.atomic
def write_record(
    register_id: str,
    key: str,
    values: Mapping[str, Json],
    *,
    by: Actor,
    now: datetime,
    valid_from: date,
    reason: str,
    source: str,
    through: Through,
    idempotency: IdempotencyKey = "",
    valid_to: date | None = None,
    when: When = "either",
    words: Lookups | None = None,
) -> RecordVersion:
    """Write what holds for a record from a day on: its first version, or the next one.

    A ``valid_from`` in the past corrects the past: it replaces what was known from that day up to the next version that
    begins later (see ``engine``). State and term stay as they are known, unless ``valid_to`` moves the last day.
    ``words`` are the lists that the values were chosen from, where those are not the lists of today.

    Raises:
        NotFound: if the active pack declares no such register, or there is no such record and one must exist.
        Invalid: if a value does not fit its field, or reason or source is missing.
        Refused: if the register is not written in this way, or not by this role.
        Conflict: if the idempotency key wrote another record, the record exists and must be new, or it has ended and
            only an event brings it back.
    """
    why = Why(by, now, reason, source, through, idempotency)
    book = writing.book(register_id, why.today)
    if words is not None:
        book = replace(book, found=words)
    return write(book, key, values, valid_from, why, valid_to=valid_to, when=when)


def write(
    book: Book,
    key: str,
    values: Mapping[str, Json],
    valid_from: date,
    why: Why,
    *,
    valid_to: date | None = None,
    when: When = "either",
) -> RecordVersion:
    """Write as ``write_record`` does, in the caller's transaction and in a register that was looked up before."""
    register_id = book.declaration.id
    writing.check_writer(book.declaration, why)
    writing.check_words(key, why)
    if before := writing.written_before(why.idempotency, register_id, key):
        return before
    data = computed(book.declaration.fields, lookups.checked(book.declaration.fields, values, book.found), book.found)
    check_key(book, key, data)
    record = _opened(register_id, key, why.now, when)
    # Whoever waited for the lock may find that the same call has arrived meanwhile.
    if before := writing.written_before(why.idempotency, register_id, key):
        return before
    if when == "new" and record.latest:
        raise Conflict("record_exists", f"there is a record {key!r} in {register_id!r}", key=key)
    to = writing.opened(book, record)
    then = engine.speaking(to.rows, valid_from)
    known = writing.standing_of(then) if then else None
    standing = engine.rewritten(book.declaration, known, valid_from, valid_to)
    return writing.append(to, data, standing, why)


def write_new(
    book: Book,
    key: str,
    values: Mapping[str, Json],
    valid_from: date,
    why: Why,
    *,
    valid_to: date | None = None,
) -> RecordVersion:
    """Write a record of which the caller has just seen that it is new, with as few queries as can be.

    Raises:
        IntegrityError: if somebody else wrote it meanwhile; the transaction is then lost.
        Invalid, Refused: as ``write_record``.
    """
    writing.check_writer(book.declaration, why)
    writing.check_words(key, why)
    data = computed(book.declaration.fields, lookups.checked(book.declaration.fields, values, book.found), book.found)
    check_key(book, key, data)
    record = Record(register=book.declaration.id, key=key, recorded_at=why.now)
    standing = engine.rewritten(book.declaration, None, valid_from, valid_to)
    return writing.append(OpenRecord(book, record, ()), data, standing, why)


def close_record(
    register_id: str,
    key: str,
    *,
    by: Actor,
    now: datetime,
    valid_to: date,
    reason: str,
    source: str,
    through: Through,
    idempotency: IdempotencyKey = "",
) -> RecordVersion:
    """End a record after a day, in a register that declares no states; it stays readable with that date.

    Raises:
        NotFound: if there is no such register or record.
        Invalid: if reason or source is missing, or the record would end before it began.
        Refused: if the register is not written in this way, or not by this role.
        Conflict: if the record has ended, the register declares states, or the idempotency key wrote another record.
    """
    return change_state(
        register_id,
        key,
        CLOSE.event,
        by=by,
        now=now,
        on=valid_to,
        reason=reason,
        source=source,
        through=through,
        idempotency=idempotency,
    )


def check_key(book: Book, key: str, data: Mapping[str, Json]) -> None:
    """Refuse a key that is not the value of the field that the register declares as its key.

    Raises:
        Invalid: naming the field.
    """
    if book.declaration.key is None:
        return
    meant = book.declaration.field(book.declaration.key).as_typed(data.get(book.declaration.key))
    if meant != key:
        raise Invalid({book.declaration.key: ("not_the_key", f"found {meant!r}; the key of the record is {key!r}")})


def _opened(register_id: str, key: str, now: datetime, when: When) -> Record:
    """Return the record, made where it is new and may be, locked until the end of the transaction."""
    if when == "existing":
        return writing.locked(register_id, key)
    record = Record(register=register_id, key=key, recorded_at=now)
    return record if rows.store_if_new(record) else writing.locked(register_id, key)
