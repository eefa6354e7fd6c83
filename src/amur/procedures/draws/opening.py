"""What a draw brings: the case of each drawn object, opened by the office that held the draw, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amur.base.acting import SYSTEM, Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.expressions import ExpressionError, Kind, compile_, evaluate, stored, type_of
from amur.base.faults import Invalid, Refused
from amur.base.fields import FieldDeclaration, FieldError, Lookups
from amur.people import reads as people
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.acts.opening import open_own, whole_form
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.draws import reads
from amur.procedures.draws.acts import own, record
from amur.procedures.draws.declarations import DrawDeclaration, Firm, Opens, known_of
from amur.procedures.draws.models import Draw, DrawnCase
from amur.procedures.models import Case
from amur.procedures.moments import here
from amur.procedures.transactions import act, check_key
from amur.registers import reads as registers
from amur.registers.lookups import lookups

OPENED = "draw.cases_opened"


def open_drawn(number: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "") -> tuple[Case, ...]:
    """Open the case of each drawn object that has none yet, and return the cases of all; done again, it does nothing.

    Raises:
        NotFound: if there is no such draw, or the actor may not hold it.
        Refused: if nothing follows from it, it is not held, or an answer has no value.
        Invalid: naming each answer that a form asks and that does not fit, with the object.
    """
    check_key(key)
    with act():
        draw, drawing = own(number, scope)
        if drawing.opens is None:
            raise Refused("draw_opens_nothing", f"{drawing.id!r} declares no case that follows from it")
        if draw.status != "held":
            raise Refused("draw_not_held", f"the draw is {draw.status}; only what was drawn and stands is followed up")
        content_hash, definition = declared.active(drawing.opens.procedure_id)
        before = set(draw.cases.values_list("drawn", flat=True))
        opened: dict[str, Json] = {}
        for line in (draw.result or {"drawn": ()})["drawn"]:
            if line["object"] not in before:
                case = _open(draw, drawing, line, content_hash, definition, by=by, now=now)
                DrawnCase.objects.create(draw=draw, drawn=line["object"], case=case)
                opened[line["object"]] = case.number
        if opened:
            record(draw, drawing, OPENED, {"cases": opened}, by=by, now=now)
        return tuple(Case.objects.filter(drawn_by__draw=draw).order_by("number"))


def _open(
    draw: Draw,
    drawing: DrawDeclaration,
    line: Mapping[str, Any],
    content_hash: str,
    definition: ProcedureDeclaration,
    *,
    by: Actor,
    now: datetime,
) -> Case:
    assert drawing.opens is not None  # noqa: S101 -- whoever calls has looked
    key = reads.key_on_list(draw, line["object"])
    told = {
        "number": draw.number,
        "held_on": day_of(draw.held_at or now),
        "object": key,
        "people": ", ".join(sorted(reads.key_on_list(draw, one) for one in line["people"])),
    }
    of_object = registers.register(drawing.objects.register_id).fields
    values = registers.record(SYSTEM, drawing.objects.register_id, key).values
    found = lookups(day_of(now))
    data = _answers(drawing.opens, definition, (of_object, values), told, found)
    return open_own(content_hash, data, enterprise_id=_enterprise(drawing.opens.firm, values), by=by, now=now)


def _answers(
    opens: Opens,
    definition: ProcedureDeclaration,
    thing: tuple[tuple[FieldDeclaration, ...], Mapping[str, Json]],
    told: Mapping[str, object],
    found: Lookups,
) -> dict[str, Json]:
    """Return what the form of the case holds: its expressions, as the fields keep them."""
    fields = {one.id: one for one in definition.fields}
    known, given = known_of(thing[0]), {"object": _cells(*thing), "draw": dict(told)}
    faults: dict[str, tuple[str, str]] = {}
    data: dict[str, Json] = {}
    for name, source in opens.values.items():
        field = fields.get(name)
        if field is None:
            faults[name] = ("unknown_field", f"{definition.id!r} has no field {name!r}")
            continue
        try:
            program = compile_(source, known, _kind(field))
            data[name] = field.validate_value(stored(evaluate(program, given, here())), found)
        except FieldError as error:
            faults |= error.told(name)
        except ExpressionError as error:
            if not error.is_absence:
                raise Refused("draw_without_value", f"{source!r} has no value for {told['object']}: {error}") from error
    try:
        return whole_form(definition, data, found, faults)
    except Invalid as error:
        named = {name: (code, f"{told['object']}: {said}") for name, (code, said) in error.fields.items()}
        raise Invalid(named) from None


def _kind(field: FieldDeclaration) -> Kind:
    kind = type_of(field.cel_column())
    if not isinstance(kind, Kind):
        raise Refused("draw_without_value", f"no expression fills {field.id!r}, which holds several values")
    return kind


def _cells(fields: tuple[FieldDeclaration, ...], values: Mapping[str, Json]) -> dict[str, object]:
    return {one.id: one.cel_cell(values[one.id]) for one in fields if values.get(one.id) is not None}


def _enterprise(firm: Firm | None, values: Mapping[str, Json]) -> str:
    """Return the enterprise whose case it is; one that nobody acts for here yet is not known by a number alone."""
    identifier = values.get(firm.field) if firm else None
    return people.acted_for(SYSTEM, firm.scheme, str(identifier)) if firm and identifier else ""
