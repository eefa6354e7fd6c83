"""What follows where, said by a scenario or assumed: chances, work, how many people the rules need; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amur.procedures.declarations import (
    APPLICANT,
    CASES,
    MACHINE,
    NO_OFFICE,
    REVIEW,
    TIE,
    ProcedureDeclaration,
    Transition,
)
from amur.procedures.simulating.declarations import REST, Flow, Spread

HOURS = ("09:00-12:00", "13:00-17:00")
A_WORKING_DAY = 1.0
MINUTES = Spread(exponential=60)
ANSWER_DAYS = Spread(exponential=7)


def needed_of(definitions: Iterable[ProcedureDeclaration]) -> Mapping[str, int]:
    """Return how many people each role needs, so that somebody may do what its others may not.

    >>> from tests.procedures.samples import LICENCE
    >>> needed_of([LICENCE])
    {'handler': 1, 'decider': 1}
    """
    needed: dict[str, int] = {}
    for definition in definitions:
        doers: dict[str, set[str]] = {}
        for arrow in definition.transitions:
            doers.setdefault(arrow.event, set()).add(arrow.by)
        for arrow in definition.transitions:
            if arrow.by not in NO_OFFICE:
                others = sum(arrow.by in doers.get(event, ()) for event in arrow.not_by_actor_of)
                needed[arrow.by] = max(needed.get(arrow.by, 1), 1 + others)
    return needed


def arrows_of(definition: ProcedureDeclaration, state: str) -> tuple[Transition, ...]:
    """Return the arrows out of a state, as the engine finds them.

    >>> from tests.procedures.samples import LICENCE
    >>> [arrow.event for arrow in arrows_of(LICENCE, "supplement")]
    ['answer', 'withdraw']
    """
    if definition.state(state).final:
        return ()
    events = dict.fromkeys(arrow.event for arrow in definition.transitions)
    found = (definition.transition(event, state) for event in events)
    return tuple(arrow for arrow in found if arrow is not None and arrow.by not in {MACHINE, REVIEW, TIE, CASES})


def counted_clocks(definition: ProcedureDeclaration) -> frozenset[str]:
    """Return the clocks by which something can be late: one whose lapse the law acts upon cannot.

    >>> from tests.procedures.samples import LICENCE
    >>> sorted(counted_clocks(LICENCE))
    ['decision']
    """
    lapsing = {arrow.on_lapse for arrow in definition.transitions}
    return frozenset(clock.id for clock in definition.clocks) - lapsing


def weights_of(definition: ProcedureDeclaration, flow: Flow, state: str) -> Mapping[str, float]:
    """Return how often each event follows in a state, as said or as assumed."""
    if state in flow.choices:
        return flow.choices[state]
    arrows = arrows_of(definition, state)
    office = [arrow.event for arrow in arrows if arrow.by != APPLICANT]
    if office:
        return dict.fromkeys(office, 1.0)
    if not definition.state(state).needs_applicant:
        return {REST: 1.0}
    onward = [arrow.event for arrow in arrows if not definition.state(arrow.target).final]
    return dict.fromkeys(onward or [arrow.event for arrow in arrows], 1.0) or {REST: 1.0}


def minutes_for(flow: Flow, event: str, state: str) -> Spread | None:
    """Return how long an event takes in a state: what names the state is said before what does not."""
    fitting = [work for work in flow.work if work.event == event and (not work.sources or state in work.sources)]
    return max(fitting, key=lambda work: bool(work.sources)).minutes if fitting else None
