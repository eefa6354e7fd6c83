"""The SQL of queues that databases do not share: which index SQLite reads, and several counts in one query.

SQLite keeps no figures of how values are spread, so it cannot choose between reading along an order and gathering what
is in reach; what it must not use an index for is said with a plus sign. PostgreSQL knows, and is told nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from amur.base.listing import MOST_COUNTED
from amur.ledger import rows
from amur.ledger.prepared import filled


class Plain(Func):
    """A column that only decides, and by which no index is entered."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Say it with the sign by which SQLite leaves indexes of the column alone."""
        return self.as_sql(compiler, connection, template="+%(expressions)s")


ANY_TURN = "?"
"""What stands for whose turn it is in a query that is asked for several; no value of a column is like it."""


@dataclass(frozen=True, slots=True)
class Counting:
    """One statement that counts several queries: what is counted, and what is none without being asked for."""

    names: tuple[str, ...]
    sql: str
    values: tuple[Any, ...]
    none: tuple[str, ...]

    def found(self, given: Sequence[Any] = ()) -> dict[str, int]:
        """Return how many rows each query has, with these values in its slots."""
        counts = rows.run(self.sql, filled(self.values, given)).fetchone() if self.names else ()
        return dict.fromkeys(self.none, 0) | dict(zip(self.names, counts, strict=True))


def counting(parts: Mapping[str, QuerySet[Any] | None], turns: Iterable[str] = ()) -> Counting:
    """Return how to count the rows of each query, at most one more than are counted, at once; None has none.

    The first part is counted for each of the ``turns`` instead, under their names. It is made once: to make a query
    costs as much as to run it.
    """
    said: dict[str, str] = {}
    values: list[Any] = []
    named: list[str] = []
    for place, (name, part) in enumerate(parts.items()):
        names = list(turns) if turns and not place else [name]
        named += names
        if part is None:
            continue
        try:
            sql, given = part.order_by()[: MOST_COUNTED + 1].query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        for one in names:
            said[one] = f"(SELECT COUNT(*) FROM ({sql}) part)"
            values += [one if value == ANY_TURN else value for value in given]
    none = tuple(name for name in named if name not in said)
    return Counting(tuple(said), f"SELECT {', '.join(said.values())}", tuple(values), none)
