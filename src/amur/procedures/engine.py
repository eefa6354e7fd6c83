"""The rules of a case as pure functions: what follows from an event, who may fire it, when it is due.

Here belongs what is true of a declaration and plain values. Tables, the ledger and the clock do not: ``acts`` carries
out what is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias, cast

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.base.legal_time import WorkCalendar, working_days_between
from amur.procedures.clocks import Clock
from amur.procedures.declarations import APPLICANT, CASES, EXCHANGE, REVIEW, TIE, ProcedureDeclaration, Transition
from amur.procedures.effects import Effect
from amur.procedures.permission import CaseFacts as CaseFacts  # noqa: PLC0414 -- the rules of a case are named here
from amur.procedures.permission import is_party as is_party  # noqa: PLC0414 -- likewise
from amur.procedures.permission import permit
from amur.procedures.standing import CHARTS_KEPT, Same, around, chart_of, shown
from amur.procedures.statechart import Configuration, Outcome
from amur.procedures.statechart import start as begin_chart
from amur.procedures.statechart import step as step_chart

ClockStatus = Literal["running", "waiting"]
Change = Literal["start", "pause", "resume", "stop"]
SUBMITTED = "submitted"
"""The name of the first event of a case that a party submitted."""
OPENED = "opened"
"""The name of the first event of a case that an effect of another opened."""
EXTENDED = "clock_extended"
"""The name of the event by which a clock was made longer; the case stays where it is."""
STEPS_KEPT = 4096
"""How many ways to step are kept: of a procedure, where a case can stand and what happens to it there."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands: its state, how many events brought it here, and its open clocks.

    Where states are nested, ``state`` is the one that is shown; ``active`` are the innermost ones, and ``history`` is
    what left states remember. Of a flat procedure both are empty.
    """

    state: str
    version: int = 1
    clocks: Mapping[str, ClockStatus] = field(default_factory=dict)
    active: tuple[str, ...] = field(default=(), repr=False)
    history: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @property
    def innermost(self) -> tuple[str, ...]:
        """Return the innermost active states."""
        return self.active or (self.state,)


_Stands: TypeAlias = (
    "tuple[str, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...], tuple[tuple[str, ClockStatus], ...]]"
)
"""A position as a key: its state, what is active, what is remembered, and the clocks."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What happens to a clock when a state is entered."""

    clock: str
    change: Change


@dataclass(frozen=True, slots=True)
class Stepped:
    """What follows from an event."""

    position: Position
    transition: Transition
    effects: tuple[Effect, ...]
    clocks: tuple[ClockChange, ...]
    entered: tuple[str, ...] = ()

    def counted(self, version: int) -> Stepped:
        """Return the same as the event of this number."""
        to = self.position
        position = Position(to.state, version, to.clocks, to.active, to.history)
        return Stepped(position, self.transition, self.effects, self.clocks, self.entered)


def opened(definition: ProcedureDeclaration) -> tuple[Position, tuple[ClockChange, ...]]:
    """Return where a submitted case begins, and the clocks that begin with it.

    >>> from tests.procedures.samples import LICENCE
    >>> position, changes = opened(LICENCE)
    >>> position.state, position.version, changes
    ('submitted', 1, ())
    """
    begun = begun_with(definition)
    return begun.position, begun.clocks


@dataclass(frozen=True, slots=True)
class Begun:
    """What follows from opening a case."""

    position: Position
    effects: tuple[Effect, ...]
    clocks: tuple[ClockChange, ...]
    entered: tuple[str, ...]


def begun_with(definition: ProcedureDeclaration, begins: str = "") -> Begun:
    """Return where a submitted case begins, as ``opened`` does, with all that its first states bring with them.

    ``begins`` is the state in which this one begins, where that is not the one in which the others do.

    >>> from tests.procedures.samples import LICENCE
    >>> begun_with(LICENCE).entered
    ('submitted',)
    """
    return _begun(Same(definition), begins)


@lru_cache(maxsize=CHARTS_KEPT)
def _begun(same: Same, begins: str) -> Begun:
    definition = same.definition
    outcome = begin_chart(chart_of(definition, begins))
    position, changes = _reached(definition, Position("", 0), outcome)
    return Begun(position, _effects_of(outcome), changes, outcome.entered)


