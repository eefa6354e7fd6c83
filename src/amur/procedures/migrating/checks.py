"""The checks of a map: what it names exists in the edition of now and in those before, and no case is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amur.base.expressions import Struct, type_of
from amur.base.faults import Fault
from amur.procedures.conditions import is_plain, variables
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.migrating import engine
from amur.procedures.migrating.declarations import EARLIER, MigrationDeclaration
from amur.procedures.paths import CASE_VALUES
from amur.registers.checks import Known, Locate, check_expression, fault, missing_texts


def check_migration(
    declared: MigrationDeclaration, procedures: Mapping[str, ProcedureDeclaration], known: Known, locate: Locate
) -> list[Fault]:
    """Return the faults of a map that its pack shows: those of the edition to which it leads."""
    new = procedures.get(declared.procedure)
    if new is None:
        found = f"unknown procedure {declared.procedure!r}"
        return [fault(locate, ("procedure",), "migration.procedure", found, procedures)]
    return sorted([*_new_side(declared, new, locate), *missing_texts(declared, known, locate)])


def _new_side(declared: MigrationDeclaration, new: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    states, fields = [state.id for state in new.every_state], [field.id for field in new.data_fields]
    clocks = [clock.id for clock in new.clocks]
    for place, state in enumerate(declared.states):
        lacking = [name for name in state.to or () if name not in states]
        for name in lacking:
            yield fault(locate, ("states", place, "to"), "migration.state", f"unknown state {name!r}", states)
        if not lacking and state.to and (active := engine.entered(new, state.to)) is None:
            found = f"no case stands in {' and '.join(state.to)} together"
            yield Fault(*locate(("states", place, "to")), "migration.state", found, "name states of one configuration")
        elif not lacking and state.to and any(new.state(name).final and name in _outer(new) for name in active or ()):
            found = f"{' and '.join(state.to)} ends the case, which only an event may do"
            yield Fault(*locate(("states", place, "to")), "migration.final", found, "name a state that is not final")
    for place, move in enumerate(declared.fields):
        if move.to and move.to not in fields:
            yield fault(locate, ("fields", place, "to"), "migration.field", f"unknown field {move.to!r}", fields)
    for place, one in enumerate(declared.clocks):
        if one.to and one.to not in clocks:
            yield fault(locate, ("clocks", place, "to"), "migration.clock", f"unknown clock {one.to!r}", clocks)


def _outer(definition: ProcedureDeclaration) -> set[str]:
    return {state.id for state in definition.states}


def check_against(
    declared: MigrationDeclaration,
    old: ProcedureDeclaration,
    new: ProcedureDeclaration,
    locate: Locate,
) -> list[Fault]:
    """Return the faults of a map for the cases of one earlier edition: all states, fields and clocks have a place."""
    return sorted(
        {
            *_old_names(declared, old, locate),
            *_old_states(declared, old, new, locate),
            *_old_fields(declared, old, new, locate),
            *_moved_fields(declared, old, new, locate),
            *_old_clocks(declared, old, new, locate),
        }
    )


def _old_names(declared: MigrationDeclaration, old: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Find names that the edition does not know; one for several editions may name what only some of them have."""
    if declared.sources == EARLIER:
        return
    states, fields = {state.id for state in old.every_state}, {field.id for field in old.data_fields}
    clocks = {clock.id for clock in old.clocks}
    uses = [
        (("states", n, "from"), "state", name, states) for n, one in enumerate(declared.states) for name in one.sources
    ]
    uses += [
        (("fields", n, "from"), "field", one.source, fields) for n, one in enumerate(declared.fields) if one.source
    ]
    uses += [
        (("clocks", n, "from"), "clock", one.source, clocks) for n, one in enumerate(declared.clocks) if one.source
    ]
    for path, what, name, choices in uses:
        if name not in choices:
            found = f"the earlier edition has no {what} {name!r}"
            yield fault(locate, path, f"migration.{what}", found, choices)


