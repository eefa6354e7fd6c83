"""Tables of text as columns, by declaration, and what is wrong with each row: the row, the field, what to do.

A table is CSV, with commas, semicolons or tabs, or a list of objects as JSON, of which GeoJSON's points are one. Its
headers may be in English or Chinese and end with a unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from csv import Error as CsvError
from csv import reader
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from amur.base.faults import AmurError, Fault, Reason
from amur.methods.filing.columns import Column, fields_of, headless_fields
from amur.methods.filing.documents import cell, chosen_of, headers_of
from amur.methods.filing.texts import text_of
from amur.methods.filing.worded import Worded, spoken, worded

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
LONGEST_CELL = 131_072
"""How many bytes a cell that is read has at most."""
_BLOCK = 2**24
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_SEPARATORS = ",\t;"
_LINE_END = re.compile(rb"\r\n?|\n")
_TRUE, _FALSE = ("1", "true", "yes", "y", "是"), ("0", "false", "no", "n", "否")
_TOLD = 1000
"""How many faults are kept word for word; all are counted."""
_SHOWN = 10
_REASONS = 50


class TableError(AmurError):
    """A table is not as it has to be; ``faults`` has each fault with its row and field, the first thousand."""

    def __init__(self, file: str, faults: Sequence[Fault], count: int) -> None:
        """Say the first ten of them, and how many there are."""
        told = [str(_reason(one)) for one in faults[:_SHOWN]]
        more = [f"… and {count - _SHOWN} more"] if count > _SHOWN else []
        super().__init__("bad_table", "\n".join([f"{file}: {count} faults", *told, *more]), file=file, count=count)
        self.faults = list(faults)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return how many faults the table has, and its first faults row by row."""
        file, count = self.details["file"], int(self.details["count"])
        told = [_reason(one) for one in self.faults[:_REASONS]]
        more = [Reason("more_faults", f"… and {count - len(told)} more", {"count": count - len(told)})]
        head = Reason("bad_table", f"{file}: {count} faults", self.details)
        return (head, *told, *(more if count > len(told) else ()))


def _reason(one: Fault) -> Reason:
    values: dict[str, str | int] = {"row": one.line, "field": one.check, "found": str(one.found), "fix": str(one.fix)}
    values |= {"found_zh": spoken(one.found, "zh"), "fix_zh": spoken(one.fix, "zh")}
    return Reason("bad_row", f"row {one.line}, {one.check}: {one.found}; {one.fix}", values)


@dataclass(slots=True)
class Faults:
    """What is wrong with rows: the first thousand word for word, and which rows are to be left out."""

    file: str
    rows: Rows
    is_wrong: Flags
    told: list[Fault] = field(default_factory=list)
    count: int = 0
    left_out: int = 0

    def add(self, wrong: Flags, name: str, found: Callable[[int], Worded], fix: Worded) -> None:
        """Tell what is wrong with a field of some rows; ``found`` says it of one by its place."""
        places = np.flatnonzero(wrong)
        self.count += len(places)
        for place in places[: max(0, _TOLD - len(self.told))]:
            self.told.append(Fault(self.file, int(self.rows[place]), name, found(int(place)), fix))
        self.is_wrong |= wrong

    def in_order(self) -> tuple[Fault, ...]:
        """Return those that are told by their rows."""
        return tuple(sorted(self.told, key=lambda fault: fault.line))

    def refuse(self) -> None:
        """Refuse the table if anything is wrong with it.

        Raises:
            TableError: with every fault.
        """
        if self.count:
            raise TableError(self.file, self.in_order(), self.count)


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
        wrong = ~(_flags(is_number) | is_empty)
        if column.is_required:
            self.faults.add(is_empty, column.field, lambda _: worded("nothing"), column.wanted)
        self.faults.add(wrong, column.field, lambda at: _typed(said, at), column.wanted)
        is_far = ~wrong & ~is_empty & ~((values >= column.least) & (values <= column.most) & np.isfinite(values))
        if column.is_whole:
            is_far |= ~wrong & ~is_empty & (values != np.floor(values))
        self.faults.add(is_far, column.field, lambda at: worded("number", typed=said[at].as_py()[:80]), column.wanted)
        values[is_empty] = default
        return values

    def unsaid(self, name: str, among: Flags) -> int:
        """Return in how many of some rows nothing stands for a field."""
        said = self.columns.get(name)
        return int(among.sum()) if said is None else int(_flags(pc.equal(said, ""))[among].sum())

    def texts(self, column: Column) -> Any:
        """Return the texts of a column, without blanks around them; where one is needed and none stands is told."""
        said = self.columns.get(column.field)
        if said is None:
            return pa.array([column.default or ""] * len(self), pa.string())
        is_empty = pc.equal(said, "")
        if column.is_required:
            self.faults.add(_flags(is_empty), column.field, lambda _: worded("nothing"), worded("write_it"))
        is_long = _flags(pc.greater(pc.binary_length(said), LONGEST_CELL))
        self.faults.add(
            is_long, column.field, lambda _: worded("long", most=LONGEST_CELL), worded("shorten")
        )  # fmt: skip
        return pc.if_else(is_empty, column.default, said) if column.default else said

    def flags(self, column: Column) -> Flags:
        """Return the yes and no of a column; what is neither is told. Nothing is no, unless the default is yes."""
        said = self.columns.get(column.field)
        if said is None:
            return np.full(len(self), bool(column.default))
        lowered = pc.utf8_lower(said)
        is_true = _flags(pc.is_in(lowered, pa.array(_TRUE))).copy()
        is_empty = _flags(pc.equal(said, ""))
        wrong = ~(is_true | is_empty | _flags(pc.is_in(lowered, pa.array(_FALSE))))
        self.faults.add(wrong, column.field, lambda at: _typed(said, at), worded("write_flag"))
        is_true[is_empty] = bool(column.default)
        return is_true

    def whole(self, columns: Sequence[Column]) -> dict[str, list[Any]]:
        """Return all rows by field, of columns by their kinds; what may not be twice is looked at.

        Raises:
            TableError: with every fault, such as ``row 3, households: found -2; write a number of 0 or more``.
        """
        found: dict[str, list[Any]] = {}
        for column in columns:
            if column.kind == "text":
                said = self.texts(column)
                found[column.field] = said.to_pylist()
                if column.is_unique:
                    self.refuse_repeated([said], column.field)
            else:
                read = self.flags if column.kind == "flag" else self.numbers
                found[column.field] = read(column).tolist()
        self.faults.refuse()
        return found

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
            lambda at: worded("twice", what=what, row=self.faults.rows[first[at]]), worded("leave_out"),
        )  # fmt: skip