def step(definition: ProcedureDeclaration, position: Position, event: str) -> Stepped:
    """Return what follows from an event.

    Raises:
        Refused: if the case is closed, or if the event means nothing in this state.

    >>> from tests.procedures.samples import LICENCE
    >>> stepped = step(LICENCE, Position("submitted"), "accept")
    >>> stepped.position
    Position(state='accepted', version=2, clocks={'decision': 'running'})
    >>> step(LICENCE, Position("refused"), "accept")
    Traceback (most recent call last):
    ...
    amur.base.faults.Refused: the case is closed in state 'refused'
    """
    histories, clocks = tuple(position.history.items()), tuple(position.clocks.items())
    stepped = _stepped(Same(definition), (position.state, position.active, histories, clocks), event)
    return stepped.counted(position.version + 1)


@lru_cache(maxsize=STEPS_KEPT)
def _stepped(same: Same, stands: _Stands, event: str) -> Stepped:
    """Return what follows from an event, whatever number it has: it is worked out once for each way to stand."""
    state, active, history, clocks = stands
    definition, position = same.definition, Position(state, 0, dict(clocks), active, dict(history))
    if definition.state(position.state).final:
        raise Refused("case_closed", f"the case is closed in state {position.state!r}", state=position.state)
    chart = chart_of(definition)
    outcome = step_chart(chart, Configuration(position.innermost, position.history), event)
    transition = next((one for one in outcome.effects if isinstance(one, Transition)), None)
    if transition is None:
        raise Refused(
            "no_such_event", f"{event!r} means nothing in state {position.state!r}", event=event, state=position.state
        )
    reached, changes = _reached(definition, position, outcome)
    return Stepped(reached, transition, _effects_of(outcome), changes, outcome.entered)


def reviewed(definition: ProcedureDeclaration, position: Position, event: str) -> Stepped:
    """Return what follows when a review or a tie moves a case: as ``step``, but out of an end too.

    Raises:
        Refused: if the event means nothing in this state.

    >>> from tests.procedures.contests import CONTESTED
    >>> reviewed(CONTESTED, Position("refused", 3), "sent_back").position
    Position(state='accepted', version=4, clocks={'decision': 'running'})
    """
    arrow = definition.transition(event, position.state)
    if arrow is None or arrow.by not in {REVIEW, TIE} or not definition.state(position.state).final:
        return step(definition, position, event)
    outcome = begin_chart(chart_of(definition, arrow.target))
    reached, changes = _reached(definition, position, outcome)
    return Stepped(reached, arrow, (*arrow.effects, *_effects_of(outcome)), changes, outcome.entered)


def _reached(
    definition: ProcedureDeclaration, before: Position, outcome: Outcome
) -> tuple[Position, tuple[ClockChange, ...]]:
    """Return where a case stands after a step of its chart, with its clocks."""
    active, history = outcome.configuration.active, outcome.configuration.history
    chart = chart_of(definition)
    state, stands = active[0], active
    if len(active) > 1 or chart.parent[chart.place[state]]:
        state, stands = shown(definition, active), around(definition, active)
    if stands == (state,) and not history:
        active = ()
    changes = clock_changes(definition, before.clocks, *outcome.entered, active=stands)
    return Position(state, before.version + 1, _after(before.clocks, changes), active, history), changes


def _effects_of(outcome: Outcome) -> tuple[Effect, ...]:
    return tuple(cast("Effect", one) for one in outcome.effects if not isinstance(one, Transition))


def clock_changes(
    definition: ProcedureDeclaration,
    open_clocks: Mapping[str, ClockStatus],
    *entered: str,
    active: Collection[str] = (),
) -> tuple[ClockChange, ...]:
    """Return what happens to each clock when states are entered, in any part of a case.

    A state that ends a clock wins over one that pauses it, and this over one that starts it. A waiting clock goes on
    when nothing that is ``active`` makes it wait; without nested states that is what was entered. When the case ends,
    every clock does.

    >>> from tests.procedures.samples import LICENCE
    >>> clock_changes(LICENCE, {"decision": "running"}, "supplement")
    (ClockChange(clock='decision', change='pause'),)
    >>> clock_changes(LICENCE, {"decision": "waiting"}, "accepted")
    (ClockChange(clock='decision', change='resume'),)
    """
    changes = []
    now, stands = frozenset(entered), frozenset(active or entered)
    chart = chart_of(definition)
    final = any(chart.ends >> chart.place[name] & 1 for name in entered)
    for clock in definition.clocks:
        change = _change(clock, open_clocks.get(clock.id), now, stands, final=final)
        if change:
            changes.append(ClockChange(clock.id, change))
    return tuple(changes)


