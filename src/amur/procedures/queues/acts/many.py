"""One event, or one clock made longer, for up to 200 chosen cases with one reason.

Each case is an act of its own: in its own transaction, with its own rules, event and ledger entry, by a key that is
made of the batch and the case. So a case that somebody else moved meanwhile, or that a rule holds back, holds up no
other, and whatever breaks off can go on: a case that had its turn is found done. What became of each is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.people import reads as people
from amur.people.models import Account
from amur.policy import reads as policy
from amur.procedures import declared, engine
from amur.procedures.acts.events import LONGEST_REASON, fire
from amur.procedures.acts.extending import extend_clock
from amur.procedures.declarations import APPLICANT, MACHINE, ProcedureDeclaration, Transition
from amur.procedures.models import Case
from amur.procedures.queues.engine import MOST_CHOSEN
from amur.procedures.queues.models import Batch, BatchLine
from amur.procedures.seeing import works_on
from amur.procedures.transactions import act, check_key

GO_ON = "cases.go_on_with_many"
"""The kind of the job that finishes what was broken off."""
BEGUN = "cases.many_begun"
_AT_ONCE = 20
_LOOKED_AFTER = timedelta(seconds=5)
"""When the machine looks whether a batch came to its end."""
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class What:
    """What is to be done to each case: an event, or a clock made longer by an amount of its unit."""

    event: str = ""
    clock: str = ""
    amount: int = 0


def begin_many(
    what: What,
    chosen: Sequence[tuple[UUID, int]],
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str = "",
    key: IdempotencyKey,
) -> Batch:
    """Write down what is to be done to which cases; ``go_on_with_many`` does it, or the machine a few seconds later.

    ``chosen`` are cases, each with the version that was seen. The same key again returns the same batch.

    Raises:
        NotFound: if one of the cases does not exist, or the actor may not know of it.
        Refused: if there are too many, they are of different procedures, or this cannot be done to many.
        Invalid: if no case was chosen, or the reason or the amount is missing or wrong.
    """
    check_key(key)
    with act():
        if key and (before := Batch.objects.filter(actor_id=by.actor_id, key=key).first()):
            return before
        seen: dict[UUID, int] = {}
        for case_id, version in chosen:
            seen.setdefault(case_id, version)
        cases = _cases(seen, scope)
        asked = _checked(what, cases, reason)
        batch = Batch(
            actor_id=by.actor_id,
            client=by.client,
            request_id=by.request_id,
            procedure=cases[0].procedure,
            event=engine.EXTENDED if what.clock else what.event,
            clock=what.clock,
            amount=what.amount,
            reason=asked,
            key=key,
            begun_at=now,
        )
        batch.entry_hash = _record(batch, len(cases), by=by, now=now)
        batch.save(force_insert=True)
        BatchLine.objects.bulk_create(
            BatchLine(batch=batch, case=case, place=place, version=seen[case.pk]) for place, case in enumerate(cases)
        )
        jobs.enqueue(GO_ON, {"batch": str(batch.pk)}, now=now, run_at=now + _LOOKED_AFTER, key=_job_key(batch))
        return batch


def go_on_with_many(batch_id: UUID, *, scope: Scope, now: datetime, at_most: int = _AT_ONCE) -> int:
    """Do to the next cases of a batch what was begun, in the name of whoever began it; return how many are left.

    Raises:
        NotFound: if there is no such batch of this reader.
        Conflict: ``busy`` if the database is held by others; what is left waits for the machine.
    """
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None or (scope.kind != "system" and scope.account_id != batch.actor_id):
        raise NotFound("no_batch", "there is no such act on many cases")
    waiting = batch.lines.filter(outcome="").order_by("place")
    some = list(waiting[:at_most])
    for line in some:
        outcome, code, details = _one(batch, line, scope, now)
        with act():
            BatchLine.objects.filter(pk=line.pk, outcome="").update(outcome=outcome, code=code, details=details)
    left = waiting.count()
    if not left and batch.ended_at is None:
        _end(batch, now)
    return left


def go_on_by_itself(payload: Mapping[str, Json], now: datetime, _: str) -> None:
    """Finish a batch that was broken off, with the rights that its actor has now; the worker calls it."""
    batch = Batch.objects.filter(pk=str(payload["batch"])).first()
    if batch is None:
        return
    account = Account.objects.filter(pk=batch.actor_id).first()
    scope = people.scope_of(account, now)
    while go_on_with_many(batch.pk, scope=Scope(scope.kind, batch.actor_id, scope.parties, scope.grants), now=now):
        pass


def forget_many(now: datetime) -> int:
    """Forget what became of acts on many cases a month after their end; each case tells its own part for ever."""
    with act():
        return Batch.objects.filter(ended_at__lt=now - _KEPT).delete()[0]


def _cases(seen: Mapping[UUID, int], scope: Scope) -> list[Case]:
    """Return the chosen cases in the order in which they were chosen."""
    if not seen:
        raise Invalid({"cases": ("required", "no case was chosen; choose at least one")})
    if len(seen) > MOST_CHOSEN:
        raise Refused(
            "too_many_cases", f"found {len(seen)} cases; at most {MOST_CHOSEN} are taken together", most=MOST_CHOSEN
        )
    found = {case.pk: case for case in Case.objects.filter(pk__in=seen).defer("data")}
    cases = [found[one] for one in seen if one in found]
    known = {case.declaration_hash: declared.pinned(case.declaration_hash) for case in cases}
    if len(cases) < len(seen) or any(not works_on(scope, case, known[case.declaration_hash]) for case in cases):
        raise NotFound("no_case", "there is no such case")
    if len({case.procedure for case in cases}) > 1:
        raise Refused("different_procedures", "the cases are of different procedures; choose cases of one")
    return cases


def _checked(what: What, cases: Sequence[Case], reason: str) -> str:
    """Return the reason, if this can be done to many cases at all."""
    said = reason.strip()
    if len(said) > LONGEST_REASON:
        raise Invalid({"reason": ("too_long", f"found {len(said)} characters; at most {LONGEST_REASON} fit")})
    known = {case.declaration_hash: declared.pinned(case.declaration_hash) for case in cases}
    if what.clock:
        _check_clock(what, known)
        needed = True
    else:
        arrows = [one for case in cases if (one := arrow_of(known[case.declaration_hash], what.event, case.state))]
        if not arrows:
            raise Refused("no_such_event", f"{what.event!r} means nothing in any of these cases", event=what.event)
        if any(arrow.asks_more for arrow in arrows):
            raise Refused("asks_for_fields", "this step asks for more than a reason; do it case by case")
        needed = any(arrow.reason == "required" for arrow in arrows)
        said = said if any(arrow.reason != "none" for arrow in arrows) else ""
    if needed and not said:
        raise Invalid({"reason": ("required", "say why; it stands in every one of the cases")})
    return said


def arrow_of(definition: ProcedureDeclaration, event: str, state: str) -> Transition | None:
    """Return the arrow of an event out of a state, if an office fires it."""
    arrow = definition.transition(event, state)
    return arrow if arrow is not None and arrow.by not in {APPLICANT, MACHINE} else None


def _check_clock(what: What, known: Mapping[str, ProcedureDeclaration]) -> None:
    clocks = [one for each in known.values() for one in each.clocks if one.id == what.clock and one.extension]
    if not clocks:
        raise Refused("not_extendable", "nothing allows this period to be extended", clock=what.clock)
    most = min(clock.extension.at_most for clock in clocks if clock.extension)
    if not 1 <= what.amount <= most:
        raise Invalid({"amount": ("not_in_range", f"write a number from 1 to {most}")})


def _one(batch: Batch, line: BatchLine, scope: Scope, now: datetime) -> tuple[str, str, dict[str, str | int]]:
    """Do it to one case and return what became of it."""
    try:
        _do(batch, line, scope, now)
    except Conflict as fault:
        if fault.code == "busy":
            raise
        return BatchLine.Outcome.MOVED, fault.code, dict(fault.details)
    except Invalid as fault:
        field, (code, _) = next(iter(fault.fields.items()), ("", ("", "")))
        return BatchLine.Outcome.REFUSED, fault.code, {"field": field, "code": code}
    except AmurError as fault:
        return BatchLine.Outcome.REFUSED, fault.code, dict(fault.details)
    return BatchLine.Outcome.DONE, "", {}


def _do(batch: Batch, line: BatchLine, scope: Scope, now: datetime) -> None:
    """Let the act itself decide in which office it is done, as for a single case."""
    by = Actor(batch.actor_id, client=batch.client, request_id=batch.request_id)
    key = f"{batch.pk.hex}:{line.case_id.hex}"
    if batch.clock:
        extend_clock(
            line.case_id,
            batch.clock,
            batch.amount,
            by=by,
            scope=scope,
            now=now,
            expected_version=line.version,
            key=key,
            reason=batch.reason,
        )
        return
    fire(
        line.case_id,
        batch.event,
        by=by,
        scope=scope,
        now=now,
        expected_version=line.version,
        key=key,
        reason=batch.reason,
    )


def _end(batch: Batch, now: datetime) -> None:
    """Note that all had their turn. The reason stands with each case from now on, and here no more."""
    with act():
        found = Batch.objects.select_for_update().get(pk=batch.pk)
        if found.ended_at is None:
            found.ended_at, found.reason = now, ""
            found.save(update_fields=["ended_at", "reason"])
            ledger.discard([found.key_subject], now=now)
            jobs.cancel(_job_key(found))


def _job_key(batch: Batch) -> str:
    return f"{GO_ON}:{batch.pk}"


def _record(batch: Batch, cases: int, *, by: Actor, now: datetime) -> str:
    body: dict[str, Json] = {"procedure": batch.procedure, "event": batch.event, "cases": cases}
    if batch.clock:
        body |= {"clock": batch.clock, "amount": batch.amount}
    release = policy.active_hash()
    return ledger.record(subject=batch.key_subject, kind=BEGUN, by=by, now=now, body=body, release=release).leaf
