"""What a message brings about: an event of a case, a case, or a version of a record, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from amur.base.acting import SYSTEM, Actor, Grant, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.expressions import ExpressionError, Kind
from amur.base.faults import Conflict, Invalid, NotFound
from amur.base.fields import Raw
from amur.exchange import facts
from amur.exchange.acts.bringing import Claimed, put_in_place
from amur.exchange.acts.opening import begin_case, filled
from amur.exchange.acts.receipts import link
from amur.exchange.declarations import BeginCase, EnterRecord, ExchangeDeclaration, FireEvent, Inbound
from amur.exchange.engine import Seen, holds, value_of
from amur.exchange.models import Link, Received
from amur.ledger import rows
from amur.people.engine import is_machine
from amur.people.reads import day_of
from amur.procedures import declared as procedures
from amur.procedures.acts.events import fire_in, heard
from amur.procedures.declarations import EXCHANGE
from amur.procedures.models import Case
from amur.registers import reads as registers
from amur.registers.acts import write_record
from amur.registers.lookups import lookups
from amur.registers.models import Record

_KEY = 40
_LONGEST_SOURCE = 200


def do(
    exchange: ExchangeDeclaration,
    message: Inbound,
    values: Mapping[str, Json],
    row: Received,
    brought: tuple[Claimed, ...] = (),
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Do what a message that was read says, with the files it brought, and put into its row what it was about.

    Raises:
        NotFound: if what it names is not there.
        Invalid: naming each answer that does not fit.
        Conflict, Refused: if it does not fit where the case or the register stands.
    """
    seen = facts.of_message(message.fields, values, row.sender, day_of(now))
    key = f"exchange:{row.sign[:_KEY]}"
    try:
        if isinstance(message.does, FireEvent):
            case = _found(exchange, message.does, _text(message.does.case, seen))
            both = facts.of_message(message.fields, values, row.sender, day_of(now), case)
            if not holds(message.does.when, both):
                raise NotFound("no_case", "there is no such case for this sender")
            _fire(exchange, message.does, case, seen, brought, by=by, now=now, key=key)
            row.case = case
        elif isinstance(message.does, BeginCase):
            row.case = _begin(exchange, message.does, seen, brought, by=by, now=now, key=key)
        else:
            row.record = _enter(exchange, message, message.does, seen, row.message_id, by=by, now=now, key=key)
    except ExpressionError as error:
        raise Invalid({message.id: ("no_value", error.found)}) from error


def machine(exchange: ExchangeDeclaration, by: Actor) -> Actor:
    """Return the actor for what the other side does: the machine, on behalf of whoever let it in."""
    if is_machine(by):
        return by
    client, request = by.client, by.request_id
    return Actor(f"system:exchange:{exchange.id}", on_behalf_of=by.actor_id, client=client, request_id=request)


def _fire(
    exchange: ExchangeDeclaration,
    does: FireEvent,
    case: Case,
    seen: Seen,
    brought: tuple[Claimed, ...],
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> None:
    definition = procedures.pinned(case.declaration_hash)
    arrow = definition.transition(does.event, case.state)
    asked = arrow.asks if arrow else ()
    given = filled(asked, does.asks if arrow else {}, seen, lookups(day_of(now)))
    known = {one.id: one for one in asked}
    extra: dict[str, Raw] = {name: known[name].as_typed(value) for name, value in given.items()}
    extra |= put_in_place(brought, asked, case.draft)
    reason = _text(does.reason, seen) if does.reason else ""
    if arrow is not None and does.acts_as and arrow.by != EXCHANGE:
        scope = Scope("office", by.actor_id, grants=(Grant(does.acts_as, case.body_id),))
        fire_in(case, definition, does.event, by=by, scope=scope, now=now, key=key, reason=reason, extra=extra)
        return
    actor = machine(exchange, by)
    heard(case, definition, does.event, by=actor, now=now, key=key, reason=reason, extra=extra)


def _found(exchange: ExchangeDeclaration, does: FireEvent, number: str) -> Case:
    """Return the case that a message names, locked."""
    if does.known_by == "number":
        named = Case.objects.filter(procedure=does.procedure_id, number=number)
        found = named.values_list("pk", flat=True).first()
    else:
        linked = Link.objects.filter(exchange=exchange.id, procedure=does.procedure_id, number=number)
        found = linked.values_list("case", flat=True).first()
    case = rows.locked(Case, found) if found and number else None
    if case is None or case.erased_at is not None:
        raise NotFound("no_case", "there is no case under this number")
    return case


def _begin(
    exchange: ExchangeDeclaration,
    does: BeginCase,
    seen: Seen,
    brought: tuple[Claimed, ...],
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> Case:
    number = _text(does.their_number, seen)
    known = Link.objects.filter(exchange=exchange.id, procedure=does.procedure_id, number=number)
    if known.exists():
        raise Conflict("number_taken", "there is a case under this number already", number=number)
    actor = machine(exchange, by)
    given = (does.procedure_id, does.values, seen)
    how: Any = {"channel": does.channel, "firm": does.firm, "brought": brought}
    case = begin_case(*given, **how, by=actor, now=now, key=key)
    if number:
        link(exchange.id, case, number, now)
    return case


def _enter(
    exchange: ExchangeDeclaration,
    message: Inbound,
    does: EnterRecord,
    seen: Seen,
    told_id: str,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> Record:
    """Write what a message says of a record; of a known one, what it does not name stays as it was."""
    today = day_of(now)
    register = registers.register(does.register_id)
    given = filled(register.fields, does.values, seen, lookups(today))
    name = _text(does.key, seen)
    before = registers.records_by_key(SYSTEM, does.register_id, [name]).get(name)
    kept = {field: value for field, value in before.values.items() if field not in does.values} if before else {}
    computed = {one.id for one in register.fields if one.type == "computed"}
    version = write_record(
        does.register_id,
        name,
        {field: value for field, value in {**kept, **given}.items() if field not in computed},
        by=replace(machine(exchange, by), role=does.acts_as or "", body_id=exchange.body_id),
        now=now,
        valid_from=_day(does.valid_from, seen) or today,
        valid_to=_day(does.valid_to, seen) if does.valid_to else None,
        reason=message.title.zh,
        source=f"{exchange.system.zh} {told_id}"[:_LONGEST_SOURCE],
        through="office",
        idempotency=key,
    )
    return version.record


def _text(source: str, seen: Seen) -> str:
    return str(value_of(source, Kind.TEXT, seen) or "")


def _day(source: str, seen: Seen) -> date | None:
    found = value_of(source, Kind.DATE, seen)
    return date.fromisoformat(found) if isinstance(found, str) else None
