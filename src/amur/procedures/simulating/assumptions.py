"""What a scenario leaves open and is assumed instead: each choice is one sentence, said with the result; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from amur.base.legal_time import WorkCalendar
from amur.procedures.declarations import APPLICANT, CASES, ProcedureDeclaration
from amur.procedures.simulating.declarations import REST, Flow, ScenarioDeclaration
from amur.procedures.simulating.ways import (
    A_WORKING_DAY,
    ANSWER_DAYS,
    HALF,
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


def assumed_of(flow: Flow, definition: ProcedureDeclaration, played: Collection[str] = ()) -> Iterator[str]:
    """Yield what is assumed of a procedure; ``played`` are all procedures of the scenario."""
    for sentence in (
        *_assumed_cases(flow, definition, played),
        *_assumed_ways(flow, definition),
        *_assumed_others(flow, definition),
        *_assumed_parties(flow, definition),
        *_assumed_clocks(flow, definition),
    ):
        yield f"{definition.id}: {sentence}"


def _assumed_cases(flow: Flow, definition: ProcedureDeclaration, played: Collection[str]) -> Iterator[str]:
    if flow.arrivals == "opened" or (flow.arrivals is None and definition.opened_only):
        yield "no case arrives by itself; others open them"
    elif flow.arrivals is None:
        yield f"{A_WORKING_DAY:g} case arrives a working day, Poisson (not said)"
    effects = [effect for arrow in definition.transitions for effect in arrow.effects if effect.do == "open_case"]
    if others := sorted({effect.procedure_id for effect in effects} - {*played}):
        yield f"the cases of {', '.join(others)} that an event opens are not played; name them in the scenario"
    if definition.one_thing and any(child.when for child in definition.one_thing.children):
        yield "each of its cases is needed; conditions are not asked"
    if definition.appeal.procedure_id or definition.ties:
        yield "no decision is contested and no case is split, merged or opened again"


def _assumed_parties(flow: Flow, definition: ProcedureDeclaration) -> Iterator[str]:
    if definition.commitment and flow.promise_percent is None:
        yield f"{HALF} of 100 parties promise (not said); nobody is kept from it"
    if definition.may_be_missing and flow.missing_percent is None:
        yield f"{HALF} of 100 parties bring something later (not said)"
    unsaid = [one.id for one in definition.opinions if one.id not in flow.opinions]
    if unsaid:
        days = f"{ANSWER_DAYS.mean:g} days, exponential"
        yield f"each body answers after {days}, about {', '.join(unsaid)} (not said); who is late is silent"


def _assumed_others(flow: Flow, definition: ProcedureDeclaration) -> Iterator[str]:
    if any(arrow.when for arrow in definition.transitions):
        yield "guards of events are not asked; the chances stand for them"
    used = {arrow.sign_off for arrow in definition.transitions if arrow.sign_off}
    steps = [step for chain in definition.sign_offs if chain.id in used for step in chain.steps]
    if unsaid := dict.fromkeys(step.id for step in steps if step.id not in flow.signing):
        yield f"{MINUTES.mean:g} minutes of work, exponential, to sign as {', '.join(unsaid)} (not said)"
    if steps:
        yield "each step of sign-off is asked and signs; no draft is returned"
    if any(step.vote for step in steps):
        yield "a collective discussion is the work of one person"


def _assumed_clocks(flow: Flow, definition: ProcedureDeclaration) -> Iterator[str]:
    if lapsing := sorted({arrow.on_lapse for arrow in definition.transitions if arrow.on_lapse}):
        yield f"nothing is late by {', '.join(lapsing)}, whose lapse the law acts upon"
    if unsaid := [one.id for one in definition.clocks if one.extension and one.id not in flow.extended_percent]:
        yield f"no clock is extended: {', '.join(unsaid)} (not said)"


def _assumed_ways(flow: Flow, definition: ProcedureDeclaration) -> Iterator[str]:
    names = [state.id for state in definition.every_state if not state.states or state.id in flow.choices]
    ways = {state: weights_of(definition, flow, state) for state in names}
    arrows = {state: arrows_of(definition, state, flow.choices) for state in names}
    unsaid = [state for state in ways if arrows[state] and state not in flow.choices]
    equal = [state for state in unsaid if REST not in ways[state] and len(arrows[state]) > 1]
    if equal:
        chances = "; ".join(f"{state} ({', '.join(ways[state])})" for state in equal)
        yield f"equal chances in {chances} and none for other events there (not said)"
    waiting = {state for arrow in definition.transitions if arrow.by == CASES for state in arrow.sources}
    if resting := [state for state in unsaid if REST in ways[state] and state not in waiting]:
        yield f"a case is over in {', '.join(resting)} (not said)"
    taken = [(state, arrow) for state in ways for arrow in arrows[state] if ways[state].get(arrow.event)]
    untimed = {
        arrow.event for state, arrow in taken if arrow.by != APPLICANT and not minutes_for(flow, arrow.event, state)
    }
    if untimed:
        yield f"{MINUTES.mean:g} minutes of work, exponential, for {', '.join(sorted(untimed))} (not said)"
    answering = dict.fromkeys(state for state, arrow in taken if arrow.by == APPLICANT and state not in flow.answers)
    if answering:
        days = f"{ANSWER_DAYS.mean:g} days, exponential"
        yield f"the applicant acts after {days}, in {', '.join(answering)} (not said)"
