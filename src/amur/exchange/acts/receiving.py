"""What a message that came does: it moves a case, opens one or writes a record, whole or not at all, and once.

A message is known by its id among those of its sender. The same once more does nothing; the same id with something
else in it is refused. What is refused is kept by field and code, for the desk; the sender hears what stood there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from django.db import IntegrityError, transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import AmurError, Conflict, Invalid, Refused
from amur.base.fields import Raw
from amur.exchange import declared
from amur.exchange.acts.bringing import Claimed, claim, offered_with, settle
from amur.exchange.acts.doing import do
from amur.exchange.declarations import ExchangeDeclaration, Inbound
from amur.exchange.engine import read_row
from amur.exchange.models import Intake, Received
from amur.ledger import acts as ledger
from amur.ledger.acts.subjects import protect
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures.open311.reads import keyed_hash
from amur.procedures.transactions import act, check_key
from amur.registers.lookups import lookups

TAKEN = "exchange.taken"
"""The entry that says that a message of another system was taken."""

Way: TypeAlias = Literal["api", "file", "hand", "play"]
_LONGEST_ID, _MOST_FAULTS = 200, 50
_UNKNOWN_CODE = "unknown_code"


@dataclass(frozen=True, slots=True)
class Came:
    """How a message came: by which way, from whom, by whom it was let in, and in which row of which file.

    ``named`` says that its keys are the names of the other side. ``files`` are those that it names as brought
    with it, sent before by the ``courier`` or in the ``batch`` of the file that it came in.
    """

    way: Way
    by: Actor
    sender: str = ""
    named: bool = False
    intake: Intake | None = None
    row: int = 0
    courier: str | None = None
    batch: str = ""
    files: tuple[Mapping[str, object], ...] = ()


def receive(
    exchange_id: str,
    name: str,
    raw: Mapping[str, Raw],
    *,
    came: Came,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
) -> tuple[Received, bool]:
    """Take a message; return what is kept of it, and whether it is new. Known again by its id, it does nothing.

    Raises:
        NotFound: if there is no such message, or what it names is not there.
        Invalid: naming each field that is wrong, codes without a counterpart among them.
        Conflict: ``other_content`` if its id came with something else before.
        Refused: if the case does not take it where it stands.
    """
    check_key(key)
    _, exchange = declared.exchange(exchange_id)
    message = declared.hears(exchange, name)
    try:
        with act():
            return take(exchange, message, raw, came=came, by=by, now=now)
    except AmurError as fault:
        if fault.code != "busy":
            with act():
                note_refused(exchange, message, raw, fault, came=came, now=now)
        raise


def take(
    exchange: ExchangeDeclaration, message: Inbound, raw: Mapping[str, Raw], *, came: Came, by: Actor, now: datetime
) -> tuple[Received, bool]:
    """Take a message in the caller's transaction; return what is kept of it, and whether it is new.

    Raises:
        NotFound, Invalid, Conflict, Refused: as ``receive``.
    """
    _check_sender(message, came, now)
    read = read_row(message, raw, {one.id: one for one in exchange.codes}, lookups(day_of(now)), named=came.named)
    if read.faults:
        raise Invalid({name: (code, found) for name, code, found in read.faults})
    found = message.field(message.message_id)
    told_id = found.as_typed(read.values.get(message.message_id))[:_LONGEST_ID] if found else ""
    row = Received(exchange=exchange.id, message=message.id, message_id=told_id, sender=came.sender, way=came.way)
    row.sign = keyed_hash("exchange", exchange.id, message.id, came.sender, told_id)
    offered = offered_with(message, came.files)
    told = dict(read.values) | ({"attachments": [one.as_dict() for one in offered]} if offered else {})
    row.content = keyed_hash("content", told)
    before, is_new = _first(row, came, now)
    if not is_new:
        if before.content != row.content:
            raise Conflict("other_content", "this message id came with something else before", id=told_id)
        return before, False
    batch = str(came.batch or (came.intake.pk if came.intake else ""))
    courier = came.sender if came.courier is None else came.courier
    brought = claim(exchange.id, message, offered, sender=courier, batch=batch)
    do(exchange, message, read.values, row, brought, by=by, now=now)
    row.save()
    settle(brought, row, now)
    _record(row, brought, by=by, now=now)
    return row, True


def note_refused(
    exchange: ExchangeDeclaration,
    message: Inbound,
    raw: Mapping[str, Raw],
    fault: AmurError,
    *,
    came: Came,
    now: datetime,
) -> Received:
    """Keep that a message was refused, by field and code, in the caller's transaction; the same again is one."""
    told = raw.get(
        message.columns.get(message.message_id, message.message_id) if came.named else message.message_id, ""
    )
    told_id = told.strip()[:_LONGEST_ID] if isinstance(told, str) else ""
    sign = keyed_hash("exchange", exchange.id, message.id, came.sender, told_id)
    kept: dict[str, Any] = {"message_id": told_id, "way": came.way, "by": came.by.actor_id, "received_at": now}
    kept |= {"content": "", "faults": told_of(fault)[:_MOST_FAULTS], "row": came.row}
    known: dict[str, Any] = {"exchange": exchange.id, "message": message.id, "sender": came.sender, "sign": sign}
    known |= {"state": Received.State.REFUSED, "intake": came.intake}
    if came.intake is not None:
        return Received.objects.create(**known, **kept)
    return Received.objects.update_or_create(**known, defaults=kept)[0]


def told_of(fault: AmurError) -> list[dict[str, Json]]:
    """Return what is kept of a refusal: fields and codes, and of a code without a counterpart which it was."""
    if not isinstance(fault, Invalid):
        return [{"field": "", "code": fault.code}]
    return [
        {"field": name, "code": code, "found": found[:_LONGEST_ID] if code == _UNKNOWN_CODE else ""}
        for name, (code, found) in fault.fields.items()
    ]


def _check_sender(message: Inbound, came: Came, now: datetime) -> None:
    if message.senders is None:
        return
    listed = lookups(day_of(now)).codelists.get(message.senders)
    if listed is None or listed.find(came.sender) is None:
        raise Refused("unknown_sender", f"{came.sender!r} is none of those who send this", sender=came.sender)


def _first(row: Received, came: Came, now: datetime) -> tuple[Received, bool]:
    """Store a message that is new and return it; of two at once the second waits for the first."""
    taken = Received.objects.filter(sign=row.sign, state=Received.State.TAKEN)
    if before := taken.first():
        return before, False
    row.state, row.by, row.received_at = Received.State.TAKEN, came.by.actor_id, now
    row.intake, row.row = came.intake, came.row
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return taken.get(), False
    # What was refused before and is right now is refused no more.
    Received.objects.filter(sign=row.sign, state=Received.State.REFUSED, intake=None).delete()
    return row, True


def _record(row: Received, brought: tuple[Claimed, ...], *, by: Actor, now: datetime) -> None:
    """Write down that a message was taken, under what it is about; its id is sealed there, for it may name a person."""
    about = row.case.key_subject if row.case else f"record:{row.record.register}:{row.record.pk}" if row.record else ""
    body: dict[str, Json] = {"exchange": row.exchange, "message": row.message, "way": row.way, "sender": row.sender}
    said: dict[str, Json] = {"id": row.message_id, "content": row.content}
    if brought:
        said["attachments"] = {one.offered.name: one.offered.sha256 for one in brought}
    body["sealed"] = protect(about, said)
    ledger.record(subject=about, kind=TAKEN, by=by, now=now, body=body, release=policy.active_hash())
