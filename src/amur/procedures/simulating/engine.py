"""One play of a plan: events in the order of their time, each moving a case as ``procedures.engine`` says.

Times are minutes after midnight of the first day. A case draws all of its chance from a stream of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import count

from amur.procedures import engine
from amur.procedures.declarations import APPLICANT, MACHINE
from amur.procedures.lapses import Lapse
from amur.procedures.simulating.desks import Case, Move, Task
from amur.procedures.simulating.draws import distances, stream
from amur.procedures.simulating.following import Following
from amur.procedures.simulating.hours import MINUTES_A_DAY
from amur.procedures.simulating.kept import CasesKept, ClockKept, Happened, Kept, RoundKept, Run
from amur.procedures.simulating.plans import Plan, Route
from amur.procedures.simulating.timing import Timing
from amur.procedures.simulating.ways import above
from amur.procedures.simulating.working import Working
from amur.procedures.standing import around


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


def _empty(plan: Plan) -> Run:
    definitions = [route.definition for route in plan.routes]
    return Run(
        {role: Kept() for role in plan.offices},
        {(one.id, state.id): Kept() for one in definitions for state in one.every_state},
        {(one.id, clock.id): ClockKept() for one in definitions for clock in one.clocks},
        {one.id: CasesKept() for one in definitions},
        {(one.id, asked.id): RoundKept() for one in definitions for asked in one.opinions},
    )


class _Play:
    """The play itself: a heap of what comes next, the desks, and what is kept."""

    def __init__(self, plan: Plan, replication: int, tell: Callable[[Happened], None] | None) -> None:
        self._plan, self._tell, self._replication = plan, tell, replication
        self._counted_from, self._end = plan.warm_up_days * MINUTES_A_DAY, plan.days * MINUTES_A_DAY
        self._heap: list[tuple[float, int, Callable[[float], None]]] = []
        self._serial = count()
        self._numbers = {route.definition.id: count(1) for route in plan.routes}
        self._steps: dict[tuple[object, ...], tuple[engine.Stepped, tuple[str, ...]]] = {}
        self._begins: dict[tuple[str, str], tuple[engine.Begun, tuple[str, ...]]] = {}
        self._open: dict[Case, None] = {}
        self._nested = {one.definition.id for one in plan.routes if any(s.states for s in one.definition.states)}
        self._run = _empty(plan)
        self._timing = Timing(plan, self._run)
        self._working = Working(plan.offices, self._run, self._counted_from, self.push, self._done)
        self._following = Following(plan, self._run, self._timing, self)

    def play(self) -> Run:
        """Let cases arrive and events happen up to the end."""
        arrivals = [self._arrivals(route) for route in self._plan.routes]
        coming = [next(one, None) for one in arrivals]
        while True:
            first = min((one[0] for one in coming if one), default=self._end)
            while self._heap and self._heap[0][0] <= first:
                time, _, happens = heappop(self._heap)
                happens(time)
            if first >= self._end:
                break
            for place, one in enumerate(coming):
                if one and one[0] == first:
                    self.arrives(*one[1:], first)
                    coming[place] = next(arrivals[place], None)
        self._finish()
        return self._run

    def push(self, time: float, happens: Callable[[float], None]) -> None:
        """Let something happen at a time."""
        heappush(self._heap, (time, next(self._serial), happens))

    def _arrivals(self, route: Route) -> Iterator[tuple[float, Route, str]]:
        for number, time in enumerate(self._times(route), 1):
            if time >= self._end:
                return
            yield time, route, str(number)

    def _times(self, route: Route) -> Iterator[float]:
        if route.times is not None:
            yield from route.times
            return
        if not route.per_working_day:
            return
        opening, work = self._plan.opening, 0.0
        chance = stream(self._plan.seed, self._replication, route.definition.id, "arrivals")
        apart = distances(opening.daily / route.per_working_day, chance, even=route.even)
        while True:
            work += next(apart)
            yield opening.reach(work)

    def arrives(self, route: Route, name: str, time: float, part_of: Case | None = None) -> Case:
        """Let a case begin; ``name`` tells its chance from that of others."""
        definition = route.definition
        chance = stream(self._plan.seed, self._replication, definition.id, name)
        rule = definition.commitment if route.promised and chance.random() < route.promised else None
        begun, active = self._begun(route, rule.begins if rule else "")
        number = next(self._numbers[definition.id])
        case = Case(route, name, number, chance, time, time >= self._counted_from, begun.position, part_of=part_of)
        case.missing = bool(route.missing) and chance.random() < route.missing
        kept = self._run.cases[definition.id]
        kept.arrived += case.counted
        kept.promised += case.counted and rule is not None
        self._open[case] = None
        self._moved(case, Move(engine.SUBMITTED, APPLICANT, begun.effects, begun.clocks, begun.entered, active), time)
        return case

    def _begun(self, route: Route, begins: str) -> tuple[engine.Begun, tuple[str, ...]]:
        """Return how a case begins and what is active then, asked of the engine once."""
        known = (route.definition.id, begins)
        if known not in self._begins:
            begun = engine.begun_with(route.definition, begins)
            self._begins[known] = begun, around(route.definition, begun.position.innermost)
        return self._begins[known]

    def fire(self, case: Case, event: str, role: str, time: float, *, keep: bool = False) -> None:
        """Let an event happen to a case; with ``keep`` what is done about it goes on where it was.

        Raises:
            Refused: if the event means nothing where the case stands.
        """
        stepped, active = self._step(case, event)
        source, entered = case.position.state, stepped.entered
        left = [name for name in case.since if name not in active or name in entered]
        for name in left:
            self._left(case, name, time)
        if not keep:
            gone = [task for task in case.tasks if task.state in left]
            case.tasks = [task for task in case.tasks if task.state not in left]
            for task in gone:
                self._working.drop(task, time)
        version, at = case.position.version + 1, stepped.position
        case.position = engine.Position(at.state, version, case.statuses, at.active, at.history)
        outcome = stepped.transition.outcome
        move = Move(event, role, stepped.effects, stepped.clocks, entered, active, source, outcome, keep=keep)
        self._moved(case, move, time)

    def _step(self, case: Case, event: str) -> tuple[engine.Stepped, tuple[str, ...]]:
        """Return what follows, asked of the engine once for the same place and clocks, and what is active then."""
        at = case.position
        known = (case.route.definition.id, at.innermost, event, tuple(at.clocks.items()), tuple(at.history.items()))
        if known not in self._steps:
            stepped = engine.step(case.route.definition, at, event)
            self._steps[known] = stepped, around(case.route.definition, stepped.position.innermost)
        return self._steps[known]

    def _moved(self, case: Case, move: Move, time: float) -> None:
        """Carry out what follows from an event, and let what comes next begin."""
        changes = self._timing.changes(case, move)
        if changes:
            self._timing.follow(case, changes, time)
            at = case.position
            case.position = engine.Position(at.state, at.version, case.statuses, at.active, at.history)
        case.since.update(dict.fromkeys(move.entered, time))
        case.outcome = move.outcome if move.outcome != "none" else case.outcome
        self._report(case, move, changes, time)
        self._following.follow(case, move, changes, time)
        if case.is_closed:
            self._end_case(case, time)
        else:
            states = [name for name in move.active if name in move.entered and not (move.keep and case.works_in(name))]
            case.rests = case.rests and move.keep
            self._wait_for_lapse(case, time)
            self._go_on(case, states, time)
        self._following.tell(case, move, time)

    def wake(self, case: Case, time: float) -> None:
        """Look again at what a case waited for: what can be begun is, and what cannot any more is chosen anew."""
        if case.over:
            return
        for task in [one for one in case.tasks if one.parked]:
            if case.allows(task.way):
                self._start_if_ready(task, time)
            else:
                case.tasks.remove(task)
        active = around(case.route.definition, case.position.innermost)
        self._go_on(case, [name for name in active if not case.works_in(name)], time)

    def _go_on(self, case: Case, states: Sequence[str], time: float) -> None:
        """Choose what comes next in states that were entered, or around them where nothing else is done."""
        definition, drawing = case.route.definition, case.route.drawing
        for name in states:
            if name in drawing:
                self._draw(case, name, time)
        shown = case.position.state
        for name in (shown, *above(definition, shown)) if definition.id in self._nested else ():
            if case.tasks or case.rests:
                break
            if name not in drawing:
                self._draw(case, name, time)
        if not case.tasks and not self._following.expects(case):
            self._end_case(case, time)

    def _draw(self, case: Case, state: str, time: float) -> None:
        ways = case.route.ways[state]
        exits, weights = ways.exits, ways.weights
        if not ways.free:
            possible = [place for place, one in enumerate(exits) if one is None or case.allows(one)]
            exits, weights = tuple(exits[one] for one in possible), tuple(weights[one] for one in possible)
        way = case.chance.choices(exits, weights)[0] if exits else None
        if way is None:
            case.rests |= bool(exits) and ways.said
            return
        task = Task(case, state, way)
        case.tasks.append(task)
        self._start_if_ready(task, time)

    def _start_if_ready(self, task: Task, time: float) -> None:
        case, way = task.case, task.way
        task.parked = not case.is_ready(way)
        if task.parked:
            return
        if way.hands:
            self._working.start(task, time)
        else:
            self.push(time + way.draw(case.chance) * MINUTES_A_DAY, partial(self._acts, task))

    def _acts(self, task: Task, time: float) -> None:
        """Let the applicant do what was chosen."""
        if not task.dropped:
            self._done(task, time)

    def _done(self, task: Task, time: float) -> None:
        case, event = task.case, task.way.event
        if event in case.route.separated:
            case.history.setdefault(event, set()).update(task.took or [(task.way.role, -1)])
        if task.way.once:
            case.asked_once.add(event)
        case.tasks.remove(task)
        self.fire(case, event, task.way.role, time)

    def _wait_for_lapse(self, case: Case, time: float) -> None:
        coming = self._timing.next_lapse(case)
        case.lapses = coming is not None
        if coming is not None:
            at, lapse = coming
            self.push(max(at, time), partial(self._lapses, case, case.position.version, lapse))

    def _lapses(self, case: Case, version: int, lapse: Lapse, time: float) -> None:
        """Let the law do what follows from a lapse, if nothing has happened since it was looked for."""
        if case.over or case.position.version != version:
            return
        if case.counted:
            self._run.clocks[case.route.definition.id, lapse.clock].lapsed += 1
        self.fire(case, lapse.event, MACHINE, time)

    def _left(self, case: Case, state: str, time: float) -> None:
        since = case.since.pop(state)
        if since >= self._counted_from:
            kept = self._run.states[case.route.definition.id, state]
            kept.stays.append((time - since) / MINUTES_A_DAY)

    def _end_case(self, case: Case, time: float) -> None:
        case.over = True
        if case.counted:
            kept = self._run.cases[case.route.definition.id]
            kept.ended += 1
            kept.days.append((time - case.arrived) / MINUTES_A_DAY)
        if self._timing.is_settled(case):
            self._settle(case)

    def _settle(self, case: Case) -> None:
        self._open.pop(case)
        if case.counted:
            kept = self._run.cases[case.route.definition.id]
            kept.settled += 1
            kept.late += case.late

    def _finish(self) -> None:
        """At the end, what is past its day is late, and what may still be in time is not counted."""
        for case in list(self._open):
            for one in case.clocks.values():
                self._timing.settle(case, one, self._end, open_still=True)
            if case.late:
                self._settle(case)
        self._working.finish(self._end)

    def _report(self, case: Case, move: Move, changes: tuple[engine.ClockChange, ...], time: float) -> None:
        if self._tell is not None:
            name, at = case.route.definition.id, case.position
            self._tell(
                Happened(name, case.number, at.version, move.event, move.role, move.source, at.state, time, changes)
            )
