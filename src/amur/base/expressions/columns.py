"""Declared fields as types and values of expressions, and results as fields keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from amur.base.canonical import Json
from amur.base.expressions.types import Kind, ListOf, Struct, Type, Value
from amur.base.fields import Column, FieldDeclaration

_KINDS: Mapping[str, Kind] = {
    "text": Kind.TEXT,
    "integer": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "instant": Kind.INSTANT,
}


def type_of(column: Column) -> Type:
    """Return the type that a column has in expressions; a list of lists is one of texts, which none can read.

    >>> type_of(Column("list", item=Column("text")))
    ListOf(of=<Kind.TEXT: 'text'>)
    """
    if column.kind == "struct":
        return Struct(tuple((name, type_of(inner)) for name, inner in column.columns))
    if column.kind == "list":
        item = type_of(column.item) if column.item else Kind.TEXT
        return ListOf(Kind.TEXT if isinstance(item, ListOf) else item)
    return _KINDS[column.kind]


def variable_of(fields: Iterable[FieldDeclaration]) -> Struct:
    """Return the struct of declared fields."""
    return Struct(tuple((field.id, type_of(field.cel_column())) for field in fields))


def stored(value: Value) -> Json:
    """Return a result as a field keeps it: decimals and dates as text.

    >>> stored(Decimal("2.50")), stored(date(2026, 3, 9)), stored([True, 7])
    ('2.5', '2026-03-09', [True, 7])
    """
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [stored(each) for each in value]
    return value
