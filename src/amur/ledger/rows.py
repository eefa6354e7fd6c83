"""Rows of the hot path: statements made once for a model and run by the driver inside Django's transaction.

To build a query anew for each act costs more than the act itself. What Django gives beside that is kept: its fields
convert and seal, its errors are raised, and where somebody counts or wraps its queries they go through it. Signals
of rows are not sent here; nobody listens to any.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState

from amur.ledger.columns import Table, table_of

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
    table = table_of(model, database.vendor)
    given = _run(database, table.reading, [table.own.field.get_db_prep_value(key, database)]).fetchone()
    if given is None:
        return None
    values = dict(zip(table.names, given, strict=True))
    for name, leaves in table.leaving:
        if values[name] is not None:
            values[name] = leaves(values[name])
    row = _bare(model, database.alias, adding=False)
    row.__dict__.update(values)
    row.__dict__[_READ] = given, values
    return row


def made(model: type[Row], **values: Any) -> Row:
    """Return a new row that is not stored yet, as the model itself would make it of values for all its columns.

    Raises:
        TypeError: if a column has no value, or a value no column.
    """
    table = table_of(model, _database().vendor)
    if values.keys() != table.given:
        raise TypeError(f"{model.__name__} has {', '.join(sorted(table.given))}; found {', '.join(sorted(values))}")
    row = _bare(model, None, adding=True)
    row.__dict__[table.own.name] = None
    row.__dict__.update(values)
    for name, attribute in table.relations:
        related = row.__dict__.pop(name)
        row.__dict__[attribute] = related and related.pk
        row._state.fields_cache[name] = related  # noqa: SLF001 -- where Django keeps them
    return row


def store(row: models.Model) -> None:
    """Store a new row. Its number is not read back: what is stored so is not referred to in the same act."""
    database = _database()
    table = table_of(type(row), database.vendor)
    _store(row, table, database, table.storing)


def store_numbered(row: models.Model) -> Any:
    """Store a new row whose number the database gives, set it and return it."""
    database = _database()
    table = table_of(type(row), database.vendor)
    number = _store(row, table, database, table.storing_numbered).fetchone()[0]
    row.__dict__[table.own.name] = number
    return number


def can_store(row: models.Model, *, is_new: bool) -> bool:
    """Say whether a new row can be stored here: the database numbers it, or its key is known to be new."""
    table = table_of(type(row), _database().vendor)
    if table.is_numbered:
        return row.__dict__.get(table.own.name) is None
    return is_new or table.own.field.has_default()


def store_whole(row: models.Model) -> None:
    """Store a new row, and set its number where the database gives one."""
    database = _database()
    table = table_of(type(row), database.vendor)
    if table.is_numbered:
        store_numbered(row)
    else:
        _store(row, table, database, table.storing)


def store_if_new(row: models.Model) -> bool:
    """Store a new row unless another stands in its place, by a key that must be the only one; say whether it was new.

    Whoever is storing such a row in another transaction is waited for.
    """
    database = _database()
    table = table_of(type(row), database.vendor)
    found = _store(row, table, database, table.storing_new).fetchone()
    if found is None:
        row._state.adding = True  # noqa: SLF001 -- it is not stored, after all
        return False
    if table.is_numbered:
        row.__dict__[table.own.name] = found[0]
    return True


def can_change(row: models.Model, names: tuple[str, ...] | None) -> bool:
    """Say whether columns of a row can be changed here, or all of them: they are columns, and it has their values."""
    table, present = table_of(type(row), _database().vendor), row.__dict__
    if names is None:
        return all(name in present for name in table.names)
    return bool(names) and all(table.has(name, present) for name in names)


def changed(row: models.Model, names: tuple[str, ...] | None) -> bool:
    """Store columns of a row, or all of them; say whether it was there."""
    table = table_of(type(row), _database().vendor)
    try:
        change(row, table.rest if names is None else names)
    except ObjectDoesNotExist:
        return False
    return True


def change(row: models.Model, names: tuple[str, ...]) -> None:
    """Store columns of a row that exists; of one that was ``locked``, those of them that are others than were read.

    A column that is stored again is taken out of each index that it stands in and put in again, changed or not.

    Raises:
        ObjectDoesNotExist: if it does not exist any more.
    """
    database = _database()
    table, present = table_of(type(row), database.vendor), row.__dict__
    given, before = present.pop(_READ, (None, {}))
    changed, values = [], []
    for place, column in table.named(names):
        name = column.name
        if given is not None and column.is_untouched(present[name], before[name]):
            continue
        value = column.enters(row, database, False)
        if given is None or not column.is_same(value, present[name], given[place], before[name]):
            changed.append(column.field.column)
            values.append(value)
    if not changed:
        return
    values.append(table.own.enters(row, database, False))
    if _run(database, table.changing(tuple(changed)), values).rowcount != 1:
        raise ObjectDoesNotExist(f"{type(row).__name__} {row.pk} is not there any more")


def forget_read(row: models.Model) -> None:
    """Let ``change`` store all that it is told: the row was stored or read in another way meanwhile."""
    row.__dict__.pop(_READ, None)


def key_of(row: models.Model) -> Any:
    """Return the primary key of a row as the database takes it."""
    database = _database()
    return table_of(type(row), database.vendor).own.enters(row, database, False)


def _store(row: models.Model, table: Table, database: BaseDatabaseWrapper, sql: str) -> Any:
    cursor = _run(database, sql, [column.enters(row, database, True) for column in table.stored])
    row._state.adding, row._state.db = False, database.alias  # noqa: SLF001 -- it is stored, by our own SQL
    return cursor


def _bare(model: type[Row], alias: str | None, *, adding: bool) -> Row:
    """Return a row without values, past the constructor, which asks each field for each of its ways to be set."""
    row = model.__new__(model)
    state = row.__dict__["_state"] = ModelState()
    state.db, state.adding = alias, adding
    return row


def _database() -> BaseDatabaseWrapper:
    return connections[DEFAULT_DB_ALIAS]  # never kept: one thread has several, one for each context of a loop


def _run(database: BaseDatabaseWrapper, sql: str, values: Sequence[Any]) -> Any:
    database.close_if_health_check_failed()  # as Django's cursor does: the server may have begun anew
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
    return sql.replace("%s", "?").replace("%%", "%") if vendor == "sqlite" else sql
