"""Rows of a text file: UTF-8 with or without its mark, or GB18030; commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from amur.registers.sheets.faults import SheetFault

_BLOCK = 2**20
_LONGEST_CELL = 100_000
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = ",\t;"


def rows_of_text(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of a text file with their numbers, as a spreadsheet counts them.

    Raises:
        SheetFault: where the file cannot be read on.
    """
    encoding = encoding_of(path)
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as text:
        separator = _separator(text.readline(_BLOCK))
        text.seek(0)
        reader, number = csv.reader(text, delimiter=separator, strict=True), 0
        while True:
            number += 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                fix = "a cell in quotes ends with a quote, and a quote in it is doubled"
                raise SheetFault("bad_csv", f"found {error} up to line {reader.line_num}", fix, row=number) from None
            if cells is None:
                return
            yield number, list(cells)


def encoding_of(path: Path) -> str:
    """Return how the text is written, after reading all of it: a file is never half in one and half in another.

    Raises:
        SheetFault: if it is neither UTF-8 nor GB18030.
    """
    with path.open("rb") as file:
        if file.read(2) in _UTF_16:
            raise SheetFault("utf_16", "found UTF-16", "save it as CSV in UTF-8")
    for encoding in ("utf-8-sig", "gb18030"):
        fault = _undecodable(path, encoding)
        if fault is None:
            return encoding
    said = f"found bytes at {fault} that are neither UTF-8 nor GB18030"
    raise SheetFault("unknown_encoding", said, "save it as CSV in UTF-8, or as .xlsx")


def _undecodable(path: Path, encoding: str) -> int | None:
    """Return where the text cannot be decoded or holds a NUL, as no table does; None where it can be read whole."""
    decoder, place = codecs.getincrementaldecoder(encoding)(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if (nul := block.find(b"\0")) >= 0:
                return place + nul
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return place + error.start
            place += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return place
    return None


def _separator(line: str) -> str:
    """Return what separates the names of the columns: what occurs most often among them."""
    return max(_SEPARATORS, key=lambda one: (line.count(one), -_SEPARATORS.index(one)))
