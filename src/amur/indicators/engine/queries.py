"""A query as a value: what may run, and what is said of one that may not. The reader of SQL is in ``statements``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amur.base.fields.column import DATE, Column

SNAPSHOT = "snapshot"
"""A table of one row that every query may read: ``taken_on`` is the day of the snapshot."""
SNAPSHOT_COLUMNS: Mapping[str, Column] = {"taken_on": DATE}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a query may not say; ``line`` counts from 1 in its text."""

    line: int
    found: str
    fix: str

    def __str__(self) -> str:
        """Print as a sentence."""
        return f"line {self.line}: {self.found}; {self.fix}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A query that may run: its text as it was read, the datasets it reads, by name, and whether the day matters."""

    sql: str
    datasets: frozenset[str]
    asks_day: bool = False
