"""How the columns of a model enter the database and leave it, worked out once for a model and a kind of database.

Django asks each field anew for each value. Here the fields whose values need no thought are told apart once: a value
of the very type that its column has goes in as it is. Anything else goes the way of Django's own field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection, models
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
_STILL = _MOMENTS | {str, int, bool, NoneType}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field, and how its values enter and leave; ``leaves`` is None where they leave as they are."""

    field: Field
    name: str
    enters: Entering
    leaves: Leaving | None
    is_derived: bool
    """Whether what is stored follows from other columns."""

    def is_untouched(self, value: Any, before: Any) -> bool:
        """Say whether a value is the very one that was read, and one that cannot have changed since."""
        return value is before and not self.is_derived and type(value) in _STILL

    def is_same(self, entering: Any, value: Any, given: Any, before: Any) -> bool:
        """Say whether what would be stored is what was read: as the database has it, or as a value that cannot change.

        ``given`` is what the database gave and ``before`` what the program took of it.
        """
        return bool(entering == given) or (type(before) in _MOMENTS and value == before)


class Table:
    """The columns of a model in one kind of database, in the order of its fields, with the statements about them."""

    def __init__(self, model: type[models.Model], vendor: str) -> None:
        meta = model._meta  # noqa: SLF001 -- Django's own word
        self.columns = tuple(_column(field, vendor) for field in meta.concrete_fields)
        self.names = tuple(column.name for column in self.columns)
        self.leaving = tuple((column.name, column.leaves) for column in self.columns if column.leaves)
        self.own = next(column for column in self.columns if column.field is meta.pk)
        self.stored = tuple(column for column in self.columns if not isinstance(column.field, models.AutoField))
        self.is_numbered = self.own not in self.stored
        self.rest = tuple(column.field.name for column in self.columns if column is not self.own)
        self.given = {column.field.name for column in self.stored}
        self.relations = tuple((column.field.name, column.name) for column in self.stored if column.field.is_relation)
        self._places = {column.field.name: (place, column) for place, column in enumerate(self.columns)}
        self._name, key = meta.db_table, meta.pk.column
        lock = " FOR UPDATE" if vendor == "postgresql" else ""
        listed = ", ".join(f'"{column.field.column}"' for column in self.columns)
        entered = ", ".join(f'"{column.field.column}"' for column in self.stored)
        places = ", ".join(["%s"] * len(self.stored))
        self.reading = f'SELECT {listed} FROM "{self._name}" WHERE "{key}" = %s{lock}'  # noqa: S608 -- names of a model
        self.storing = f'INSERT INTO "{self._name}" ({entered}) VALUES ({places})'  # noqa: S608 -- likewise
        self.storing_numbered = f'{self.storing} RETURNING "{key}"'
        self.storing_new = f'{self.storing} ON CONFLICT DO NOTHING RETURNING "{key}"'
        self.named = lru_cache(maxsize=64)(self._named)
        self.changing = lru_cache(maxsize=256)(self._changing)

    def has(self, name: str, present: Mapping[str, Any]) -> bool:
        """Say whether this is the name of a field, other than the key, whose value a row has."""
        found = self._places.get(name)
        return found is not None and found[1] is not self.own and found[1].name in present

    def _named(self, names: tuple[str, ...]) -> tuple[tuple[int, Column], ...]:
        """Return columns by the names of their fields, each with its place among all of them."""
        return tuple(self._places[name] for name in names)

    def _changing(self, columns: tuple[str, ...]) -> str:
        """Return the statement that changes columns."""
        listed = ", ".join(f'"{column}" = %s' for column in columns)
        return f'UPDATE "{self._name}" SET {listed} WHERE "{self.own.field.column}" = %s'  # noqa: S608 -- likewise


@lru_cache(maxsize=128)
def table_of(model: type[models.Model], vendor: str) -> Table:
    """Return the table of a model, worked out once."""
    return Table(model, vendor)


def _column(field: Field, vendor: str) -> Column:
    is_derived = type(field).pre_save is not models.Field.pre_save
    return Column(field, field.attname, _entering(field, vendor), _leaving(field, connection), is_derived)


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
