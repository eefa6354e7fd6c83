"""What in a scenario does not fit the procedures that it names; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from amur.procedures.declarations import CASES, MACHINE, NO_OFFICE, ProcedureDeclaration
from amur.procedures.engine import Position, begun_with, step
from amur.procedures.simulating.declarations import REST, Flow, ScenarioDeclaration
from amur.procedures.simulating.ways import above, arrows_of, needed_of, weights_of
from amur.procedures.standing import around, shown

_Place = tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]
"""What is active, and what is remembered."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit in a scenario: where, what was found, what to do."""

    path: tuple[str | int, ...]
    found: str
    fix: str


def problems(scenario: ScenarioDeclaration, procedures: Mapping[str, ProcedureDeclaration]) -> Iterator[Problem]:
    """Yield what a scenario says of procedures that they do not declare, or that can never end."""
    known = [procedures[flow.procedure] for flow in scenario.procedures if flow.procedure in procedures]
    home = known[0].body_id if known else ""
    offices = needed_of(known, home)
    for place, flow in enumerate(scenario.procedures):
        definition = procedures.get(flow.procedure)
        if definition is None:
            found = f"found procedure {flow.procedure!r}, which nothing declares"
            names = ", ".join(sorted(procedures)) or "none"
            yield Problem(("procedures", place, "procedure"), found, f"known are {names}")
            continue
        for problem in _problems_of(flow, definition, [one.id for one in known]):
            yield replace(problem, path=("procedures", place, *problem.path))
    for name, staff in sorted(scenario.staff.items()):
        if name not in offices:
            found = f"found the role {name!r}, which does no work here"
            yield Problem(("staff", name), found, f"known are {', '.join(sorted(offices))}")
        elif staff.people < offices[name]:
            found = f"found {staff.people} as {name!r}, of whom none may do what another of them did"
            yield Problem(("staff", name), found, f"write at least {offices[name]}")


def _problems_of(flow: Flow, definition: ProcedureDeclaration, played: Collection[str]) -> Iterator[Problem]:
    states = [state.id for state in definition.every_state]
    yield from _of_work(flow, definition, states)
    steps = [step.id for chain in definition.sign_offs for step in chain.steps]
    for name, said, known in (
        ("choices", flow.choices, states),
        ("answers", flow.answers, states),
        ("signing", flow.signing, steps),
        ("opinions", flow.opinions, [one.id for one in definition.opinions]),
        ("extended_percent", flow.extended_percent, [one.id for one in definition.clocks if one.extension]),
    ):
        for one in sorted({*said} - {*known}):
            fix = f"known are {', '.join(sorted(known)) or 'none'}"
            yield Problem((name, one), f"found {one!r}, which is not there for {name} of {definition.id!r}", fix)
    for name, rule in (("promise_percent", definition.commitment), ("missing_percent", definition.may_be_missing)):
        if getattr(flow, name) is not None and rule is None:
            yield Problem((name,), f"found {name}, of which {definition.id!r} says nothing", "take it away")
    children = definition.one_thing.children if definition.one_thing else ()
    if absent := sorted({child.procedure_id for child in children} - {*played}):
        found = f"found that {definition.id!r} waits for cases of {', '.join(absent)}, which the scenario does not play"
        yield Problem(("procedure",), found, "write them too, with arrivals: opened where none come by themselves")
    wrong = list(_of_choices(flow, definition, states))
    yield from wrong or _traps(flow, definition)


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
        known = {one.event for one in arrows_of(definition, state, flow.choices)} if state in states else set(weights)
        for event in sorted(set(weights) - known - {REST}):
            fix = f"write one of {', '.join(sorted({*known, REST}))}"
            yield Problem(("choices", state, event), f"found {event!r}, which nobody chooses in {state!r}", fix)
        if not sum(weights.values()):
            yield Problem(("choices", state), f"found that nothing follows in {state!r}", f"write {REST}: 1")


def _traps(flow: Flow, definition: ProcedureDeclaration) -> Iterator[Problem]:
    """Yield the states that cases come to and never leave for an end, with all guards taken to hold."""
    rule = definition.commitment
    first = [begun_with(definition, name).position for name in ("", *([rule.begins] if rule else []))]
    follows: dict[_Place, set[_Place]] = {}
    ending: set[_Place] = set()
    coming = {_place(position) for position in first}
    while coming:
        for place in coming:
            events = _events(flow, definition, place)
            follows[place] = {
                _place(step(definition, _position(definition, place), event).position) for event in events
            }
            if not events or _rests(flow, definition, place):
                ending.add(place)
        coming = {one for some in follows.values() for one in some} - {*follows}
    while more := {place for place in follows if place not in ending and follows[place] & ending}:
        ending |= more
    for name in sorted({shown(definition, place[0]) for place in {*follows} - ending}):
        yield Problem(("choices",), f"found that cases never leave {name!r} for an end", "let some event lead to one")


def _place(position: Position) -> _Place:
    return position.innermost, tuple(sorted(position.history.items()))


def _position(definition: ProcedureDeclaration, place: _Place) -> Position:
    active, history = place
    return Position(shown(definition, active), active=active, history=dict(history))


def _events(flow: Flow, definition: ProcedureDeclaration, place: _Place) -> set[str]:
    """Return the events that may happen: what is drawn, or, where nothing is, what leads out of what is around."""
    state = shown(definition, place[0])
    if definition.state(state).final:
        return set()
    active = around(definition, place[0])
    alone = {
        arrow.event for arrow in definition.transitions if arrow.by in {MACHINE, CASES} and {*arrow.sources} & {*active}
    }
    drawing = [name for name in active if name in flow.choices or not definition.state(name).states]
    chosen = {event for name in drawing for event, weight in weights_of(definition, flow, name).items() if weight}
    chosen.discard(REST)
    for name in (state, *above(definition, state)):
        if not chosen and not _rests(flow, definition, place):
            chosen = {event for event, weight in weights_of(definition, flow, name).items() if weight} - {REST}
    return chosen | alone


def _rests(flow: Flow, definition: ProcedureDeclaration, place: _Place) -> bool:
    """Say whether a case may stay where it is, as the scenario says, or as is assumed of a state that is alone."""
    active = around(definition, place[0])
    if len(active) == 1:
        return REST in weights_of(definition, flow, active[0])
    return any(flow.choices.get(name, {}).get(REST) for name in active)