def _old_states(
    declared: MigrationDeclaration, old: ProcedureDeclaration, new: ProcedureDeclaration, locate: Locate
) -> Iterator[Fault]:
    """Find states in which a case may stand and of which nobody says where it goes on."""
    known = {state.id for state in new.every_state}
    covered = {
        name
        for state in old.every_state
        for one in declared.states
        if state.id in one.sources
        for name in (inner.id for inner in state.every())
    }
    final = {state.id for state in old.states if state.final}
    for state in old.every_state:
        if not state.states and state.id not in known | covered | final:
            found = f"nothing says where a case goes on that stands in {state.id!r}"
            yield Fault(*locate(("states",)), "migration.state", found, "give it to, or stay with a reason")


def _old_fields(
    declared: MigrationDeclaration, old: ProcedureDeclaration, new: ProcedureDeclaration, locate: Locate
) -> Iterator[Fault]:
    before = {field.id: field for field in old.data_fields}
    after = {field.id: field for field in new.data_fields}
    moved = {one.source for one in declared.fields if one.source}
    filled = {one.to for one in declared.fields if one.to}
    for name in before:
        if name not in after and name not in moved:
            found = f"nothing says what becomes of the answers to {name!r}"
            yield Fault(*locate(("fields",)), "migration.field", found, "rename it, or drop it with a reason")
    for name in (field.id for field in new.fields if field.required and not field.when):
        if name not in filled and (name not in before or name in moved):
            found = f"{name!r} must be answered and no running case has it"
            yield Fault(*locate(("fields",)), "migration.required", found, "give it a value, or make it optional")
    for name in before.keys() & after.keys() - moved - filled:
        if before[name].type != after[name].type:
            found = f"{name!r} was {before[name].type} and is {after[name].type}"
            yield Fault(*locate(("fields",)), "migration.type", found, "say what becomes of it")


def _moved_fields(
    declared: MigrationDeclaration, old: ProcedureDeclaration, new: ProcedureDeclaration, locate: Locate
) -> Iterator[Fault]:
    before = {field.id: field for field in old.data_fields}
    after = {field.id: field for field in new.data_fields}
    for place, one in enumerate(declared.fields):
        source, target = before.get(one.source or ""), after.get(one.to or "")
        if source and target and source.type != target.type:
            found = f"{one.source!r} is {source.type} and {one.to!r} is {target.type}"
            yield Fault(*locate(("fields", place)), "migration.type", found, "give it a value by an expression")
        if one.value and target:
            kind = type_of(target.cel_column())
            if is_plain(one.value):
                yield from _plain(one.value, before, ("fields", place, "value"), locate)
            elif not isinstance(kind, Struct):
                at = ("fields", place, "value")
                seen = variables(old.data_fields, dict.fromkeys(old.values, "integer"))
                yield from check_expression(one.value, seen, kind, at, check="migration.value", locate=locate)


def _plain(source: str, fields: Mapping[str, object], at: tuple[str | int, ...], locate: Locate) -> Iterator[Fault]:
    what, _, name = source.partition(".")
    choices = fields if what == "form" else CASE_VALUES
    if what in {"form", "case"} and name not in choices:
        yield fault(locate, at, "migration.value", f"{source!r} names nothing", choices)


def _old_clocks(
    declared: MigrationDeclaration, old: ProcedureDeclaration, new: ProcedureDeclaration, locate: Locate
) -> Iterator[Fault]:
    for clock in old.clocks:
        found = engine.clock_of(declared.clocks, new, clock.id)
        if isinstance(found, tuple):
            place = next((n for n, one in enumerate(declared.clocks) if one.source == clock.id), None)
            said = engine.why_not_length(old, clock, *found)
            where = locate(("clocks",) if place is None else ("clocks", place))
            if said:
                yield Fault(*where, "migration.clock", said.said, "add the basis, or keep the length")
        elif isinstance(found, engine.Obstacle):
            yield Fault(*locate(("clocks",)), "migration.clock", found.said, "give it to, or end it with a reason")
