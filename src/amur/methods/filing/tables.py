"""Tables of CSV as columns of numbers and texts, by declaration; every row that is wrong is told, with its field."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amur.base.faults import AmurError

LARGEST = 2**30
"""How many bytes a table has at most: a gigabyte is some ten million rows."""
_SHOWN = 10
LONGEST_CELL = 131_072
"""How many signs a cell has at most, whatever the process has told Python's reader."""
TOO_LONG = f"a cell of more than {LONGEST_CELL} signs"
_TRUE, _FALSE = {"1", "true", "yes", "y", "是"}, {"0", "false", "no", "n", "否", ""}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its names in the head of a table, what is in it, and what stands where nothing does.

    ``kind`` is ``text``, ``number`` or ``flag``. A column without ``otherwise`` has to be there and to be filled in.
    """

    names: tuple[str, ...]
    kind: str = "number"
    least: float = -math.inf
    most: float = math.inf
    otherwise: Any = None
    unique: bool = False


class TableError(AmurError):
    """A table is not as it has to be; ``faults`` has each fault with its row and field."""

    def __init__(self, file: str, faults: Sequence[str]) -> None:
        """Say the first of them, and how many there are."""
        more = f"\n… and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        super().__init__("bad_table", f"{file}: {len(faults)} faults\n" + "\n".join(faults[:_SHOWN]) + more)
        self.faults = list(faults)


def read_table(file: Path, columns: Mapping[str, Column]) -> dict[str, list[Any]]:
    """Return the columns of a table; UTF-8 with or without a mark, or GB 18030.

    Raises:
        TableError: with every fault, such as ``row 3, households: found -2, wanted 0 or more``.
    """
    rows = csv.reader(io.StringIO(_text(file), newline=""))
    try:
        head = next(rows, None)
        if head is None or not any(head):
            raise TableError(file.name, ["it is empty; its first row has to name its columns"])
        places = _places(file, [name.strip() for name in head], columns)
        found: dict[str, list[Any]] = {name: [] for name in columns}
        faults = list(_taken(rows, len(head), places, columns, found))
    except csv.Error as error:
        said = TOO_LONG if "field larger" in str(error) else str(error)
        raise TableError(file.name, [f"row {rows.line_num}: {said}"]) from error
    faults += _doubled(columns, found)
    if faults:
        raise TableError(file.name, faults)
    return found


def _text(file: Path) -> str:
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise TableError(file.name, [f"it has {size} bytes; at most {LARGEST} are read: split it"])
        content = file.read_bytes()
    except OSError as error:
        raise TableError(str(file), [f"it cannot be read: {error.strerror}"]) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise TableError(file.name, [f"byte {error.start} is neither UTF-8 nor GB 18030"]) from error


def _places(file: Path, head: Sequence[str], columns: Mapping[str, Column]) -> dict[str, int | None]:
    faults = [f"the column {name!r} stands twice" for name in dict.fromkeys(head) if name and head.count(name) > 1]
    places: dict[str, int | None] = {}
    for ours, column in columns.items():
        places[ours] = next((head.index(name) for name in column.names if name in head), None)
        if places[ours] is None and column.otherwise is None:
            faults.append(f"no column {' or '.join(map(repr, column.names))}; found {', '.join(map(repr, head))}")
    if faults:
        raise TableError(file.name, faults)
    return places


def _taken(
    rows: Iterator[list[str]],
    width: int,
    places: Mapping[str, int | None],
    columns: Mapping[str, Column],
    found: dict[str, list[Any]],
) -> Iterator[str]:
    for number, row in enumerate(rows, start=2):
        if not any(map(str.strip, row)):
            continue
        if max(map(len, row)) > LONGEST_CELL:
            yield f"row {number}: {TOO_LONG}"
            continue
        if len(row) != width:
            yield f"row {number}: it has {len(row)} cells, and the head has {width}"
            continue
        for name, column in columns.items():
            place = places[name]
            said = row[place].strip() if place is not None else ""
            if not said and column.otherwise is not None:
                found[name].append(column.otherwise)
                continue
            value, wanted = _value(said, column)
            if wanted:
                yield f"row {number}, {name}: found {said!r}, wanted {wanted}"
            found[name].append(value)


def _value(said: str, column: Column) -> tuple[Any, str]:
    """Return a value, and what was wanted where it is none."""
    if column.kind == "text":
        return said, "" if said else "a text"
    if column.kind == "flag":
        lowered = said.lower()
        return lowered in _TRUE, "" if lowered in _TRUE | _FALSE else "yes or no"
    try:
        number = float(said)
    except ValueError:
        return math.nan, "a number"
    if not math.isfinite(number) or not column.least <= number <= column.most:
        return number, _bounds(column)
    return number, ""


def _bounds(column: Column) -> str:
    if math.isfinite(column.least) and math.isfinite(column.most):
        return f"{column.least:g} to {column.most:g}"
    if math.isfinite(column.least):
        return f"{column.least:g} or more"
    return f"{column.most:g} or less" if math.isfinite(column.most) else "a number that is finite"


def _doubled(columns: Mapping[str, Column], found: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    for name, column in columns.items():
        seen: set[Any] = set()
        for value in found[name] if column.unique else ():
            if value in seen:
                yield f"{name}: {value!r} stands twice"
            seen.add(value)
