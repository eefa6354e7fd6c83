"""The checks of a declared draw: what it names exists, its conditions are conditions, and it can give something."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from amur.base.expressions import Kind, Struct, type_of, variable_of
from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration
from amur.procedures.draws.declarations import KEY, DrawDeclaration, Opens, fields_of, known_of
from amur.procedures.effectchecks import Beside, check_whole
from amur.registers.checks import Known, Locate, Path, check_expression, fault, missing_texts
from amur.registers.declarations import RegisterDeclaration

Fields = tuple[FieldDeclaration, ...]


def check_draw(
    declared: DrawDeclaration,
    known: Known,
    registers: Mapping[str, RegisterDeclaration],
    bodies: Collection[str],
    locate: Locate,
) -> list[Fault]:
    """Return all faults of a draw."""
    faults = [*_names(declared, known, registers, bodies, locate), *missing_texts(declared, known, locate)]
    things = registers.get(declared.objects.register_id)
    persons = registers.get(declared.people.register_id or "")
    if things is None or (declared.people.register_id and persons is None):
        return faults
    return [*faults, *_fields(declared, things.fields, fields_of(persons), locate)]


def _names(
    declared: DrawDeclaration,
    known: Known,
    registers: Mapping[str, RegisterDeclaration],
    bodies: Collection[str],
    locate: Locate,
) -> Iterator[Fault]:
    uses: list[tuple[Path, str, str, Collection[str]]] = [
        (("body",), "body", declared.body_id, bodies),
        (("objects", "register"), "register", declared.objects.register_id, registers),
        *((("by", place), "role", role, known.roles) for place, role in enumerate(declared.by)),
    ]
    if declared.people.register_id:
        uses.append((("people", "register"), "register", declared.people.register_id, registers))
    if declared.people.role:
        uses.append((("people", "role"), "role", declared.people.role, known.roles))
    for path, what, name, choices in uses:
        if name not in choices:
            yield fault(locate, path, f"draw.{what}", f"unknown {what} {name!r}", choices)


def _fields(declared: DrawDeclaration, things: Fields, persons: Fields, locate: Locate) -> Iterator[Fault]:
    """Find fields that are none, and conditions that are none."""
    of_objects, of_people = {one.id for one in things}, {one.id for one in persons}
    if declared.objects.by and declared.objects.by not in of_objects:
        found = f"the objects have no field {declared.objects.by!r}"
        yield fault(locate, ("objects", "by"), "draw.field", found, of_objects)
    sides = {"object": (declared.objects.when, things), "person": (declared.people.when, persons)}
    for (name, (when, fields)), part in zip(sides.items(), ("objects", "people"), strict=True):
        if when:
            seen = Struct.of({name: variable_of(fields), "today": Kind.DATE})
            yield from check_expression(when, seen, Kind.BOOLEAN, (part, "when"), check="draw.when", locate=locate)
    both = Struct.of({"object": variable_of(things), "person": variable_of(persons)})
    for place, rule in enumerate(declared.conflicts):
        at: Path = ("conflicts", place)
        if rule.when:
            at = (*at, "when")
            yield from check_expression(rule.when, both, Kind.BOOLEAN, at, check="draw.when", locate=locate)
        for side, names in (("object", of_objects), ("person", of_people)):
            field = getattr(rule, side)
            if field not in {None, KEY, *names}:
                found = f"the {side} has no field {field!r}"
                yield fault(locate, (*at, side), "draw.field", found, {KEY, *names})


def check_opens(declared: DrawDeclaration, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Find a case that a draw cannot open: a procedure that is none, a form that would not be whole, no such value."""
    opens, register = declared.opens, beside.registers.get(declared.objects.register_id)
    if opens is None or register is None:
        return
    opened = beside.procedures.get(opens.procedure_id)
    if opened is None:
        found = f"unknown procedure {opens.procedure_id!r}"
        yield fault(locate, ("opens", "procedure"), "draw.opens", found, beside.procedures)
        return
    yield from _firm(opens, register, known, locate)
    yield from check_whole(opens.values, opened, ("opens", "values"), locate)
    variables, fields = known_of(register.fields), {one.id: one for one in opened.fields}
    for name, source in opens.values.items():
        at: Path = ("opens", "values", name)
        kind = type_of(fields[name].cel_column()) if name in fields else None
        if kind is None:
            yield fault(locate, at, "draw.opens", f"{opened.id!r} has no field {name!r}", fields)
        elif isinstance(kind, Kind):
            yield from check_expression(source, variables, kind, at, check="draw.opens", locate=locate)
        else:
            found = f"no expression fills {name!r}, which holds several values"
            yield Fault(*locate(at), "draw.opens", found, "ask for it by an event of the case")


def _firm(opens: Opens, register: RegisterDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    if opens.firm is None:
        return
    names = {one.id for one in register.fields}
    if opens.firm.field not in names:
        found = f"the objects have no field {opens.firm.field!r}"
        yield fault(locate, ("opens", "firm", "field"), "draw.opens", found, names)
    if opens.firm.scheme not in known.schemes:
        found = f"unknown scheme {opens.firm.scheme!r}"
        yield fault(locate, ("opens", "firm", "scheme"), "draw.opens", found, known.schemes)
