"""Where a case stands by another edition, and what becomes of its answers and clocks; pure.

The same functions tell what would happen and do it, so that a dry run cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.fields import FieldDeclaration
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration, State
from amur.procedures.engine import Position
from amur.procedures.migrating.declarations import ClockMove, FieldMove, MigrationDeclaration, StateMove
from amur.procedures.standing import around, chart_of, shown
from amur.procedures.statechart import ChartError
from amur.procedures.statechart import start as begin_chart

MIGRATED = "migrated"
"""The name of the event by which a case came to another edition."""
BROUGHT_BACK = "migration_undone"
"""The name of the event by which it came back."""
BY_EDITIONS = frozenset({MIGRATED, BROUGHT_BACK})


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case cannot move: which kind of reason, what it is about, and in words."""

    code: str
    what: str
    said: str


@dataclass(frozen=True, slots=True)
class Staying:
    """That the map leaves a case where it is, and why."""

    why: Text


def moved(
    declared: MigrationDeclaration, old: ProcedureDeclaration, new: ProcedureDeclaration, position: Position
) -> Position | Obstacle | Staying:
    """Return where a case stands by the new edition, with what its left states remember as far as they go on alone.

    >>> from tests.procedures.samples import LICENCE
    >>> said = {"id": "m", "title": {"zh": "迁", "en": "M"}, "procedure": "licence",
    ...     "states": [{"from": "accepted", "to": "supplement"}]}
    >>> declared = MigrationDeclaration.model_validate(said)
    >>> [moved(declared, LICENCE, LICENCE, Position(name)).state for name in ("submitted", "accepted")]
    ['submitted', 'supplement']
    """
    wanted = _wanted(declared.states, old, new, position.innermost)
    if not isinstance(wanted, tuple):
        return wanted
    active = entered(new, wanted)
    if active is None:
        said = f"a case cannot stand in {' and '.join(wanted)} together"
        return Obstacle("state.together", " ".join(wanted), said)
    stands = around(new, active)
    state = shown(new, active) if len(active) > 1 or stands != active else active[0]
    history = _history(declared.states, new, position.history)
    is_flat = stands == (state,) and not history
    return Position(state, position.version + 1, {}, () if is_flat else active, history)


def entered(definition: ProcedureDeclaration, wanted: Sequence[str]) -> tuple[str, ...] | None:
    """Return the innermost states in which a case stands that enters these; None where it cannot be in all at once.

    >>> from tests.procedures.beacon import BEACON
    >>> entered(BEACON, ["opinions"]), entered(BEACON, ["fire_given"])
    (('fire_asked', 'water_asked'), ('fire_given', 'water_asked'))
    >>> entered(BEACON, ["look", "supplement"]) is None
    True
    """
    try:
        active = begin_chart(chart_of(definition, tuple(wanted))).configuration.active
    except ChartError:
        return None
    return active if set(wanted) <= set(around(definition, active)) else None


def _wanted(
    moves: Iterable[StateMove], old: ProcedureDeclaration, new: ProcedureDeclaration, innermost: tuple[str, ...]
) -> tuple[str, ...] | Obstacle | Staying:
    """Return the states of the new edition in which what is active goes on."""
    known = {state.id for state in new.every_state}
    rest, wanted = dict.fromkeys(innermost), dict[str, None]()
    for move in _in_order(moves, old):
        meant = {name for source in move.sources for name in _inside(old, source)}
        own = known - set(move.sources) if move.to else set()
        covered = [name for name in rest if name in meant - own]
        if not covered or any(not set(_inside(old, source)) & set(covered) for source in move.sources):
            continue
        if move.stay:
            return Staying(move.stay)
        wanted |= dict.fromkeys(move.to or ())
        rest = {name: None for name in rest if name not in covered}
    for name in rest:
        if name not in known:
            return Obstacle("state.no_place", name, f"nothing says where a case goes on that stands in {name!r}")
        wanted[name] = None
    return tuple(wanted)


def _in_order(moves: Iterable[StateMove], old: ProcedureDeclaration) -> list[StateMove]:
    """Return the moves as they are tried: those that need more states first, then what is further inside."""
    states = {state.id: state for state in old.every_state}
    fitting = [move for move in moves if set(move.sources) <= set(states)]
    return sorted(fitting, key=lambda one: (-len(one.sources), sum(len(_held(states[name])) for name in one.sources)))


