"""Where inputs come from that are datasets: those of every room below."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from amur.base.acting import SYSTEM
from amur.base.datasets import Dataset
from amur.base.declared import Text
from amur.base.faults import Conflict, NotFound
from amur.ledger import datasets as ledger
from amur.ledger import reads as sealed
from amur.people import datasets as people
from amur.policy import datasets as policy
from amur.procedures import datasets as procedures
from amur.registers import datasets as registers
from amur.studies.engine import cell

ROOMS = (ledger, policy, people, registers, procedures)
"""The rooms that have data, from below."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A table that was taken out of a dataset: CSV, how many rows, at which sealed index with which root."""

    content: bytes
    rows: int
    index: int
    root: str


def titles() -> dict[str, Text]:
    """Return what the datasets of the active pack are called, by their names."""
    return {one.name: one.shape.title for room in ROOMS for one in room.datasets(SYSTEM)}


def taken(name: str, columns: Mapping[str, str], on: date) -> Taken:
    """Return the rows of a dataset that stand on a day, at the newest sealed head, in the columns that are asked for.

    Raises:
        NotFound: if the pack has no such dataset.
        Conflict: if nothing is sealed yet.
    """
    found = next((one for room in ROOMS for one in room.datasets(SYSTEM) if one.name == name), None)
    if found is None:
        raise NotFound("no_dataset", f"there is no dataset {name!r}")
    head = sealed.head()
    if head is None:
        raise Conflict("nothing_sealed", "nothing is sealed yet; the worker seals within a second, then try again")
    rows = list(standing(found, head.size - 1, on))
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row, path) for path in columns.values()] for row in rows)
    return Taken(into.getvalue().encode(), len(rows), head.size - 1, head.root)


def standing(dataset: Dataset, index: int, on: date) -> Iterator[Mapping[str, Any]]:
    """Yield the rows that stand on a day, in the order of their keys: of each thing the last version that has begun."""
    shape = dataset.shape
    every = (row for batch in dataset.batches(-1, index) for row in batch.to_pylist())
    if not shape.versioned:
        yield from every
        return
    last: dict[tuple[str, ...], tuple[tuple[Any, ...], Mapping[str, Any]]] = {}
    for row in _begun(every, shape.begins, on):
        key, order = tuple(str(row[name]) for name in shape.key), tuple(row[name] for name in shape.order)
        if key not in last or last[key][0] <= order:
            last[key] = (order, row)
    for key in sorted(last):
        row = last[key][1]
        if not row.get("_ended") and not (row.get("_valid_to") and row["_valid_to"] < on):
            yield row


def _begun(rows: Iterable[Mapping[str, Any]], begins: str, on: date) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if not begins or row[begins] <= on)
