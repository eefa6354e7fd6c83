"""What the other side says of a message: it has it, under a number, or does not want it. The case may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, IntegerField, UUIDField

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import AmurError, Conflict, Invalid, NotFound
from amur.exchange import declared
from amur.exchange.acts import attaching
from amur.exchange.acts.hearing import queue
from amur.exchange.engine import wait_after
from amur.exchange.facts import number_of
from amur.exchange.models import Link, Message
from amur.exchange.reads.offices import check_office
from amur.ledger import acts as ledger
from amur.ledger import rows
from amur.ledger.kept import sealed_for
from amur.ledger.prepared import Prepared, prepared
from amur.policy import reads as policy
from amur.procedures import declared as procedures
from amur.procedures.acts.events import heard
from amur.procedures.models import Case
from amur.procedures.transactions import act, check_key

RECEIPT, REFUSED = "exchange.receipt", "exchange.refused_there"
"""The entries that say that a message arrived there, or that they do not want it."""

_LONGEST_NUMBER, _LONGEST_REASON, _LONGEST_ERROR = 120, 2_000, 300
_OPEN = (Message.State.WAITING, Message.State.SENT, Message.State.FAILED)
_State = Message.State


def _following(about: str) -> Prepared[Message]:
    """Return the question which message about the same case or record comes next."""
    return prepared(
        lambda exchange, sequence, same, key: (
            Message.objects.filter(exchange=exchange, state=_State.WAITING, sequence__gte=sequence, **{about: same})
            .exclude(pk=key)
            .order_by("sequence", "made_at")[:1]
        ),
        CharField(),
        IntegerField(),
        UUIDField(),
        UUIDField(),
    )


_ANOTHERS = prepared(
    lambda exchange, procedure, number, case: (
        Link.objects.filter(exchange=exchange, procedure=procedure, number=number)
        .exclude(case_id=case)
        .values_list("pk", flat=True)[:1]
    ),
    CharField(),
    CharField(),
    CharField(),
    UUIDField(),
)
_NEXT_OF_CASE, _NEXT_OF_RECORD = _following("case_id"), _following("record_id")


@dataclass(frozen=True, slots=True)
class Told:
    """What the other side says of one of our messages; ``attachments`` are the hashes that it confirms.

    None says that whoever entered it by hand knows nothing of them.
    """

    message: UUID
    state: Literal["received", "refused"]
    number: str = ""
    reason: str = ""
    attachments: tuple[str, ...] | None = ()


def note_receipt(exchange_id: str, told: Told, *, by: Actor, now: datetime, key: IdempotencyKey = "") -> Message:
    """Keep what the other side says of a message; the same again changes nothing.

    Raises:
        NotFound: if no such message went there.
        Invalid: if it has a number that cannot be one, or refuses without a reason.
        Conflict: ``receipt_contradiction`` if it said otherwise before, or gives a number that another case has;
            ``attachments_unconfirmed`` if it does not confirm each file by its hash: those are sent again.
    """
    check_key(key)
    _check(told)
    names: tuple[str, ...] = ()
    with act():
        row = Message.objects.select_for_update().filter(pk=told.message, exchange=exchange_id).first()
        if row is None or row.state == _State.DROPPED:
            raise NotFound("no_message", "no such message went there")
        if row.state not in _OPEN:
            wanted = _State.RECEIVED if told.state == "received" else _State.REFUSED
            if row.state == wanted and told.number in {"", row.their_number}:
                return row
            raise Conflict("receipt_contradiction", "the other side said otherwise of this message before")
        some = attaching.files_of(row) if told.state == "received" and told.attachments is not None else ()
        names = attaching.lacking(some, told.attachments or ())
        if not names:
            settle_receipt(row, told, by=by, now=now)
            return row
        _not_whole(row, attaching.give_again(some, names), now)
    said = f"these files are not confirmed by their hash, and go again: {', '.join(names)}"
    raise Conflict("attachments_unconfirmed", said, attachments=", ".join(names))


def _not_whole(row: Message, why: str, now: datetime) -> None:
    """Let a locked message go again, since files of it have not arrived; or fail, when it had all its attempts."""
    retry = declared.pinned(row.declaration_hash).retry
    row.attempts, row.tries, row.claimed_until = row.attempts + 1, row.tries + 1, None
    row.error, row.receipt_due_at = why[:_LONGEST_ERROR], None
    if row.attempts < retry.attempts:
        row.state, row.settled_at, row.next_at = _State.WAITING, None, now + wait_after(row.attempts, retry)
        queue(row, now, row.next_at)
    else:
        row.state, row.settled_at, row.next_at = _State.FAILED, now, None
        wake(row, now)
    row.save()


def enter_receipt(
    exchange_id: str, told: Told, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Message:
    """Enter by hand what the other side has said of a message.

    Raises:
        NotFound, Invalid, Conflict: as ``note_receipt``.
        Refused: if the actor does not look after this exchange.
    """
    by = check_office(scope, exchange_id, by)
    return note_receipt(exchange_id, told, by=by, now=now, key=key)


def settle_receipt(row: Message, told: Told, *, by: Actor, now: datetime) -> None:
    """Keep a receipt or a refusal of a locked message, with its entry and with what follows for its case.

    Raises:
        Conflict: ``receipt_contradiction`` if another case has the number.
    """
    row.settled_at, row.claimed_until, row.next_at, row.error = now, None, None, ""
    row.sent_at = row.sent_at or now
    row.state = _State.RECEIVED if told.state == "received" else _State.REFUSED
    row.their_number, row.reason = told.number, told.reason
    if row.case is not None and told.number and told.state == "received" and not number_of(row.case, row.exchange):
        link(row.exchange, row.case, told.number, now)
    some = attaching.files_of(row) if told.state == "received" else ()
    attaching.mark_confirmed(some, told.attachments, now)
    confirmed = some if told.attachments else ()
    _record(row, RECEIPT if told.state == "received" else REFUSED, attaching.hashes_in(confirmed), by=by, now=now)
    _move(row, told, by=by, now=now)
    row.save()
    wake(row, now)


def link(exchange_id: str, case: Case, number: str, now: datetime) -> None:
    """Keep under which number the other side knows a case.

    Raises:
        Conflict: ``receipt_contradiction`` if another case has it.
    """
    if _ANOTHERS.first(exchange_id, case.procedure, number, case.pk):
        raise Conflict("receipt_contradiction", f"the number {number!r} stands for another case")
    values = {"procedure": case.procedure, "number": number, "known_at": now}
    if rows.store_if_new(Link(exchange=exchange_id, case=case, **values)):
        return
    Link.objects.update_or_create(exchange=exchange_id, case=case, defaults=values)


def wake(row: Message, now: datetime) -> None:
    """Have the next message about the same case or record looked at."""
    of_case, about = row.case_id is not None, row.case_id or row.record_id
    following = (_NEXT_OF_CASE if of_case else _NEXT_OF_RECORD).first(row.exchange, row.sequence, about, row.pk)
    if following is not None:
        following.tries += 1
        following.save(update_fields=["tries"])
        queue(following, now)


def _move(row: Message, told: Told, *, by: Actor, now: datetime) -> None:
    """Let the event happen that the receipt brings; a case that has moved on stays where it is, and this says so."""
    receipt = declared.pinned(row.declaration_hash).sends(row.message).receipt
    event = receipt.fires if told.state == "received" else receipt.refused
    if not event or row.case_id is None:
        return
    case = rows.locked(Case, row.case_id)
    if case is None or case.erased_at is not None:
        return
    definition = procedures.pinned(case.declaration_hash)
    try:
        with transaction.atomic():
            heard(case, definition, event, by=by, now=now, key=f"exchange:{row.pk}", reason=told.reason, extra={})
    except AmurError as error:
        row.error = f"the case did not move: {error.message}"[:_LONGEST_ERROR]


def _record(row: Message, kind: str, files: dict[str, Json], *, by: Actor, now: datetime) -> None:
    body: dict[str, Json] = {"exchange": row.exchange, "message": row.message, "id": str(row.pk), "number": row.number}
    said: dict[str, Json] = {"number": row.their_number, "reason": row.reason}
    body["sealed"] = sealed_for(row, {name: value for name, value in said.items() if value} | files)
    ledger.record(subject=row.key_subject, kind=kind, by=by, now=now, body=body, release=policy.active_hash())


def _check(told: Told) -> None:
    faults: dict[str, tuple[str, str]] = {}
    if len(told.number) > _LONGEST_NUMBER or not told.number.isprintable():
        faults["number"] = ("bad_value", f"a number has at most {_LONGEST_NUMBER} characters that can be printed")
    if len(told.reason) > _LONGEST_REASON or "\0" in told.reason:
        faults["reason"] = ("too_long", f"a reason has at most {_LONGEST_REASON} characters")
    if told.state == "refused" and not told.reason.strip():
        faults["reason"] = ("required", "a refusal says why")
    if faults:
        raise Invalid(faults)
