"""Tables of indicators: CSV with a header, and the intelligence files of Zeek.

Columns of CSV: ``type,value,description,source,valid_from,valid_to,tlp,confidence`` in any order; the first two are
needed. A type is a kind of ours or the word of MISP, STIX or Zeek for it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from amur.detection.iocs.kinds import NotUsable, refanged
from amur.detection.iocs.lines import LONGEST_LINE, decoded, lines_of
from amur.detection.iocs.shelf import Origin, Shelf
from amur.detection.iocs.vocabulary import confidence_of, instant_of, kinds_named, tlp_of

COLUMNS = ("type", "value", "id", "description", "source", "valid_from", "valid_to", "tlp", "confidence")
_ALSO = {
    "类型": "type", "值": "value", "编号": "id", "描述": "description", "来源": "source", "生效时间": "valid_from",
    "失效时间": "valid_to", "置信度": "confidence", "indicator": "value", "indicator_type": "type",
    "valid_until": "valid_to", "comment": "description", "uuid": "id",
}  # fmt: skip
_MOST_LINES = 20
"""Over how many lines a quoted text may run; a quote that is never closed must not swallow the rest of the file."""
_DELIMITERS = ",;\t"
_ZEEK = {"indicator": "value", "indicator_type": "type", "meta.source": "source", "meta.desc": "description"}
_UNSET = "-"


def header_of(line: str) -> tuple[str, list[str]] | None:
    """Return the delimiter and the columns of a header, or None if the line is none.

    >>> header_of("Type;Value;note"), header_of("evil.example")
    ((';', ['type', 'value', 'note']), None)
    """
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([line.strip().removeprefix("\ufeff")], delimiter=delimiter), [])
        except csv.Error:
            continue
        names = [_ALSO.get(cell.strip().lower(), cell.strip().lower()) for cell in cells]
        if "type" in names and "value" in names:
            return delimiter, names
    return None


def read_csv(handle: BinaryIO, shelf: Shelf, origin: Origin) -> None:
    """Read a table with a header."""
    texts = _decoded(handle, shelf, origin)
    number, first = next(texts, (1, ""))
    header = header_of(first)
    if header is None:
        error = NotUsable("header", "the first line must name the columns 'type' and 'value'")
        shelf.refuse(origin.file, number, first, error)
        return
    delimiter, names = header
    for line, cells in _records(texts, delimiter, shelf, origin):
        if any(cells):
            _take(dict(zip(names, cells, strict=False)), line, shelf, origin)


def _decoded(handle: BinaryIO, shelf: Shelf, origin: Origin) -> Iterator[tuple[int, str]]:
    for number, line in lines_of(handle):
        try:
            if line is None:
                raise NotUsable("line", f"the line is longer than {LONGEST_LINE} bytes")  # noqa: TRY301 -- refused with the others below
            yield number, decoded(line)
        except NotUsable as error:
            shelf.refuse(origin.file, number, (line or b"").decode("utf-8", "backslashreplace").strip(), error)


def _records(
    texts: Iterator[tuple[int, str]], delimiter: str, shelf: Shelf, origin: Origin
) -> Iterator[tuple[int, list[str]]]:
    """Give the records of a table, each with the number of its first line."""
    waiting: deque[tuple[int, str]] = deque()
    while first := (waiting.popleft() if waiting else next(texts, None)):
        number, text = first
        more: list[tuple[int, str]] = []
        cells, is_open = _cells(text, delimiter)
        while is_open and len(more) < _MOST_LINES:
            following = waiting.popleft() if waiting else next(texts, None)
            if following is None:
                break
            more.append(following)
            cells, is_open = _cells(text + "".join(each for _, each in more), delimiter)
        if cells is not None:
            yield number, cells
            continue
        waiting.extendleft(reversed(more))
        error = NotUsable("csv", "a quote is not closed, or something stands after one")
        shelf.refuse(origin.file, number, text.strip(), error)


def _cells(text: str, delimiter: str) -> tuple[list[str] | None, bool]:
    """Return the cells of a record, or None and whether further lines may complete it."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), []), False
    except csv.Error as error:
        return None, "unexpected end" in str(error)


def _take(cells: dict[str, str], line: int, shelf: Shelf, origin: Origin) -> None:
    value = refanged(cells.get("value") or "")
    try:
        if not value:
            raise NotUsable("value", "there is no value")  # noqa: TRY301 -- refused with the others below
        said = origin._replace(
            id=(cells.get("id") or "").strip(),
            source=(cells.get("source") or origin.source).strip(),
            description=(cells.get("description") or "").strip(),
            valid_from=instant_of(cells.get("valid_from")),
            valid_to=instant_of(cells.get("valid_to"), ends=True),
            tlp=tlp_of(cells.get("tlp") or ""),
            confidence=confidence_of((cells.get("confidence") or "").strip()),
        )
        kinds = kinds_named(cells.get("type") or "", value)
    except NotUsable as error:
        shelf.refuse(origin.file, line, value or cells.get("type") or "", error)
        return
    for kind, each in kinds:
        shelf.take(kind, each, line, said)


def read_zeek(handle: BinaryIO, shelf: Shelf, origin: Origin) -> None:
    """Read a file of Zeek's intelligence framework: columns that `#fields` names, parted by tabulators."""
    names: list[str] = []
    for number, text in _decoded(handle, shelf, origin):
        cells = text.rstrip("\r\n").split("\t")
        if cells[0] == "#fields":
            names = [_ZEEK.get(cell, "") for cell in cells[1:]]
        elif text.strip() and not text.startswith("#"):
            if len(cells) != len(names):
                error = NotUsable("columns", f"it has {len(cells)} columns, parted by tabulators; wanted {len(names)}")
                shelf.refuse(origin.file, number, text.strip(), error)
                continue
            pairs = zip(names, cells, strict=True)
            _take({name: cell for name, cell in pairs if name and cell != _UNSET}, number, shelf, origin)
