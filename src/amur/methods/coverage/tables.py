"""Rows of a large text file as columns, and what is wrong with each: the row, the field, what was found, what to do."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Mapping, Sequence
from csv import reader
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from amur.base.faults import AmurError, Fault

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
MOST_BYTES = 2**29
_BLOCK = 2**24
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_BRACKETS = re.compile(r"\s*[（(\[]\s*([^）)\]]*?)\s*[）)\]]\s*$")
_SEPARATORS = ",\t;"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_TOLD = 1000
"""How many faults are kept word for word; all are counted."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have: the field that it fills, its headers, its units, and what it may hold.

    A header may end with its unit in brackets, which has to be one of ``units`` then.
    """

    field: str
    headers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    least: float = -np.inf
    most: float = np.inf
    default: float | None = None
    is_needed: bool = True


@dataclass(slots=True)
class Faults:
    """What is wrong with rows: the first thousand word for word, and which rows are to be left out."""

    file: str
    rows: Rows
    is_wrong: Flags
    told: list[Fault] = field(default_factory=list)
    count: int = 0
    left_out: int = 0

    def add(self, wrong: Flags, name: str, found: Any, fix: str) -> None:
        """Tell what is wrong with a field of some rows; ``found`` says it of one by its place."""
        places = np.flatnonzero(wrong)
        self.count += len(places)
        for place in places[: max(0, _TOLD - len(self.told))]:
            self.told.append(Fault(self.file, int(self.rows[place]), name, found(int(place)), fix))
        self.is_wrong |= wrong


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of text by field, the number of each row as a spreadsheet counts it, and what is wrong with rows."""

    columns: Mapping[str, Any]
    faults: Faults

    def __len__(self) -> int:
        """Return how many rows there are, right and wrong."""
        return len(self.faults.rows)

    def numbers(self, column: Column) -> Numbers:
        """Return the numbers of a column, its default where nothing stands; what is no number or too far is told."""
        said = self.columns.get(column.field)
        default = np.nan if column.default is None else column.default
        if said is None:
            return np.full(len(self), default)
        is_empty = _flags(pc.equal(said, ""))
        is_number = pc.match_substring_regex(said, _NUMBER)
        found = pc.cast(pc.if_else(is_number, said, None), pa.float64())
        values: Numbers = found.fill_null(np.nan).to_numpy(zero_copy_only=False).copy()
        wanted = f"write a number from {column.least:g} to {column.most:g}" + (
            f" in {column.units[0]}" if column.units else ""
        )
        wrong = ~(_flags(is_number) | is_empty)
        if column.is_needed and column.default is None:
            self.faults.add(is_empty, column.field, lambda _: "nothing stands there", wanted)
        self.faults.add(wrong, column.field, lambda at: f"found {said[at].as_py()[:80]!r}", wanted)
        is_far = ~wrong & ~is_empty & ~((values >= column.least) & (values <= column.most))
        self.faults.add(is_far, column.field, lambda at: f"found {said[at].as_py()[:80]}", wanted)
        values[is_empty] = default
        return values

    def unsaid(self, name: str, among: Flags) -> int:
        """Return in how many of some rows nothing stands for a field."""
        said = self.columns.get(name)
        return int(among.sum()) if said is None else int(_flags(pc.equal(said, ""))[among].sum())

    def texts(self, column: Column) -> Any:
        """Return the texts of a column that is needed, without blanks around them; where none stands is told."""
        said = self.columns[column.field]
        self.faults.add(_flags(pc.equal(said, "")), column.field, lambda _: "nothing stands there", "write what it is")
        return said

    def refuse_repeated(self, keys: Sequence[Any], what: str) -> None:
        """Tell of each row that has what an earlier right one has, and which that is."""
        right = np.flatnonzero(~self.faults.is_wrong)
        if not len(right):
            return
        groups = np.zeros(len(right), np.int64)
        for key in keys:
            codes = pc.take(pa.array(key), right).dictionary_encode()
            codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
            found = codes.indices.to_numpy(zero_copy_only=False).astype(np.int64)
            groups = np.unique(groups * len(codes.dictionary) + found, return_inverse=True)[1]
        _, firsts, inverse = np.unique(groups, return_index=True, return_inverse=True)
        first = np.arange(len(self))
        first[right] = right[firsts[inverse]]
        self.faults.add(
            first != np.arange(len(self)), "row",
            lambda at: f"{what} stands in row {self.faults.rows[first[at]]} already", "leave one of them out",
        )  # fmt: skip


