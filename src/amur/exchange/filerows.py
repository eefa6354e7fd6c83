"""The rows of a file that came, as they wait sealed in its row of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amur.exchange.models import Intake, Received


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file: its number as a spreadsheet counts, its cells by the ids of our fields, the files it names."""

    number: int
    cells: Mapping[str, str]
    files: tuple[Mapping[str, object], ...] = field(default=())


def rows_of(run: Intake) -> list[FileRow]:
    """Return the rows of a file that wait, none where they were forgotten."""
    rows = run.rows.get("rows", [])
    assert isinstance(rows, list)  # noqa: S101 -- it was stored so
    return [FileRow(number, cells, tuple(named[0]) if named else ()) for number, cells, *named in rows]


def refused_rows(run: Intake) -> list[tuple[FileRow, Received]]:
    """Return the rows of a file that were refused, each with what was wrong."""
    found = {one.row: one for one in Received.objects.filter(intake=run, state=Received.State.REFUSED)}
    return [(row, found[row.number]) for row in rows_of(run) if row.number in found]
