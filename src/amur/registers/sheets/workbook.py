"""Rows of an XLSX workbook, read as a stream; what a table of records cannot be is refused with what to do.

Refused are formulas (their stored results may be old, and another program may not have stored any), merged cells,
errors such as ``#REF!``, further sheets that would be overlooked, and archives that unpack to far more than they are.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from amur.registers.sheets.faults import SheetFault

_MOST_MEMBERS = 2_000
_MOST_BYTES = 2**30
_MOST_TEXT_BYTES = 2**28
"""Texts that cells share are held in memory at once."""
_STEEPEST = 200
_SMALL = 10 * 2**20
_LAST_ROW = 1_048_576
_FIRST_ROWS = 50
"""A sheet that is empty so far down is empty."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Serial:
    """A number in a cell. In a column of days it is the number of a day, as spreadsheets count them."""

    text: str
    day: date | None

    def __str__(self) -> str:
        """Return the number as it is typed."""
        return self.text


def rows_of_workbook(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of the one visible sheet of a workbook.

    Raises:
        SheetFault: where the file cannot be read on.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 -- heavy, and only for files of this kind
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 -- as above

    _check_archive(path)
    with path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, ET.ParseError) as error:
            raise _broken(error) from None
        try:
            sheet = _only_sheet(book)
            _check_merged(path, sheet)
            yield from _rows(sheet, book.epoch)
        except (ET.ParseError, zipfile.BadZipFile, KeyError, TypeError, AttributeError, EOFError) as error:
            raise _broken(error) from None
        finally:
            book.close()


def _check_archive(path: Path) -> None:
    """Refuse what is no workbook, and what unpacks to far more than it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names:
                raise SheetFault("no_workbook", "found an archive that is no .xlsx workbook", "send CSV or .xlsx")
            total = sum(member.file_size for member in members)
            packed = max(1, sum(member.compress_size for member in members))
            shared = sum(member.file_size for member in members if "sharedStrings" in member.filename)
            too_steep = total > _SMALL and total / packed > _STEEPEST
            if len(members) > _MOST_MEMBERS or total > _MOST_BYTES or shared > _MOST_TEXT_BYTES or too_steep:
                said = f"found an archive of {packed} bytes that unpacks to {total}"
                raise SheetFault("too_large", said, "send it as CSV, or in parts")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        if _DOCTYPE.search(part.read(2_048)):
                            raise SheetFault("bad_workbook", "found a document type in a workbook", "save it anew")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise _broken(error) from None


def _only_sheet(book: Any) -> Any:
    sheets = [sheet for sheet in book.worksheets if sheet.max_row != 0]
    hidden = [sheet.title for sheet in sheets if sheet.sheet_state != "visible"]
    if hidden:
        fix = "delete it, or show it and keep one sheet"
        raise SheetFault("hidden_sheet", f"found the hidden sheet {hidden[0]!r}, which nobody would look at", fix)
    filled = [sheet for sheet in sheets if _is_filled(sheet)]
    if len(filled) > 1:
        names = ", ".join(repr(sheet.title) for sheet in filled[:3])
        raise SheetFault("many_sheets", f"found the sheets {names}", "keep one sheet in the file")
    if not filled:
        raise SheetFault("empty_file", "found no row", "put the names of the columns into the first row")
    return filled[0]


def _is_filled(sheet: Any) -> bool:
    first = sheet.iter_rows(max_row=_FIRST_ROWS, values_only=True)
    return any(value is not None for row in first for value in row)


def _check_merged(path: Path, sheet: Any) -> None:
    """Refuse merged cells, of which all but the first would read as empty; they are named after the rows."""
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:  # noqa: SLF001 -- no other door
        for _, element in ET.iterparse(part):  # noqa: S314 -- document types were refused before
            if element.tag == f"{_MAIN}mergeCell":
                cells = element.get("ref", "")
                raise SheetFault("merged_cells", f"found the merged cells {cells}", "unmerge them and fill each one")
            if element.tag == f"{_MAIN}row":
                element.clear()


def _rows(sheet: Any, epoch: datetime) -> Iterator[tuple[int, list[Any]]]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_row=_LAST_ROW), start=1):
        yield number, [_text(cell, number, epoch) for cell in cells]


def _text(cell: Any, number: int, epoch: datetime) -> str | Serial:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        fix = "copy the cells and paste their values"
        raise SheetFault(
            "formula", f"found the formula {str(value)[:60]!r}", fix, row=number, column=cell.column_letter
        )
    if cell.data_type == "e":
        raise SheetFault("cell_error", f"found {value!r}", "put the value there", row=number, column=cell.column_letter)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time | timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, epoch)
    return str(value)


def _number(value: float, epoch: datetime) -> Serial:
    """Return a number as it is typed, with the day that it counts; spreadsheets keep all numbers as floats."""
    is_whole = float(value).is_integer()
    text = str(int(value)) if is_whole else format(value, ".15g")
    if "e" in text:
        text = f"{value:f}".rstrip("0").rstrip(".")
    is_day = is_whole and 1 <= value < 2_958_466  # noqa: PLR2004 -- the serial of 10000-01-01
    return Serial(text, (epoch + timedelta(days=int(value))).date() if is_day else None)


def _broken(error: Exception) -> SheetFault:
    return SheetFault("bad_workbook", f"found a damaged workbook ({type(error).__name__})", "open it, save it anew")
