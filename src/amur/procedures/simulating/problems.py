"""What in a scenario does not fit the procedures that it names; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from amur.procedures.declarations import NO_OFFICE, ProcedureDeclaration
from amur.procedures.simulating.declarations import REST, Flow, ScenarioDeclaration
from amur.procedures.simulating.ways import arrows_of, needed_of, weights_of


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit in a scenario: where, what was found, what to do."""

    path: tuple[str | int, ...]
    found: str
    fix: str


def problems(scenario: ScenarioDeclaration, procedures: Mapping[str, ProcedureDeclaration]) -> Iterator[Problem]:
    """Yield what a scenario says of procedures that they do not declare, or that can never end."""
    roles: set[str] = set()
    bodies: set[str] = set()
    for place, flow in enumerate(scenario.procedures):
        definition = procedures.get(flow.procedure)
        if definition is None:
            known = ", ".join(sorted(procedures)) or "none"
            found = f"found procedure {flow.procedure!r}, which nothing declares"
            yield Problem(("procedures", place, "procedure"), found, f"known are {known}")
            continue
        bodies.add(definition.body_id)
        roles |= {arrow.by for arrow in definition.transitions} - NO_OFFICE
        for problem in _problems_of(flow, definition, scenario):
            path = problem.path if problem.path[0] == "staff" else ("procedures", place, *problem.path)
            yield replace(problem, path=path)
    for role in sorted(set(scenario.staff) - roles):
        known = ", ".join(sorted(roles)) or "none"
        yield Problem(("staff", role), f"found the role {role!r}, which does no work here", f"known are {known}")
    if len(bodies) > 1:
        found = f"found procedures of {', '.join(sorted(bodies))}, whose people are not the same"
        yield Problem(("procedures",), found, "write a scenario for each body")


def _problems_of(flow: Flow, definition: ProcedureDeclaration, scenario: ScenarioDeclaration) -> Iterator[Problem]:
    if any(state.states for state in definition.states):
        found = f"found that states of {definition.id!r} hold others, which a simulation does not play"
        yield Problem(("procedure",), found, "simulate procedures whose states are flat")
        return
    states = {state.id for state in definition.states}
    yield from _of_work(flow, definition, states)
    for name, said in (("choices", flow.choices), ("answers", flow.answers)):
        for state in sorted(set(said) - states):
            yield Problem((name, state), f"found the state {state!r}", f"known are {', '.join(sorted(states))}")
    wrong = list(_of_choices(flow, definition, states))
    yield from wrong or _traps(flow, definition)
    for role, needed in needed_of([definition]).items():
        if role in scenario.staff and scenario.staff[role].people < needed:
            found = f"found {scenario.staff[role].people} as {role!r}, of whom none may do what another of them did"
            yield Problem(("staff", role), found, f"write at least {needed}")


def _of_work(flow: Flow, definition: ProcedureDeclaration, states: Collection[str]) -> Iterator[Problem]:
    events = {arrow.event for arrow in definition.transitions if arrow.by not in NO_OFFICE}
    for place, work in enumerate(flow.work):
        if work.event not in events:
            found = f"found {work.event!r}, which is no event of the office"
            yield Problem(("work", place, "event"), found, f"known are {', '.join(sorted(events))}")
        for state in sorted(set(work.sources) - set(states)):
            fix = f"known are {', '.join(sorted(states))}"
            yield Problem(("work", place, "from"), f"found the state {state!r}", fix)


def _of_choices(flow: Flow, definition: ProcedureDeclaration, states: Collection[str]) -> Iterator[Problem]:
    for state, weights in flow.choices.items():
        known = {arrow.event for arrow in arrows_of(definition, state)} if state in states else set(weights)
        for event in sorted(set(weights) - known - {REST}):
            fix = f"write one of {', '.join(sorted({*known, REST}))}"
            yield Problem(("choices", state, event), f"found {event!r}, which means nothing in {state!r}", fix)
        if not sum(weights.values()):
            yield Problem(("choices", state), f"found that nothing follows in {state!r}", f"write {REST}: 1")


def _traps(flow: Flow, definition: ProcedureDeclaration) -> Iterator[Problem]:
    """Yield the states that cases come to and never leave for an end."""
    names = [state.id for state in definition.states]
    follows = {name: _targets(definition, name, weights_of(definition, flow, name)) for name in names}
    ending = {name for name in names if REST in follows[name]}
    while more := {name for name in names if name not in ending and follows[name] & ending}:
        ending |= more
    reached, coming = set[str](), {definition.initial}
    while coming:
        reached |= coming
        coming = {target for name in coming for target in follows[name]} - reached - {REST}
    for name in sorted(reached - ending):
        yield Problem(("choices",), f"found that cases never leave {name!r} for an end", "let some event lead to one")


def _targets(definition: ProcedureDeclaration, state: str, weights: Mapping[str, float]) -> set[str]:
    """Return where cases go from a state; an end is where they rest."""
    events = {event for event, weight in weights.items() if weight}
    arrows = {arrow.event: arrow.target for arrow in arrows_of(definition, state)}
    return {arrows.get(event, REST) for event in events} or {REST}
