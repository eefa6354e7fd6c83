"""The acts of a draw: commit to its lists, hold it when its head is there, withdraw it with a reason."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from amur.base.acting import SYSTEM, Actor, IdempotencyKey, Scope, system
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger import reads as sealed
from amur.ledger.reads import SealedEntry
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures.draws import engine, reads
from amur.procedures.draws.declarations import DrawDeclaration
from amur.procedures.draws.listing import Lists, lists_of, take_of
from amur.procedures.draws.models import Draw
from amur.procedures.models import Serial
from amur.procedures.transactions import act, check_key
from amur.registers import reads as registers

COMMITTED, AWAITED, HELD, WITHDRAWN = "draw.committed", "draw.awaited", "draw.held", "draw.withdrawn"
_SALT_BYTES = 32
_LONGEST_REASON = 500
_AT_ONCE = 100


def commit_draw(draw_id: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "") -> Draw:
    """Put the exact lists and the rule of a draw into the ledger; what comes of them nobody knows yet.

    The same key again commits to nothing more.

    Raises:
        NotFound: if there is no such draw, or the actor may not hold it.
        Refused: if there is nothing to draw from, or it cannot be told who is on a list.
    """
    check_key(key)
    with act():
        content_hash, declared = reads.active(draw_id)
        _check_office(scope, declared)
        if key and (before := Draw.objects.filter(committed_by=by.actor_id, key=key).first()):
            return before
        lists = lists_of(declared, day_of(now))
        if not lists.objects or not lists.people:
            lacking = "object" if not lists.objects else "person"
            raise Refused("nothing_to_draw", f"no {lacking} fulfils the conditions of this draw", lacking=lacking)
        draw = Draw(
            number=_next_number(declared.series, now),
            draw=draw_id,
            declaration_hash=content_hash,
            body_id=declared.body_id,
            names_until=day_of(now) + timedelta(days=declared.names_days),
            committed_at=now,
            committed_by=by.actor_id,
            key=key,
        )
        draw.commitment, draw.hidden = _committed(draw, declared, lists)
        draw.committed_entry = record(draw, declared, COMMITTED, {"commitment": draw.commitment}, by=by, now=now)
        draw.save(force_insert=True)
        return draw


def hold_draw(number: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "") -> Draw:
    """Draw, with the seed that the head gives for which the commitment waited; a draw that was held stays as it is.

    Raises:
        NotFound: if there is no such draw, or the actor may not hold it.
        Conflict: ``draw_waits`` while that head is not there yet.
    """
    check_key(key)
    with act():
        draw, declared = own(number, scope)
        if draw.result is not None:
            return draw
        heads = sealed.checkpoints(draw.sealed_size, limit=1) if draw.sealed_size is not None else []
        if not heads:
            raise Conflict("draw_waits", "the head that gives the seed is not sealed yet; it comes by itself")
        head = heads[0]
        draw.result, draw.head_size, draw.held_at = engine.draw(draw.commitment, head.root), head.size, now
        body: dict[str, Json] = {"size": head.size, "root": head.root, "result": draw.result}
        draw.held_entry = record(draw, declared, HELD, body, by=by, now=now)
        draw.save(update_fields=["result", "head_size", "held_at", "held_entry"])
        return draw


def withdraw_draw(
    number: str, *, by: Actor, scope: Scope, now: datetime, reason: str, key: IdempotencyKey = ""
) -> Draw:
    """Say that a draw is not used, and why; it stays, and it is drawn all the same. The same reason twice is once.

    Raises:
        NotFound: if there is no such draw, or the actor may not hold it.
        Invalid: if the reason is missing or too long.
        Conflict: if it was withdrawn before, for another reason.
    """
    check_key(key)
    said = " ".join(reason.split())
    if not said:
        raise Invalid({"reason": ("required", "say why; it stays for everybody to read, so name nobody")})
    if len(said) > _LONGEST_REASON:
        raise Invalid({"reason": ("too_long", f"found {len(said)} characters; at most {_LONGEST_REASON} fit")})
    with act():
        draw, declared = own(number, scope)
        if draw.withdrawn_at is not None:
            if draw.withdrawn_reason == said:
                return draw
            raise Conflict("draw_withdrawn", "this draw was withdrawn before")
        draw.withdrawn_at, draw.withdrawn_reason = now, said
        draw.withdrawn_entry = record(draw, declared, WITHDRAWN, {"reason": said}, by=by, now=now)
        draw.save(update_fields=["withdrawn_at", "withdrawn_reason", "withdrawn_entry"])
        return draw


def hear_of_draws(entry: SealedEntry, now: datetime) -> None:
    """Say for which head a sealed commitment waits, which brings that head; when it is there, hold the draw."""
    if entry.kind not in {COMMITTED, AWAITED}:
        return
    draw = Draw.objects.filter(pk=entry.subject.removeprefix("draw:")).first()
    if draw is None:
        return
    by = system("draws")
    if entry.kind == AWAITED:
        hold_draw(draw.number, by=by, scope=SYSTEM, now=now)
    elif draw.sealed_size is None:
        with act():
            head = sealed.checkpoints(entry.index, limit=1)[0]
            draw.sealed_index, draw.sealed_size = entry.index, head.size
            body: dict[str, Json] = {"index": entry.index, "size": head.size}
            record(draw, reads.pinned(draw.declaration_hash), AWAITED, body, by=by, now=now)
            draw.save(update_fields=["sealed_index", "sealed_size"])


def forget_names(now: datetime) -> int:
    """Erase who the hidden of draws were, once their time is over; return of how many draws. Each stays proved."""
    past = Draw.objects.filter(names_until__lt=day_of(now))[:_AT_ONCE]
    for draw in past:
        with act():
            ledger.forget(draw.key_subject, by=system("draws"), now=now, reason="the time of keeping names is over")
            Draw.objects.filter(pk=draw.pk).update(names_until=None)
    return len(past)


def _check_office(scope: Scope, declared: DrawDeclaration) -> None:
    if not reads.may_hold(scope, declared):
        raise NotFound("no_draw", f"there is no draw {declared.id!r} that you hold")


def own(number: str, scope: Scope) -> tuple[Draw, DrawDeclaration]:
    """Return a draw, locked, with its declaration, for the office that holds it.

    Raises:
        NotFound: if there is no such draw, or the actor may not hold it.
    """
    draw = Draw.objects.select_for_update().filter(number=number).first()
    if draw is None:
        raise NotFound("no_draw", f"there is no draw {number!r}")
    declared = reads.pinned(draw.declaration_hash)
    _check_office(scope, declared)
    return draw, declared


def _next_number(series: str, now: datetime) -> str:
    """Return the next number of a series and year; its row stays locked, so that what fails uses none up."""
    serial, _ = Serial.objects.select_for_update().get_or_create(series=f"{day_of(now).year}-{series}")
    serial.value += 1
    serial.save(update_fields=["value"])
    return f"{serial.series}-{serial.value:05}"


def _committed(draw: Draw, declared: DrawDeclaration, lists: Lists) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the commitment, and what leads from hidden ids back to what they stand for."""
    hidden: dict[str, Json] = {}
    things = _ids(lists.objects, declared.objects.register_id, hidden)
    persons = _ids(lists.people, declared.people.register_id, hidden)
    made = engine.commitment(
        {"draw": draw.draw, "number": draw.number, "declaration": draw.declaration_hash},
        objects={things[name]: stratum for name, stratum in lists.objects.items()},
        people=list(persons.values()),
        conflicts={(things[one], persons[other]): rule for (one, other), rule in lists.conflicts.items()},
        take=take_of(declared, lists),
        each=declared.people.each,
        balance=declared.people.balance,
    )
    return made, hidden


def _ids(keys: Iterable[str], register_id: str | None, hidden: dict[str, Json]) -> dict[str, str]:
    """Return the id of each on a list: its key where the register is public, else a salted hash of it."""
    if register_id is not None and registers.register(register_id).public:
        return {key: key for key in keys}
    found = {}
    for key in keys:
        salt = secrets.token_bytes(_SALT_BYTES)
        found[key] = hashlib.sha256(salt + key.encode()).hexdigest()
        hidden[found[key]] = [salt.hex(), key]
    return found


def record(
    draw: Draw, declared: DrawDeclaration, kind: str, body: Mapping[str, Any], *, by: Actor, now: datetime
) -> str:
    """Write an entry on the chain of a draw, and return its leaf."""
    entry = ledger.record(
        subject=draw.key_subject,
        kind=kind,
        by=by,
        now=now,
        body={"number": draw.number, **json.loads(json.dumps(body))},
        basis=cited(declared.basis),
        release=policy.active_hash(),
    )
    return entry.leaf
