"""How a message begins: something that the ledger has sealed is heard of, once, and what it tells goes to the outbox.

The cursor of the subscriber moves in the same transaction, and an entry brings each message once: whatever is cut off
in between, nothing is told twice and nothing is left out. What happened before an exchange was declared is not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, IntegerField, UUIDField

from amur.base.canonical import Json
from amur.base.expressions import ExpressionError
from amur.exchange import declared, facts
from amur.exchange.acts.attaching import Going, attach_again, going_with, keep_going
from amur.exchange.acts.forgetting import forget_messages
from amur.exchange.declarations import ENDED, WRITTEN, ExchangeDeclaration, Outbound
from amur.exchange.engine import Composed, Seen, compose, holds, reads_theirs
from amur.exchange.models import Message
from amur.jobs import acts as jobs
from amur.ledger.prepared import prepared
from amur.ledger.reads import FORGOTTEN, SealedEntry
from amur.people.reads import day_of
from amur.procedures.models import Case, CaseEvent
from amur.registers.models import RecordVersion

SEND = "exchange.send"
"""The kind of the job that sends a message."""

_LONGEST_ERROR = 300
_TOLD = prepared(
    lambda exchange, message, entry: Message.objects.filter(
        exchange=exchange, message=message, entry_hash=entry
    ).values_list("pk", flat=True)[:1],
    CharField(),
    CharField(),
    CharField(),
)
_EVENTS = prepared(
    lambda case, since: (
        CaseEvent.objects.filter(case_id=case, version__gt=since).select_related("case").order_by("version")
    ),
    UUIDField(),
    IntegerField(),
)


def hear_of_acts(entry: SealedEntry, now: datetime) -> None:
    """Make the messages that follow from a sealed entry; forget what was told of a subject that was forgotten."""
    kind, _, rest = entry.subject.partition(":")
    if entry.kind == FORGOTTEN and kind in {"case", "record"}:
        forget_messages(entry.subject, now)
        return
    active = declared.everything()
    if kind == "case" and active.procedures:
        of_case = CaseEvent.objects.filter(case=UUID(rest), entry_hash=entry.leaf)
        event = of_case.filter(case__procedure__in=active.procedures).select_related("case").first()
        if event is not None:
            _tell_of(event, active, now)
    elif kind == "record" and rest.partition(":")[0] in active.registers:
        version = RecordVersion.objects.filter(entry_hash=entry.leaf).select_related("record").first()
        if version is not None:
            _tell_of_record(version, active, now)


def hear_of_case(case: Case, now: datetime, since: int = 0) -> None:
    """Make the messages that follow from what has happened to a case since a version, in the caller's transaction.

    This is for plays, in which nothing is sealed between two steps.
    """
    active = declared.everything()
    if case.procedure in active.procedures:
        for event in _EVENTS(case.pk, since):
            _tell_of(event, active, now, always=True)


def _tell_of(event: CaseEvent, active: declared.Active, now: datetime, *, always: bool = False) -> None:
    case = event.case
    if case.erased_at is not None:
        return
    for exchange in active.exchanges.values():
        began = active.began_at.get(exchange.id)
        if not always and (began is None or event.happened_at < began):
            continue
        for one in exchange.outbound:
            if one.procedure_id == case.procedure and event.event in one.on:
                seen = facts.of_case(case, exchange.id, day_of(now), facts.Happened.of(event))
                row = Message(case=case, number=case.number, event=event.event, sequence=event.version)
                row.happened_at, row.entry_hash = event.happened_at, event.entry_hash
                _make(row, one, seen, exchange=exchange, content_hash=active.hashes[exchange.id], now=now, of=event)


def _tell_of_record(version: RecordVersion, active: declared.Active, now: datetime) -> None:
    record = version.record
    names = {version.event} if version.event else {WRITTEN}
    if version.is_ended:
        names.add(ENDED)
    if record.erased_at is not None:
        return
    for exchange in active.exchanges.values():
        began = active.began_at.get(exchange.id)
        if began is None or version.recorded_at < began:
            continue
        for one in exchange.outbound:
            if one.register_id == record.register and names & {*one.on}:
                seen = facts.of_record(version, exchange.id, day_of(now))
                event = next(name for name in one.on if name in names)
                row = Message(record=record, number=record.key, event=event, sequence=version.number)
                row.happened_at, row.entry_hash = version.recorded_at, version.entry_hash
                _make(row, one, seen, exchange=exchange, content_hash=active.hashes[exchange.id], now=now)


def _make(
    row: Message,
    one: Outbound,
    seen: Seen,
    *,
    exchange: ExchangeDeclaration,
    content_hash: str,
    now: datetime,
    of: CaseEvent | None = None,
) -> None:
    """Store a message once, with its files and what of it can be told by now, and have it sent."""
    if _TOLD.first(exchange.id, one.id, row.entry_hash):
        return
    row.exchange, row.message, row.declaration_hash, row.made_at = exchange.id, one.id, content_hash, now
    try:
        if not holds(one.when, seen):
            return
        told = _told_now(exchange, one, seen)
    except ExpressionError as error:
        told = Composed({}, (("when", "no_value", error.found),))
    row.body = dict(told.values)
    going = going_with(one, of.case, of, now) if of is not None and one.attachments and not told.faults else Going()
    if faults := (*told.faults, *going.faults):
        row.state, row.error, row.settled_at = Message.State.FAILED, words_of(faults), now
    row.save(force_insert=True)
    keep_going(row, going)
    if not faults:
        queue(row, now)


def _told_now(exchange: ExchangeDeclaration, one: Outbound, seen: Seen) -> Composed:
    """Return what can be told before the other side has said its number."""
    now = [field for field in one.fields if not reads_theirs(field, seen.variables)]
    return compose(now, seen, {each.id: each for each in exchange.codes})


def compose_again(row: Message, exchange: ExchangeDeclaration, seen: Seen, now: datetime) -> str:
    """Put into a message what can be told now; return what keeps it from being told, or nothing."""
    one = exchange.sends(row.message)
    try:
        told = _told_now(exchange, one, seen)
    except ExpressionError as error:
        return error.found
    row.body = dict(told.values)
    return words_of(told.faults) or attach_again(row, one, now)[:_LONGEST_ERROR]


def told_late(exchange: ExchangeDeclaration, one: Outbound, seen: Seen) -> Composed:
    """Return what can be told once the other side has said its number."""
    late = [field for field in one.fields if reads_theirs(field, seen.variables)]
    return compose(late, seen, {each.id: each for each in exchange.codes})


def queue(row: Message, now: datetime, run_at: datetime | None = None, part: str = "") -> None:
    """Have a message sent, now or later; the same attempt is queued once, and once for each ``part`` of it."""
    payload: dict[str, Json] = {"message": str(row.pk)}
    jobs.enqueue(SEND, payload, now=now, run_at=run_at, key=f"exchange:{row.pk}:{row.tries}{part}")


def words_of(faults: Iterable[tuple[str, str, str]]) -> str:
    """Return what keeps a message from being told, in one line."""
    return "; ".join(f"{name}: {found}" for name, _, found in faults)[:_LONGEST_ERROR]
