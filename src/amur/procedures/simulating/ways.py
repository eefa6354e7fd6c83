"""What follows where, said by a scenario or assumed: chances, work, how many people the rules need; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from amur.procedures.declarations import (
    APPLICANT,
    CASES,
    MACHINE,
    NO_OFFICE,
    REVIEW,
    TIE,
    ProcedureDeclaration,
    State,
    Transition,
)
from amur.procedures.simulating.declarations import REST, Flow, Spread

HOURS = ("09:00-12:00", "13:00-17:00")
A_WORKING_DAY = 1.0
MINUTES = Spread(exponential=60)
ANSWER_DAYS = Spread(exponential=7)
HALF = 50
_NOBODY = frozenset({MACHINE, REVIEW, TIE, CASES})
_READS = re.compile(r"\bopinions\.([a-z][a-z0-9_]*)\.")


def office_of(role: str, body: str, home: str) -> str:
    """Return how the people of a role are named; those of the body of the first procedure by the role alone.

    >>> office_of("handler", "bureau", "bureau"), office_of("lawyer", "law_bureau", "bureau")
    ('handler', 'lawyer@law_bureau')
    """
    return role if body == home else f"{role}@{body}"


def hands_of(definition: ProcedureDeclaration, arrow: Transition, home: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return whose hands an event of the office goes through, each with the events whose doers may not.

    >>> from tests.procedures.signing.samples import HARBOUR
    >>> hands_of(HARBOUR, HARBOUR.transition("grant", "decide"), "bureau")[:3]
    (('handler', ()), ('chief', ()), ('lawyer@law_bureau', ('accept',)))
    """
    steps = definition.chain(arrow.sign_off).steps if arrow.sign_off else ()
    drafts = office_of(arrow.by, definition.body_id, home), arrow.not_by_actor_of
    signs = ((office_of(one.by, one.body_id or definition.body_id, home), one.not_by_actor_of) for one in steps)
    return (drafts, *signs)


def needed_of(definitions: Iterable[ProcedureDeclaration], home: str = "") -> Mapping[str, int]:
    """Return how many people each role needs, so that somebody may do what its others may not.

    >>> from tests.procedures.samples import LICENCE
    >>> needed_of([LICENCE])
    {'handler': 1, 'decider': 1}
    """
    needed: dict[str, int] = {}
    for definition in definitions:
        arrows = [arrow for arrow in definition.transitions if arrow.by not in NO_OFFICE]
        hands = [hands_of(definition, arrow, home or definition.body_id) for arrow in arrows]
        doers: dict[str, set[str]] = {}
        for arrow, some in zip(arrows, hands, strict=True):
            doers.setdefault(arrow.event, set()).update(office for office, _ in some)
        for some in hands:
            for office, not_by in some:
                others = sum(office in doers.get(event, ()) for event in not_by)
                same = sum(office == one for one, _ in some)
                needed[office] = max(needed.get(office, 1), same + others)
    return needed


def levels_of(definition: ProcedureDeclaration, state: str) -> tuple[State, ...]:
    """Return a state and those around it, the innermost first, up to the one below a parallel one.

    Whoever works on one part of a parallel state does not decide on all of it.

    >>> from tests.procedures.beacon import BEACON
    >>> [one.id for one in levels_of(BEACON, "look")], [one.id for one in levels_of(BEACON, "fire_asked")]
    (['look', 'work'], ['fire_asked', 'fire_part'])
    """
    found = [definition.state(state)]
    while outer := _outer(definition, found[-1].id):
        if outer.parallel:
            break
        found.append(outer)
    return tuple(found)


def _outer(definition: ProcedureDeclaration, name: str) -> State | None:
    return next((one for one in definition.every_state if any(inner.id == name for inner in one.states)), None)


def above(definition: ProcedureDeclaration, state: str) -> Iterator[str]:
    """Yield the states around one, the innermost first.

    >>> from tests.procedures.beacon import BEACON
    >>> list(above(BEACON, "fire_asked"))
    ['fire_part', 'opinions', 'work']
    """
    while outer := _outer(definition, state):
        yield outer.id
        state = outer.id


def arrows_of(definition: ProcedureDeclaration, state: str, apart: Collection[str] = ()) -> tuple[Transition, ...]:
    """Return the arrows that somebody may fire out of a state; of one event the innermost.

    States that are ``apart`` draw what follows by themselves, so those inside them do not.

    >>> from tests.procedures.samples import LICENCE
    >>> [arrow.event for arrow in arrows_of(LICENCE, "supplement")]
    ['answer', 'withdraw']
    """
    if definition.state(state).final:
        return ()
    bring = definition.may_be_missing.bring if definition.may_be_missing else None
    found: dict[str, Transition] = {}
    for level in levels_of(definition, state):
        if level.id != state and level.id in apart:
            continue
        for arrow in definition.transitions:
            if level.id in arrow.sources and arrow.by not in _NOBODY and arrow.event != bring:
                found.setdefault(arrow.event, arrow)
    return tuple(found.values())


def reads_of(arrow: Transition) -> tuple[str, ...]:
    """Return the rounds of opinions that must be closed before an event: those that it needs, or its guard reads.

    >>> from tests.procedures.opinions.samples import TOWER
    >>> reads_of(TOWER.transition("grant", "weighing")), reads_of(TOWER.transition("weigh", "consulting"))
    (('land',), ('land',))
    """
    return tuple(dict.fromkeys([*arrow.needs_opinions, *_READS.findall(arrow.when)]))


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
    arrows = arrows_of(definition, state, flow.choices)
    office = [arrow.event for arrow in arrows if arrow.by != APPLICANT]
    if office:
        return dict.fromkeys(office, 1.0)
    if not any(level.needs_applicant for level in levels_of(definition, state)):
        return {REST: 1.0}
    onward = [arrow.event for arrow in arrows if not definition.state(arrow.target).final]
    return dict.fromkeys(onward or [arrow.event for arrow in arrows], 1.0) or {REST: 1.0}


def minutes_for(flow: Flow, event: str, state: str) -> Spread | None:
    """Return how long an event takes in a state: what names the state is said before what does not."""
    fitting = [work for work in flow.work if work.event == event and (not work.sources or state in work.sources)]
    return max(fitting, key=lambda work: bool(work.sources)).minutes if fitting else None
