"""By which values lists of records are filtered: kept beside the record in a form that every database compares alike.

Texts, days, instants and codes are texts; yes and no are ``yes`` and ``no``; numbers are numbers. Personal data is
never among them, since what is kept of it can be erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from amur.base.canonical import Json, digest
from amur.base.fields import FieldDeclaration
from amur.registers.declarations import RegisterDeclaration

_NUMBERS = {"integer", "decimal"}
_RANGES = {"integer", "decimal", "date", "instant"}


@dataclass(frozen=True, slots=True)
class Filter:
    """A field by which lists are filtered; of a range one asks for what lies between two values, else for one."""

    field: FieldDeclaration
    kind: Literal["text", "number"]
    is_range: bool

    @property
    def name(self) -> str:
        """Return the id of the field."""
        return self.field.id


def filters_of(declaration: RegisterDeclaration) -> tuple[Filter, ...]:
    """Return the filters of a register: those that it declares, and its fields that are indexed.

    >>> from amur.base.declared import Text
    >>> both = Text(zh="灯", en="Lamp")
    >>> lamps = RegisterDeclaration.model_validate({
    ...     "id": "lamps", "title": both, "summary": both, "carries_out": ["1.1"], "shows": ["lit_on"],
    ...     "filters": ["lit_on"], "fields": [{"id": "lit_on", "type": "date", "title": both}]})
    >>> [(one.name, one.kind, one.is_range) for one in filters_of(lamps)]
    [('lit_on', 'text', True)]
    """
    wanted = [declaration.field(name) for name in declaration.filters]
    wanted += [field for field in declaration.fields if field.indexed and field not in wanted]
    return tuple(
        Filter(field, "number" if kind in _NUMBERS else "text", kind in _RANGES)
        for field in wanted
        if (kind := field.index()) is not None
    )


def definition(filters: tuple[Filter, ...]) -> str:
    """Return the hash of what is filtered how; a record that says another one is to be filled anew.

    >>> definition(()), len(definition(()))
    ('', 0)
    """
    return digest([[one.name, one.kind] for one in filters])[:12] if filters else ""


def values_of(filters: tuple[Filter, ...], data: Mapping[str, Json]) -> dict[str, str | float]:
    """Return the values of a record by which it is found.

    >>> values_of((), {"name": "灯"})
    {}
    """
    return {one.name: comparable(one, value) for one in filters if (value := data.get(one.name)) is not None}


def comparable(one: Filter, value: Json) -> str | float:
    """Return a value as the database compares it."""
    if one.kind == "number":
        return float(Decimal(str(value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
