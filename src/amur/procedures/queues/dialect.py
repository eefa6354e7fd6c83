"""The SQL of queues that databases do not share: which index SQLite reads, and several counts in one query.

SQLite keeps no figures of how values are spread, so it cannot choose between reading along an order and gathering what
is in reach; what it must not use an index for is said with a plus sign. PostgreSQL knows, and is told nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from amur.base.listing import MOST_COUNTED


class Plain(Func):
    """A column that only decides, and by which no index is entered."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Say it with the sign by which SQLite leaves indexes of the column alone."""
        return self.as_sql(compiler, connection, template="+%(expressions)s")


def counted(parts: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Return how many rows each query has, at most one more than are counted, with one query."""
    said: dict[str, str] = {}
    values: list[Any] = []
    for name, part in parts.items():
        limited = part.order_by().values("pk")[: MOST_COUNTED + 1]
        try:
            sql, given = limited.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        said[name] = f"(SELECT COUNT(*) FROM ({sql}) part)"
        values += given
    found = dict.fromkeys(parts, 0)
    if said:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(said.values())}", values)
            found |= dict(zip(said, cursor.fetchone(), strict=True))
    return found
