"""The clocks of a case as somebody reads them: when each is due, what is left, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import UUIDField

from amur.base.legal_time import Explanation, Measure, Reading, RunningClock, WorkCalendar, explain
from amur.ledger.prepared import prepared
from amur.procedures import declared, engine, runs
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.editions import edition_of_run
from amur.procedures.models import Case, CaseEvent, ClockRun


@dataclass(frozen=True, slots=True)
class ClockView:
    """A run of a clock with what the pack says about it, as it is by the calendar of now.

    ``left`` is what is left of it in its ``measure``, also while it waits; it is negative once the clock has run out.
    """

    clock: Clock
    run: ClockRun
    running: RunningClock
    calendar: WorkCalendar
    reading: Reading
    left: int

    @property
    def measure(self) -> Measure:
        """Return what ``left`` and the lines of the derivation count."""
        return self.reading.measure

    @property
    def is_waiting(self) -> bool:
        """Say whether the clock waits for the party."""
        return self.run.ended_on is None and self.run.paused_on is not None

    @property
    def is_late(self) -> bool:
        """Say whether an open clock has run out."""
        return self.run.ended_on is None and self.left < 0

    def explain(self) -> Explanation:
        """Return why it is due on that day, derived when asked for."""
        return explain(self.running, self.calendar)


_RUNS = prepared(lambda case: ClockRun.objects.filter(case_id=case).order_by("id"), UUIDField())


def clock_views(
    case: Case, definition: ProcedureDeclaration, on: date | None, at: datetime | None = None
) -> tuple[ClockView, ...]:
    """Return the runs of the clocks of a case, the earliest first; clocks that count hours are read at an instant."""
    calendar, found = declared.calendar(), _RUNS(case.pk)
    reasons = _reasons(case) if any(run.extension for run in found) else {}
    views = []
    for run in found:
        edition = edition_of_run(case, run, definition)
        clock = edition.clock(run.clock)
        running = runs.run_of(run, clock, edition, _said(run, reasons))
        views.append(_view(run, clock, running, calendar, at if clock.hours is not None else on))
    return tuple(views)


def _view(run: ClockRun, clock: Clock, running: RunningClock, calendar: WorkCalendar, wanted: date | None) -> ClockView:
    moment = running.stopped or max(wanted or running.started, running.started)
    reading = running.read(moment, calendar)
    left, due = reading.left, running.due(calendar)
    if due is not None and reading.measure == "working_days":
        left = engine.days_left(due.on, moment, calendar)
    return ClockView(clock, run, running, calendar, reading, left)


def _reasons(case: Case) -> dict[int, str]:
    """Return why clocks were extended, by the version of the case that came of it."""
    events = CaseEvent.objects.filter(case=case, event=engine.EXTENDED)
    return {event.version: event.reason for event in events}


def _said(run: ClockRun, reasons: dict[int, str]) -> str:
    return reasons.get(int(run.extension["version"]), "") if run.extension else ""
