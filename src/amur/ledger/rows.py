"""Rows of the hot path: statements made once for a model and run by the driver inside Django's transaction.

To build a query anew for each act costs more than the act itself. What Django gives beside that is kept: its fields
convert and seal, its errors are raised, and where somebody counts or wraps its queries they go through it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = TypeVar("Row", bound=models.Model)
Converters = tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
Field: TypeAlias = "models.Field[Any, Any]"


def run(sql: str, values: Sequence[Any]) -> Any:
    """Run one statement with its values and return the cursor of the driver, or Django's where that is watched.

    Raises:
        DatabaseError: as Django's cursor does.
    """
    return _run(_database(), sql, values)


def locked(model: type[Row], key: Any) -> Row | None:
    """Return the row of this primary key, locked until the transaction ends, or None."""
    database = _database()
    sql, names, converters, own = _reading(model, database.vendor)
    found = _run(database, sql, [own.get_db_prep_value(key, database)]).fetchone()
    if found is None:
        return None
    values = list(found)
    for place, functions, column in converters:
        for convert in functions:
            values[place] = convert(values[place], column, database)
    return model.from_db(database.alias, names, values)


def store(row: models.Model) -> None:
    """Store a new row. Its number is not read back: what is stored so is not referred to in the same act."""
    database = _database()
    sql, fields = _storing(type(row))
    _run(database, sql, [field.get_db_prep_save(field.pre_save(row, True), database) for field in fields])
    row._state.adding, row._state.db = False, database.alias  # noqa: SLF001 -- it is stored, by our own SQL


def change(row: models.Model, columns: tuple[str, ...]) -> None:
    """Store columns of a row that exists.

    Raises:
        ObjectDoesNotExist: if it does not exist any more.
    """
    database = _database()
    sql, fields, own = _changing(type(row), columns)
    values = [field.get_db_prep_save(field.pre_save(row, False), database) for field in fields]
    if _run(database, sql, [*values, own.get_db_prep_value(row.pk, database)]).rowcount != 1:
        raise ObjectDoesNotExist(f"{type(row).__name__} {row.pk} is not there any more")


def key_of(row: models.Model) -> Any:
    """Return the primary key of a row as the database takes it."""
    return row._meta.pk.get_db_prep_value(row.pk, _database())  # noqa: SLF001 -- Django's own word


def _database() -> BaseDatabaseWrapper:
    return connections[DEFAULT_DB_ALIAS]  # the proxy named connection looks it up at each of its attributes


def _run(database: BaseDatabaseWrapper, sql: str, values: Sequence[Any]) -> Any:
    if database.queries_logged or database.execute_wrappers or database.connection is None:
        cursor = database.cursor()
        cursor.execute(sql, values)
        return cursor
    with database.wrap_database_errors:
        return database.connection.execute(_spelt(sql, database.vendor), values)


@lru_cache(maxsize=256)
def _spelt(sql: str, vendor: str) -> str:
    """Return a statement with its places as the driver writes them."""
    return sql.replace("%s", "?") if vendor == "sqlite" else sql


@lru_cache(maxsize=64)
def _reading(model: type[models.Model], vendor: str) -> tuple[str, tuple[str, ...], Converters, Field]:
    meta, database = model._meta, _database()  # noqa: SLF001 -- Django's own word
    columns = [field.get_col(meta.db_table) for field in meta.concrete_fields]
    converters = []
    for place, column in enumerate(columns):
        found = (*database.ops.get_db_converters(column), *column.get_db_converters(database))
        if found:
            converters.append((place, found, column))
    listed = ", ".join(f'"{field.column}"' for field in meta.concrete_fields)
    lock = " FOR UPDATE" if vendor == "postgresql" else ""
    sql = f'SELECT {listed} FROM "{meta.db_table}" WHERE "{meta.pk.column}" = %s{lock}'  # noqa: S608 -- names of a model
    return sql, tuple(field.attname for field in meta.concrete_fields), tuple(converters), meta.pk


@lru_cache(maxsize=64)
def _storing(model: type[models.Model]) -> tuple[str, tuple[Field, ...]]:
    meta = model._meta  # noqa: SLF001 -- Django's own word
    fields = tuple(field for field in meta.concrete_fields if not isinstance(field, models.AutoField))
    listed, places = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{meta.db_table}" ({listed}) VALUES ({places})', fields  # noqa: S608 -- names of a model


@lru_cache(maxsize=64)
def _changing(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, tuple[Field, ...], Field]:
    meta = model._meta  # noqa: SLF001 -- Django's own word
    named = {field.name: field for field in meta.concrete_fields}
    fields = tuple(named[name] for name in columns)
    listed = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{meta.db_table}" SET {listed} WHERE "{meta.pk.column}" = %s', fields, meta.pk  # noqa: S608 -- names of a model
