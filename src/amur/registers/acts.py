"""The only writes of this room: write a version of a record, end a record. Nothing is overwritten or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound
from amur.base.fields import Lookups
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.registers import lookups
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import Record, RecordVersion

_LONGEST_KEY = 200


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
    idempotency: IdempotencyKey = "",
    valid_to: date | None = None,
    words: Lookups | None = None,
) -> RecordVersion:
    """Write what holds for a record from a day on: its first version, or the next one.

    ``words`` are the lists that the values were chosen from, where those are not the lists of today.

    Raises:
        NotFound: if the active pack declares no such register.
        Invalid: if a value does not fit its field, or reason or source is missing.
        Conflict: if the idempotency key wrote another record.
    """
    content_hash, declaration = _declared(register_id)
    _say_why(key, reason, source)
    if valid_to is not None and valid_to < valid_from:
        raise Invalid({"valid_to": ("ends_before_it_begins", f"{valid_to} lies before {valid_from}")})
    if before := _written_before(idempotency, register_id, key):
        return before
    data = lookups.checked(declaration.fields, values, words or lookups.lookups(day_of(now)))
    record = _locked(register_id, key, now)
    # Whoever waited for the lock may find that the same call has arrived meanwhile.
    if before := _written_before(idempotency, register_id, key):
        return before
    record.state = Record.State.CURRENT if valid_to is None else Record.State.CLOSED
    version = RecordVersion(
        data=data,
        declaration_hash=content_hash,
        closure_hash=policy.closure("register", register_id),
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
        source=source.strip(),
        idempotency=idempotency or None,
    )
    return _append(record, version, declaration, "record.written", by=by, now=now)


@transaction.atomic
def close_record(
    register_id: str,
    key: str,
    *,
    by: Actor,
    now: datetime,
    valid_to: date,
    reason: str,
    source: str,
    idempotency: IdempotencyKey = "",
) -> RecordVersion:
    """End a record after a day; it stays readable with that date.

    Raises:
        NotFound: if there is no such register or record.
        Invalid: if reason or source is missing, or the record would end before it began.
        Conflict: if the record has ended, or the idempotency key wrote another record.
    """
    _, declaration = _declared(register_id)
    _say_why(key, reason, source)
    record = Record.objects.select_for_update().filter(register=register_id, key=key).first()
    if before := _written_before(idempotency, register_id, key):
        return before
    if record is None:
        raise NotFound("no_record", f"there is no record {key!r} in {register_id!r}")
    if record.state == Record.State.CLOSED:
        raise Conflict("record_closed", f"the record {key!r} has ended; write a new version to bring it back")
    last = RecordVersion.objects.get(record=record, number=record.latest)
    if valid_to < last.valid_from:
        raise Invalid({"valid_to": ("ends_before_it_begins", f"{valid_to} lies before {last.valid_from}")})
    record.state = Record.State.CLOSED
    version = RecordVersion(
        data=last.data,
        declaration_hash=last.declaration_hash,
        closure_hash=last.closure_hash,
        valid_from=last.valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
        source=source.strip(),
        idempotency=idempotency or None,
    )
    return _append(record, version, declaration, "record.closed", by=by, now=now)


def _declared(register_id: str) -> tuple[str, RegisterDeclaration]:
    content_hash, _ = policy.declaration("register", register_id)
    return content_hash, lookups.by_hash(RegisterDeclaration, content_hash)


def _say_why(key: str, reason: str, source: str) -> None:
    faults = {
        name: ("required", f"a version needs its {name}")
        for name, value in (("key", key), ("reason", reason), ("source", source))
        if not value.strip()
    }
    if len(key) > _LONGEST_KEY:
        faults["key"] = ("too_long", f"found {len(key)} characters; at most {_LONGEST_KEY} fit")
    if faults:
        raise Invalid(faults)


def _written_before(idempotency: IdempotencyKey, register_id: str, key: str) -> RecordVersion | None:
    """Return the version that an earlier call with this key wrote."""
    if not idempotency:
        return None
    before = RecordVersion.objects.select_related("record").filter(idempotency=idempotency).first()
    if before and (before.record.register, before.record.key) != (register_id, key):
        raise Conflict("key_taken", f"the key {idempotency!r} wrote {before.record}; use another one")
    return before


def _locked(register_id: str, key: str, now: datetime) -> Record:
    """Return the record, made where it is new, locked until the end of the transaction."""
    record, _ = Record.objects.select_for_update().get_or_create(
        register=register_id, key=key, defaults={"recorded_at": now}
    )
    return record


def _append(
    record: Record, version: RecordVersion, declaration: RegisterDeclaration, kind: str, *, by: Actor, now: datetime
) -> RecordVersion:
    record.latest += 1
    record.search = _search_text(declaration, record.key, version.data, now)
    record.recorded_at = now
    version.record, version.number, version.recorded_at = record, record.latest, now
    entry = ledger.record(
        subject=f"record:{record.register}:{record.id}",
        kind=kind,
        by=by,
        now=now,
        body={
            "register": record.register,
            "key": record.key,
            "number": version.number,
            "declaration": version.declaration_hash,
            "values": version.data,
            "valid_from": version.valid_from.isoformat(),
            "valid_to": version.valid_to.isoformat() if version.valid_to else None,
            "reason": version.reason,
            "source": version.source,
        },
    )
    version.entry_hash = entry.leaf
    record.save()
    version.save(force_insert=True)
    return version


def _search_text(declaration: RegisterDeclaration, key: str, data: Mapping[str, Json], now: datetime) -> str:
    """Return what lists can be searched for; in a public register only what everybody may read.

    A hit on a restricted value would tell it to whoever guessed it.
    """
    found = lookups.lookups(day_of(now))
    words = [key]
    for name in declaration.shows:
        field = declaration.field(name)
        if field.openness == "public" or not declaration.public:
            words += [field.display(data.get(name), language, found) for language in ("zh", "en")]
    return "\n".join(dict.fromkeys(filter(None, words)))
