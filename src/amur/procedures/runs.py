"""Rows of clocks as values of legal time, and what was counted back into the rows. Nothing is saved here.

A row keeps the moments of a run as texts: days for most clocks, instants for those that count hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from django.db.models import UUIDField
from django.utils import timezone

from amur.base.declared import Text
from amur.base.legal_time import Extension, RunningClock, WorkCalendar
from amur.ledger.prepared import prepared
from amur.procedures.clocks import Clock, Counted, Wait, counted, running
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, ClockRun

_OPEN = prepared(lambda case: ClockRun.objects.filter(case_id=case, ended_on=None).order_by("id"), UUIDField())


def open_runs_of(case: Case) -> list[ClockRun]:
    """Return the clocks of a case that have not ended, as they began."""
    return _OPEN(case.pk)


def zone() -> tzinfo:
    """Return the zone in which the days of the authority begin."""
    return timezone.get_default_timezone()


def moment(clock: Clock, on: date, now: datetime) -> date:
    """Return what a clock takes as the moment of an act: its instant where it counts hours, and else its day."""
    return now.astimezone(UTC) if clock.hours is not None else on


def text_of(when: date) -> str:
    """Return a moment as rows keep it."""
    return when.isoformat()


def run_of(run: ClockRun, clock: Clock, definition: ProcedureDeclaration, reason: str = "") -> RunningClock:
    """Return a run as a value of legal time, with the title of the state as the reason of each wait.

    ``reason`` is why it was extended, as it was typed, in whatever language.
    """
    titles = {state.id: state.title for state in definition.every_state}
    waits = [
        Wait(_moment(clock, since), _moment(clock, until) if until else None, titles.get(state[0]) if state else None)
        for since, until, *state in run.waits
    ]
    extension = None
    if run.extension:
        said = Text(zh=reason, en=reason) if reason.strip() else None
        extension = Extension(int(run.extension["amount"]), _moment(clock, run.extension["on"]), said)
    started: date = run.started_on
    ended: date | None = run.ended_on
    if clock.hours is not None:
        started, ended = _instant(run.started_at, run.started_on), run.ended_at
    return running(clock, started, waits, zone(), extension=extension, ended=ended, until=_until(run, clock))


def _until(run: ClockRun, clock: Clock) -> date | None:
    """Return the day of the form with which a run ends, where its clock names one."""
    said = run.case.data.get(clock.until) if clock.until else None
    return date.fromisoformat(said) if said else None


def count(run: ClockRun, clock: Clock, definition: ProcedureDeclaration, calendar: WorkCalendar) -> bool:
    """Set when a run is due; say whether that is another date than before."""
    found = counted(clock, run_of(run, clock, definition), calendar)
    before = Counted(run.due_on, run.due_at, run.provisional, run.promise_on)
    run.due_on, run.due_at, run.provisional, run.promise_on = (
        found.due_on,
        found.due_at,
        found.provisional,
        found.promise_on,
    )
    return found != before


def _moment(clock: Clock, text: str) -> date:
    """Read a moment; a day that was kept for a clock in hours begins at midnight."""
    if clock.hours is None:
        return date.fromisoformat(text[:10])
    return _instant(datetime.fromisoformat(text) if "T" in text else None, date.fromisoformat(text[:10]))


def _instant(at: datetime | None, on: date) -> datetime:
    return at or datetime(on.year, on.month, on.day, tzinfo=zone())
