"""Checks of the expressions of a procedure: each can be read, names what there is, and yields what is needed."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.expressions import ExpressionError, Kind, Struct, compile_, type_of
from amur.base.faults import Fault
from amur.base.fields import ComputedField, FieldDeclaration
from amur.procedures.conditions import form_variables, variables
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.checks import Known, Locate, Path, check_expression


def check_conditions(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of guards, of what decides whether something is asked, and of computed fields."""
    values = {name: known.values[name] for name in definition.values if name in known.values}
    rounds, fees = [one.id for one in definition.opinions], [fee.id for fee in definition.fees]
    everything = variables(definition.data_fields, values, rounds, fees)
    before: list[FieldDeclaration] = []
    for place, page in enumerate(definition.pages):
        at: Path = ("pages", place)
        yield from _asks(page.when, before, definition.fields, (*at, "when"), locate)
        yield from _fields(page.fields, before, definition.fields, (*at, "fields"), locate)
    for place, transition in enumerate(definition.transitions):
        at = ("transitions", place)
        if transition.when:
            yield from check_expression(
                transition.when, everything, Kind.BOOLEAN, (*at, "when"), check="guard", locate=locate
            )
        known_before = list(definition.fields)
        yield from _fields(transition.asks, known_before, definition.data_fields, (*at, "asks"), locate)


def _fields(
    fields: tuple[FieldDeclaration, ...],
    before: list[FieldDeclaration],
    everything: tuple[FieldDeclaration, ...],
    at: Path,
    locate: Locate,
) -> Iterator[Fault]:
    for place, each in enumerate(fields):
        yield from _asks(each.when, before, everything, (*at, place, "when"), locate)
        if isinstance(each, ComputedField):
            yield from _computed(each, before, (*at, place, "expression"), locate)
        before.append(each)


def _computed(each: ComputedField, before: list[FieldDeclaration], at: Path, locate: Locate) -> Iterator[Fault]:
    kind = type_of(each.cel_column())
    if isinstance(kind, Struct):
        found = f"{each.id!r} is computed as a group of values"
        yield Fault(*locate(at), "computed", found, "compute single values")
    else:
        yield from check_expression(each.expression, variables(before), kind, at, check="computed", locate=locate)


def _asks(
    source: str,
    before: list[FieldDeclaration],
    everything: tuple[FieldDeclaration, ...],
    at: Path,
    locate: Locate,
) -> Iterator[Fault]:
    """Check a condition of a form against what is asked before it: nothing else is known when it is decided."""
    if not source:
        return
    later = {each.id for each in everything} - {each.id for each in before}
    try:
        program = compile_(source, form_variables(everything), Kind.BOOLEAN)
    except ExpressionError:
        yield from check_expression(source, form_variables(before), Kind.BOOLEAN, at, check="condition", locate=locate)
        return
    for name in sorted(program.reads_of("form") & later):
        found = f"{source!r} reads {name!r}, which is asked later"
        yield Fault(*locate(at), "condition", found, "ask it before")
