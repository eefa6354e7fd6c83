"""What a hand-over does to the case: whose it is from then on, how its clocks wait, and what its party is told."""

from __future__ import annotations

from datetime import date, datetime

from amur.base.acting import Actor
from amur.base.faults import AmurError, Conflict, Refused
from amur.people.reads import day_of
from amur.procedures import declared, runs
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.joint.declarations import HandingOver
from amur.procedures.joint.models import HandOver
from amur.procedures.models import Case, ClockRun
from amur.procedures.notices.acts import tell
from amur.procedures.opinions.acts.asking import due_by

WAITS = "hand_over"
"""In place of a state: that a clock waits since the case is offered to another body."""


def take_over(row: HandOver, definition: ProcedureDeclaration, found: HandingOver, *, by: Actor, now: datetime) -> None:
    """Let a case be that of the body to which it was offered, and tell its party; in the caller's transaction."""
    from amur.procedures.joint.acts.ending import end  # noqa: PLC0415 -- an offer ends by this, and this ends an offer

    row.case.body_id = row.to_body
    row.case.save(update_fields=["body_id"])
    end(row, HandOver.State.CONFIRMED, by=by, now=now)
    if found.notice:
        tell(row.case, definition, found.notice, row.why, key=f"hand_over:{row.pk}", now=now)


def wait(case: Case, definition: ProcedureDeclaration, now: datetime) -> None:
    """Let the clocks of a case that run wait while it is offered."""
    open_runs = list(ClockRun.objects.filter(case=case, ended_on=None))
    for run in open_runs:
        if run.paused_on is None:
            moment = runs.moment(definition.clock(run.clock), day_of(now), now)
            run.paused_on, run.waits = day_of(now), [*run.waits, [runs.text_of(moment), None, WAITS]]
            runs.count(run, definition.clock(run.clock), definition, declared.calendar())
            run.save()
    _due(case, definition, open_runs, now)


def go_on(case: Case, definition: ProcedureDeclaration, now: datetime) -> None:
    """Let the clocks go on that waited for the end of an offer."""
    open_runs = list(ClockRun.objects.filter(case=case, ended_on=None))
    waiting = [run for run in open_runs if run.waits and run.waits[-1][1] is None and run.waits[-1][2:] == [WAITS]]
    for run in waiting:
        moment = runs.moment(definition.clock(run.clock), day_of(now), now)
        since = run.waits[-1][0]
        run.paused_on, run.waits = None, [*run.waits[:-1], [since, runs.text_of(moment), WAITS]]
        runs.count(run, definition.clock(run.clock), definition, declared.calendar())
        run.save()
    if waiting:
        _due(case, definition, open_runs, now)


def why_not_back(row: HandOver, found: HandingOver, *, sent_back: bool, on: date) -> AmurError | None:
    """Return why a case that was taken over is not sent back, or None."""
    if not found.send_back or row.sends_back:
        return Refused("no_way_back", "this procedure does not let the case be sent back")
    if row.state != HandOver.State.CONFIRMED or sent_back or row.case.body_id != row.to_body:
        return Conflict("hand_over_ended", "this case is not yours to send back any more", state=row.state)
    if row.case.closed_at is not None:
        return Refused("case_closed", "the case is over; it is sent back to nobody")
    if row.ended_at is not None and on > due_by(found, day_of(row.ended_at))[0]:
        return Refused("way_back_late", "the time to send this case back is over")
    return None


def _due(case: Case, definition: ProcedureDeclaration, open_runs: list[ClockRun], now: datetime) -> None:
    from amur.procedures.acts.clocks import set_due, watch  # noqa: PLC0415 -- the acts of the room gather those of this

    set_due(case, open_runs)
    case.save(update_fields=["due_on", "due_at", "due_provisional"])
    watch(case, definition, open_runs, now)
