"""Reading the files of a result folder: JSON objects and tables of text."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from amur.base.faults import AmurError

Row = Mapping[str, str]
_GUARDED = "=+-@\t\r"
"""What a text must not begin with in a spreadsheet; tables of results have an apostrophe before it."""


def document_of(folder: Path, name: str) -> Mapping[str, Any]:
    """Return a JSON object of a result folder.

    Raises:
        AmurError: if it is missing or no JSON object; with its path.
    """
    try:
        found = json.loads(_bytes(folder / name))
    except (ValueError, RecursionError) as error:
        raise AmurError("bad_result", f"{folder / name} cannot be read as JSON: {error}; make it again") from error
    if not isinstance(found, dict):
        raise AmurError("bad_result", f"{folder / name}: found no JSON object; make the results again")
    return found


def rows_of(folder: Path, name: str, columns: Sequence[str]) -> list[Row]:
    """Return the rows of a table of a result folder, each with at least these columns.

    Raises:
        AmurError: if it is missing, is not UTF-8 or lacks a column; with its path.
    """
    try:
        reader = csv.DictReader(io.StringIO(_bytes(folder / name).decode("utf-8-sig"), newline=""), restval="")
        found: list[Row] = [{key: _plain(value) for key, value in row.items() if key is not None} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise AmurError("bad_result", f"{folder / name} is no table in UTF-8: {error}; make it again") from error
    missing = [one for one in columns if one not in (reader.fieldnames or ())]
    if missing:
        raise AmurError("bad_result", f"{folder / name} has no column {missing[0]}; make the results again")
    return found


def value_of(row: Row, name: str, where: str) -> float | None:
    """Return a number of a row; none where nothing stands.

    >>> value_of({"share": "0.5", "at": ""}, "share", "shares.csv"), value_of({"at": ""}, "at", "shares.csv")
    (0.5, None)

    Raises:
        AmurError: if something else stands there.
    """
    said = row.get(name, "")
    if said == "":
        return None
    try:
        found = float(said)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise AmurError("bad_result", f"{where}, {name}: found {said!r}, wanted a number; make the results again")
    return found


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise AmurError("no_result", f"{file} is missing; name the folder that results were written to") from None
    except OSError as error:
        raise AmurError("no_result", f"{file} cannot be read: {error.strerror}; see to its rights") from error


def _plain(value: str | list[str]) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from taking it for a formula."""
    said = value if isinstance(value, str) else ",".join(value)
    return said[1:] if len(said) > 1 and said[0] == "'" and said[1] in _GUARDED else said
