"""A scenario and the procedures that it names, made ready to be played: every way out with its chance and its work.

What the scenario leaves open is filled in here, and every such choice is one sentence in ``assumptions``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from amur.base.legal_time import WorkCalendar
from amur.procedures.declarations import APPLICANT, ProcedureDeclaration, Transition
from amur.procedures.simulating.assumptions import assumed_of, assumed_of_all
from amur.procedures.simulating.declarations import Flow, ScenarioDeclaration, Staff
from amur.procedures.simulating.draws import Draw, draw_of
from amur.procedures.simulating.hours import MINUTES_A_DAY, WorkTime
from amur.procedures.simulating.ways import (
    A_WORKING_DAY,
    ANSWER_DAYS,
    HOURS,
    MINUTES,
    arrows_of,
    minutes_for,
    needed_of,
    weights_of,
)

Times = Mapping[str, Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a state: the event, who does it, how long it takes them, whose earlier doers may not."""

    event: str
    role: str
    draw: Draw
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """What may follow in a state: the exits and their weights, None for that the case rests."""

    exits: tuple[Exit | None, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One procedure as it is played. ``times`` are real arrivals, in minutes after the beginning.

    ``separated`` are the events whose doers may not do some other.
    """

    definition: ProcedureDeclaration
    ways: Mapping[str, Ways]
    per_working_day: float
    even: bool
    times: tuple[float, ...] | None = None
    separated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Office:
    """The people of a role: how many, how long their work takes for the share of time they have, and when they work.

    ``least`` is how many the rules need.
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
    routes = tuple(
        _route(flow, procedures[flow.procedure], scenario, begin, times.get(flow.procedure))
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
    for flow in scenario.procedures:
        yield from assumed_of(flow, procedures[flow.procedure])


def _begin(calendar: WorkCalendar, times: Times) -> date:
    """Return the day of the first real arrival, or else the first of the last published year."""
    first = min((when for some in times.values() for when in some), default=None)
    return first.date() if first else date(calendar.published_to.year, 1, 1)


def _offices(
    routes: Sequence[Route], scenario: ScenarioDeclaration, begin: date, calendar: WorkCalendar
) -> Mapping[str, Office]:
    """Return the people of each role that has work to do."""
    exits = [one for route in routes for ways in route.ways.values() for one in ways.exits if one is not None]
    needed = needed_of(route.definition for route in routes)
    offices = {}
    for role in dict.fromkeys(one.role for one in exits if one.role != APPLICANT):
        staff = scenario.staff.get(role) or Staff(people=needed[role])
        time = WorkTime.of(begin, scenario.days, calendar, staff.hours or scenario.hours or HOURS)
        offices[role] = Office(role, staff.people, needed[role], 100 / staff.percent, time)
    return offices


def _route(
    flow: Flow,
    definition: ProcedureDeclaration,
    scenario: ScenarioDeclaration,
    begin: date,
    times: Sequence[datetime] | None,
) -> Route:
    ways = {state.id: _ways(flow, definition, state.id) for state in definition.states}
    rate = (flow.arrivals.per_working_day if flow.arrivals else None) or A_WORKING_DAY
    even = bool(flow.arrivals and flow.arrivals.even)
    separated = frozenset(event for arrow in definition.transitions for event in arrow.not_by_actor_of)
    if times is None:
        return Route(definition, ways, rate, even, None, separated)
    midnight = datetime.combine(begin, datetime.min.time())
    minutes = sorted((when - midnight).total_seconds() / 60 for when in times)
    within = tuple(one for one in minutes if 0 <= one < scenario.days * MINUTES_A_DAY)
    return Route(definition, ways, rate, even, within, separated)


def _ways(flow: Flow, definition: ProcedureDeclaration, state: str) -> Ways:
    arrows = {arrow.event: arrow for arrow in arrows_of(definition, state)}
    said = {event: weight for event, weight in weights_of(definition, flow, state).items() if weight}
    exits = [_exit(flow, arrows[event], state) if event in arrows else None for event in said]
    return Ways(tuple(exits), tuple(said.values()))


def _exit(flow: Flow, arrow: Transition, state: str) -> Exit:
    if arrow.by == APPLICANT:
        return Exit(arrow.event, APPLICANT, draw_of(flow.answers.get(state, ANSWER_DAYS)))
    return Exit(arrow.event, arrow.by, draw_of(minutes_for(flow, arrow.event, state) or MINUTES), arrow.not_by_actor_of)
