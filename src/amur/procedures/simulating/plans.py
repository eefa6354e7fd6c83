"""A scenario and the procedures that it names, made ready to be played: every way out with its chance and its work.

What the scenario leaves open is filled in here, and every such choice is one sentence in ``assumptions``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from amur.base.legal_time import WorkCalendar
from amur.procedures.declarations import CASES, NO_OFFICE, ProcedureDeclaration, Transition
from amur.procedures.opinions.declarations import OpinionRound
from amur.procedures.simulating.asking import Asking
from amur.procedures.simulating.assumptions import assumed_of, assumed_of_all
from amur.procedures.simulating.declarations import Answering, Arrivals, Flow, ScenarioDeclaration, Staff
from amur.procedures.simulating.draws import Draw, at_once, draw_of
from amur.procedures.simulating.hours import MINUTES_A_DAY, WorkTime
from amur.procedures.simulating.ways import (
    A_WORKING_DAY,
    ANSWER_DAYS,
    HALF,
    HOURS,
    MINUTES,
    arrows_of,
    hands_of,
    minutes_for,
    needed_of,
    reads_of,
    weights_of,
)

Times = Mapping[str, Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class Hand:
    """Through whose hands work goes: which office, how long it takes there, the events whose doers may not."""

    office: str
    draw: Draw
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a state: the event, who does it, through whose hands it goes; an applicant acts after ``draw`` days.

    It is possible once the rounds that it ``reads`` are closed, those that it ``needs`` with enough answers. While a
    round that it ``asks`` is open it is not, nor a second time where it is done ``once``. ``whole`` waits for what the
    party still has to bring.
    """

    event: str
    role: str
    hands: tuple[Hand, ...] = ()
    draw: Draw = at_once
    reads: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    once: bool = False
    whole: bool = False

    @property
    def is_free(self) -> bool:
        """Say whether it is always possible."""
        return not (self.reads or self.asks or self.once or self.whole)


@dataclass(frozen=True, slots=True)
class Ways:
    """What may follow in a state: the exits and their weights, None for that the case rests; ``free`` are all always.

    ``said`` is whether the scenario says so.
    """

    exits: tuple[Exit | None, ...]
    weights: tuple[float, ...]
    free: bool
    said: bool


@dataclass(frozen=True, slots=True)
class Route:
    """One procedure as it is played. ``times`` are real arrivals, in minutes after the beginning; else there is a rate.

    In ``drawing`` states what follows is drawn as they are entered. ``separated`` are the events whose doers may not do
    some other; ``together`` are the states in which a one thing waits for its cases. Who promises, who brings something
    later and which clocks are extended are shares from 0 to 1.
    """

    definition: ProcedureDeclaration
    ways: Mapping[str, Ways]
    drawing: frozenset[str]
    per_working_day: float
    even: bool
    times: tuple[float, ...] | None
    separated: frozenset[str]
    promised: float
    missing: float
    rounds: Mapping[str, Asking]
    extended: Mapping[str, float]
    brings: Draw
    together: frozenset[str]