def _change(
    clock: Clock, status: ClockStatus | None, entered: frozenset[str], active: frozenset[str], *, final: bool
) -> Change | None:
    ends = final or not entered.isdisjoint(clock.stop)
    if status is None:
        return "start" if not ends and not entered.isdisjoint(clock.start) else None
    if ends:
        return "stop"
    if not entered.isdisjoint(clock.pause):
        return "pause" if status == "running" else None
    return "resume" if status == "waiting" and active.isdisjoint(clock.pause) else None


def _after(open_clocks: Mapping[str, ClockStatus], changes: Sequence[ClockChange]) -> dict[str, ClockStatus]:
    clocks = dict(open_clocks)
    for change in changes:
        if change.change == "stop":
            clocks.pop(change.clock)
        else:
            clocks[change.clock] = "waiting" if change.change == "pause" else "running"
    return clocks


def accepts(definition: ProcedureDeclaration, *entered: str, clock_started: bool) -> bool:
    """Say whether entering states accepts the case: one of them says so, or no state does and a clock was begun.

    >>> from tests.procedures.samples import LICENCE
    >>> accepts(LICENCE, "accepted", clock_started=False), accepts(LICENCE, "submitted", clock_started=True)
    (True, False)
    """
    accepting = definition.accepting
    return not accepting.isdisjoint(entered) if accepting else clock_started


def why_not(
    transition: Transition, scope: Scope, actor_id: str, facts: CaseFacts, history: Mapping[str, frozenset[str]]
) -> Refused | None:
    """Return why an actor may not fire a transition, or None if they may.

    ``history`` says who fired which event before. Separation of duties binds everybody, the machine included, and
    counts the natural person, in whosever office they acted.

    >>> from amur.base.acting import Grant
    >>> from tests.procedures.samples import LICENCE
    >>> grant = LICENCE.transition("grant", "accepted")
    >>> decider = Scope("office", "9", grants=(Grant("decider", "bureau", "230000"),))
    >>> facts = CaseFacts(region="230100", body_id="bureau")
    >>> why_not(grant, decider, "9", facts, {"accept": frozenset({"8"})}) is None
    True
    >>> why_not(grant, decider, "9", facts, {"accept": frozenset({"9"})}).code
    'separation_of_duties'
    >>> why_not(grant, Scope("public"), "", facts, {}).code
    'wrong_role'
    """
    if refusal := _follows_alone(transition):
        return refusal
    if transition.by == APPLICANT:
        if scope.kind != "system" and not is_party(scope, facts):
            return Refused("not_the_applicant", "only the applicant may do this", event=transition.event)
    else:
        said = {"event": transition.event, "role": transition.by}
        wrong = Refused("wrong_role", f"only a {transition.by} of the body may do this", **said)
        found = permit(scope, (transition.by,), facts, actor_id=actor_id, otherwise=wrong)
        if isinstance(found, Refused):
            return found
    for earlier in transition.not_by_actor_of:
        if actor_id and actor_id in history.get(earlier, ()):
            return Refused(
                "separation_of_duties",
                f"whoever did {earlier!r} may not do {transition.event!r}",
                event=transition.event,
                earlier=earlier,
            )
    return None


def _follows_alone(transition: Transition) -> Refused | None:
    """Return why nobody fires a transition, since it follows from something else, or None."""
    if transition.on_lapse:
        return Refused("only_by_lapse", "nobody does this; it follows when a period is over", event=transition.event)
    said = {
        REVIEW: "this follows when an appeal is decided",
        TIE: "this follows when cases are split, merged, reopened",
        CASES: "this follows when all its cases are over",
        EXCHANGE: "this follows when another system says so",
    }
    if transition.by in said:
        return Refused(f"only_by_{transition.by}", said[transition.by], event=transition.event)
    return None


def may_fire(
    transition: Transition, scope: Scope, actor_id: str, facts: CaseFacts, history: Mapping[str, frozenset[str]]
) -> bool:
    """Say whether an actor may fire a transition.

    >>> from tests.procedures.samples import LICENCE
    >>> may_fire(LICENCE.transition("withdraw", "submitted"), Scope("public"), "", CaseFacts(), {})
    False
    """
    return why_not(transition, scope, actor_id, facts, history) is None


def days_left(due_on: date, today: date, calendar: WorkCalendar) -> int:
    """Return how many working days are left after today; negative when the day has passed.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> [days_left(date(2026, 3, 16), today, calendar) for today in (date(2026, 3, 13), date(2026, 3, 17))]
    [1, -1]
    """
    left = working_days_between(today, due_on, calendar)
    # A day that passed over a weekend is past all the same, though no working day lies between.
    return min(left, -1) if due_on < today else left
