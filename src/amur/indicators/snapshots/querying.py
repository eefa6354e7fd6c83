"""Queries of a snapshot: DuckDB sees the files of the datasets that a query reads and nothing else of this machine.

It may use so much memory, so many threads and so much time; it reaches no other file, no network and no setting.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from amur.base.datasets import INDEX, VERSIONS, Shape
from amur.base.faults import Refused
from amur.indicators.engine.queries import SNAPSHOT, Statement
from amur.indicators.snapshots.folder import Folder
from amur.indicators.snapshots.manifest import Manifest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_ROWS = 10_000
"""A query that gives more rows is no indicator."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use: megabytes of memory, threads, seconds."""

    memory_mb: int = 512
    threads: int = 2
    seconds: float = 60.0


class Session:
    """A snapshot that is read: the caller holds the folder while it is used. An earlier ``index`` may be asked for."""

    def __init__(
        self,
        folder: Folder,
        manifest: Manifest,
        taken_on: date,
        *,
        index: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.taken_on = taken_on
        self.index = manifest.index if index is None else index
        self.limits = limits or Limits()

    def rows(self, statement: Statement, shapes: Mapping[str, Shape]) -> list[dict[str, Any]]:
        """Return the rows of a query, by the names of its columns.

        Raises:
            Refused: if it fails, takes too long or too much memory, or gives too many rows.
        """
        import duckdb  # noqa: PLC0415  # a web server that only shows pages never loads it

        try:
            with self._connected(sorted(statement.datasets), shapes) as connection:
                names, rows = self._asked(connection, statement.sql)
        except duckdb.Error as error:
            raise Refused("query_failed", f"the query failed: {_first_line(error)}") from None
        if len(rows) > MOST_ROWS:
            raise Refused("query_too_wide", f"the query gives more than {MOST_ROWS} rows; group by less")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _asked(self, connection: DuckDBPyConnection, sql: str) -> tuple[list[str], list[Any]]:
        alarm = threading.Timer(self.limits.seconds, connection.interrupt)
        alarm.start()
        try:
            found = connection.execute(sql)
            return [column[0] for column in found.description or ()], found.fetchmany(MOST_ROWS + 1)
        finally:
            alarm.cancel()

    @contextmanager
    def _connected(self, names: list[str], shapes: Mapping[str, Shape]) -> Iterator[DuckDBPyConnection]:
        import duckdb  # noqa: PLC0415  # a web server that only shows pages never loads it

        stored = {name: self.manifest.datasets[name].parts for name in names}
        parts = {name: [part for part in parts if part.after < self.index] for name, parts in stored.items()}
        files = {name: self.folder.files_of(some) for name, some in parts.items()}
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{self.limits.memory_mb}MB",
            "threads": str(self.limits.threads),
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": "",
        }
        with duckdb.connect(":memory:", config=settings) as connection:
            allowed = ", ".join(_quoted(str(file)) for some in files.values() for file in some)
            connection.execute(f"SET allowed_paths = [{allowed}]")
            connection.execute("SET enable_external_access = false")
            connection.execute(f"CREATE TABLE {SNAPSHOT} AS SELECT CAST(? AS DATE) AS taken_on", [self.taken_on])
            for name in names:
                self._view(connection, shapes[name], [str(file) for file in files[name]])
            connection.execute("SET lock_configuration = true")
            yield connection

    def _view(self, connection: DuckDBPyConnection, shape: Shape, files: list[str]) -> None:
        """Make the views of a dataset: all versions up to the index, and the last of each thing."""
        columns = ", ".join(f'"{name}"' for name in shape.all_columns)
        if files:
            source = f"read_parquet([{', '.join(map(_quoted, files))}])"
        else:
            source = "nothing_of_" + shape.name
            connection.register(source, shape.schema().empty_table())
        every = f"{shape.name}{VERSIONS}" if shape.versioned else shape.name
        limit = f'WHERE "{INDEX}" <= {int(self.index)}'
        connection.execute(f'CREATE VIEW "{every}" AS SELECT {columns} FROM {source} {limit}')  # noqa: S608  # declared names
        if shape.versioned:
            key = ", ".join(f'"{name}"' for name in shape.key)
            order = ", ".join(f'"{name}" DESC' for name in shape.order)
            begun = f'WHERE "{shape.begins}" <= (SELECT taken_on FROM {SNAPSHOT})' if shape.begins else ""  # noqa: S608  # declared names
            last = f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1"
            connection.execute(f'CREATE VIEW "{shape.name}" AS SELECT {columns} FROM "{every}" {begun} {last}')  # noqa: S608  # declared names


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
