"""The Table Schema of fields (Frictionless): what a CSV file of them says about its columns.

Source: the Table Schema specification, https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

from collections.abc import Iterable

from amur.base.canonical import Json
from amur.base.fields.declaration import FieldDeclaration, Lookups

_TYPES = {
    "text": "string",
    "integer": "integer",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "instant": "datetime",
    "struct": "string",
    "list": "string",
}
"""A composite cell holds its plain text, so it is a string."""


def table_schema(fields: Iterable[FieldDeclaration], language: str, lookups: Lookups) -> dict[str, Json]:
    """Return the schema of a table whose cells are the plain texts of values.

    >>> from datetime import date
    >>> from amur.base.declared import Text
    >>> from amur.base.fields.times import DateField
    >>> day = DateField(id="day", type="date", title=Text(zh="日", en="Day"))
    >>> table_schema([day], "en", Lookups(date(2026, 1, 1)))
    {'fields': [{'name': 'day', 'title': 'Day', 'type': 'date', 'constraints': {'required': True}}]}
    """
    return {"fields": [_field(field, language, lookups) for field in fields]}


def _field(field: FieldDeclaration, language: str, lookups: Lookups) -> dict[str, Json]:
    kind = field.column().kind
    described: dict[str, Json] = {"name": field.id, "title": field.title.say(language), "type": _TYPES[kind]}
    if field.hint:
        described["description"] = field.hint.say(language)
    if kind == "boolean":
        described |= {"trueValues": ["yes"], "falseValues": ["no"]}
    if field.unit_code:
        described["unit"] = field.unit_code
    constraints = field.constraints()
    if kind == "text" and (codes := field.json_schema(lookups).get("enum")):
        constraints["enum"] = codes
    return described | ({"constraints": constraints} if constraints else {})
