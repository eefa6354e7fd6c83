"""Clocks of a case: begun, paused and ended as the engine says, counted by the calendar, and anew when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from amur.base.acting import Actor, system
from amur.base.canonical import Json
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared, engine, lapses, runs
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import active_in
from amur.procedures.missing import keeping as missing
from amur.procedures.models import Case, ClockRun
from amur.procedures.onething.due import due_of_cases, tell_whole
from amur.procedures.reminders.watching import watch_rungs
from amur.procedures.standing import around
from amur.procedures.transactions import act

LAPSE = "procedures.lapse"
"""The kind of the job that looks whether a clock has lapsed."""

_AT_ONCE = 200


def follow(case: Case, definition: ProcedureDeclaration, changes: Iterable[engine.ClockChange], now: datetime) -> bool:
    """Carry out changes of clocks and set the due date of the case; say whether a clock was begun.

    The case itself is not saved; its state is the one that was entered.
    """
    if not definition.clocks:
        return False
    started = False
    open_runs = {run.clock: run for run in runs.open_runs_of(case)}
    running = [name for name, run in open_runs.items() if run.paused_on is None]
    for change in missing.adjusted(case, definition, changes, running):
        if change.change == "start":
            open_runs[change.clock] = ClockRun(case=case, clock=change.clock, started_on=day_of(now), started_at=now)
            started = True
        run, clock = open_runs[change.clock], definition.clock(change.clock)
        _apply(run, change.change, runs.text_of(runs.moment(clock, day_of(now), now)), case.state, now)
        if change.change != "stop":
            runs.count(run, clock, definition, declared.calendar())
        run.save()
    set_due(case, open_runs.values())
    watch(case, definition, open_runs.values(), now)
    return started


def watch(case: Case, definition: ProcedureDeclaration, open_runs: Iterable[ClockRun], now: datetime) -> None:
    """Let a worker look at the case when its next rung is due, and when a clock lapses, if the law says what follows.

    The job has no key: it decides by the rows that it finds then, so one that comes too early or again does nothing,
    and a date that moves away and back is watched each time.
    """
    open_runs = list(open_runs)
    watch_rungs(case, definition, open_runs, now)
    if found := next_lapse(case, definition, open_runs):
        jobs.enqueue(LAPSE, {"case": str(case.pk)}, now=now, run_at=found.at)


def next_lapse(
    case: Case, definition: ProcedureDeclaration, open_runs: Iterable[ClockRun] | None = None
) -> lapses.Lapse | None:
    """Return what follows next from a lapse where the case stands; only then are its clocks read."""
    arrows = lapses.arrows_of(definition, *around(definition, active_in(case))) if definition.clocks else ()
    if not arrows:
        return None
    rows = runs.open_runs_of(case) if open_runs is None else open_runs
    due = {
        run.clock: lapses.end_of(run.due_on, run.due_at, runs.zone())
        for run in rows
        if run.ended_on is None and run.paused_on is None and run.due_on and not run.provisional
    }
    return lapses.first(arrows, due)


def recount(after: str = "", *, now: datetime, by: Actor | None = None) -> str:
    """Count open clocks anew, as is due when a calendar is published; return where to go on, empty at the end.

    A case whose dates are others now gets one entry that says which; of one whose dates stand nothing is written.
    """
    with act():
        cases = Case.objects.select_for_update().filter(closed_at=None).order_by("id")
        if after:
            cases = cases.filter(pk__gt=after)
        some = list(cases[:_AT_ONCE])
        of_case: dict[object, list[ClockRun]] = {case.pk: [] for case in some}
        for run in ClockRun.objects.filter(case__in=some, ended_on=None).order_by("id"):
            of_case[run.case_id].append(run)
        for case in some:
            _recount(case, of_case[case.pk], by or system("clocks"), now)
    return str(some[-1].pk) if len(some) == _AT_ONCE else ""


def _recount(case: Case, open_runs: list[ClockRun], by: Actor, now: datetime) -> None:
    definition, calendar = declared.pinned(case.declaration_hash), declared.calendar()
    moved: dict[str, Json] = {}
    for run in open_runs:
        before = _said(run)
        if runs.count(run, definition.clock(run.clock), definition, calendar):
            run.save(update_fields=["due_on", "due_at", "provisional", "promise_on"])
            moved[run.clock] = {"before": before, "after": _said(run)}
    if not moved:
        watch_rungs(case, definition, open_runs, now)  # the day of a rung may be another although no date is
        return
    set_due(case, open_runs)
    case.save(update_fields=["due_on", "due_at", "due_provisional"])
    watch(case, definition, open_runs, now)
    ledger.record(
        subject=f"case:{case.id}",
        kind="case.due_recounted",
        by=by,
        now=max(now, case.changed_at),
        body={"number": case.number, "clocks": moved},
        release=policy.active_hash(),
    )


def _said(run: ClockRun) -> Mapping[str, Json]:
    """Return the dates of a run as an entry tells them."""
    return {
        "due_on": run.due_on.isoformat() if run.due_on else None,
        "promise_on": run.promise_on.isoformat() if run.promise_on else None,
        "provisional": run.provisional,
    }


def set_due(case: Case, open_runs: Iterable[ClockRun]) -> None:
    """Let the case be due when the first of its open clocks is; while all of them wait, on no day."""
    first = min((run for run in open_runs if run.ended_on is None and run.due_on), key=_order, default=None)
    case.due_on, case.due_at, case.due_provisional = (
        (first.due_on, first.due_at, first.provisional) if first else (due_of_cases(case), None, False)
    )
    tell_whole(case)


def _order(run: ClockRun) -> tuple[date | None, bool, str, bool]:
    """Order runs by their end: on one day an instant comes first, and then what is certain."""
    return run.due_on, run.due_at is None, run.due_at.isoformat() if run.due_at else "", run.provisional


def _apply(run: ClockRun, change: engine.Change, moment: str, state: str, now: datetime) -> None:
    if change == "pause":
        run.paused_on = day_of(now)
        run.waits = [*run.waits, [moment, None, state]]
    elif change in {"resume", "stop"} and run.paused_on is not None:
        run.paused_on = None
        since, _, *waited_in = run.waits[-1]
        run.waits = [*run.waits[:-1], [since, moment, *waited_in]]
    if change == "stop":
        run.ended_on, run.ended_at = day_of(now), now
