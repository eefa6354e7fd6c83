"""Asking a round, as an event brings it with it."""

from __future__ import annotations

from datetime import date, datetime

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Invalid, Refused
from amur.base.legal_time import RunningClock
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared, runs
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.lapses import look_at
from amur.procedures.models import Case
from amur.procedures.opinions.counting import declared_round
from amur.procedures.opinions.declarations import AskOpinions, OpinionRound
from amur.procedures.opinions.models import AskedBody, AskedRound
from amur.procedures.opinions.periods import Timed

ASKED = "case.opinions_asked"
"""The kind of the entry that a round was asked."""

CLOSE = "procedures.close_round"
"""The kind of the job that closes a round when its time is over."""


def ask(case: Case, definition: ProcedureDeclaration, effect: AskOpinions, *, by: Actor, now: datetime) -> AskedRound:
    """Ask the bodies of a round, in the caller's transaction, and let it be closed when its time is over.

    Raises:
        Refused: ``round_open`` if the same is being asked already.
        Invalid: if too few or too many bodies were chosen, or one that is not listed.
    """
    found = declared_round(definition, effect.round)
    bodies = _bodies(case, found)
    before = AskedRound.objects.filter(case=case, round=found.id).order_by("-turn").first()
    if before is not None and before.closed_at is None:
        raise Refused("round_open", f"the opinions of {found.id!r} are being asked for already", round=found.id)
    row = AskedRound(case=case, round=found.id, turn=before.turn + 1 if before else 1, role=found.role)
    row.asked_at, row.asked_on = now, day_of(now)
    set_due(row, found)
    row.entry_hash = _record(case, row, found, bodies, by=by, now=now)
    row.save(force_insert=True)
    AskedBody.objects.bulk_create(AskedBody(asked_round=row, body_id=body) for body in bodies)
    watch(row, now)
    return row


def set_due(row: AskedRound, found: OpinionRound) -> bool:
    """Count until when there is to answer, by the calendar as it is published now; say whether that is another day."""
    before = row.due_on, row.provisional
    row.due_on, row.provisional = due_by(found, row.asked_on)
    return (row.due_on, row.provisional) != before


def due_by(found: Timed, since: date) -> tuple[date, bool]:
    """Return the last day of what another body has to do within a time, and whether the calendar may still move it."""
    due = RunningClock(found.term, since, zone=runs.zone()).due(declared.calendar())
    if due is None:  # only what waits has no last day, and nothing pauses this
        raise ValueError("a period that runs has no last day")
    return due.on, due.provisional


def watch(row: AskedRound, now: datetime) -> None:
    """Let a worker close a round when its last day is over. The job decides by what it finds then."""
    at = look_at(row.due_on, provisional=row.provisional, now=now, zone=runs.zone())
    jobs.enqueue(CLOSE, {"round": str(row.pk)}, now=now, run_at=at)


def _bodies(case: Case, found: OpinionRound) -> tuple[str, ...]:
    """Return who is asked: all that are listed, or those that the official chose."""
    choice = found.chosen_in
    if choice is None:
        return found.bodies
    given = case.data.get(choice.field)
    chosen = tuple(dict.fromkeys(str(one) for one in given)) if isinstance(given, list) else ()
    most = choice.most or len(found.bodies)
    if not choice.least <= len(chosen) <= most:
        said = f"found {len(chosen)} bodies; choose {choice.least} to {most}"
        raise Invalid({choice.field: ("not_in_range", said)})
    if unknown := [one for one in chosen if one not in found.bodies]:
        raise Invalid({choice.field: ("not_in_list", f"found {unknown[0]!r}, which is not asked in this round")})
    return chosen


def _record(
    case: Case, row: AskedRound, found: OpinionRound, bodies: tuple[str, ...], *, by: Actor, now: datetime
) -> str:
    body: dict[str, Json] = {
        "number": case.number,
        "round": row.round,
        "turn": row.turn,
        "bodies": list(bodies),
        "quorum": found.quorum.of(len(bodies)),
        "due_on": row.due_on.isoformat(),
        "provisional": row.provisional,
        "declaration": case.declaration_hash,
    }
    return ledger.record(
        subject=case.key_subject,
        kind=ASKED,
        by=by,
        now=now,
        body=body,
        basis=cited(found.basis),
        release=policy.active_hash(),
    ).leaf
