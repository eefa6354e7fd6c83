"""Where a case stands when its states are nested or parallel: the chart of a procedure, and the one state shown; pure.

A flat procedure is a chart too: one state at a time, and none around it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from amur.procedures.declarations import REVIEW, TIE, ProcedureDeclaration, State, Transition
from amur.procedures.statechart import Arrow, Chart, ChartError, Node

CHARTS_KEPT = 256
"""How many procedures are kept compiled."""


class Same:
    """A declaration by its identity: to hash what stands in it would cost more than a step."""

    __slots__ = ("definition",)

    def __init__(self, definition: ProcedureDeclaration) -> None:
        self.definition = definition

    def __hash__(self) -> int:
        return id(self.definition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.definition is self.definition


def chart_of(definition: ProcedureDeclaration, begins: str | tuple[str, ...] = "") -> Chart:
    """Return the chart of a procedure, or one that begins in another state or in several; it is compiled once.

    What a review or a tie does to a case that has ended is no part of it: nothing leads out of an end.

    Raises:
        ChartError: if its states cannot be those of one chart.

    >>> from tests.procedures.samples import LICENCE
    >>> chart_of(LICENCE).ids[:3]
    ('', 'submitted', 'accepted')
    """
    return _compiled(Same(definition), begins or definition.initial)


@lru_cache(maxsize=CHARTS_KEPT)
def _compiled(same: Same, begins: str | tuple[str, ...]) -> Chart:
    definition = same.definition
    final = {state.id for state in definition.states if state.final}
    names = {state.id: _entrance(state) for state in definition.every_state}
    leaving: dict[str, list[Arrow]] = {}
    for arrow in definition.transitions:
        for source in arrow.sources:
            if arrow.by in {REVIEW, TIE} and source in final:
                continue
            told = (arrow, *arrow.effects)
            leaving.setdefault(source, []).append(Arrow((arrow.event,), (_named(names, arrow.target),), effects=told))
    nodes = tuple(_node(state, leaving, names) for state in definition.states)
    initial = (begins,) if isinstance(begins, str) else begins
    return Chart(*nodes, initial=tuple(_named(names, name) for name in initial))


def _named(names: dict[str, str], name: str) -> str:
    if name not in names:
        raise ChartError(f"there is no state {name!r}")
    return names[name]


def _entrance(state: State) -> str:
    """Return to what an arrow to a state leads: to its history if it takes up what it was left in."""
    return f"{state.id}.history" if state.history else state.id


def _node(state: State, leaving: dict[str, list[Arrow]], names: dict[str, str]) -> Node:
    arrows = leaving.get(state.id, [])
    if state.then:
        arrows = [*arrows, Arrow((f"done.state.{state.id}",), (_named(names, state.then),))]
    children = tuple(_node(child, leaving, names) for child in state.states)
    begins = (_named(names, state.initial),) if state.initial else ()
    if state.history:
        default = tuple(child.id for child in state.states) if state.parallel else begins or (state.states[0].id,)
        children += (Node(f"{state.id}.history", state.history, initial=default),)
    return Node(
        state.id,
        "parallel" if state.parallel else "final" if state.final else "state",
        children,
        begins,
        tuple(arrows),
        state.enter,
        state.leave,
    )


def around(definition: ProcedureDeclaration, active: Collection[str]) -> tuple[str, ...]:
    """Return all active states in the order of the declaration, given the innermost ones.

    >>> from tests.procedures.samples import LICENCE
    >>> around(LICENCE, ("accepted",))
    ('accepted',)
    """
    chart = chart_of(definition)
    mask = 0
    for name in active:
        mask |= chart.above[chart.place[name]] | 1 << chart.place[name]
    return tuple(name for place, name in enumerate(chart.ids) if place and mask >> place & 1)


def shown(definition: ProcedureDeclaration, active: Collection[str]) -> str:
    """Return the one state by which a case is listed: the innermost that holds everything that is active.

    A final state inside another stands for that other: only an outermost one ends the case.

    >>> from tests.procedures.samples import LICENCE
    >>> shown(LICENCE, ("granted",))
    'granted'
    """
    chart = chart_of(definition)
    places = [chart.place[name] for name in active]
    if len(places) == 1:
        place = places[0]
        return chart.ids[chart.parent[place] or place if chart.final >> place & 1 else place]
    common = chart.above[places[0]]
    for place in places:
        common &= chart.above[place]
    return chart.ids[common.bit_length() - 1]


def leading(definition: ProcedureDeclaration, active: Collection[str]) -> tuple[Transition, ...]:
    """Return the arrows that lead on, in the order of the declaration; of one event the innermost.

    >>> from tests.procedures.samples import LICENCE
    >>> [arrow.event for arrow in leading(LICENCE, ("supplement",))]
    ['answer', 'withdraw']
    """
    depth = {name: place for place, name in enumerate(around(definition, active))}
    found: dict[str, tuple[int, Transition]] = {}
    for arrow in definition.transitions:
        inmost = max((depth[source] for source in arrow.sources if source in depth), default=-1)
        if inmost > found.get(arrow.event, (-1,))[0]:
            found[arrow.event] = inmost, arrow
    return tuple(arrow for arrow in definition.transitions if any(arrow is one for _, one in found.values()))


def standing(definition: ProcedureDeclaration, active: Collection[str]) -> tuple[State, ...]:
    """Return what is told of where a case stands: the innermost states, a final one only where it ends the case.

    >>> from tests.procedures.samples import LICENCE
    >>> [state.id for state in standing(LICENCE, ("refused",))]
    ['refused']
    """
    if len(active) == 1:
        return (definition.state(shown(definition, active)),)
    return tuple(definition.state(name) for name in active)


def seen(definition: ProcedureDeclaration, active: Collection[str]) -> State:
    """Return the state that is shown; it waits for the applicant if one that is active does.

    >>> from tests.procedures.samples import LICENCE
    >>> seen(LICENCE, ("supplement",)).needs_applicant
    True
    """
    state = definition.state(shown(definition, active))
    waits = any(definition.state(name).needs_applicant for name in around(definition, active))
    return state if waits == state.needs_applicant else state.model_copy(update={"needs_applicant": waits})
