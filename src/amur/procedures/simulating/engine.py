"""One play of a plan: events in the order of their time, each moving a case as ``procedures.engine`` says.

Times are minutes after midnight of the first day. A case draws all of its chance from a stream of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from amur.procedures import engine
from amur.procedures.clocks import Clock, Counted, Wait, counted, running
from amur.procedures.declarations import APPLICANT, ProcedureDeclaration
from amur.procedures.simulating.desks import Case, ClockRun, Desk
from amur.procedures.simulating.draws import distances, stream
from amur.procedures.simulating.hours import MINUTES_A_DAY
from amur.procedures.simulating.kept import CasesKept, ClockKept, Happened, Kept, Run
from amur.procedures.simulating.plans import Exit, Plan, Route
from amur.procedures.simulating.ways import counted_clocks

_MIDNIGHT = datetime.min.time()
_NOTHING = 1e-9
_SUBMITS = Exit(engine.SUBMITTED, APPLICANT, lambda _: 0.0)


def run(plan: Plan, replication: int, tell: Callable[[Happened], None] | None = None) -> Run:
    """Play a plan once; the same plan and replication is the same play. ``tell`` is told each event.

    >>> from tests.procedures.samples import CALENDAR, LICENCE
    >>> from amur.procedures.simulating import ScenarioDeclaration, plan_of
    >>> scenario = ScenarioDeclaration(procedures=[{"procedure": "licence"}], days=100, warm_up_days=0)
    >>> played = run(plan_of(scenario, {"licence": LICENCE}, CALENDAR), 0)
    >>> played.cases["licence"].arrived, played.clocks["licence", "decision"].late
    (62, 0)
    """
    return _Play(plan, replication, tell).play()


class _Play:
    """The play itself: a heap of what comes next, the desks, and what is kept."""

    def __init__(self, plan: Plan, replication: int, tell: Callable[[Happened], None] | None) -> None:
        self._plan, self._tell, self._replication = plan, tell, replication
        self._counted_from, self._end = plan.warm_up_days * MINUTES_A_DAY, plan.days * MINUTES_A_DAY
        self._heap: list[tuple[float, int, Case, Desk | None, int]] = []
        self._serial = count()
        self._steps: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], engine.Stepped] = {}
        self._ends: dict[tuple[str, str, date, tuple[tuple[date, date | None], ...]], Counted] = {}
        self._open: dict[int, Case] = {}
        definitions = [route.definition for route in plan.routes]
        self._clocks = {one.id: counted_clocks(one) for one in definitions}
        self._run = Run(
            {role: Kept() for role in plan.offices},
            {(one.id, state.id): Kept() for one in definitions for state in one.states},
            {(one.id, clock): ClockKept() for one in definitions for clock in self._in_order(one)},
            {one.id: CasesKept() for one in definitions},
        )
        self._desks = {
            role: Desk(office, self._run.roles[role], self._counted_from) for role, office in plan.offices.items()
        }

    def _in_order(self, definition: ProcedureDeclaration) -> Iterator[str]:
        return (clock.id for clock in definition.clocks if clock.id in self._clocks[definition.id])

    def play(self) -> Run:
        """Let cases arrive and events happen up to the end."""
        arrivals = [self._arrivals(route) for route in self._plan.routes]
        coming = [next(one, None) for one in arrivals]
        while True:
            first = min((one[0] for one in coming if one), default=self._end)
            while self._heap and self._heap[0][0] <= first:
                self._happens(*heappop(self._heap))
            if first >= self._end:
                break
            for place, one in enumerate(coming):
                if one and one[0] == first:
                    self._arrives(one[1])
                    coming[place] = next(arrivals[place], None)
        self._finish()
        return self._run

    def _arrivals(self, route: Route) -> Iterator[tuple[float, Case]]:
        name = route.definition.id
        for number, time in enumerate(self._times(route), 1):
            if time >= self._end:
                return
            position, _ = engine.opened(route.definition)
            chance = stream(self._plan.seed, self._replication, name, number)
            yield time, Case(route, number, chance, time, position, time >= self._counted_from)

    def _times(self, route: Route) -> Iterator[float]:
        if route.times is not None:
            yield from route.times
            return
        opening, work = self._plan.opening, 0.0
        chance = stream(self._plan.seed, self._replication, route.definition.id, "arrivals")
        apart = distances(opening.daily / route.per_working_day, chance, even=route.even)
        while True:
            work += next(apart)
            yield opening.reach(work)

    def _arrives(self, case: Case) -> None:
        kept = self._run.cases[case.route.definition.id]
        kept.arrived += case.counted
        self._open[id(case)] = case
        _, changes = engine.opened(case.route.definition)
        self._report(case, _SUBMITS, "", changes, case.arrived)
        self._follow(case, changes, case.arrived)
        self._enter(case, case.arrived)

    def _happens(self, time: float, _: int, case: Case, desk: Desk | None, person: int) -> None:
        """Let an event happen, and let whoever did it go on with the next case."""
        way = case.way
        assert way is not None  # noqa: S101 - only a case with a way out is put on the heap
        if way.event in case.route.separated:
            case.history.setdefault(way.event, set()).add((way.role, person))
        if desk is not None:
            desk.pass_to(desk.office.time.at(time))
            self._release(desk, person, time)
        source, before = case.position.state, case.position.clocks
        stepped = self._step(case, way.event)
        self._left(case, time)
        started = _started(stepped, before)
        clocks = {**stepped.position.clocks}
        for one in started:
            clocks[one.clock] = "running"
        case.position = replace(stepped.position, version=case.position.version + 1, clocks=clocks)
        changes = stepped.clocks + started
        self._report(case, way, source, changes, time)
        self._follow(case, changes, time)
        self._enter(case, time)

    def _step(self, case: Case, event: str) -> engine.Stepped:
        """Return what follows, asked of the engine once for the same state and clocks."""
        position = case.position
        known = (case.route.definition.id, position.state, event, tuple(position.clocks.items()))
        if known not in self._steps:
            self._steps[known] = engine.step(case.route.definition, position, event)
        return self._steps[known]

    def _enter(self, case: Case, time: float) -> None:
        """Choose what comes next in the state that was entered, and let it begin."""
        case.entered, case.way = time, None
        ways = case.route.ways[case.position.state]
        if not case.route.definition.state(case.position.state).final:
            case.way = case.chance.choices(ways.exits, ways.weights)[0]
        if case.way is None:
            self._end_case(case, time)
        elif case.way.role == APPLICANT:
            heappush(
                self._heap, (time + case.way.draw(case.chance) * MINUTES_A_DAY, next(self._serial), case, None, -1)
            )
        else:
            desk = self._desks[case.way.role]
            case.work, case.queued = case.way.draw(case.chance) * desk.office.stretch, desk.office.time.at(time)
            desk.pass_to(case.queued)
            person = desk.person_for(case)
            if person is None:
                desk.queue.append(case)
            else:
                desk.free.remove(person)
                self._begin(desk, case, person, case.queued)

    def _begin(self, desk: Desk, case: Case, person: int, work: float) -> None:
        if case.entered >= self._counted_from:
            waited = work - case.queued
            waited = waited if waited > _NOTHING else 0.0
            desk.kept.waits.append(waited)
            self._state(case).waits.append(waited)
        time = desk.office.time.reach(work + case.work)
        heappush(self._heap, (time, next(self._serial), case, desk, person))

    def _release(self, desk: Desk, person: int, time: float) -> None:
        following = desk.next_for(person)
        if following is None:
            desk.free.append(person)
        else:
            self._begin(desk, following, person, desk.office.time.at(time))

    def _left(self, case: Case, time: float) -> None:
        if case.entered >= self._counted_from:
            self._state(case).stays.append((time - case.entered) / MINUTES_A_DAY)

    def _state(self, case: Case) -> Kept:
        return self._run.states[case.route.definition.id, case.position.state]

    def _end_case(self, case: Case, time: float) -> None:
        case.over = True
        if case.counted:
            kept = self._run.cases[case.route.definition.id]
            kept.ended += 1
            kept.days.append((time - case.arrived) / MINUTES_A_DAY)
        if not case.clocks:
            self._settle(case)

    def _settle(self, case: Case) -> None:
        self._open.pop(id(case))
        if case.counted:
            kept = self._run.cases[case.route.definition.id]
            kept.settled += 1
            kept.late += case.late

    def _finish(self) -> None:
        """At the end, what is past its day is late, and what may still be in time is not counted."""
        for case in list(self._open.values()):
            for one in case.clocks.values():
                self._settle_clock(case, one, self._end, open_still=True)
            if case.late:
                self._settle(case)
        for desk in self._desks.values():
            end = desk.office.time.at(self._end)
            desk.pass_to(end)
            desk.kept.unserved += [end - case.queued for case in desk.queue]

    def _follow(self, case: Case, changes: tuple[engine.ClockChange, ...], time: float) -> None:
        """Carry out what happens to clocks, as the rows of a real case keep it."""
        for change in changes:
            if change.clock not in self._clocks[case.route.definition.id]:
                continue
            clock = case.route.definition.clock(change.clock)
            moment = self._moment(clock, time)
            if change.change == "start":
                case.clocks[change.clock] = ClockRun(clock, moment)
            elif change.change == "pause":
                case.clocks[change.clock].waits.append((moment, None))
            else:
                self._ends_or_goes_on(case, change, moment, time)

    def _ends_or_goes_on(self, case: Case, change: engine.ClockChange, moment: date, time: float) -> None:
        if change.change == "stop":
            self._settle_clock(case, case.clocks.pop(change.clock), time)
        else:
            waits = case.clocks[change.clock].waits
            waits[-1] = (waits[-1][0], moment)

    def _moment(self, clock: Clock, time: float) -> date:
        if clock.hours is not None:
            return datetime.combine(self._plan.begin, _MIDNIGHT, UTC) + timedelta(minutes=time)
        return self._plan.begin + timedelta(days=int(time // MINUTES_A_DAY))

    def _settle_clock(self, case: Case, one: ClockRun, time: float, *, open_still: bool = False) -> None:
        """Say whether a clock that stops, or is still open at the end, has run out before."""
        moment, end = self._moment(one.clock, time), self._counted(case, one)
        due: date | None = end.due_on if one.clock.hours is None else end.due_at
        late = due is not None and moment > due
        if open_still and not late:
            return
        case.late |= late
        if case.counted:
            kept = self._run.clocks[case.route.definition.id, one.clock.id]
            kept.settled += 1
            kept.late += late
            kept.after_promise += end.promise_on is not None and moment > end.promise_on

    def _counted(self, case: Case, one: ClockRun) -> Counted:
        """Return when a clock ends by law and by promise, counted as for a real case, and once for equal runs."""
        key = (case.route.definition.id, one.clock.id, one.started, tuple(one.waits))
        if key not in self._ends:
            waits = [Wait(since, until) for since, until in one.waits]
            self._ends[key] = counted(one.clock, running(one.clock, one.started, waits, UTC), self._plan.calendar)
        return self._ends[key]

    def _report(self, case: Case, way: Exit, source: str, changes: tuple[engine.ClockChange, ...], time: float) -> None:
        if self._tell is not None:
            name, position = case.route.definition.id, case.position
            self._tell(
                Happened(
                    name, case.number, position.version, way.event, way.role, source, position.state, time, changes
                )
            )


def _started(stepped: engine.Stepped, before: Mapping[str, engine.ClockStatus]) -> tuple[engine.ClockChange, ...]:
    """Return the clocks that an effect starts and that do not run."""
    wanted = [effect.clock for effect in stepped.effects if effect.do == "start_clock"]
    running_on = {*before, *stepped.position.clocks}
    return tuple(engine.ClockChange(name, "start") for name in dict.fromkeys(wanted) if name not in running_on)
