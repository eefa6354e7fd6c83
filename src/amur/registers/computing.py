"""Computed values of a record: what follows from what was entered, whenever the record is written.

An expression sees the fields before its own as ``record``. Where it reads a value that is absent, its own is absent.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from amur.base.canonical import Json
from amur.base.expressions import (
    Context,
    ExpressionError,
    Struct,
    compile_,
    evaluate,
    stored,
    type_of,
    variable_of,
)
from amur.base.faults import Invalid
from amur.base.fields import ComputedField, FieldDeclaration, FieldError, Lookups
from amur.base.legal_time import WorkCalendar
from amur.registers import lookups


def computed(fields: tuple[FieldDeclaration, ...], values: Mapping[str, Json], found: Lookups) -> dict[str, Json]:
    """Return the values of a record with those that are computed; what was given for these is not looked at.

    Raises:
        Invalid: naming each computed field whose expression has no value, or one that does not fit.
    """
    asked = [field for field in fields if isinstance(field, ComputedField)]
    if not asked:
        return dict(values)
    data = {name: value for name, value in values.items() if name not in {field.id for field in asked}}
    calendars = lookups.active(WorkCalendar, "calendar")
    context = Context(timezone.get_default_timezone(), next(iter(calendars.values()), None))
    faults: dict[str, tuple[str, str]] = {}
    for field in asked:
        try:
            value = _value(field, fields[: fields.index(field)], data, context)
            if value is not None:
                data[field.id] = field.validate_value(value, found)
        except ExpressionError as error:
            faults[field.id] = ("computed", str(error))
        except FieldError as error:
            faults[field.id] = (error.code, str(error))
    if faults:
        raise Invalid(faults)
    return data


def _value(
    field: ComputedField, before: tuple[FieldDeclaration, ...], data: Mapping[str, Json], context: Context
) -> Json:
    kind = type_of(field.cel_column())
    if isinstance(kind, Struct):
        raise ExpressionError(f"{field.id!r} is computed as a group of values", "compute single values")
    program = compile_(field.expression, Struct.of({"record": variable_of(before)}), kind)
    read = program.reads_of("record")
    cells = {one.id: one.cel_cell(data[one.id]) for one in before if one.id in read and data.get(one.id) is not None}
    try:
        return stored(evaluate(program, {"record": cells}, context))
    except ExpressionError as error:
        if error.is_absence:
            return None
        raise
