"""Rows of the tables among a study's files, as texts: CSV and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amur.base.faults import NotFound

MOST_ROWS = 1_000
"""How many rows are read at once at most."""


@dataclass(frozen=True, slots=True)
class Table:
    """A part of a table: its columns, rows of texts in their order, and how many rows fit what was asked in all."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int

    def as_dicts(self) -> list[dict[str, str]]:
        """Return the rows by the names of their columns.

        >>> Table(("a", "b"), (("1", "2"),), 1).as_dicts()
        [{'a': '1', 'b': '2'}]
        """
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def read_rows(file: Path, where: Mapping[str, str], offset: int, limit: int) -> Table:
    """Return rows of a table that say what is wanted of its columns, from one on.

    Raises:
        NotFound: if the file is no table, or has no such column.
    """
    columns, every = _opened(file)
    missing = [name for name in where if name not in columns]
    if missing:
        raise NotFound("no_column", f"{file.name} has no column {missing[0]!r}; it has {', '.join(columns)}")
    wanted = [(columns.index(name), value) for name, value in where.items()]
    first, last = max(0, offset), max(0, offset) + min(max(0, limit), MOST_ROWS)
    found, total = [], 0
    for row in every:
        if all(row[at] == value for at, value in wanted):
            if first <= total < last:
                found.append(row)
            total += 1
    return Table(columns, tuple(found), total)


def _opened(file: Path) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    if file.suffix == ".csv":
        return _csv(file)
    if file.suffix == ".parquet":
        return _parquet(file)
    raise NotFound("no_table", f"{file.name} is no table; read the file itself")


def _csv(file: Path) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    def rows() -> Iterator[tuple[str, ...]]:
        with file.open(encoding="utf-8", newline="") as stream:
            yield from map(tuple, csv.reader(stream))

    every = rows()
    return tuple(next(every, ())), every


def _parquet(file: Path) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    from pyarrow import parquet  # noqa: PLC0415 -- a web server that only shows pages never loads it

    def rows() -> Iterator[tuple[str, ...]]:
        with parquet.ParquetFile(file) as opened:
            for batch in opened.iter_batches():
                yield from zip(*(map(_said, column.to_pylist()) for column in batch.columns), strict=True)

    return tuple(parquet.read_schema(file).names), rows()


def _said(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)
