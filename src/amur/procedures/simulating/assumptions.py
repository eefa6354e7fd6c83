"""What a scenario leaves open and is assumed instead: each choice is one sentence, said with the result; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from amur.base.legal_time import WorkCalendar
from amur.procedures.declarations import APPLICANT, ProcedureDeclaration
from amur.procedures.simulating.declarations import REST, Flow, ScenarioDeclaration
from amur.procedures.simulating.ways import (
    A_WORKING_DAY,
    ANSWER_DAYS,
    HOURS,
    MINUTES,
    arrows_of,
    minutes_for,
    weights_of,
)


def assumed_of_all(scenario: ScenarioDeclaration, calendar: WorkCalendar, begin: date) -> Iterator[str]:
    """Yield what is assumed of hours and calendar."""
    if not scenario.hours:
        yield f"hours: {' and '.join(HOURS)} on working days (not said)"
    last = date.fromordinal(min(begin.toordinal() + scenario.days, date.max.toordinal()))
    if begin < calendar.published_from or last > calendar.published_to:
        yield (
            f"calendar: published from {calendar.published_from} to {calendar.published_to}; "
            "beyond it days are working days by their weekday alone"
        )


def assumed_of(flow: Flow, definition: ProcedureDeclaration) -> Iterator[str]:
    """Yield what is assumed of a procedure."""
    name = definition.id
    if flow.arrivals is None:
        yield f"{name}: {A_WORKING_DAY:g} case arrives a working day, Poisson (not said)"
    yield from _assumed_ways(flow, definition)
    if any(arrow.when for arrow in definition.transitions):
        yield f"{name}: guards of events are not asked; the chances stand for them"
    if any(effect.do == "open_case" for arrow in definition.transitions for effect in arrow.effects):
        yield f"{name}: the cases that an event opens are not played"
    if lapsing := sorted({arrow.on_lapse for arrow in definition.transitions if arrow.on_lapse}):
        yield f"{name}: what the lapse of {', '.join(lapsing)} would do is not played, and nothing is late by it"
    if any(clock.extension for clock in definition.clocks):
        yield f"{name}: no clock is extended"


def _assumed_ways(flow: Flow, definition: ProcedureDeclaration) -> Iterator[str]:
    name = definition.id
    ways = {state.id: weights_of(definition, flow, state.id) for state in definition.states}
    arrows = {state.id: arrows_of(definition, state.id) for state in definition.states}
    unsaid = [state for state in ways if arrows[state] and state not in flow.choices]
    equal = [state for state in unsaid if REST not in ways[state] and len(arrows[state]) > 1]
    if equal:
        chances = "; ".join(f"{state} ({', '.join(ways[state])})" for state in equal)
        yield f"{name}: equal chances in {chances} and none for other events there (not said)"
    if resting := [state for state in unsaid if REST in ways[state]]:
        yield f"{name}: a case is over in {', '.join(resting)} (not said)"
    taken = [(state, arrow) for state in ways for arrow in arrows[state] if ways[state].get(arrow.event)]
    untimed = {
        arrow.event for state, arrow in taken if arrow.by != APPLICANT and not minutes_for(flow, arrow.event, state)
    }
    if untimed:
        yield f"{name}: {MINUTES.mean:g} minutes of work, exponential, for {', '.join(sorted(untimed))} (not said)"
    waiting = dict.fromkeys(state for state, arrow in taken if arrow.by == APPLICANT and state not in flow.answers)
    if waiting:
        days = f"{ANSWER_DAYS.mean:g} days, exponential"
        yield f"{name}: the applicant acts after {days}, in {', '.join(waiting)} (not said)"
