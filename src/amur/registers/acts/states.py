"""Acts on the state of a record: what happens to it, what happens by itself when its day has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import DateField

from amur.base.acting import Actor, IdempotencyKey, system
from amur.base.canonical import Json
from amur.base.faults import AmurError, Conflict, Invalid, NotFound
from amur.base.journal import journal
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.registers import engine, lookups
from amur.registers.acts import writing
from amur.registers.acts.writing import Book, OpenRecord, Through, Why
from amur.registers.computing import computed
from amur.registers.declarations import RecordEvent, RegisterDeclaration
from amur.registers.models import Record, RecordVersion

_log = journal("registers")

_MOST_TURNS = 8
"""A record turns at most so often at once: a suspension ends, a term ends."""
_AT_ONCE = 100
_DUE = prepared(
    lambda today: (
        Record.objects.filter(turns_on__lte=today).order_by("turns_on", "id").values_list("pk", flat=True)[:_AT_ONCE]
    ),
    DateField(),
)


@transaction.atomic
def change_state(
    register_id: str,
    key: str,
    event: str,
    *,
    by: Actor,
    now: datetime,
    on: date,
    reason: str,
    source: str,
    through: Through,
    until: date | None = None,
    valid_to: date | None = None,
    values: Mapping[str, Json] | None = None,
    idempotency: IdempotencyKey = "",
) -> RecordVersion:
    """Let a declared event happen to a record, with effect from a day on.

    ``until`` is the last day of a suspension, ``valid_to`` the new end that a renewal sets, ``values`` what a transfer
    changes.

    Raises:
        NotFound: if there is no such register or record.
        Invalid: if reason or source is missing, a day is missing or in the wrong order, or a value does not fit.
        Refused: if the register is not written in this way, or not by this role.
        Conflict: if the register declares no such event, it does not lead on from the record's state, or the
            idempotency key wrote another record.
    """
    why = Why(by, now, reason, source, through, idempotency)
    book = writing.book(register_id, why.today)
    writing.check_writer(book.declaration, why)
    writing.check_words(key, why)
    if before := writing.written_before(idempotency, register_id, key):
        return before
    record = writing.locked(register_id, key)
    if before := writing.written_before(idempotency, register_id, key):
        return before
    to = writing.opened(book, record)
    last = to.last
    standing = writing.standing_of(last)
    declared = _event(book.declaration, event, standing, on)
    after = engine.after(book.declaration, declared, standing, on=on, until=until, valid_to=valid_to)
    data = _changed(book, declared, writing.values_of(last), values or {})
    return _happen(to, data, after, why, event=declared, like=last)


@transaction.atomic
def merge_holder(
    register_id: str,
    old: Json,
    new: Json,
    *,
    by: Actor,
    now: datetime,
    on: date,
    reason: str,
    source: str,
    through: Through,
    idempotency: IdempotencyKey,
) -> list[RecordVersion]:
    """Give all records of a holder to the one that it became part of; return their new versions, by key.

    Records that have ended, or whose state the event does not lead on from, stay with the former holder.

    Raises:
        NotFound: if there is no such register.
        Conflict: if the register declares no event that merges.
        Invalid: if a holder does not fit its field, or both are one, or reason or source is missing.
        Refused: if the register is not written in this way, or not by this role.
    """
    why = Why(by, now, reason, source, through)
    book = writing.book(register_id, why.today)
    declared = next((one for one in book.declaration.record_events if one.does == "merge"), None)
    holder = book.declaration.holder
    if declared is None or holder is None:
        raise Conflict("no_such_event", f"the register {register_id!r} declares no event that merges holders")
    writing.check_writer(book.declaration, why)
    writing.check_words(register_id, why)
    field = book.declaration.field(holder)
    before, after = (lookups.checked((field,), {holder: value}, book.found).get(holder) for value in (old, new))
    if before == after or after is None:
        raise Invalid({holder: ("same_holder", f"found {old!r} twice; a holder becomes part of another one")})
    written = []
    for record in Record.objects.select_for_update().filter(register=register_id).order_by("key"):
        each = replace(why, idempotency=f"{idempotency}:{record.id}")
        if (version := _merged(book, declared, record, (before, after), each, on=on)) is not None:
            written.append(version)
    return written


def turn_due(now: datetime, limit: int = _AT_ONCE) -> int:
    """Write down what happened to records by itself up to today: suspensions and terms that are over.

    Each happens once: a record is locked while it turns, and then says when it turns next. Returns how many turned;
    must not be called inside a transaction.
    """
    today = day_of(now)
    turned = _DUE(today)[:limit]
    for pk in turned:
        try:
            with transaction.atomic():
                record = Record.objects.select_for_update(skip_locked=True).filter(pk=pk, turns_on__lte=today).first()
                if record is not None:
                    _turn(record, now)
        except (AmurError, LookupError, ValueError) as error:
            # One record that cannot be read must not hold up the others; it is tried again tomorrow.
            _log.error("record %s could not turn: %s: %s", pk, type(error).__name__, error)
            Record.objects.filter(pk=pk).update(turns_on=today + timedelta(days=1))
    return len(turned)


def _turn(record: Record, now: datetime) -> None:
    today = day_of(now)
    try:
        book = writing.book(record.register, today)
    except NotFound:
        # The pack no longer declares the register; its records rest as they are.
        Record.objects.filter(pk=record.pk).update(turns_on=None)
        return
    to = writing.opened(book, record)
    for _ in range(_MOST_TURNS):
        row = engine.speaking(to.rows, today)
        due = engine.by_itself(writing.standing_of(row), today) if row else None
        if row is None or due is None:
            break
        to = replace(to, rows=(*to.rows, _by_itself(to, row, *due, now=now)))
    writing.refresh(book, record, to.rows, today)
    record.save()


def _by_itself(to: OpenRecord, row: RecordVersion, does: str, on: date, *, now: datetime) -> RecordVersion:
    """Write the version that says what happened by itself; the decision that set the day is its source."""
    declaration, standing = to.book.declaration, writing.standing_of(row)
    if does == "expire":
        declared = declaration.expiry
        after = replace(standing, is_ended=True)
    else:
        resuming = (one for one in declaration.record_events if one.does == does and standing.state in one.sources)
        declared = next(resuming, None)
        after = replace(standing, valid_from=on, state=standing.returns_to, state_until=None, returns_to="")
    said = declared.title.zh if declared else does
    why = Why(system("registers"), now, said, row.source, "itself", f"turn:{to.record.id}:{row.number}:{does}")
    return _happen(to, writing.values_of(row), after, why, event=declared, like=row)


def _happen(
    to: OpenRecord,
    data: Mapping[str, Json],
    standing: engine.Standing,
    why: Why,
    *,
    event: RecordEvent | None,
    like: RecordVersion,
) -> RecordVersion:
    """Write what happened; where the pack no longer declares the event it is a state that came back."""
    name = event.event if event else "resume"
    is_closing = event is not None and event.does in {"end", "expire"}
    kind = "record.closed" if is_closing else "record.state_changed"
    told = replace(why, kind=kind, event=name, basis=event.basis if event else ())
    return writing.append(to, data, standing, told, like=like)


def _event(declaration: RegisterDeclaration, name: str, standing: engine.Standing, on: date) -> RecordEvent:
    event = declaration.event(name, engine.state_shown(standing, on))
    if event is None or event.does in {"expire", "merge"}:
        known = ", ".join(
            sorted({one.event for one in declaration.record_events if one.does not in {"expire", "merge"}})
        )
        said = f"nobody lets {name!r} happen to one record of {declaration.id!r}; choose from {known}"
        raise Conflict("no_such_event", said, event=name)
    return event


def _changed(book: Book, event: RecordEvent, data: dict[str, Json], values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values after the event, each that it changes checked by its field.

    Raises:
        Invalid: for a value that the event does not change, or lacks, or that its field refuses.
    """
    said = f"{event.event!r} does not change this field"
    strange = {name: ("unknown_field", said) for name in values if name not in event.changes}
    if strange:
        raise Invalid(strange)
    fields = tuple(field for field in book.declaration.fields if field.id in event.changes)
    kept = {name: value for name, value in data.items() if name not in event.changes}
    if not fields:
        return data
    return computed(book.declaration.fields, kept | lookups.checked(fields, values, book.found), book.found)


def _merged(
    book: Book, event: RecordEvent, record: Record, holders: tuple[Json, Json], why: Why, *, on: date
) -> RecordVersion | None:
    """Write the version of a record after the merger, or return None where it is none of the holder's."""
    holder = str(book.declaration.holder)
    if before := writing.written_before(why.idempotency, record.register, record.key):
        return before
    to = writing.opened(book, record)
    data, standing = writing.values_of(to.last), writing.standing_of(to.last)
    if data.get(holder) != holders[0] or engine.state_shown(standing, on) not in event.sources:
        return None
    after = engine.after(book.declaration, event, standing, on=on)
    return _happen(to, data | {holder: holders[1]}, after, why, event=event, like=to.last)
