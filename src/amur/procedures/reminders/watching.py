"""Which rungs the open clocks of a case have, and the job that looks at the next of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import BigIntegerField

from amur.jobs import acts as jobs
from amur.ledger.prepared import prepared
from amur.procedures import declared, runs
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, ClockRun
from amur.procedures.reminders import engine
from amur.procedures.reminders.models import Reminder

REMIND = "procedures.remind"
"""The kind of the job that looks whether a rung is due."""

_FIRED = prepared(
    lambda runs: Reminder.objects.filter(run_id__in=runs).values_list("run_id", "step", "addressee"), BigIntegerField()
)


def has_rungs(definition: ProcedureDeclaration) -> bool:
    """Say whether any clock of a procedure reminds of its date."""
    return any(clock.remind for clock in definition.clocks)


def watch_rungs(case: Case, definition: ProcedureDeclaration, open_runs: Iterable[ClockRun], now: datetime) -> None:
    """Let a worker look at the case when its next rung is due.

    Like the look at a lapse it has no key: it decides by the rows that it finds then.
    """
    if not has_rungs(definition):
        return
    found = ladders(definition, open_runs).values()
    if (at := engine.earliest(found, max(now, case.changed_at))) is not None:
        jobs.enqueue(REMIND, {"case": str(case.pk)}, now=now, run_at=at)


def ladders(definition: ProcedureDeclaration, open_runs: Iterable[ClockRun]) -> dict[ClockRun, engine.Ladder]:
    """Return the ladder of each run whose date is sure; one that waits or is provisional has none."""
    sure = [
        run
        for run in open_runs
        if run.ended_on is None and run.paused_on is None and run.due_on and not run.provisional
    ]
    sure = [run for run in sure if definition.clock(run.clock).remind]
    fired: dict[int, list[tuple[int, str]]] = {}
    for pk, step, to in _FIRED([run.pk for run in sure]):
        fired.setdefault(pk, []).append((step, to))
    return {run: _ladder(definition, run, run.due_on, fired.get(run.pk, [])) for run in sure if run.due_on}


def _ladder(
    definition: ProcedureDeclaration, run: ClockRun, due_on: date, fired: list[tuple[int, str]]
) -> engine.Ladder:
    zone, calendar, clock = runs.zone(), declared.calendar(), definition.clock(run.clock)
    instants = {rung: engine.instant(rung.at, due_on, run.due_at, calendar, zone) for rung in clock.remind}
    began = run.started_at if clock.hours is not None else None
    # The day on which a period begins is not counted, so no rung fires on it.
    return engine.Ladder.of(instants, began or datetime.combine(run.started_on, time.max, zone), fired)
