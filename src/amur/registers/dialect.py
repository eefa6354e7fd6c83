"""The SQL of this room that SQLite and PostgreSQL do not share: expression indexes, and the expressions they serve.

An index is made for each field by which a register is filtered, over the records of that register only:
``(value, newest first, key)``. A query uses it where it says the same expression and the same register *as literals*,
which is why both are written by one function here and nothing is bound as a parameter; ids of registers and fields are
lower-case ASCII words, so nothing in them needs quoting.

On PostgreSQL an index is made with ``CONCURRENTLY``, so that writers go on meanwhile; that cannot be done inside a
transaction, where the plain form is used (in tests). On SQLite there is one writer at all, who waits for a second or so
per million records. An index that PostgreSQL left invalid, since making it was cut off, is dropped and made anew.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, FloatField, Func, Q, TextField
from django.db.models.expressions import F
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual
from django.db.models.sql.compiler import SQLCompiler

from amur.base.canonical import digest
from amur.registers.filtering import Filter

PREFIX = "registers_filter_"
_TABLE = "registers_record"
_ID = re.compile(r"[a-z][a-z0-9_]*")
_LOOKUPS = {"=": Exact, ">=": GreaterThanOrEqual, "<=": LessThanOrEqual}


class FilterValue(Func):
    """The value of a filter in a JSON column, as the index over it says it."""

    def __init__(self, column: str, one: Filter) -> None:
        super().__init__(F(column), output_field=FloatField() if one.kind == "number" else TextField())
        self.one = one

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **__: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Say it as the database of this connection does."""
        template = _value(connection.vendor, "%(expressions)s", self.one.name, self.one.kind)
        return super().as_sql(compiler, connection, template=template)


def of_register(register_id: str) -> Func:
    """Return the condition that a record is of a register, as an index over that register alone says it."""
    return Func(F("register"), template=f"%(expressions)s = '{_word(register_id)}'", output_field=BooleanField())


def compares(one: Filter, operator: str, value: str | float, *, kept: bool = False) -> Q | Expression:
    """Return the condition that a value compares so; ``kept``: of a version, in the form in which it keeps it."""
    if kept and one.field.index() == "boolean":
        return Q(**{f"data__{one.name}": value == "yes"})
    return _LOOKUPS[operator](FilterValue("data" if kept else "filters", one), value)


def name_of(register_id: str, one: Filter) -> str:
    """Return the name of an index, which changes with all that it is made of."""
    made_of = [
        register_id,
        one.name,
        *(_statement(vendor, "", register_id, one) for vendor in ("sqlite", "postgresql")),
    ]
    return PREFIX + digest(made_of)[:16]


def indexes(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the indexes that are there and can be used; those that cannot be are dropped."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND name GLOB %s", [f"{PREFIX}*"])
            return {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = %s AND starts_with(c.relname, %s)",
            [_TABLE, PREFIX],
        )
        found = dict(cursor.fetchall())
    for name in [name for name, is_valid in found.items() if not is_valid]:
        drop(connection, name)
        del found[name]
    return set(found)


def create(connection: BaseDatabaseWrapper, register_id: str, one: Filter) -> None:
    """Make the index of a filter."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor, name_of(register_id, one), register_id, one, _quietly(connection)))


def drop(connection: BaseDatabaseWrapper, name: str) -> None:
    """Drop an index that no filter needs."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {_quietly(connection)}IF EXISTS {_word(name)}")


def analyse(connection: BaseDatabaseWrapper) -> None:
    """Let the planner know the new indexes."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_TABLE}")


def _statement(vendor: str, name: str, register_id: str, one: Filter, quietly: str = "") -> str:
    value = _value(vendor, "filters", one.name, one.kind)
    return (
        f"CREATE INDEX {quietly}IF NOT EXISTS {name} ON {_TABLE} (({value}), recorded_at DESC, key)"
        f" WHERE register = '{_word(register_id)}'"
    )


def _value(vendor: str, column: str, name: str, kind: str) -> str:
    if vendor == "sqlite":
        taken = f"json_extract({column}, '$.{_word(name)}')"
        return f"CAST({taken} AS REAL)" if kind == "number" else taken
    taken = f"({column} ->> '{_word(name)}')"
    return f"({taken}::double precision)" if kind == "number" else f'({taken} COLLATE "C")'


def _quietly(connection: BaseDatabaseWrapper) -> str:
    return "CONCURRENTLY " if connection.vendor == "postgresql" and not connection.in_atomic_block else ""


def _word(name: str) -> str:
    """Return an id that can stand in SQL as it is.

    Raises:
        ValueError: for anything else.
    """
    if not _ID.fullmatch(name):
        raise ValueError(f"found {name!r}, which is no lower-case word")
    return name
