"""What the machine does with a message: send it once it is its turn, and keep what was answered.

It is told at least once, always under the same id, by which the other side knows a repetition; what is answered is kept
once. A later message about a case waits until the one before was sent, and one that names their number until they have
given it. Its files go before it, each by a call of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import CharField, UUIDField

from amur.base.acting import system
from amur.base.canonical import Json
from amur.base.faults import Conflict
from amur.base.legal_time import Period, due
from amur.exchange import declared, facts, other_side
from amur.exchange.acts import attaching
from amur.exchange.acts.hearing import queue, told_late, words_of
from amur.exchange.acts.receipts import Told, settle_receipt, wake
from amur.exchange.declarations import ExchangeDeclaration
from amur.exchange.engine import Answered, Seen, due_of, outcome, reads_theirs, wait_after
from amur.exchange.models import Attachment, Message
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared as procedures
from amur.procedures.lapses import end_of
from amur.procedures.models import Case, CaseEvent
from amur.procedures.runs import zone
from amur.procedures.transactions import act
from amur.registers.models import RecordVersion

SENT = "exchange.sent"
"""The entry that says what was told to another system; the content is sealed in it."""

NO_OTHER_SIDE = "no other side is set up here"
NO_NUMBER = "their number is not known yet"
"""Why a message waits."""

_CLAIM = timedelta(seconds=90)
"""How long a message is in one worker's hands; longer than a call takes, shorter than the lease of a job."""

_LONGEST_ERROR = 300
_State = Message.State
_WAITING = prepared(
    lambda case: (
        Message.objects.filter(case_id=case, state=_State.WAITING)
        .order_by("sequence", "made_at")
        .values_list("pk", flat=True)
    ),
    UUIDField(),
)
_LOCKED = prepared(
    lambda key: Message.objects.select_for_update(of=("self",)).select_related("case", "record").filter(pk=key),
    UUIDField(),
)
_EVENT = prepared(
    lambda case, entry: CaseEvent.objects.filter(case_id=case, entry_hash=entry).order_by("pk")[:1],
    UUIDField(),
    CharField(),
)


def send_message(payload: Mapping[str, Json], now: datetime, _: str) -> None:
    """Send a message, if it is its turn and there is another side; nothing that waits is lost."""
    row = _claimed(UUID(str(payload["message"])), now)
    if row is None:
        return
    standing = other_side.standing(row.exchange)
    some = attaching.files_of(row)
    waiting = next((one for one in some if one.state == Attachment.State.WAITING), None)
    if standing == "simulated":
        answered = _imagined(row, some)
    elif waiting is not None:
        _give(row, waiting, now)
        return
    else:
        answered = other_side.tell(row.exchange, str(row.pk), as_told(row), now=now)
    with act():
        fresh = locked(row.pk)
        if fresh is not None and fresh.state == _State.WAITING:  # else a receipt was faster, or it was erased meanwhile
            keep_answer(fresh, answered, way="simulated" if standing == "simulated" else "api", now=now)


def imagine_answers(case: Case, now: datetime) -> None:
    """Let an imagined other side take what waits of a case, in the caller's transaction; this is for demonstrations."""
    for pk in _WAITING(case.pk):
        row = locked(pk)
        if row is not None and complete(row, declared.pinned(row.declaration_hash), now):
            keep_answer(row, _imagined(row, attaching.files_of(row)), way="simulated", now=now)


def _imagined(row: Message, some: Sequence[Attachment]) -> Answered:
    return other_side.imagined(str(row.pk), tuple(one.sha256 for one in some))


def _give(row: Message, one: Attachment, now: datetime) -> None:
    """Send the next file of a message; the others and the message itself are the next jobs, a call each."""
    answered = attaching.give(one, row.exchange, now)
    with act():
        fresh = locked(row.pk)
        if fresh is None or fresh.state != _State.WAITING:
            return
        if answered.said:
            attaching.mark_given([one], now)
            fresh.claimed_until = None
            fresh.save(update_fields=["claimed_until"])
            queue(fresh, now, part=f":{one.place}")
        else:
            keep_answer(fresh, answered, way="api", now=now)


def as_told(row: Message) -> dict[str, Json]:
    """Return a message as the other side hears it."""
    return {
        "id": str(row.pk),
        "exchange": row.exchange,
        "message": row.message,
        "about": "case" if row.case_id else "record",
        "number": row.number,
        "event": row.event,
        "happened_at": row.happened_at.isoformat(),
        "fields": dict(row.body),
        **({"attachments": attaching.manifest_of(some)} if (some := attaching.files_of(row)) else {}),
    }