def _held(state: State) -> tuple[str, ...]:
    return tuple(one.id for one in state.every())


def _inside(definition: ProcedureDeclaration, name: str) -> tuple[str, ...]:
    """Return a state and all inside it."""
    return next((_held(state) for state in definition.every_state if state.id == name), ())


def _history(
    moves: Iterable[StateMove], new: ProcedureDeclaration, history: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return what left states remember: of those that remember in the new edition too, where all of it goes on."""
    single = {one.sources[0]: one.to[0] for one in moves if len(one.sources) == 1 and one.to and len(one.to) == 1}
    keeping = {state.id: _held(state) for state in new.every_state if state.history}
    found = {}
    for name, remembered in history.items():
        state, dot, kind = name.partition(".")
        kept = single.get(state, state)
        states = tuple(single.get(one, one) for one in remembered)
        if kept in keeping and set(states) <= set(keeping[kept]):
            found[f"{kept}{dot}{kind}"] = states
    return found


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a case by the new edition before they are checked, and what was said of them.

    ``computed`` are the new fields whose values are still to be found, each with its expression.
    """

    kept: Mapping[str, Json]
    renamed: Mapping[str, str]
    dropped: Mapping[str, Text]
    computed: Mapping[str, str]


def answers(
    moves: Iterable[FieldMove], old: ProcedureDeclaration, new: ProcedureDeclaration, data: Mapping[str, Json]
) -> Answers | Obstacle:
    """Return what becomes of the answers of a case.

    >>> from tests.procedures.samples import LICENCE
    >>> found = answers([FieldMove.model_validate({"from": "name", "drop": {"zh": "弃", "en": "Gone"}})], LICENCE,
    ...     LICENCE, {"name": "甲", "colour": "red"})
    >>> found.kept, list(found.dropped)
    ({'colour': 'red'}, ['name'])
    """
    known = {field.id for field in new.data_fields}
    before = {field.id for field in old.data_fields}
    by_source = {one.source: one for one in moves if one.source}
    taken = {one.to: one for one in moves if one.to}
    kept: dict[str, Json] = {}
    renamed: dict[str, str] = {}
    dropped: dict[str, Text] = {}
    for name, value in data.items():
        move = by_source.get(name)
        if move and move.drop:
            dropped[name] = move.drop
        elif move and move.to:
            kept[move.to], renamed[name] = value, move.to
        elif name in taken:
            continue
        elif name in known or name not in before:
            kept[name] = value
        elif value is not None:
            return Obstacle("field.no_place", name, f"nothing says what becomes of the answer to {name!r}")
    computed = {one.to: one.value for one in moves if one.to and one.value}
    return Answers(kept, renamed, dropped, computed)


def clock_of(
    moves: Iterable[ClockMove], new: ProcedureDeclaration, name: str
) -> tuple[Clock, ClockMove | None] | ClockMove | Obstacle:
    """Return the clock that an open one becomes, or the move that ends it.

    >>> from tests.procedures.samples import LICENCE
    >>> clock_of((), LICENCE, "decision")[0].id, clock_of((), LICENCE, "gone").code
    ('decision', 'clock.no_place')
    """
    move = next((one for one in moves if one.source == name), None)
    if move and move.end:
        return move
    wanted = move.to if move and move.to else name
    found = next((clock for clock in new.clocks if clock.id == wanted), None)
    if found is None:
        return Obstacle("clock.no_place", name, f"nothing says what becomes of the clock {name!r}, which runs")
    return found, move


def is_worse(old: Clock, new: Clock, states: Iterable[State]) -> bool:
    """Say whether another length is worse for the party: a longer one of the office, a shorter one of the party's own.

    A clock is the party's own where it begins in a state that waits for it.

    >>> from tests.procedures.samples import LICENCE
    >>> clock = LICENCE.clocks[0]
    >>> longer = clock.model_copy(update={"working_days": 30})
    >>> is_worse(clock, longer, LICENCE.states), is_worse(longer, clock, LICENCE.states)
    (True, False)
    """
    own = {state.id for state in states if state.needs_applicant}
    if own & set(old.start):
        return new.rough_days < old.rough_days
    return new.rough_days > old.rough_days


def same_length(old: Clock, new: Clock) -> bool:
    """Say whether two clocks count the same.

    >>> from tests.procedures.samples import LICENCE
    >>> same_length(LICENCE.clocks[0], LICENCE.clocks[0])
    True
    """
    return (old.period, old.last_day) == (new.period, new.last_day)


def begins(declared: MigrationDeclaration, new: ProcedureDeclaration, stands: Iterable[str]) -> tuple[Clock, ...]:
    """Return the clocks that begin with the migration in a case that stands in some states.

    >>> from tests.procedures.samples import LICENCE
    >>> said = {"id": "m", "title": {"zh": "迁", "en": "M"}, "procedure": "licence", "clocks": [{"to": "decision"}]}
    >>> declared = MigrationDeclaration.model_validate(said)
    >>> [clock.id for clock in begins(declared, LICENCE, ["accepted"])], begins(declared, LICENCE, ["submitted"])
    (['decision'], ())
    """
    wanted = {one.to for one in declared.clocks if one.source is None}
    stands = set(stands)
    return tuple(clock for clock in new.clocks if clock.id in wanted and stands & set(clock.start))


def missing(fields: Iterable[FieldDeclaration], data: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the fields that must be answered and are not.

    >>> from tests.procedures.samples import LICENCE
    >>> missing(LICENCE.fields[:2], {"name": "甲"})
    ('colour',)
    """
    return tuple(field.id for field in fields if field.required and data.get(field.id) is None)


def why_not_become(
    old: ProcedureDeclaration,
    before: Clock,
    after: Clock,
    move: ClockMove | None,
    *,
    stands: Iterable[str],
    extension: Mapping[str, Json] | None = None,
) -> Obstacle | None:
    """Return why an open clock cannot go on as another.

    >>> from tests.procedures.samples import LICENCE
    >>> clock = LICENCE.clocks[0]
    >>> longer = clock.model_copy(update={"working_days": 30})
    >>> [why_not_become(LICENCE, clock, longer, None, stands=["accepted"]).code,
    ...  why_not_become(LICENCE, clock, clock, None, stands=["granted"]).code,
    ...  why_not_become(LICENCE, clock, clock, None, stands=["accepted"], extension={"amount": 11}).code]
    ['clock.worse', 'clock.stops', 'clock.extension']
    """
    if fault := why_not_length(old, before, after, move):
        return fault
    if stops := set(after.stop) & set(stands):
        return Obstacle("clock.stops", after.id, f"in {min(stops)!r} the clock {after.id!r} does not run")
    most = after.extension.at_most if after.extension else 0
    if extension and int(str(extension["amount"])) > most:
        return Obstacle("clock.extension", after.id, f"it was extended by {extension['amount']}, and may be by {most}")
    return None


def why_not_length(old: ProcedureDeclaration, before: Clock, after: Clock, move: ClockMove | None) -> Obstacle | None:
    """Return why a clock may not have another length in running cases.

    >>> from tests.procedures.samples import BASIS, LICENCE
    >>> clock = LICENCE.clocks[0]
    >>> shorter, longer = (clock.model_copy(update={"working_days": days}) for days in (10, 30))
    >>> move = ClockMove.model_validate({"from": "decision", "to": "decision", "basis": [BASIS]})
    >>> why_not_length(LICENCE, clock, shorter, move) is None, why_not_length(LICENCE, clock, longer, move).code
    (True, 'clock.worse')
    >>> why_not_length(LICENCE, clock, longer, move.model_copy(update={"to_the_worse": move.basis})) is None
    True
    """
    if same_length(before, after):
        return None
    said = f"{before.period.amount} {before.period.unit} become {after.period.amount} {after.period.unit}"
    if is_worse(before, after, old.every_state):
        if not (move and move.to_the_worse):
            return Obstacle(
                "clock.worse", before.id, f"{said}, which is worse for the party; to_the_worse names no basis"
            )
    elif not (move and (move.basis or move.to_the_worse)):
        return Obstacle("clock.length", before.id, f"{said}; basis names why")
    return None