def read_table(
    path: Path, columns: Sequence[Column], *, headless: Sequence[str] = (), where: Mapping[str, str] | None = None
) -> Table:
    """Return the rows of a text file: UTF-8, UTF-16 or GB 18030, also packed by gzip; CSV or JSON.

    Raises:
        AmurError: if the file cannot be read, is too large, lacks a header that is needed, or names a field twice.
    """
    return table_of(path.name, text_of(path), columns, headless=headless, where=where)


def table_of(
    name: str,
    text: bytes,
    columns: Sequence[Column],
    *,
    headless: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
) -> Table:
    """Return the rows of a text in UTF-8: commas, semicolons or tabs, or JSON; ``name`` names it in errors.

    A text that names none of ``headless`` in its first row has no headers, and its columns are those. Only rows are
    taken where each header of ``where`` has what it says. Empty rows are passed over; a row with more or fewer cells
    than the first is told and left out.

    Raises:
        AmurError: if it lacks a header that is needed, names a field twice, or is no table.
    """
    if text.lstrip()[:1] in {b"{", b"["}:
        return _of_json(name, text, columns, where or {})
    separator, first = _first(name, text)
    has_header = not headless or bool({header.casefold() for header in first} & set(headless))
    fields = fields_of(name, first, columns) if has_header else headless_fields(name, first, headless, columns)
    table, odd = _parsed(name, text, separator, len(first))
    rows = np.setdiff1d(np.arange(1, len(table) + len(odd) + 1), [number for number, _, _ in odd])
    if has_header:
        table, rows = table.slice(1), rows[1:]

    def at(place: int) -> Any:
        return pc.utf8_trim_whitespace(table.column(place).combine_chunks())

    found = {one: at(place) for one, place in fields.items()}
    is_meant = np.ones(len(rows), bool)
    for header, value in (where or {}).items():
        is_meant &= _flags(pc.equal(at(_place(name, header, first)), value))
    is_meant &= np.any([_flags(pc.not_equal(column, "")) for column in found.values()], axis=0) if found else False
    return _table(name, found, rows, is_meant, odd, len(first))


def _first(name: str, text: bytes) -> tuple[str, list[str]]:
    """Return what stands between the cells of the first row, and these."""
    line = _LINE_END.split(text[:65536], 1)[0].decode("utf-8", "replace")
    separator = max(_SEPARATORS, key=line.count)
    try:
        return separator, [header.strip() for header in next(reader([line], delimiter=separator), [])]
    except CsvError as error:
        raise AmurError("bad_table", f"{name}: the first row is no row of headers: {error}; mend it") from None


def _of_json(name: str, text: bytes, columns: Sequence[Column], where: Mapping[str, str]) -> Table:
    rows, meant, there = chosen_of(name, text, where)
    headers = headers_of(meant) or there
    for header in where:
        _place(name, header, headers)
    fields = fields_of(name, headers, columns)
    found = {one: pa.array([cell(each.get(headers[at])) for each in meant], pa.string()) for one, at in fields.items()}
    return _table(name, found, np.array(rows, np.int64), np.ones(len(rows), bool), [], 0)


def _place(file: str, header: str, headers: Sequence[str]) -> int:
    if header not in headers:
        raise AmurError("no_header", f"{file}: rows are to be chosen by {header!r}; found {', '.join(headers)[:300]}")
    return headers.index(header)


def _table(  # noqa: PLR0917 -- all that rows are made of
    name: str, found: dict[str, Any], rows: Rows, is_meant: Flags, odd: Sequence[tuple[int, int, int]], width: int
) -> Table:
    """Return the rows that are meant; ``odd`` are those of another width than the first."""
    faults = Faults(name, rows[is_meant], np.zeros(int(is_meant.sum()), bool))
    for number, cells, lines in odd[:_TOLD]:
        over = "cells_over_lines" if lines > 1 else "cells"
        said = worded(over, cells=cells, lines=lines, wanted=width)
        faults.told.append(Fault(name, number, "row", said, worded("commas")))
    faults.count = faults.left_out = len(odd)
    return Table({one: column.filter(pa.array(is_meant)) for one, column in found.items()}, faults)


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


def _typed(said: Any, at: int) -> Worded:
    return worded("text", typed=said[at].as_py()[:80])


def _flags(said: Any) -> Flags:
    found: Flags = said.to_numpy(zero_copy_only=False)
    return found
