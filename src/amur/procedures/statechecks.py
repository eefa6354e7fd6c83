"""Checks of nested and parallel states: each place is reached, goes on and comes to an end, whatever happens before.

They walk through all that a case can be in, step by step with the engine itself. Guards are taken to hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from amur.base.faults import Fault
from amur.procedures import engine
from amur.procedures.clocks import Clock
from amur.procedures.declarations import APPLICANT, ProcedureDeclaration, State
from amur.procedures.effects import StartClock
from amur.procedures.engine import Position
from amur.procedures.standing import around, chart_of, leading, shown
from amur.procedures.statechart import ChartError, Runaway
from amur.procedures.wordingchecks import check_places
from amur.registers.checks import Locate, Path, fault

MOST_PLACES = 3_000
"""Of how many configurations a procedure may have at most: more cannot be looked through, nor be understood."""

_Place = tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]
"""What is active, and what is remembered."""


def is_nested(definition: ProcedureDeclaration) -> bool:
    """Say whether any state holds others."""
    return any(state.states for state in definition.states)


def states_at(states: tuple[State, ...], at: Path = ()) -> Iterator[tuple[Path, State]]:
    """Yield all states, each with its path in the file."""
    for place, state in enumerate(states):
        here: Path = (*at, "states", place)
        yield here, state
        yield from states_at(state.states, here)


@dataclass(slots=True)
class _Walk:
    """All that a case can be in, and the steps between."""

    steps: dict[_Place, list[tuple[_Place, tuple[str, ...]]]] = field(default_factory=dict)
    begins: tuple[str, ...] = ()
    is_whole: bool = True

    @property
    def active(self) -> set[tuple[str, ...]]:
        return {active for active, _ in self.steps}


def check_nested(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield what is wrong with states that hold others, the names of states aside."""
    try:
        chart_of(definition)
        yield from _regions(definition, locate)
        walk = _walked(definition)
    except (ChartError, Runaway) as error:
        yield Fault(*locate(("states",)), "procedure.chart", str(error), "put the states in order")
        return
    if not walk.is_whole:
        found = f"a case can be in more than {MOST_PLACES} combinations of states"
        yield Fault(*locate(("states",)), "procedure.states", found, "have fewer parts go on at once")
        return
    yield from _course(definition, walk, locate)
    for place, clock in enumerate(definition.clocks):
        yield from _clock(definition, clock, walk, locate(("clocks", place)))


