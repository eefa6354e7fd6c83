"""Erasing what is personal of a record: when its time is over, or before that by whoever the pack says may.

The key of the record is destroyed, which reaches every version and every copy; the record itself, its history and
their proofs stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from amur.base import erasure
from amur.base.acting import Actor, IdempotencyKey, Scope, system
from amur.base.erasure import Ground
from amur.base.faults import AmurError, NotFound, Refused
from amur.base.fields.retention import key_parts, retention_days, years_after
from amur.base.journal import journal
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.ledger.engine import part_of
from amur.ledger.reads import SealedEntry
from amur.people.reads import day_of
from amur.registers import lookups
from amur.registers.acts import writing
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import Record, RecordVersion

RETENTION = "the retention time is over"
"""The reason that is written where nobody asked."""

AGAIN = "the subject was forgotten"
"""The reason that is written where what an earlier version wrote in plain words follows a forgotten subject."""

_AT_ONCE = 200
_log = journal("registers")


@transaction.atomic
def erase_record(
    register_id: str,
    key: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    basis: str = "",
    despite_retention: bool = False,
    idempotency: IdempotencyKey = "",
) -> Record:
    """Erase what is personal of a record that has ended; a second call does nothing, whatever key it brings.

    ``reason`` is for ever and must name nobody. ``basis`` is the ground where it is not the declared one, and must be
    given to erase before the retention time is over.

    Raises:
        NotFound: if there is no such register or record.
        Refused: if the actor may not, the record has not ended, its retention time runs, or it is on hold.
    """
    record = writing.locked(register_id, key)
    declaration = _declaration(record)
    if refusal := why_not_erase(scope, record, declaration):
        raise refusal
    if record.erased_at is None:
        until = _whole_until(record, declaration)
        if not despite_retention and (refusal := erasure.too_early(until, declaration.retention_years, day_of(now))):
            raise refusal
        ground = erasure.ground(declaration.erasure, reason, basis)
        _forget(record, by=by, now=now, ground=ground, key=idempotency)
    return record


def why_not_erase(scope: Scope, record: Record, declaration: RegisterDeclaration) -> Refused | None:
    """Return why a reader may not erase what is personal of a record, or None."""
    if refusal := erasure.may_not(scope, declaration.erasure):
        return refusal
    if not _has_ended(record, declaration):
        return Refused("record_in_force", "the record has not ended; what is personal is needed until then")
    return None


def hear_of_forgetting(entry: SealedEntry, now: datetime) -> None:
    """Clear away what belongs to a record that was forgotten elsewhere, as after a restored backup."""
    kind, _, rest = entry.subject.partition(":")
    if entry.kind != ledger_reads.FORGOTTEN or kind != "record" or not ledger_reads.is_forgotten(entry.subject):
        return
    record = Record.objects.select_for_update().filter(pk=rest.partition(":")[2], erased_at=None).first()
    if record is not None:
        for leaf in list(_in_plain_words(record)):
            ledger.erase(leaf, by=system("erasure"), now=now, reason=AGAIN)
        _clear(record, now)


def erase_due(now: datetime) -> int:
    """Erase, in a bounded number of records, what has passed its time; return in how many. Each thing goes once.

    A record that cannot be erased now does not hold up the others.
    """
    today = day_of(now)
    ended = {
        name: [state.id for state in declaration.record_states if state.final]
        for name, declaration in lookups.active(RegisterDeclaration, "register").items()
        if declaration.retention_years or any(retention_days(field) for field in declaration.fields)
    }
    waiting = Record.objects.filter(erased_at=None)
    ids = [*waiting.filter(erase_on__lt=today).values_list("pk", flat=True)[:_AT_ONCE]]
    for name, states in ended.items():
        fresh = waiting.filter(_ended(states), register=name, erase_on=None)
        ids += [*fresh.values_list("pk", flat=True)[: max(0, _AT_ONCE - len(ids))]]
    erased = 0
    for record_id in ids:
        try:
            with transaction.atomic():
                erased += _erase_due(Record.objects.select_for_update().get(pk=record_id), now)
        except AmurError as error:
            _log.error("record %s could not be erased: %s", record_id, error)
    if erased:
        _log.info("personal data of %s records had passed its time and was erased", erased)
    return erased


def _ended(states: list[str]) -> Q:
    """Return the condition of the records that have ended; ``_has_ended`` for the database."""
    present = RecordVersion.objects.filter(record=OuterRef("pk"), number=OuterRef("present"), is_ended=True)
    return Q(Exists(present)) | Q(state__in=states)


def _erase_due(record: Record, now: datetime) -> bool:
    """Erase what is due of one record, and note when the next is; what is on hold is looked at again tomorrow."""
    today, subject = day_of(now), writing.subject_of(record)
    declaration = _declaration(record)
    whole = _whole_until(record, declaration)
    parts = _parts_until(record, declaration)
    kept = ledger_reads.parts_kept(subject)
    over = {part for part, until in parts.items() if until < today and part in kept}
    gone, following = False, [until for part, until in parts.items() if part in kept - over]
    if not _has_ended(record, declaration):
        record.erase_on = None  # it was taken up again; when it ends once more, it is found by its state
        record.save(update_fields=["erase_on"])
        return False
    if ledger_reads.is_held(subject):
        following = [today + timedelta(days=1)]
    elif whole is not None and whole < today:
        _forget(record, by=system("retention"), now=now, ground=Ground(RETENTION, ""))
        return True
    elif over:
        gone = ledger.forget(subject, by=system("retention"), now=now, reason=RETENTION, parts=over) is not None
        _take_away(record, over)
    record.erase_on = min([*following, *filter(None, [whole])], default=date.max)
    record.save(update_fields=["erase_on"])
    return gone


def _forget(record: Record, *, by: Actor, now: datetime, ground: Ground, key: IdempotencyKey = "") -> None:
    ledger.forget(
        writing.subject_of(record),
        by=by,
        now=now,
        reason=ground.reason,
        basis=ground.basis,
        key=key,
        contents=_in_plain_words(record),
    )
    _clear(record, now)


def _clear(record: Record, now: datetime) -> None:
    """Take away what is left of a forgotten record: sealed values, and plain ones of an earlier version."""
    _take_away(record, None)
    record.erased_at, record.erase_on = now, None
    try:
        book = writing.book(record.register, day_of(now))
    except NotFound:
        pass  # the register is declared no more; nothing lists its records
    else:
        rows = list(RecordVersion.objects.filter(record=record).select_related("record"))
        writing.refresh(book, record, rows, day_of(now))
    record.save()


def _take_away(record: Record, names: set[str] | None) -> None:
    """Drop values from every version: those named, or all that its own declaration calls personal."""
    for row in RecordVersion.objects.filter(record=record):
        gone = names if names is not None else _personal(row)
        if gone & set(row.data):
            left = {name: value for name, value in row.data.items() if name not in gone}
            RecordVersion.objects.filter(pk=row.pk).update(data=left)


def _in_plain_words(record: Record) -> Iterable[str]:
    """Return the entries whose bodies an earlier version wrote with personal data in plain words."""
    personal = {row.entry_hash: _personal(row) for row in RecordVersion.objects.filter(record=record)}
    for entry in ledger_reads.entries_of(Scope("system"), writing.subject_of(record)):
        values = (entry.body or {}).get("values") or {}
        told = [value for name, value in values.items() if name in personal.get(entry.leaf, ())]
        if any(value is not None and part_of(value) is None for value in told):
            yield entry.leaf


def _personal(row: RecordVersion) -> set[str]:
    return set(key_parts(lookups.by_hash(RegisterDeclaration, row.declaration_hash).fields))


def _declaration(record: Record) -> RegisterDeclaration:
    """Return the declaration of the version that stands for the record."""
    return lookups.by_hash(RegisterDeclaration, _present(record).declaration_hash)


def _present(record: Record) -> RecordVersion:
    return RecordVersion.objects.get(record=record, number=record.present)


def _has_ended(record: Record, declaration: RegisterDeclaration) -> bool:
    return _present(record).is_ended or declaration.state(record.state).final


def _ended_on(record: Record) -> date:
    row = _present(record)
    return row.valid_to or row.valid_from


def _whole_until(record: Record, declaration: RegisterDeclaration) -> date | None:
    years = declaration.retention_years
    return years_after(_ended_on(record), years) if years else None


def _parts_until(record: Record, declaration: RegisterDeclaration) -> dict[str, date]:
    ended_on = _ended_on(record)
    days = {field.id: retention_days(field) for field in declaration.fields}
    return {part: ended_on + timedelta(days=count) for part, count in days.items() if count is not None}
