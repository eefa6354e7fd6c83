"""Rows of the hot path: statements made once for a model and run by the driver inside Django's transaction.

To build a query anew for each act costs more than the act itself. What Django gives beside that is kept: its fields
convert and seal, its errors are raised, and where somebody counts or wraps its queries they go through it. Signals
of rows are not sent here; nobody listens to any.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState

from amur.ledger.columns import Column, columns_of

Row = TypeVar("Row", bound=models.Model)

_READ = "_as_read"
"""Under which name a row that was locked remembers what the database gave, and what it became."""


def run(sql: str, values: Sequence[Any]) -> Any:
    """Run one statement with its values and return the cursor of the driver, or Django's where that is watched.

    Raises:
        DatabaseError: as Django's cursor does.
    """
    return _run(_database(), sql, values)


def locked(model: type[Row], key: Any) -> Row | None:
    """Return the row of this primary key, locked until the transaction ends, or None."""
    database = _database()
    sql, columns, own = _reading(model, database.vendor)
    given = _run(database, sql, [own.get_db_prep_value(key, database)]).fetchone()
    if given is None:
        return None
    values = dict(zip(_attributes(model), given, strict=True))
    for column, value in zip(columns, given, strict=True):
        if column.leaves and value is not None:
            values[column.name] = column.leaves(value)
    row = _bare(model, database.alias, adding=False)
    row.__dict__.update(values)
    row.__dict__[_READ] = given, values
    return row


def made(model: type[Row], **values: Any) -> Row:
    """Return a new row that is not stored yet, as the model itself would make it of values for all its columns.

    Raises:
        TypeError: if a column has no value, or a value no column.
    """
    names, related = _names(model), {}
    row = _bare(model, None, adding=True)
    row.__dict__[model._meta.pk.attname] = None  # noqa: SLF001 -- Django's own word
    for name, value in values.items():
        if isinstance(value, models.Model):
            related[name] = value
            row.__dict__[names.get(name, name)] = value.pk
        else:
            row.__dict__[names.get(name, name)] = value
    if values.keys() != names.keys():
        raise TypeError(f"{model.__name__} has {', '.join(sorted(names))}; found {', '.join(sorted(values))}")
    row._state.fields_cache.update(related)  # noqa: SLF001 -- where Django keeps them
    return row


def store(row: models.Model) -> None:
    """Store a new row. Its number is not read back: what is stored so is not referred to in the same act."""
    _store(row, "")


def store_numbered(row: models.Model) -> Any:
    """Store a new row whose number the database gives, set it and return it."""
    row.pk = _store(row, f' RETURNING "{row._meta.pk.column}"').fetchone()[0]  # noqa: SLF001 -- Django's own word
    return row.pk


def _store(row: models.Model, returning: str) -> Any:
    database = _database()
    sql, columns = _storing(type(row), database.vendor)
    cursor = _run(database, sql + returning, [column.enters(row, database, True) for column in columns])
    row._state.adding, row._state.db = False, database.alias  # noqa: SLF001 -- it is stored, by our own SQL
    return cursor


def change(row: models.Model, names: tuple[str, ...]) -> None:
    """Store columns of a row that exists; of one that was ``locked``, those of them that are others than were read.

    A column that is stored again is taken out of each index that it stands in and put in again, changed or not.

    Raises:
        ObjectDoesNotExist: if it does not exist any more.
    """
    database = _database()
    given, before = row.__dict__.pop(_READ, (None, {}))
    changed, values = [], []
    for place, column in _named(type(row), names, database.vendor):
        value, name = column.enters(row, database, False), column.name
        if given is None or not column.is_same(value, row.__dict__[name], given[place], before[name]):
            changed.append(name)
            values.append(value)
    if not changed:
        return
    sql = _changing(type(row), tuple(changed))
    if _run(database, sql, [*values, key_of(row)]).rowcount != 1:
        raise ObjectDoesNotExist(f"{type(row).__name__} {row.pk} is not there any more")


def forget_read(row: models.Model) -> None:
    """Let ``change`` store all that it is told: the row was stored or read in another way meanwhile."""
    row.__dict__.pop(_READ, None)


def key_of(row: models.Model) -> Any:
    """Return the primary key of a row as the database takes it."""
    return row._meta.pk.get_db_prep_value(row.pk, _database())  # noqa: SLF001 -- Django's own word


def _bare(model: type[Row], alias: str | None, *, adding: bool) -> Row:
    """Return a row without values, past the constructor, which asks each field for each of its ways to be set."""
    row = model.__new__(model)
    state = row.__dict__["_state"] = ModelState()
    state.db, state.adding = alias, adding
    return row


class _Here(threading.local):
    """The connection of this thread: Django would look for a running loop at each question."""

    database: BaseDatabaseWrapper | None = None


_here = _Here()


def _database() -> BaseDatabaseWrapper:
    if _here.database is None:
        _here.database = connections[DEFAULT_DB_ALIAS]
    return _here.database


def _run(database: BaseDatabaseWrapper, sql: str, values: Sequence[Any]) -> Any:
    if database.force_debug_cursor or database.execute_wrappers or database.connection is None:
        cursor = database.cursor()
        cursor.execute(sql, values)
        return cursor
    try:
        return database.connection.execute(_spelt(sql, database.vendor), values)
    except Exception:
        with database.wrap_database_errors:
            raise


@lru_cache(maxsize=512)
def _spelt(sql: str, vendor: str) -> str:
    """Return a statement with its places as the driver writes them."""
    return sql.replace("%s", "?") if vendor == "sqlite" else sql


@lru_cache(maxsize=64)
def _reading(model: type[models.Model], vendor: str) -> tuple[str, tuple[Column, ...], Any]:
    meta, columns = model._meta, columns_of(model, vendor)  # noqa: SLF001 -- Django's own word
    listed = ", ".join(f'"{column.field.column}"' for column in columns)
    lock = " FOR UPDATE" if vendor == "postgresql" else ""
    sql = f'SELECT {listed} FROM "{meta.db_table}" WHERE "{meta.pk.column}" = %s{lock}'  # noqa: S608 -- names of a model
    return sql, columns, meta.pk


@lru_cache(maxsize=64)
def _attributes(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)  # noqa: SLF001 -- Django's own word


@lru_cache(maxsize=64)
def _names(model: type[models.Model]) -> dict[str, str]:
    fields = model._meta.concrete_fields  # noqa: SLF001 -- Django's own word
    return {field.name: field.attname for field in fields if not isinstance(field, models.AutoField)}


@lru_cache(maxsize=64)
def _storing(model: type[models.Model], vendor: str) -> tuple[str, tuple[Column, ...]]:
    meta = model._meta  # noqa: SLF001 -- Django's own word
    columns = tuple(one for one in columns_of(model, vendor) if not isinstance(one.field, models.AutoField))
    listed, places = ", ".join(f'"{one.field.column}"' for one in columns), ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{meta.db_table}" ({listed}) VALUES ({places})', columns  # noqa: S608 -- names of a model


@lru_cache(maxsize=64)
def _named(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[tuple[int, Column], ...]:
    """Return columns by their names, each with its place among all of them."""
    known = {column.field.name: (place, column) for place, column in enumerate(columns_of(model, vendor))}
    return tuple(known[name] for name in names)


@lru_cache(maxsize=256)
def _changing(model: type[models.Model], attributes: tuple[str, ...]) -> str:
    meta = model._meta  # noqa: SLF001 -- Django's own word
    columns = {field.attname: field.column for field in meta.concrete_fields}
    listed = ", ".join(f'"{columns[name]}" = %s' for name in attributes)
    return f'UPDATE "{meta.db_table}" SET {listed} WHERE "{meta.pk.column}" = %s'  # noqa: S608 -- names of a model
