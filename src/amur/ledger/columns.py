"""How the columns of a model enter the database and leave it, worked out once for a model and a kind of database.

Django asks each field anew for each value. Here the fields whose values need no thought are told apart once: a value
of the very type that its column has goes in as it is. Anything else goes the way of Django's own field.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

Field: TypeAlias = "models.Field[Any, Any]"
Entering: TypeAlias = Callable[[models.Model, BaseDatabaseWrapper, bool], Any]
"""Returns what the database takes of a row, which is new or not."""
Leaving: TypeAlias = Callable[[Any], Any]
"""Returns what the program takes of what the database gave."""

_AS_IT_IS: dict[type[Field], frozenset[type]] = {
    models.CharField: frozenset({str, NoneType}),
    models.TextField: frozenset({str, NoneType}),
    models.BooleanField: frozenset({bool, NoneType}),
    models.IntegerField: frozenset({int, NoneType}),
    models.BigIntegerField: frozenset({int, NoneType}),
    models.PositiveIntegerField: frozenset({int, NoneType}),
    models.PositiveSmallIntegerField: frozenset({int, NoneType}),
    models.PositiveBigIntegerField: frozenset({int, NoneType}),
}
_EMPTY: dict[str, Callable[[], Any]] = {"{}": dict, "[]": list}
_MOMENTS = frozenset({date, datetime, UUID})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field, and how its values enter and leave; ``leaves`` is None where they leave as they are."""

    field: Field
    name: str
    enters: Entering
    leaves: Leaving | None

    def is_same(self, entering: Any, value: Any, given: Any, before: Any) -> bool:
        """Say whether what would be stored is what was read: as the database has it, or as a value that cannot change.

        ``given`` is what the database gave and ``before`` what the program took of it.
        """
        return bool(entering == given) or (type(before) in _MOMENTS and value == before)


@lru_cache(maxsize=128)
def columns_of(model: type[models.Model], vendor: str) -> tuple[Column, ...]:
    """Return the columns of a model, in the order of its fields."""
    from django.db import connection  # noqa: PLC0415 -- the converters of its kind are asked, when there is one

    return tuple(
        Column(field, field.attname, _entering(field, vendor), _leaving(field, connection))
        for field in model._meta.concrete_fields  # noqa: SLF001 -- Django's own word
    )


@lru_cache(maxsize=256)
def instant(value: datetime) -> str:
    """Return an instant as SQLite keeps it.

    >>> instant(datetime(2026, 1, 2, tzinfo=UTC))
    '2026-01-02 00:00:00'

    Raises:
        ValueError: if it has no time zone.
    """
    if value.tzinfo is None:
        raise ValueError(f"found {value} without a time zone; instants are kept as aware ones")
    return str(value.astimezone(UTC).replace(tzinfo=None))


def _entering(field: Field, vendor: str) -> Entering:
    name, plain = field.attname, _AS_IT_IS.get(type(field), frozenset())
    kind = type(field.target_field) if isinstance(field, models.ForeignKey) else type(field)
    if vendor == "sqlite" and kind in _WRITTEN and getattr(field, "encoder", None) is None:
        return _written(field, *_WRITTEN[kind])
    if kind is models.UUIDField:
        plain = frozenset({UUID, NoneType})
    empty = getattr(field, "empty_in", {}).get(vendor)
    if empty is not None:
        return _emptied(field, empty)

    def enters(row: models.Model, database: BaseDatabaseWrapper, adding: bool) -> Any:  # noqa: FBT001 -- as Django's
        value = row.__dict__.get(name, row)
        if type(value) in plain:
            return value
        return field.get_db_prep_save(field.pre_save(row, adding), database)

    return enters


def _emptied(field: Field, empty: str) -> Entering:
    """Return how values enter that a field seals, unless there is nothing to seal."""
    name = field.attname

    def enters(row: models.Model, database: BaseDatabaseWrapper, adding: bool) -> Any:  # noqa: FBT001 -- as Django's
        if not row.__dict__.get(name, row):
            return empty
        return field.get_db_prep_save(field.pre_save(row, adding), database)

    return enters


def _written(field: Field, kind: type, write: Callable[[Any], Any]) -> Entering:
    """Return how values of a type enter that SQLite has no type for."""
    name = field.attname

    def enters(row: models.Model, database: BaseDatabaseWrapper, adding: bool) -> Any:  # noqa: FBT001 -- as Django's
        value = row.__dict__.get(name, row)
        if value is None:
            return None
        if type(value) is kind:
            return write(value)
        return field.get_db_prep_save(field.pre_save(row, adding), database)

    return enters


def _leaving(field: Field, database: BaseDatabaseWrapper) -> Leaving | None:
    column = field.get_col(field.model._meta.db_table)  # noqa: SLF001 -- Django's own word
    converters = (*database.ops.get_db_converters(column), *column.get_db_converters(database))
    if not converters:
        return None
    if database.vendor == "sqlite" and type(field) is models.DateTimeField:
        return lambda value: value.replace(tzinfo=UTC) if type(value) is datetime else value

    def leaves(value: Any) -> Any:
        for convert in converters:
            value = convert(value, column, database)
        return value

    if type(field) is models.JSONField:
        return lambda value: _EMPTY[value]() if value in _EMPTY else leaves(value)
    return leaves


_WRITTEN: dict[type[Field], tuple[type, Callable[[Any], Any]]] = {
    models.DateTimeField: (datetime, instant),
    models.UUIDField: (UUID, lambda value: value.hex),
    models.JSONField: (dict, lambda value: json.dumps(value) if value else "{}"),
}
"""What SQLite has no type for: of which type its values are, and how they are written."""
