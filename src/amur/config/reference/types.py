"""The page of field types: each type, its options, and what every face makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from amur.base import fields as package
from amur.base.codelists import CodeList
from amur.base.declared import Text
from amur.base.fields import ERRORS, TYPES, Column, FieldDeclaration, Lookups, field_of, table_schema
from amur.config.reference import models
from amur.config.reference.modules import about
from amur.config.reference.text import prose, table

_TITLE = {"zh": "项", "en": "Item"}
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "code": {"codelist": "list"},
    "identifier": {"scheme": "scheme"},
    "reference": {"register_id": "register"},
    "money": {"currency": "CNY"},
    "quantity": {"unit": "Mbit/s", "unit_title": _TITLE},
    "shape": {"shapes": ["area"]},
    "file": {"media_types": ["application/pdf"]},
    "contact": {"medium": "telephone"},
    "person": {"of": "name", "purpose": _TITLE, "retention_days": 30},
    "group": {"fields": [{"id": "inner", "type": "text", "title": _TITLE}]},
    "computed": {"expression": "1 + 1", "result": {"type": "number"}},
}
"""The options that a type cannot do without."""

_LISTS = {
    "list": CodeList.model_validate(
        {"id": "list", "title": _TITLE, "source": "-", "codes": [{"code": "a", "title": _TITLE}]}
    )
}


def fields() -> Iterator[str]:
    """Yield the parts of the page."""
    yield about(package)
    found = {name: field_of({"id": "item", "type": name, "title": _TITLE, **_OPTIONS.get(name, {})}) for name in TYPES}
    heads = ("type", "data set", "expression", "JSON Schema", "Table Schema", "filter by", "personal")
    yield "## Types and their faces\n\n" + table(heads, [(f"`{name}`", *_faces(one)) for name, one in found.items()])
    yield "Options of all types: " + models.keys_of(FieldDeclaration) + "."
    for name, model in TYPES.items():
        yield f"## {name}\n\n{prose(model.__doc__)}"
        yield models.options(model, FieldDeclaration)
    yield "## Faults\n\nWhat raw input may be refused with: " + ", ".join(f"`{code}`" for code in ERRORS) + "."


def _faces(field: FieldDeclaration) -> tuple[str, ...]:
    lookups = Lookups(date(2026, 1, 1), codelists=_LISTS, records=lambda _, key: Text(zh=key, en=key))
    schema, row = field.json_schema(lookups), table_schema([field], "en", lookups)["fields"]
    said = str(schema.get("type", "any of several")) + (f", {schema['format']}" if "format" in schema else "")
    told = row[0]["type"] if isinstance(row, list) and isinstance(row[0], Mapping) else ""
    return (
        column(field.column()),
        column(field.cel_column()),
        said,
        str(told),
        field.index() or "–",
        field.personal_class,
    )


def column(found: Column) -> str:
    """Return a column in words.

    >>> column(Column("decimal", scale=2)), column(Column("list", item=Column("text")))
    ('decimal, 2 places', 'list of text')
    """
    if found.item is not None:
        return f"list of {column(found.item)}"
    if found.columns:
        return "struct of " + ", ".join(name for name, _ in found.columns)
    return f"{found.kind}, {found.scale} places" if found.scale else found.kind


def kind(found: object) -> str:
    """Return the kind of an expression's value in words.

    >>> kind(None)
    'a length of time'
    """
    if found is None:
        return "a length of time"
    of = getattr(found, "of", None)
    return f"list of {kind(of)}" if of is not None else str(getattr(found, "value", found))
