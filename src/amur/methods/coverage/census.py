"""Counts of people and households by county, as a census publishes them; declarations of what lies in whose shape."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from amur.base.faults import AmurError
from amur.methods.filing.tables import LONGEST_CELL, TOO_LONG

UNKNOWN = -1
"""A number of people that nobody told."""
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a census file are called; town and country may not be told apart, but both or neither."""

    code: str
    name: str
    people: str
    households: str
    urban: str | None = None
    rural: str | None = None

    def __post_init__(self) -> None:
        """Refuse one half of a split.

        Raises:
            AmurError: if only one of town and country has a column.
        """
        if (self.urban is None) != (self.rural is None):
            raise AmurError("half_a_split", "columns: name those of town and country both, or neither")


@dataclass(frozen=True, slots=True)
class Counted:
    """The count of one county: people, how many of them in town, which is ``UNKNOWN`` if not told, and households."""

    code: str
    name: str
    people: int
    households: int
    urban: int = UNKNOWN

    def __post_init__(self) -> None:
        """Refuse what no county can have: fewer than none, more than a thousand milliards, more households than people.

        Raises:
            AmurError: with the code, the field and what stands there.
        """
        if not self.code:
            raise AmurError("no_code", f"code: there is none, of {self.name!r}")
        for name, found, least, most in (
            ("people", self.people, 0, 10**_DIGITS),
            ("households", self.households, 0, self.people),
            ("urban", self.urban, UNKNOWN, self.people),
        ):
            if not least <= found <= most:
                raise AmurError("bad_number", f"{self.code}, {name}: found {found}, wanted {least} to {most}")


@dataclass(frozen=True, slots=True)
class Join:
    """A declaration that a counted district lies within the shape of a neighbour, and why one says so."""

    code: str
    into: str
    because: str


def read_census(text: str, columns: Columns) -> list[Counted]:
    r"""Return the counts of a CSV file with a row for each county, under columns that are declared.

    Raises:
        AmurError: if a column is missing, a code is or comes twice, a number is none, town and country do not add up to
            all, or there are more households than people; with the line and the column.

    >>> columns = Columns("code", "name", "people", "households")
    >>> read_census("code,name,people,households\n230102,One,50,20\n", columns)
    [Counted(code='230102', name='One', people=50, households=20, urban=-1)]
    """
    found: dict[str, Counted] = {}
    for line, row in _rows(text, columns):
        one = _counted(row, columns, line)
        if one.code in found:
            raise AmurError("county_twice", f"line {line}, {columns.code}: {one.code} was counted before")
        found[one.code] = one
    return list(found.values())


def joined(census: Sequence[Counted], joins: Sequence[Join]) -> list[Counted]:
    """Return the counts with some added to a neighbour, by declaration; where one is not split, their sum is not.

    Raises:
        AmurError: if there is no such county, it is its own neighbour or joined away, or no reason is given.

    >>> two = [Counted("1", "", 5, 1), Counted("2", "", 7, 2)]
    >>> [one.people for one in joined(two, [Join("1", "2", "it lies there")])]
    [12]
    """
    found = {one.code: one for one in census}
    away = {one.code for one in joins}
    for one in joins:
        if one.code not in found or one.into not in found or one.into in away or not one.because:
            raise AmurError(
                "bad_join", f"join of {one.code} into {one.into}: both have to be counted, once, and a reason given"
            )
        part, whole = found.pop(one.code), found[one.into]
        urban = UNKNOWN if UNKNOWN in {part.urban, whole.urban} else part.urban + whole.urban
        people, households = part.people + whole.people, part.households + whole.households
        found[one.into] = Counted(whole.code, whole.name, people, households, urban)
    return list(found.values())


def _rows(text: str, columns: Columns) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Return the rows of the file, each with its line; one that is not as long as the first is refused."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        names = next(reader, [])
        wanted = (columns.code, columns.name, columns.people, columns.households, columns.urban, columns.rural)
        lacking = [one for one in wanted if one is not None and one not in names]
        if lacking:
            raise AmurError(
                "no_column", f"line 1: there is no column {lacking[0]!r}; there are {', '.join(names) or 'none'}"
            )
        for row in reader:
            if row and max(map(len, row)) > LONGEST_CELL:
                raise AmurError("no_csv", f"line {reader.line_num}: {TOO_LONG}")
            if row and len(row) != len(names):
                raise AmurError("uneven_row", f"line {reader.line_num}: found {len(row)} fields, wanted {len(names)}")
            if row:
                yield reader.line_num, dict(zip(names, row, strict=True))
    except csv.Error as error:
        said = TOO_LONG if "field larger" in str(error) else str(error)
        raise AmurError("no_csv", f"line {reader.line_num}: {said}") from error


def _counted(row: Mapping[str, str], columns: Columns, line: int) -> Counted:
    def number(column: str) -> int:
        said = row[column].strip()
        if not said.isascii() or not said.isdigit() or len(said) > _DIGITS:
            raise AmurError("bad_number", f"line {line}, {column}: found {said!r}, wanted a whole number, 0 or more")
        return int(said)

    people, urban = number(columns.people), UNKNOWN
    if columns.urban is not None and columns.rural is not None:
        urban, rural = number(columns.urban), number(columns.rural)
        if urban + rural != people:
            raise AmurError(
                "does_not_add_up",
                f"line {line}, {columns.urban}: {urban} and {rural} of {columns.rural} are not {people}",
            )
    households = number(columns.households)
    try:
        return Counted(row[columns.code].strip(), row[columns.name].strip(), people, households, urban)
    except AmurError as error:
        raise AmurError(error.code, f"line {line}, {error.message}") from error
