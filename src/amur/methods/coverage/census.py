"""Counts of people and households by county, as a census publishes them; declarations of what lies in whose shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amur.base.faults import AmurError
from amur.methods.filing.columns import Column
from amur.methods.filing.tables import table_of
from amur.methods.filing.texts import text_of, utf_8
from amur.methods.filing.worded import worded

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
            raise AmurError("no_code", f"code: there is none, of {self.name!r}", where=self.name)
        for name, found, least, most in (
            ("people", self.people, 0, 10**_DIGITS),
            ("households", self.households, 0, self.people),
            ("urban", self.urban, UNKNOWN, self.people),
        ):
            if not least <= found <= most:
                raise AmurError(
                    "bad_number",
                    f"{self.code}, {name}: found {found}, wanted {least} to {most}",
                    where=f"{self.code}, {name}",
                    found=str(found),
                )


@dataclass(frozen=True, slots=True)
class Join:
    """A declaration that a counted district lies within the shape of a neighbour, and why one says so."""

    code: str
    into: str
    because: str


def read_census(said: str | Path, columns: Columns, *, where: Mapping[str, str] | None = None) -> list[Counted]:
    r"""Return the counts of a table with a row for each county, under columns that are declared; a text or a file.

    Raises:
        TableError: if a code is or comes twice, a number is none, town and country do not add up to all, or there are
            more households than people; with each row and field.
        AmurError: if a column is missing, or it is no table.

    >>> columns = Columns("code", "name", "people", "households")
    >>> read_census("code,name,people,households\n230102,One,50,20\n", columns)
    [Counted(code='230102', name='One', people=50, households=20, urban=-1)]
    """
    code, name, *counts = _columns(columns)
    text = utf_8("census", said.encode()) if isinstance(said, str) else text_of(said)
    named = "census" if isinstance(said, str) else said.name
    table = table_of(named, text, [code, name, *counts], where=where)
    codes, names = table.texts(code), table.texts(name)
    people, households, *split = [table.numbers(one) for one in counts]
    table.refuse_repeated([codes], worded("county"))
    table.faults.add(
        households > people, "households",
        lambda row: worded("of_people", households=f"{households[row]:.0f}", people=f"{people[row]:.0f}"),
        worded("which_of_two"),
    )  # fmt: skip
    urban = np.full(len(table), float(UNKNOWN))
    if split:
        urban, rural = split
        table.faults.add(
            ~np.isnan(urban + rural + people) & (urban + rural != people), "urban",
            lambda row: worded(
                "parts", urban=f"{urban[row]:.0f}", rural=f"{rural[row]:.0f}", people=f"{people[row]:.0f}"
            ),
            worded("which_of_three"),
        )  # fmt: skip
    table.faults.refuse()
    numbers = zip(people.astype(int).tolist(), households.astype(int).tolist(), urban.astype(int).tolist(), strict=True)
    return [
        Counted(*one, *all_)
        for one, all_ in zip(zip(codes.to_pylist(), names.to_pylist(), strict=True), numbers, strict=True)
    ]


def _columns(columns: Columns) -> list[Column]:
    """Return the columns as a table has them, those of town and country only where they are told apart."""

    def number(field: str, header: str) -> Column:
        return Column(field, (header,), ("人", "户"), least=0, most=10**_DIGITS, is_whole=True)

    found = [
        Column("code", (columns.code,), kind="text"),
        Column("name", (columns.name,), kind="text", is_needed=False),
        number("people", columns.people),
        number("households", columns.households),
    ]
    if columns.urban is not None and columns.rural is not None:
        found += [number("urban", columns.urban), number("rural", columns.rural)]
    return found


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
                "bad_join",
                f"join of {one.code} into {one.into}: both have to be counted, once, and a reason given",
                county=one.code,
                into=one.into,
            )
        part, whole = found.pop(one.code), found[one.into]
        urban = UNKNOWN if UNKNOWN in {part.urban, whole.urban} else part.urban + whole.urban
        people, households = part.people + whole.people, part.households + whole.households
        found[one.into] = Counted(whole.code, whole.name, people, households, urban)
    return list(found.values())