def read_table(path: Path, columns: Sequence[Column], *, headless: Sequence[str] = ()) -> Table:
    """Return the rows of a text file: UTF-8 or GB18030, also packed by gzip; commas, semicolons or tabs.

    A file that names none of ``headless`` in its first row has no headers, and its columns are those. Empty rows are
    passed over; a row with more or fewer cells than the first is told and left out.

    Raises:
        AmurError: if the file cannot be read, is too large, lacks a header that is needed, or names a field twice.
    """
    text = _text(path)
    line = text[:65536].split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r")
    separator = max(_SEPARATORS, key=line.count)
    first = [name.strip() for name in next(reader([line], delimiter=separator), [])]
    has_header = not headless or bool({name.casefold() for name in first} & set(headless))
    fields = _fields(path.name, first, columns) if has_header else _headless(path.name, first, headless, columns)
    table, odd = _parsed(path.name, text, separator, len(first))
    rows = np.setdiff1d(np.arange(1, len(table) + len(odd) + 1), [number for number, _, _ in odd])
    if has_header:
        table, rows = table.slice(1), rows[1:]
    found = {name: pc.utf8_trim_whitespace(table.column(at).combine_chunks()) for name, at in fields.items()}
    is_there = np.zeros(len(rows), bool)
    for column in found.values():
        is_there |= _flags(pc.not_equal(column, ""))
    faults = Faults(path.name, rows[is_there], np.zeros(int(is_there.sum()), bool))
    for number, cells, lines in odd[:_TOLD]:
        over = f" over {lines} lines" if lines > 1 else ""
        fix = "mind commas, and that each quote has its other"
        faults.told.append(Fault(path.name, number, "row", f"found {cells} cells{over}, wanted {len(first)}", fix))
    faults.count = faults.left_out = len(odd)
    return Table({name: column.filter(pa.array(is_there)) for name, column in found.items()}, faults)


def _text(path: Path) -> bytes:
    """Return the file's text as UTF-8."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise AmurError(
            "unreadable_table", f"{path.name}: {error}; say where the file lies, or fetch it again"
        ) from None
    if len(text) > MOST_BYTES:
        raise AmurError("huge_table", f"{path.name}: it holds more than {MOST_BYTES} bytes; split it by region")
    if text.startswith(_UTF_16):
        raise AmurError("utf_16", f"{path.name}: found UTF-16; save it as CSV in UTF-8")
    if not text.strip():
        raise AmurError("empty_table", f"{path.name}: found nothing, wanted a row of headers and rows below")
    if (at := text.find(b"\0")) >= 0:
        raise AmurError("no_text", f"{path.name}: found a zero byte at {at}; save it as CSV in UTF-8")
    text = text.removeprefix(codecs.BOM_UTF8)
    text = text if text.endswith(b"\n") else text + b"\n"
    if _is_utf_8(text):
        return text
    try:
        return text.decode("gb18030").encode()
    except UnicodeDecodeError as error:
        said = f"{path.name}: found bytes at {error.start} that are neither UTF-8 nor GB18030"
        raise AmurError("unknown_encoding", f"{said}; save it as CSV in UTF-8") from None


def _is_utf_8(text: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(text), _BLOCK):
            decoder.decode(text[at : at + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _fields(file: str, headers: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Return which column of the file fills which field."""
    found: dict[str, int] = {}
    of = {plain(name): column for column in columns for name in (column.field, *column.headers)}
    for at, header in enumerate(headers):
        unit = _BRACKETS.search(header)
        column = of.get(plain(header[: unit.start()] if unit else header))
        if column is None:
            continue
        if unit and column.units and plain(unit[1]) not in map(plain, column.units):
            wanted = " or ".join(column.units)
            raise AmurError(
                "other_unit", f"{file}: {header!r} is in {unit[1]}, wanted {wanted}; turn the numbers into it"
            )
        if column.field in found:
            raise AmurError(
                "header_twice", f"{file}: {headers[found[column.field]]!r} and {header!r} say the same; leave one out"
            )
        found[column.field] = at
    for column in columns:
        if column.is_needed and column.default is None and column.field not in found:
            names = ", ".join((column.field, *column.headers))
            raise AmurError(
                "no_header",
                f"{file}: no header for {column.field}: found {', '.join(headers)[:300]}; name one of: {names}",
            )
    return found


def _headless(file: str, first: Sequence[str], headless: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    known = {column.field for column in columns}
    if len(first) != len(headless):
        raise AmurError(
            "no_header",
            f"{file}: found {len(first)} columns without headers, wanted {len(headless)}: {', '.join(headless)}",
        )
    return {name: at for at, name in enumerate(headless) if name in known}


def plain(name: str) -> str:
    """Return a header without case, blanks and signs between words.

    >>> plain(" Height_M"), plain("站点 名称")
    ('heightm', '站点名称')
    """
    return re.sub(r"[\s_\-./°%]+", "", name).casefold()


def _parsed(file: str, text: bytes, separator: str, width: int) -> tuple[Any, list[tuple[int, int, int]]]:
    """Return the cells as text, and of rows with other than as many cells as the first: number, cells and lines."""
    odd: list[tuple[int, int, int]] = []

    def left_out(row: Any) -> str:
        odd.append((row.number, row.actual_columns, row.text.count("\n") + 1))
        return "skip"

    try:
        table = csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(use_threads=False, autogenerate_column_names=True, block_size=_BLOCK),
            parse_options=csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=left_out
            ),
            convert_options=csv.ConvertOptions(
                column_types={f"f{at}": pa.string() for at in range(width)}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise AmurError(
            "bad_table", f"{file}: {error}; a cell in quotes ends with one, and one in it is doubled"
        ) from None
    return table, odd


def _flags(said: Any) -> Flags:
    found: Flags = said.to_numpy(zero_copy_only=False)
    return found