def _claimed(message_id: UUID, now: datetime) -> Message | None:
    """Return a message that this worker sends now, whole; none if it is not its turn, or another has it."""
    with act():
        row = locked(message_id)
        if row is None or row.state != _State.WAITING:
            return None
        if any(at is not None and at > now for at in (row.next_at, row.claimed_until)):
            return None
        exchange = declared.pinned(row.declaration_hash)
        is_there = "api" in exchange.ways and other_side.standing(row.exchange) != "absent"
        if not is_there:
            _wait(row, NO_OTHER_SIDE)
            return None
        if is_behind(row) or not complete(row, exchange, now):
            return None
        row.claimed_until, row.error = now + _CLAIM, ""
        row.save()
    return row


def is_behind(row: Message) -> bool:
    """Say whether an earlier message about the same waits still."""
    earlier = Message.objects.filter(exchange=row.exchange, state=_State.WAITING, sequence__lt=row.sequence)
    same = earlier.filter(case=row.case_id) if row.case_id else earlier.filter(record=row.record_id)
    return same.exists()


def complete(row: Message, exchange: ExchangeDeclaration, now: datetime) -> bool:
    """Put into a locked message what names their number; say whether it is whole, and keep why not."""
    one, seen = exchange.sends(row.message), seen_of(row, day_of(now))
    if not any(reads_theirs(field, seen.variables) for field in one.fields):
        return True
    if not _number_for(row):
        _wait(row, NO_NUMBER)
        return False
    late = told_late(exchange, one, seen)
    if late.faults:
        row.state, row.error, row.settled_at = _State.FAILED, words_of(late.faults), now
        row.save()
        return False
    row.body = {**row.body, **late.values}
    return True


def keep_answer(row: Message, answered: Answered, *, way: str, now: datetime) -> None:
    """Keep what was answered to a locked message that waited, and queue what follows from that."""
    exchange = declared.pinned(row.declaration_hash)
    row.attempts, row.tries, row.claimed_until = row.attempts + 1, row.tries + 1, None
    row.way, some = way, attaching.files_of(row)
    if answered.said == "received" and (names := attaching.lacking(some, answered.attachments)):
        answered = Answered(answered.status, error=attaching.give_again(some, names)[:_LONGEST_ERROR])
    row.error = answered.error
    found = outcome(answered, row.attempts, exchange.retry)
    if found == "again":
        row.next_at = now + wait_after(row.attempts, exchange.retry)
        row.save()
        queue(row, now, row.next_at)
    elif found == "failed":
        row.state, row.settled_at, row.next_at = _State.FAILED, now, None
        row.save()
        wake(row, now)
    else:
        mark_sent(row, exchange, now)
        if found == "sent":
            wake(row, now)
            return
        _take_receipt(row, answered, now)


def _take_receipt(row: Message, answered: Answered, now: datetime) -> None:
    state: Literal["received", "refused"] = "received" if answered.said == "received" else "refused"
    told = Told(row.pk, state, answered.number, answered.reason, answered.attachments)
    try:
        settle_receipt(row, told, by=system(f"exchange:{row.exchange}"), now=now)
    except Conflict as error:
        row.state, row.error, row.their_number = _State.SENT, error.message[:_LONGEST_ERROR], ""
        row.save()


def mark_sent(row: Message, exchange: ExchangeDeclaration, now: datetime) -> None:
    """Keep that a locked message left, and until when its receipt is due."""
    receipt = exchange.sends(row.message).receipt
    row.state, row.sent_at, row.next_at, row.claimed_until, row.error = _State.SENT, now, None, None, ""
    ends_at = None
    if receipt.working_days:
        last = due(day_of(now), Period(receipt.working_days, "working_days"), procedures.calendar())
        ends_at = end_of(last.on, None, zone())
    row.receipt_due_at = due_of(now, receipt.hours, ends_at)
    row.save()
    body: dict[str, Json] = {"exchange": row.exchange, "message": row.message, "id": str(row.pk), "number": row.number}
    some = attaching.files_of(row)
    attaching.mark_given(some, now)
    body |= {"way": row.way, "sealed": sealed_for(row, dict(row.body))}
    if some:
        body["attachments"] = sealed_for(row, attaching.hashes_in(some))
    by = system(f"exchange:{row.exchange}")
    ledger.record(subject=row.key_subject, kind=SENT, by=by, now=now, body=body, release=policy.active_hash())


def locked(message_id: UUID) -> Message | None:
    """Return a message with what it is about, locked until the act is over."""
    return _LOCKED.first(message_id)


def _number_for(row: Message) -> str:
    if row.case is not None:
        return facts.number_of(row.case, row.exchange)
    return facts.number_of_record(row.record, row.exchange) if row.record else ""


def seen_of(row: Message, today: date) -> Seen:
    """Return what a message may read when it is sent: the event or the version that it tells of, by its entry."""
    if row.case is not None:
        event = _EVENT.first(row.case_id, row.entry_hash)
        return facts.of_case(row.case, row.exchange, today, facts.Happened.of(event) if event else None)
    version = RecordVersion.objects.select_related("record").get(entry_hash=row.entry_hash)
    return facts.of_record(version, row.exchange, today)


def _wait(row: Message, why: str) -> None:
    row.error = why
    row.save(update_fields=["error"])
