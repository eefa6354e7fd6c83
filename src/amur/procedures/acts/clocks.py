"""Clocks of a case: begun, paused and ended as the engine says, counted by the calendar, and anew when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from amur.people.reads import day_of
from amur.procedures import declared, engine
from amur.procedures.declarations import Clock, ProcedureDeclaration
from amur.procedures.models import Case, ClockRun
from amur.procedures.transactions import act

_AT_ONCE = 200


def follow(case: Case, definition: ProcedureDeclaration, changes: Iterable[engine.ClockChange], now: datetime) -> bool:
    """Carry out changes of clocks and set the due date of the case; say whether a clock was begun.

    The case itself is not saved.
    """
    on = day_of(now)
    started = False
    runs = {run.clock: run for run in ClockRun.objects.filter(case=case, ended_on=None)}
    for change in changes:
        if change.change == "start":
            runs[change.clock] = ClockRun(case=case, clock=change.clock, started_on=on)
            started = True
        run = runs[change.clock]
        _apply(run, change.change, on)
        if change.change != "stop":
            count(run, _clock(definition, change.clock))
        run.save()
    set_due(case, runs.values())
    return started


def recount(after: str = "") -> str:
    """Count open clocks anew, as is due when a calendar is published; return where to go on, empty at the end."""
    with act():
        cases = Case.objects.select_for_update().filter(closed_at=None).order_by("id")
        if after:
            cases = cases.filter(pk__gt=after)
        some = list(cases[:_AT_ONCE])
        for case in some:
            definition = declared.pinned(case.declaration_hash)
            runs = list(ClockRun.objects.filter(case=case, ended_on=None))
            for run in runs:
                count(run, _clock(definition, run.clock))
                run.save()
            set_due(case, runs)
            case.save(update_fields=["due_on", "due_provisional"])
    return str(some[-1].pk) if len(some) == _AT_ONCE else ""


def count(run: ClockRun, clock: Clock) -> None:
    """Set the due date of a run and its derivation."""
    calendar = declared.calendar()
    waits = waits_of(run)
    due = engine.due(clock.working_days, run.started_on, waits, calendar)
    run.due_on, run.provisional, run.counted = due.on, due.provisional, due.counted
    run.derivation = [[span.first.isoformat(), span.last.isoformat(), span.counted, span.why] for span in due.spans]
    promise = clock.promise_working_days
    run.promise_on = engine.due(promise, run.started_on, waits, calendar).on if promise else None


def waits_of(run: ClockRun) -> list[engine.Wait]:
    """Return the waits of a run as the rules take them."""
    return [
        engine.Wait(date.fromisoformat(since), date.fromisoformat(until) if until else None)
        for since, until in run.waits
    ]


def set_due(case: Case, runs: Iterable[ClockRun]) -> None:
    """Let the case be due when the first of its open clocks is; while all of them wait, on no day."""
    dated = [(run.due_on, run.provisional) for run in runs if run.ended_on is None and run.due_on is not None]
    case.due_on, case.due_provisional = min(dated, default=(None, False))


def _apply(run: ClockRun, change: engine.Change, on: date) -> None:
    if change == "pause":
        run.paused_on = on
        run.waits = [*run.waits, [on.isoformat(), None]]
    elif change in {"resume", "stop"} and run.paused_on is not None:
        run.paused_on = None
        run.waits = [*run.waits[:-1], [run.waits[-1][0], on.isoformat()]]
    if change == "stop":
        run.ended_on = on


def _clock(definition: ProcedureDeclaration, name: str) -> Clock:
    return next(clock for clock in definition.clocks if clock.id == name)
