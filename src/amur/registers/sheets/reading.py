"""Which kind of file it is, said by its first bytes and not by its name, and its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from amur.registers.sheets.delimited import rows_of_text
from amur.registers.sheets.faults import SheetFault
from amur.registers.sheets.workbook import Serial, rows_of_workbook

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LONGEST_ROW = 500
"""Columns."""


class Row(NamedTuple):
    """A row as a spreadsheet numbers it, and its cells. A ``Serial`` is a number that may be meant as a day."""

    number: int
    cells: list[str | Serial]


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a file, the first being the names of its columns; empty rows are passed over.

    Raises:
        SheetFault: where the file cannot be read on.
    """
    with path.open("rb") as file:
        begin = file.read(4)
    if begin == _OLE:
        fix = "save it as .xlsx without a password, or as CSV in UTF-8"
        raise SheetFault("old_workbook", "found an .xls file or a workbook with a password", fix)
    rows = rows_of_workbook(path) if begin == _ZIP else rows_of_text(path)
    is_first = True
    for number, cells in rows:
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        if len(cells) > _LONGEST_ROW:
            fix = f"keep at most {_LONGEST_ROW}"
            raise SheetFault("too_many_columns", f"found {len(cells)} columns", fix, row=number)
        is_first = False
        yield Row(number, cells)
    if is_first:
        raise SheetFault("empty_file", "found no row", "put the names of the columns into the first row")


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