def check_state_effects(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield what is wrong with what happens when states are entered and left."""
    clocks = {clock.id for clock in definition.clocks}
    for path, state in states_at(definition.states):
        if state.enter and state.id == definition.initial and not is_nested(definition):
            yield _begins_here(state, locate(path))
        for option in ("enter", "leave"):
            for number, effect in enumerate(getattr(state, option)):
                at: Path = (*path, option, number)
                if not isinstance(effect, StartClock):
                    yield from check_places(effect, at, locate)
                elif effect.clock not in clocks:
                    found = f"unknown clock {effect.clock!r}"
                    yield fault(locate, (*at, "clock"), "effect.clock", found, clocks)


def _begins_here(state: State, where: tuple[str, int]) -> Fault:
    found = f"every case begins in {state.id!r}, before any event that could bring effects"
    return Fault(*where, "procedure.enter", found, "put them on an arrow")


def _walked(definition: ProcedureDeclaration) -> _Walk:
    begun = engine.begun_with(definition)
    walk, waiting = _Walk(begins=begun.entered), [begun.position]
    while waiting and walk.is_whole:
        position = waiting.pop()
        here = _place(position)
        if here in walk.steps:
            continue
        walk.steps[here] = []
        if definition.state(position.state).final:
            continue
        for arrow in leading(definition, position.innermost):
            stepped = engine.step(definition, position, arrow.event)
            walk.steps[here].append((_place(stepped.position), stepped.entered))
            waiting.append(stepped.position)
        walk.is_whole = len(walk.steps) <= MOST_PLACES
    return walk


def _place(position: Position) -> _Place:
    return position.innermost, tuple(sorted(position.history.items()))


def _regions(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Find an event that two parts of a parallel state hear: who fires it could not say which is meant."""
    chart, heard = chart_of(definition), dict[str, list[tuple[int, str]]]()
    for number, arrow in enumerate(definition.transitions):
        known = [(number, source) for source in arrow.sources if source in chart.place]
        heard.setdefault(arrow.event, []).extend(known)
    for event, sources in heard.items():
        for (_, one), (number, other) in combinations(sources, 2):
            if chart.beside(chart.place[one], chart.place[other]):
                found = f"{event!r} leads out of {one!r} and of {other!r}, which go on at once"
                yield Fault(*locate(("transitions", number)), "procedure.regions", found, "give each its own event")


def _course(definition: ProcedureDeclaration, walk: _Walk, locate: Locate) -> Iterator[Fault]:
    reached = {name for active in walk.active for name in around(definition, active)}
    reached |= {name for steps in walk.steps.values() for _, entered in steps for name in entered}
    at = {state.id: path for path, state in states_at(definition.states)}
    for state in definition.every_state:
        where = locate(at[state.id])
        if state.id not in reached:
            yield Fault(*where, "procedure.unreachable", f"no case reaches {state.id!r}", "lead an arrow to it")
        if state.enter and state.id in walk.begins:
            yield _begins_here(state, where)
        near = definition.near(state.id)
        if state.needs_applicant and not any(
            arrow.by == APPLICANT and near.intersection(arrow.sources) for arrow in definition.transitions
        ):
            found = f"{state.id!r} waits for the applicant, who can do nothing there"
            yield Fault(*where, "procedure.waits", found, "add an arrow that the applicant fires")
    if not any(state.final for state in definition.states):
        found = "no outermost state is final"
        yield Fault(*locate(("states",)), "procedure.end", found, "mark those in which the case is over")
    else:
        yield from _ends(definition, walk, at, locate)


def _ends(definition: ProcedureDeclaration, walk: _Walk, at: Mapping[str, Path], locate: Locate) -> Iterator[Fault]:
    """Find where a case is stuck, or goes on for ever."""
    final = {place for place in walk.steps if definition.state(shown(definition, place[0])).final}
    back: dict[_Place, list[_Place]] = {}
    for place, steps in walk.steps.items():
        for after, _ in steps:
            back.setdefault(after, []).append(place)
    ending, waiting = set(final), list(final)
    while waiting:
        for before in back.get(waiting.pop(), ()):
            if before not in ending:
                ending.add(before)
                waiting.append(before)
    told: set[tuple[str, ...]] = set()
    for place in walk.steps:
        active = place[0]
        if place in ending or active in told:
            continue
        told.add(active)
        where, said = locate(at[shown(definition, active)]), " and ".join(repr(name) for name in active)
        if not walk.steps[place]:
            found = f"nothing leads out of {said}"
            yield Fault(*where, "procedure.dead_end", found, "add an arrow, `then` or an outermost final state")
        else:
            found = f"from {said} no case comes to an end"
            yield Fault(*where, "procedure.no_end", found, "lead an arrow towards a final state")


def _clock(definition: ProcedureDeclaration, clock: Clock, walk: _Walk, where: tuple[str, int]) -> Iterator[Fault]:
    """Find a clock that runs on although the case has ended, or that nothing stops."""
    running, stopped = _running(clock, walk)
    ended = {name for place in running if definition.state(name := shown(definition, place[0])).final}
    if not stopped:
        yield Fault(*where, "clock.end", f"no case stops the clock {clock.id!r}", "name states that it reaches")
    for name in sorted(ended - {*clock.stop}):
        found = f"the case ends in {name!r} and does not stop the clock {clock.id!r}"
        yield Fault(*where, "clock.end", found, "add it to stop")


def runs_in(definition: ProcedureDeclaration, clock: Clock) -> set[str]:
    """Return the states in which a clock can run without waiting, those around them too.

    Raises:
        ChartError: if the states cannot be those of one chart.
    """
    places = [around(definition, active) for active, _ in _running(clock, _walked(definition))[0]]
    return {name for place in places if not {*clock.pause}.intersection(place) for name in place}


def _running(clock: Clock, walk: _Walk) -> tuple[set[_Place], bool]:
    """Return where a clock has begun and not stopped, and whether anything stops it."""
    starts, stops = {*clock.start}, {*clock.stop}
    first = next(iter(walk.steps))
    waiting = [first] if starts.intersection(walk.begins) else []
    waiting += [after for steps in walk.steps.values() for after, entered in steps if starts.intersection(entered)]
    running: set[_Place] = set()
    stopped = False
    while waiting:
        place = waiting.pop()
        if place in running:
            continue
        running.add(place)
        for after, entered in walk.steps[place]:
            if stops.intersection(entered):
                stopped = True
            else:
                waiting.append(after)
    return running, stopped