@dataclass(frozen=True, slots=True)
class Office:
    """The people of a role: how many, how long their work takes for the share of time they have, and when they work.

    Those of another body than that of the first procedure are named ``role@body``. ``least`` is how many the rules
    need.
    """

    role: str
    people: int
    least: int
    stretch: float
    time: WorkTime


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is played."""

    routes: tuple[Route, ...]
    offices: Mapping[str, Office]
    opening: WorkTime
    calendar: WorkCalendar
    begin: date
    days: int
    warm_up_days: int
    replications: int
    seed: int
    assumptions: tuple[str, ...]

    def with_people(self, people: Mapping[str, int]) -> Plan:
        """Return the same plan with other numbers of people."""
        offices = {
            role: replace(office, people=people.get(role, office.people)) for role, office in self.offices.items()
        }
        return replace(self, offices=offices)


def plan_of(
    scenario: ScenarioDeclaration,
    procedures: Mapping[str, ProcedureDeclaration],
    calendar: WorkCalendar,
    times: Times | None = None,
) -> Plan:
    """Return what is played; the scenario has no problem. ``times`` are the real arrivals of a procedure."""
    times = times or {}
    begin = scenario.starts_on or _begin(calendar, times)
    home = procedures[scenario.procedures[0].procedure].body_id
    routes = tuple(
        _Router(flow, procedures[flow.procedure], home).route(scenario, begin, times.get(flow.procedure))
        for flow in scenario.procedures
    )
    offices = _offices(routes, scenario, begin, calendar)
    return Plan(
        routes=routes,
        offices=offices,
        opening=WorkTime.of(begin, scenario.days, calendar, scenario.hours or HOURS),
        calendar=calendar,
        begin=begin,
        days=scenario.days,
        warm_up_days=scenario.warm_up_days,
        replications=scenario.replications,
        seed=scenario.seed,
        assumptions=tuple(_assumptions(scenario, procedures, calendar, begin, offices)),
    )


def _assumptions(
    scenario: ScenarioDeclaration,
    procedures: Mapping[str, ProcedureDeclaration],
    calendar: WorkCalendar,
    begin: date,
    offices: Mapping[str, Office],
) -> Iterator[str]:
    yield from assumed_of_all(scenario, calendar, begin)
    if unnamed := [f"{office.people} as {role}" for role, office in offices.items() if role not in scenario.staff]:
        yield f"staff: {', '.join(unnamed)}, with all of their time (not said)"
    played = [flow.procedure for flow in scenario.procedures]
    for flow in scenario.procedures:
        yield from assumed_of(flow, procedures[flow.procedure], played)


def _begin(calendar: WorkCalendar, times: Times) -> date:
    """Return the day of the first real arrival, or else the first of the last published year."""
    first = min((when for some in times.values() for when in some), default=None)
    return first.date() if first else date(calendar.published_to.year, 1, 1)


def _offices(
    routes: Sequence[Route], scenario: ScenarioDeclaration, begin: date, calendar: WorkCalendar
) -> Mapping[str, Office]:
    """Return the people of each role that has work to do."""
    exits = [one for route in routes for ways in route.ways.values() for one in ways.exits if one is not None]
    needed = needed_of([route.definition for route in routes], routes[0].definition.body_id)
    offices = {}
    for name in dict.fromkeys(hand.office for one in exits for hand in one.hands):
        staff = scenario.staff.get(name) or Staff(people=needed[name])
        time = WorkTime.of(begin, scenario.days, calendar, staff.hours or scenario.hours or HOURS)
        offices[name] = Office(name, staff.people, needed[name], 100 / staff.percent, time)
    return offices


class _Router:
    """Makes one procedure ready to be played."""

    def __init__(self, flow: Flow, definition: ProcedureDeclaration, home: str) -> None:
        self._flow, self._definition, self._home = flow, definition, home

    def route(self, scenario: ScenarioDeclaration, begin: date, times: Sequence[datetime] | None) -> Route:
        """Return it as it is played."""
        flow, definition = self._flow, self._definition
        ways = {state.id: self._ways(state.id) for state in definition.every_state}
        drawing = {state.id for state in definition.every_state if not state.states or state.id in flow.choices}
        return Route(
            definition=definition,
            ways=ways,
            drawing=frozenset(drawing),
            per_working_day=self._rate(),
            even=isinstance(flow.arrivals, Arrivals) and flow.arrivals.even,
            times=None if times is None else _within(times, begin, scenario.days),
            separated=self._separated(),
            promised=_share(flow.promise_percent) if definition.commitment else 0.0,
            missing=_share(flow.missing_percent) if definition.may_be_missing else 0.0,
            rounds={one.id: _asking(one, flow.opinions.get(one.id)) for one in definition.opinions},
            extended={name: percent / 100 for name, percent in flow.extended_percent.items() if percent},
            brings=self._brings(),
            together=frozenset(
                state for arrow in definition.transitions if arrow.by == CASES for state in arrow.sources
            ),
        )

    def _rate(self) -> float:
        arrivals = self._flow.arrivals
        if isinstance(arrivals, Arrivals):
            return arrivals.per_working_day or 0.0
        return 0.0 if arrivals == "opened" or self._definition.opened_only else A_WORKING_DAY

    def _separated(self) -> frozenset[str]:
        arrows, chains = self._definition.transitions, self._definition.sign_offs
        rules = [arrow.not_by_actor_of for arrow in arrows]
        rules += [step.not_by_actor_of for chain in chains for step in chain.steps]
        return frozenset(event for rule in rules for event in rule)

    def _ways(self, state: str) -> Ways:
        flow, definition = self._flow, self._definition
        arrows = {arrow.event: arrow for arrow in arrows_of(definition, state, flow.choices)}
        said = {event: weight for event, weight in weights_of(definition, flow, state).items() if weight}
        exits = tuple(self._exit(arrows[event], state) if event in arrows else None for event in said)
        free = all(one is None or one.is_free for one in exits)
        return Ways(exits, tuple(said.values()), free, state in flow.choices)

    def _exit(self, arrow: Transition, state: str) -> Exit:
        rule = self._definition.may_be_missing
        days = draw_of(self._flow.answers.get(state, ANSWER_DAYS))
        return Exit(
            event=arrow.event,
            role=arrow.by,
            hands=self._hands(arrow, state) if arrow.by not in NO_OFFICE else (),
            draw=days,
            reads=reads_of(arrow),
            needs=arrow.needs_opinions,
            asks=tuple(effect.round for effect in arrow.effects if effect.do == "ask_opinions"),
            once=arrow.supplement is not None and not arrow.supplement.again,
            whole=rule is not None and arrow.event in rule.needed_by,
        )

    def _hands(self, arrow: Transition, state: str) -> tuple[Hand, ...]:
        steps = self._definition.chain(arrow.sign_off).steps if arrow.sign_off else ()
        work = [minutes_for(self._flow, arrow.event, state) or MINUTES]
        work += [self._flow.signing.get(step.id, MINUTES) for step in steps]
        hands = hands_of(self._definition, arrow, self._home)
        return tuple(Hand(office, draw_of(some), not_by) for (office, not_by), some in zip(hands, work, strict=True))

    def _brings(self) -> Draw:
        rule = self._definition.may_be_missing
        arrows = [one for one in self._definition.transitions if rule and one.event == rule.bring]
        states = [state for one in arrows for state in one.sources if state in self._flow.answers]
        return draw_of(self._flow.answers[states[0]] if states else ANSWER_DAYS)


def _asking(declared: OpinionRound, said: Answering | None) -> Asking:
    return Asking(declared, draw_of(said.days if said else ANSWER_DAYS), said.silent_percent / 100 if said else 0.0)


def _share(percent: int | None) -> float:
    return (HALF if percent is None else percent) / 100


def _within(times: Sequence[datetime], begin: date, days: int) -> tuple[float, ...]:
    midnight = datetime.combine(begin, datetime.min.time())
    minutes = sorted((when - midnight).total_seconds() / 60 for when in times)
    return tuple(one for one in minutes if 0 <= one < days * MINUTES_A_DAY)
