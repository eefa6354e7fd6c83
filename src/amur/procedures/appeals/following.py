"""What an event of the case that hears an appeal does: to the appeal, and to the case whose decision it is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from amur.base.acting import Actor
from amur.base.faults import Refused
from amur.ledger import acts as ledger
from amur.procedures import declared
from amur.procedures.appeals import engine, reads
from amur.procedures.appeals.declarations import Result, ReviewAct
from amur.procedures.appeals.entries import ADMITTED, ENDED, LIFTED, SUSPENDED, record
from amur.procedures.appeals.models import Appeal
from amur.procedures.declarations import Transition
from amur.procedures.models import Case

Move = Callable[[Case, str, str, Actor, datetime], object]
"""Lets an event happen to a case by a review: case, event, reason, who, when."""


def why_not_execute(case: Case, transition: Transition) -> Refused | None:
    """Return why an event that carries a decision out is not possible: while an appeal suspends it."""
    if transition.executes and reads.is_suspended(case):
        return Refused("decision_suspended", "the decision waits until the appeal against it has ended")
    return None


def follow(case: Case, transition: Transition, reason: str, *, by: Actor, now: datetime, move: Move) -> None:
    """Let an event of a hearing case mean for its appeal what the pack says, in the transaction of that event.

    Raises:
        Refused: if it may not mean that now; nothing of the event happens then.
        Conflict, Invalid, NotFound: as what follows in the first case.
    """
    act: ReviewAct | None = transition.review
    if act is None and case.closed_at is None:
        return
    row = Appeal.objects.select_for_update().filter(case=case, ended_at=None).first()
    if row is None:
        return
    if act is None:
        act = "withdrawn"  # the case came to its end without a word on the appeal
    is_admitted = row.admitted_at is not None
    if refusal := engine.why_not_act(act, suspends=row.suspends, is_late=row.is_late, is_admitted=is_admitted):
        raise refusal
    if act == "admitted" or act == "suspended" or act == "lifted":  # noqa: PLR1714 -- so the type is told apart
        _between(row, act, by=by, now=now)
    else:
        _end(row, act, reason, by=by, now=now, move=move)


def _between(row: Appeal, act: ReviewAct, *, by: Actor, now: datetime) -> None:
    """Note what happens to an appeal that goes on."""
    if act == "admitted" and row.admitted_at is None:
        row.admitted_at = now
        record(row, ADMITTED, {"late": row.is_late}, by=by, now=now)
        if row.suspends == "yes":
            act = "suspended"
    if act == "suspended" and not row.is_suspended:
        row.suspended_at, row.lifted_at = now, None
        record(row, SUSPENDED, {}, by=by, now=now)
    elif act == "lifted" and row.is_suspended:
        row.lifted_at = now
        record(row, LIFTED, {}, by=by, now=now)
    row.save(update_fields=["admitted_at", "suspended_at", "lifted_at"])


def _end(row: Appeal, result: Result, reason: str, *, by: Actor, now: datetime, move: Move) -> None:
    """End an appeal, and let its result move the first case as the pack of that case says."""
    row.result, row.ended_at = result, now
    if row.is_suspended:
        row.lifted_at = now
    row.save(update_fields=["result", "ended_at", "lifted_at"])
    record(row, ENDED, {"result": result, "decision": row.decision.entry_hash}, by=by, now=now)
    if row.holds:
        ledger.lift_hold(row.first.key_subject, by=by, now=now, reason="the appeal has ended")
    event = declared.pinned(row.first.declaration_hash).appeal.then.get(result)
    if event is not None:
        first = Case.objects.select_for_update().get(pk=row.first_id)
        move(first, event, reason, by, now)
