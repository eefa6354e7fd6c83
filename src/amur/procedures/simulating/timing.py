"""The clocks of simulated cases: what starts, waits and stops them, who is late by them, and what their lapse does.

Runs are counted by the very functions that count those of real cases, and once for equal runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from amur.base.legal_time import Extension, RunningClock, WorkCalendar
from amur.procedures import lapses
from amur.procedures.clocks import Clock, Counted, Wait, counted, running
from amur.procedures.engine import ClockChange
from amur.procedures.missing import engine as missing
from amur.procedures.missing.declarations import MayBeMissing
from amur.procedures.opinions.declarations import OpinionRound
from amur.procedures.simulating.desks import Case, ClockRun, Move
from amur.procedures.simulating.hours import MINUTES_A_DAY
from amur.procedures.simulating.kept import Run
from amur.procedures.simulating.plans import Plan
from amur.procedures.simulating.ways import counted_clocks
from amur.procedures.standing import around

_MIDNIGHT = datetime.min.time()
_Key = tuple[str, str, date, tuple[tuple[date, date | None], ...], int]


class Timing:
    """Counts clocks in minutes after the beginning of a play."""

    def __init__(self, plan: Plan, kept: Run) -> None:
        definitions = [route.definition for route in plan.routes]
        self._kept, self._calendar, self._begin = kept, plan.calendar, plan.begin
        self._midnight = datetime.combine(plan.begin, _MIDNIGHT, UTC)
        self._clocks = {one.id: counted_clocks(one) for one in definitions}
        self._lapsing = {one.id for one in definitions if any(arrow.on_lapse for arrow in one.transitions)}
        self._ends: dict[_Key, Counted] = {}
        self._deadlines: dict[tuple[str, date], float] = {}

    def changes(self, case: Case, move: Move) -> tuple[ClockChange, ...]:
        """Return what an event does to clocks, those that effects start and what is missing taken into account."""
        rule = case.route.definition.may_be_missing
        if not move.effects and rule is None:
            return move.clocks
        names = [effect.clock for effect in move.effects if effect.do == "start_clock"]
        begun = {change.clock for change in move.clocks if change.change == "start"}
        fresh = [name for name in dict.fromkeys(names) if name not in case.clocks and name not in begun]
        found = move.clocks + tuple(ClockChange(name, "start") for name in fresh)
        if rule is None:
            return found
        found = missing.adjusted(rule, found, tuple(case.clocks), is_open=case.missing)
        return tuple(dict.fromkeys([*found, *_brought(rule, case)])) if move.event == rule.bring else found

    def follow(self, case: Case, changes: tuple[ClockChange, ...], time: float) -> None:
        """Carry out what happens to clocks, as the rows of a real case keep it."""
        for change in changes:
            clock = case.route.definition.clock(change.clock)
            moment = self._moment(clock, time)
            if change.change == "start":
                case.clocks[change.clock] = ClockRun(clock, moment, longer=_longer(case, clock))
            elif change.change == "pause":
                case.clocks[change.clock].waits.append((moment, None))
            elif change.change == "stop":
                self.settle(case, case.clocks.pop(change.clock), time)
            else:
                waits = case.clocks[change.clock].waits
                waits[-1] = (waits[-1][0], moment)

    def is_settled(self, case: Case) -> bool:
        """Say whether no clock is open by which the case can still be late."""
        return self._clocks[case.route.definition.id].isdisjoint(case.clocks)

    def settle(self, case: Case, one: ClockRun, time: float, *, open_still: bool = False) -> None:
        """Say whether a clock that stops, or is still open at the end, has run out before."""
        name = case.route.definition.id
        if one.clock.id not in self._clocks[name]:
            return
        moment, end = self._moment(one.clock, time), self._counted(case, one)
        due: date | None = end.due_on if one.clock.hours is None else end.due_at
        late = due is not None and moment > due
        if open_still and not late:
            return
        case.late |= late
        if case.counted:
            kept = self._kept.clocks[name, one.clock.id]
            kept.settled += 1
            kept.late += late
            kept.after_promise += end.promise_on is not None and moment > end.promise_on

    def next_lapse(self, case: Case) -> tuple[float, lapses.Lapse] | None:
        """Return when the lapse of a clock does something next, and what; None where none will."""
        definition, position = case.route.definition, case.position
        if definition.id not in self._lapsing or not case.clocks:
            return None
        ends = {}
        for name, one in case.clocks.items():
            due = self._counted(case, one)
            if due.due_on is not None and case.position.clocks[name] == "running":
                ends[name] = lapses.end_of(due.due_on, due.due_at, UTC)
        active = around(definition, position.innermost)
        lapse = lapses.first(lapses.arrows_of(definition, *active), ends)
        return None if lapse is None else (self._minutes(lapse.at), lapse)

    def deadline(self, asked: OpinionRound, time: float) -> float:
        """Return when the time of a round that is asked now is over."""
        day = self._day(time)
        key = (f"{asked.term}", day)
        if key not in self._deadlines:
            self._deadlines[key] = self._minutes(_end(RunningClock(asked.term, day), self._calendar))
        return self._deadlines[key]

    def end_of(self, case: Case, clock: str) -> float:
        """Return when a run of a case is over as it stands."""
        due = self._counted(case, case.clocks[clock])
        return self._minutes(lapses.end_of(due.due_on or date.max - timedelta(days=1), due.due_at, UTC))

    def _minutes(self, at: datetime) -> float:
        return (at - self._midnight) / timedelta(minutes=1)

    def _day(self, time: float) -> date:
        return self._begin + timedelta(days=int(time // MINUTES_A_DAY))

    def _moment(self, clock: Clock, time: float) -> date:
        return self._midnight + timedelta(minutes=time) if clock.hours is not None else self._day(time)

    def _counted(self, case: Case, one: ClockRun) -> Counted:
        """Return when a clock ends by law and by promise, counted as for a real case, and once for equal runs."""
        key = (case.route.definition.id, one.clock.id, one.started, tuple(one.waits), one.longer)
        if key not in self._ends:
            waits = [Wait(since, until) for since, until in one.waits]
            extension = Extension(one.longer, one.started) if one.longer else None
            run = running(one.clock, one.started, waits, UTC, extension=extension)
            self._ends[key] = counted(one.clock, run, self._calendar)
        return self._ends[key]


def _brought(rule: MayBeMissing, case: Case) -> Iterator[ClockChange]:
    """Yield what happens to clocks when all is there: the time for it is over, and those that waited for it go on."""
    if rule.clock in case.clocks:
        yield ClockChange(rule.clock, "stop")
    status, state = case.statuses, case.position.state
    for name in rule.waits:
        if status.get(name) == "waiting" and state not in case.route.definition.clock(name).pause:
            yield ClockChange(name, "resume")


def _longer(case: Case, clock: Clock) -> int:
    """Return by how much a run is made longer before it is over, drawn as it starts."""
    share = case.route.extended.get(clock.id)
    if not share or clock.extension is None or case.chance.random() >= share:
        return 0
    return clock.extension.at_most


def _end(run: RunningClock, calendar: WorkCalendar) -> datetime:
    due = run.due(calendar)
    assert due is not None  # noqa: S101 - a run that does not wait has an end
    return lapses.end_of(due.on, due.at, UTC)
