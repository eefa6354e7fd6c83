"""Counties, their census and their settlements, from files or packages of data that whoever asks names."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.census import UNKNOWN, Columns, Counted, Join, read_census
from amur.methods.coverage.counties import Counties, read_counties
from amur.methods.coverage.people import Settlements
from amur.methods.coverage.sites import DATUM, EAST, NORTH, placed
from amur.methods.coverage.villages import Points, Words
from amur.methods.filing.columns import Column
from amur.methods.filing.tables import Table
from amur.methods.filing.texts import text_of
from amur.methods.filing.worded import worded
from amur.methods.surveys.reading.references import Reference
from amur.methods.surveys.reading.said import listed
from amur.methods.surveys.reading.villages import datum_of
from amur.methods.surveys.simulated import MARK

_ID = Column("id", ("settlement", "code", "编号", "代码"), kind="text", is_unique=True)
_NAME = Column("name", ("名称", "地名"), kind="text", is_needed=False)
_NAMES = Column("names", ("other_names", "别名"), kind="text", is_needed=False)
_PEOPLE = Column(
    "people", ("population", "人口", "人口数", "常住人口"), ("人", "people"),
    least=0, most=1e9, is_needed=False, is_whole=True,
)  # fmt: skip
_URBAN = Column("urban", ("is_urban", "城镇"), kind="flag", is_needed=False)
MARKED = Column(MARK, ("is_simulated", "模拟", "仿真"), kind="flag", is_needed=False)
"""What marks a row as made up."""
SETTLEMENTS = (_ID, _NAME, _NAMES, EAST, NORTH, DATUM, _PEOPLE, _URBAN, MARKED)
"""What a row may say of a settlement; people may be unknown."""
_CENSUS = ("code", "name", "people", "households", "urban", "rural")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def counties_from(reference: Reference) -> Counties:
    """Return the counties of a file of GeoJSON: ``code`` and ``name`` say which properties hold these.

    ``strip`` is what stands before each code and is taken off, ``within`` what codes begin with after that.

    Raises:
        AmurError: if the reference has an unknown field, or it is no collection of counties.
    """
    said = reference.options
    code, name = said.text("code", "code"), said.text("name", "name")
    before, within = said.text("strip", ""), said.text("within", "")
    tolerance = said.number("tolerance_km2", 0.01)
    said.refuse_others()
    return read_counties(
        text_of(reference.path), code=code, name=name, before=before, within=within, tolerance_km2=tolerance
    )


def census_from(reference: Reference) -> tuple[list[Counted], tuple[Join, ...]]:
    """Return the counts of a census, and which of them lie in the shape of another county.

    ``columns`` says what the columns of code, name, people, households, and of urban and rural if there are, are called
    in the file; ``joins`` is a list of ``code``, ``into`` and ``because``.

    Raises:
        TableError: with every row and field that is wrong.
        AmurError: if the reference has an unknown field, or it is no table.
    """
    said = reference.options
    joins = []
    for one in listed(said.value("joins") or [], f"{said.where}.joins"):
        joins.append(Join(one.text("code"), one.text("into"), one.text("because")))
        one.refuse_others()
    said.refuse_others()
    odd = sorted(set(reference.columns) - set(_CENSUS))
    if odd:
        raise AmurError(
            "unknown_field",
            f"{said.where}.columns: no field {odd[0]!r}; there are {', '.join(_CENSUS)}",
            where=f"{said.where}.columns",
            name=odd[0],
            there=", ".join(_CENSUS),
        )
    code, name, people, households = (reference.columns.get(one, one) for one in _CENSUS[:4])
    urban, rural = (reference.columns.get(one) for one in _CENSUS[4:])
    columns = Columns(code, name, people, households, urban, rural)
    return read_census(reference.path, columns, where=reference.where), tuple(joins)


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Settlements with their names, and how many of them are marked as made up."""

    settlements: Settlements
    names: Words
    marked: int = 0


def settlements_from(reference: Reference) -> Named:
    """Return the settlements of a table or of points as JSON.

    Nothing, or with ``zero_is_unknown`` also 0, says that nobody knows how many people live there. A settlement is of
    the town where a column says so, or, with ``urban_endings``, where one of its names ends so or its people are known;
    without either nobody says which are.
    With ``prefer: han`` its name is the first of its names in Chinese characters, if it has one.

    Raises:
        TableError: with every row and field that is wrong.
        AmurError: if the reference has an unknown field, or it is no table.
    """
    said = reference.options
    endings, prefer = said.texts("urban_endings"), said.text("prefer", "")
    zero_is_unknown, datum = said.flag("zero_is_unknown"), datum_of(reference)
    said.refuse_others()
    table = reference.table(SETTLEMENTS)
    ids, names = table.texts(_ID), table.texts(_NAME).to_pylist()
    table.refuse_repeated([ids], worded("settlement"))
    east, north = placed(table, datum)
    people, is_urban, is_marked = table.numbers(_PEOPLE), table.flags(_URBAN), table.flags(MARKED)
    is_told = bool(endings) or _URBAN.field in table.columns
    table.faults.refuse()
    others = _other_names(table)
    is_known = ~np.isnan(people) & ~(zero_is_unknown & (people == 0))
    if endings:
        ends = [any(one.endswith(endings) for one in (name, *more)) for name, more in zip(names, others, strict=True)]
        is_urban |= is_known | np.array(ends, bool)
    shown = [
        next((one for one in (name, *more) if prefer == "han" and _HAN.fullmatch(one)), name) or id_
        for name, more, id_ in zip(names, others, ids.to_pylist(), strict=True)
    ]
    found = Settlements(
        np.array(ids.to_pylist(), np.str_),
        Points(north, east, "settlements"),
        np.where(is_known, people, UNKNOWN).astype(np.int64),
        is_urban if is_told else None,
    )
    return Named(found, np.array(shown, np.str_), int(is_marked.sum()))


def _other_names(table: Table) -> list[Sequence[str]]:
    """Return further names of each row: a list as JSON has it, or parted by semicolons."""
    found: list[Sequence[str]] = []
    for one in table.texts(_NAMES).to_pylist():
        try:
            told = json.loads(one) if one.startswith("[") else one.split(";")
        except ValueError:
            told = [one]
        found.append([str(name).strip() for name in told])
    return found
