"""What an office does with messages: try again, set aside with a reason, hand over as a file what waits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import Conflict, NotFound
from amur.exchange import declared
from amur.exchange.acts.attaching import can_be_read, files_of
from amur.exchange.acts.hearing import compose_again, queue
from amur.exchange.acts.receipts import wake
from amur.exchange.acts.sending import complete, is_behind, locked, mark_sent, seen_of
from amur.exchange.models import Message
from amur.exchange.reads.offices import check_office
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

RETRIED, SET_ASIDE, HANDED_OVER = "exchange.retried", "exchange.set_aside", "exchange.file_made"
"""The entries of an office about messages."""

MOST_IN_A_FILE = 5_000
UNREADABLE = "a file of it cannot be read here"
"""Why a message fails before it is sent."""

_LONGEST_REASON = 2_000
_State = Message.State


def send_again(
    exchange_id: str, message_id: UUID, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Message:
    """Give a message that failed, or was refused, all its attempts again, told as the case is now; twice is once.

    Raises:
        NotFound: if there is no such message, or the actor does not look after this exchange.
        Conflict: ``not_failed`` if it did not fail, or ``cannot_be_told`` if it still cannot be told.
    """
    check_key(key)
    by = check_office(scope, exchange_id, by)
    with act():
        row = _own(exchange_id, message_id)
        if row.state == _State.WAITING and row.attempts == 0:
            return row
        if row.state not in {_State.FAILED, _State.REFUSED, _State.WAITING}:
            raise Conflict("not_failed", f"the message is {row.state}; only what failed or was refused is sent again")
        faults = compose_again(row, declared.pinned(row.declaration_hash), seen_of(row, day_of(now)), now)
        if faults:
            raise Conflict("cannot_be_told", faults)
        row.state, row.attempts, row.tries, row.error = _State.WAITING, 0, row.tries + 1, ""
        row.next_at, row.claimed_until, row.settled_at, row.reason = None, None, None, ""
        row.save()
        _record(row, RETRIED, {"key": key}, by=by, now=now)
        queue(row, now)
        return row


def set_aside(
    exchange_id: str,
    message_id: UUID,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> Message:
    """Send a message no more, with a reason; what waits behind it goes on. Twice is once.

    Raises:
        NotFound: if there is no such message, or the actor does not look after this exchange.
        Conflict: ``not_failed`` if it was taken there.
        Invalid: if the reason is missing or too long.
    """
    check_key(key)
    by = check_office(scope, exchange_id, by)
    said = typed("reason", reason, _LONGEST_REASON, day_of(now))
    with act():
        row = _own(exchange_id, message_id)
        if row.state == _State.DROPPED:
            return row
        if row.state == _State.RECEIVED:
            raise Conflict("not_failed", "the other side has this message; tell it what has changed instead")
        row.state, row.settled_at, row.claimed_until, row.next_at = _State.DROPPED, now, None, None
        row.reason, row.error = said, ""
        row.save()
        _record(row, SET_ASIDE, {"reason": sealed_for(row, said), "key": key}, by=by, now=now)
        wake(row, now)
        return row


def hand_over_as_file(
    exchange_id: str, name: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> tuple[Message, ...]:
    """Mark what waits of a message as handed over by a file, and return it; its receipts come by file or by hand.

    Nothing new makes no file. The file of an instant can be made again from what it holds.

    Raises:
        NotFound: if there is no such message, or the actor does not look after this exchange.
    """
    check_key(key)
    by = check_office(scope, exchange_id, by)
    _, exchange = declared.exchange(exchange_id)
    declared.sends(exchange, name)
    with act():
        waiting = Message.objects.select_for_update().filter(exchange=exchange_id, message=name, state=_State.WAITING)
        made: list[Message] = []
        for pk in list(waiting.order_by("made_at", "number", "pk").values_list("pk", flat=True)[:MOST_IN_A_FILE]):
            row = locked(pk)
            is_held = row is None or (row.claimed_until is not None and row.claimed_until > now)
            if row is None or is_held or is_behind(row):
                continue
            pinned = declared.pinned(row.declaration_hash)
            if complete(row, pinned, now):
                if not can_be_read(files_of(row)):
                    row.state, row.error, row.settled_at = _State.FAILED, UNREADABLE, now
                    row.save()
                    continue
                row.way = "file"
                mark_sent(row, pinned, now)
                made.append(row)
        if made:
            body: dict[str, Json] = {"exchange": exchange_id, "message": name, "rows": len(made), "key": key}
            ledger.record(subject=f"exchange:{exchange_id}", kind=HANDED_OVER, by=by, now=now, body=body)
        return tuple(made)


def _own(exchange_id: str, message_id: UUID) -> Message:
    row = locked(message_id)
    if row is None or row.exchange != exchange_id:
        raise NotFound("no_message", "there is no such message")
    return row


def _record(row: Message, kind: str, more: dict[str, Json], *, by: Actor, now: datetime) -> None:
    body: dict[str, Json] = {"exchange": row.exchange, "message": row.message, "id": str(row.pk), **more}
    ledger.record(subject=row.key_subject, kind=kind, by=by, now=now, body=body)
