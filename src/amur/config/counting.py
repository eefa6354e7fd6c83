"""Counts of rate limits in PostgreSQL: one statement a count, so that two requests at once are two.

The cache that Django keeps in a database reads a count and then writes the next one, which loses some when many ask at
once, and asks how many rows there are each time. This one counts and does nothing else. What has expired is thrown away
now and then; what has not is never thrown away to make room, since whoever is limited would only have to come from many
addresses.
"""

from __future__ import annotations

from random import Random
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection

_SWEPT_ONCE_IN = 500
"""So many new counts are begun for each time that those which expired are thrown away."""


class Counts(BaseDatabaseCache):
    """Whole numbers by key, each with an end; the table is made by ``createcachetable``."""

    _table: str
    _chance = Random()  # noqa: S311 -- when to sweep is no secret

    def add(self, key: str, value: int, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Begin a count unless one runs, and say whether it was begun."""
        if self._chance.randrange(_SWEPT_ONCE_IN) == 0:
            self._run(f"DELETE FROM {self._table} WHERE expires < statement_timestamp()", ())  # noqa: S608 -- our table
        begun = self._run(
            f"INSERT INTO {self._table} AS kept (cache_key, value, expires)"  # noqa: S608 -- our table
            " VALUES (%s, %s, statement_timestamp() + make_interval(secs => %s))"
            " ON CONFLICT (cache_key) DO UPDATE SET value = EXCLUDED.value, expires = EXCLUDED.expires"
            " WHERE kept.expires < statement_timestamp() RETURNING 1",
            (self.make_and_validate_key(key, version), str(value), self._seconds(timeout)),
        )
        return begun is not None

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count further and return what it is now.

        Raises:
            ValueError: if no such count runs.
        """
        counted = self._run(
            f"UPDATE {self._table} SET value = (value::bigint + %s)::text"  # noqa: S608 -- our table
            " WHERE cache_key = %s AND expires >= statement_timestamp() RETURNING value",
            (delta, self.make_and_validate_key(key, version)),
        )
        if counted is None:
            raise ValueError(f"no count runs under {key!r}")
        return int(counted)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return a count that runs, or the default."""
        found = self._run(
            f"SELECT value FROM {self._table}"  # noqa: S608 -- our table
            " WHERE cache_key = %s AND expires >= statement_timestamp()",
            (self.make_and_validate_key(key, version),),
        )
        return default if found is None else int(found)

    def clear(self) -> None:
        """Forget every count."""
        self._run(f"DELETE FROM {self._table}", ())  # noqa: S608 -- our table

    def _seconds(self, timeout: Any) -> float:
        return float(timeout if timeout is not DEFAULT_TIMEOUT else self.default_timeout or 0)

    def _run(self, sql: str, values: tuple[Any, ...]) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None
