"""The results of a coverage survey as pages read them: files that are never written again, told apart by one hash.

Tables are held as text, column by column, and a row is read when it is shown. A survey need not tell of villages, nor
of cells; what its method does not make public is not there for anybody here.
"""

from __future__ import annotations

import csv
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from amur.base.faults import AmurError

ALL = ""
"""The county of a row that is about all counties together."""
COVERED, NOT_COVERED, NOT_KNOWN = "covered", "not covered", "not known"
LEVELS = (-115.0, -105.0, -95.0, -85.0)
"""Where one class of signal ends and the next begins, in dBm, from the weakest; the map has the same."""
MEASURES = ("people", "households", "villages", "settlements", "area_km2")
SUMMARY, SHARES = "summary.json", "shares.csv"
COUNTIES, VILLAGES, ANSWERS, PEOPLE = "counties.geojson", "villages.csv", "answers.csv", "people.parquet"
_CELL = "cell"
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException)


class BrokenResults(AmurError):
    """A file is missing among results, or cannot be read; ``details`` name the ``file``."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one definition covers of a measure in a county; the shares are None where there is nothing to share."""

    total: float
    covered: float
    not_known: float
    share: float | None
    at_most: float | None


@dataclass(frozen=True, slots=True)
class Definition:
    """What counts as covered: by whose rule, and as what data its parts are."""

    id: str
    source: str | Mapping[str, str]
    title: str | Mapping[str, str]
    said: Mapping[str, Any] = field(repr=False)

    @property
    def kilometres(self) -> float | None:
        """Return within which distance a site has to be, if that is the rule."""
        return _number(self.said.get("kilometres", self.said.get("site_within_km")))

    @property
    def threshold_dbm(self) -> float | None:
        """Return which level a signal has to have, if that is the rule."""
        return _number(self.said.get("threshold_dbm"))

    @property
    def probability(self) -> float | None:
        """Return at which share of places it has to have it."""
        return _number(self.said.get("probability"))

    @property
    def least_households(self) -> float | None:
        """Return from how many households on a settlement has to have it."""
        return _number(self.said.get("least_households"))

    @property
    def parts(self) -> tuple[Definition, ...]:
        """Return the definitions of which one is enough."""
        inner = self.said.get("any_of") or self.said.get("parts") or ()
        return tuple(_definition(one) for one in inner if isinstance(one, Mapping))


@dataclass(frozen=True, slots=True)
class County:
    """A county: its code, its name, who lives there, and west, south, east and north of it in degrees."""

    code: str
    name: str
    people: float | None
    households: float | None
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Village:
    """A village or settlement with what each definition answers; None where nothing is known."""

    id: str
    name: str
    county: str
    longitude: float | None
    latitude: float | None
    people: float | None
    households: float | None
    nearest_site: str
    nearest_km: float | None
    signal_dbm: float | None
    edge_dbm: float | None
    answers: Mapping[str, str]

    @property
    def disagrees(self) -> bool:
        """Say whether two definitions answer differently."""
        return len(set(self.answers.values())) > 1


@dataclass(frozen=True, slots=True)
class Name:
    """What a village is called, and whether no other is called that."""

    said: str
    is_alone: bool


@dataclass(frozen=True, eq=False)
class Results:
    """The public files of one survey: their names, and where one is; ``digest`` is a hash of all that is in them."""

    digest: str
    names: frozenset[str] = field(repr=False)
    locate: Callable[[str], Path] = field(repr=False)

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """Return what the survey says of itself."""
        with _reading(SUMMARY):
            return dict(json.loads(self.path(SUMMARY).read_text(encoding="utf-8")))

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """Return what counts as covered, rule by rule, in the order of the survey."""
        with _reading(SUMMARY):
            return tuple(_definition(one) for one in self.summary["definitions"])

    @cached_property
    def counties(self) -> Mapping[str, County]:
        """Return the counties by code, in the order of their codes."""
        with _reading(COUNTIES):
            features = json.loads(self.path(COUNTIES).read_text(encoding="utf-8"))["features"]
            found = [_county(one["properties"], one["geometry"]) for one in features]
        return {one.code: one for one in sorted(found, key=lambda one: one.code)}

    @cached_property
    def shares(self) -> Mapping[tuple[str, str, str], Share]:
        """Return the shares by county, definition and measure."""
        found = {}
        with _reading(SHARES), self.path(SHARES).open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
            if not rows:
                raise ValueError("it has no row")
            for row in rows:
                total, covered, unknown = (_number(row[name]) or 0.0 for name in ("total", "covered", "not_known"))
                parts = (_number(row["share"]), _number(row["share_at_most"]))
                found[row["county"], row["definition"], row["measure"]] = Share(total, covered, unknown, *parts)
        return found

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Return of what there are shares: those that are usual first."""
        there = dict.fromkeys(measure for _county, _definition, measure in self.shares)
        return (*filter(there.__contains__, MEASURES), *(one for one in there if one not in MEASURES))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north of all counties."""
        each = [one.bounds for one in self.counties.values()]
        west, south, east, north = zip(*each, strict=True) if each else ((0.0,), (0.0,), (0.0,), (0.0,))
        return min(west), min(south), max(east), max(north)

    def share(self, county: str, definition: str, measure: str) -> Share | None:
        """Return one share, None if there is none such."""
        return self.shares.get((county, definition, measure))

    def villages(self, county: str) -> tuple[Village, ...]:
        """Return the villages of a county, in the order of their names and ids."""
        found = self._rows(VILLAGES, "county", county)
        return tuple(sorted((self._village(one) for one in found), key=lambda one: (one.name, one.id)))

    def village(self, id_: str) -> Village | None:
        """Return a village by its id."""
        found = self._rows(VILLAGES, "id", id_)
        return self._village(found[0]) if found else None

    def called(self, ids: Iterable[str]) -> Mapping[str, Name]:
        """Return what villages are called, by their ids; one that is not in the table, or has no name, is not there."""
        if VILLAGES not in self.names:
            return {}
        with _reading(VILLAGES):
            named = self._villages.filter(pc.field("name") != "") if "name" in self._villages.column_names else None
            if named is None:
                return {}
            ours = named.filter(pc.is_in(named["id"], pa.array([*ids], pa.string())))
            counted = pc.value_counts(named["name"].filter(pc.is_in(named["name"], ours["name"].combine_chunks())))
            often = {one["values"]: one["counts"] for one in counted.to_pylist()}
            return {row["id"]: Name(row["name"], often[row["name"]] == 1) for row in ours.to_pylist()}

    def reasons(self, id_: str) -> Mapping[str, Mapping[str, str]]:
        """Return the row in which each definition says what it answers for a village and why."""
        return {one["definition"]: one for one in self._rows(ANSWERS, "id", id_)}

    @cached_property
    def disagreeing(self) -> int:
        """Return how many villages two definitions answer differently."""
        with _reading(VILLAGES):
            if VILLAGES not in self.names:
                return 0
            columns = [self._villages.column(one.id).to_pylist() for one in self.definitions]
        return sum(len(set(each)) > 1 for each in zip(*columns, strict=True))

    @property
    def village_count(self) -> int:
        """Return how many villages there are."""
        return int(self._villages.num_rows) if VILLAGES in self.names else 0

    def has_cells(self) -> bool:
        """Say whether there are cells with their signal."""
        return PEOPLE in self.names

    def cells(self, county: str) -> Sequence[Mapping[str, Any]]:
        """Return the cells of a county: H3 id, people and the median signal in dBm; none where there are none."""
        if not self.has_cells():
            return ()
        names = ["id", "people", "signal_dbm"]
        wanted = (pc.field("county") == county) & (pc.field("kind") == _CELL)
        with _reading(PEOPLE):
            found = pyarrow.parquet.read_table(self.path(PEOPLE), columns=names, filters=wanted)
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows

    def levels(self, county: str) -> Sequence[tuple[int, float]]:
        """Return how many cells of a county and people in them are in each class of signal; last where none is known.

        >>> Results("", frozenset(), Path).levels("1")
        ()
        """
        cells = self.cells(county)
        found = [(0, 0.0)] * (len(LEVELS) + 2)
        for one in cells:
            level = one["signal_dbm"]
            place = len(LEVELS) + 1 if level is None or isnan(level) else bisect_right(LEVELS, level)
            found[place] = found[place][0] + 1, found[place][1] + (one["people"] or 0)
        return tuple(found) if cells else ()

    def path(self, name: str) -> Path:
        """Return where a file is.

        Raises:
            BrokenResults: if it is not there, or not what it was.
        """
        try:
            if name in self.names and (file := self.locate(name)).is_file():
                return file
        except AmurError as fault:
            raise BrokenResults("results_unreadable", fault.message, file=name) from fault
        raise BrokenResults("results_lack_a_file", f"{name} is missing among the results", file=name)

    @cached_property
    def _villages(self) -> pa.Table:
        return _texts(self.path(VILLAGES))

    @cached_property
    def _answers(self) -> pa.Table:
        return _texts(self.path(ANSWERS))

    def _rows(self, name: str, column: str, wanted: str) -> list[dict[str, str]]:
        if name not in self.names:
            return []
        table = self._villages if name == VILLAGES else self._answers
        with _reading(name):
            found: list[dict[str, str]] = table.filter(pc.field(column) == wanted).to_pylist()
            return found

    def _village(self, row: Mapping[str, str]) -> Village:
        with _reading(VILLAGES):
            return Village(
                id=row["id"],
                name=row.get("name") or row["id"],
                county=row["county"],
                longitude=_number(row["longitude"]),
                latitude=_number(row["latitude"]),
                people=_number(row.get("people")),
                households=_number(row.get("households")),
                nearest_site=row.get("nearest_site", ""),
                nearest_km=_number(row.get("nearest_km")),
                signal_dbm=_number(row.get("signal_dbm")),
                edge_dbm=_number(row.get("edge_dbm")),
                answers={one.id: row[one.id] for one in self.definitions},
            )


class _reading:  # noqa: N801 -- it reads like a function where it stands
    """Say of which file it is that something in it cannot be read."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, _UNREADABLE):
            said = f"{self.name} among the results cannot be read: {error}"
            raise BrokenResults("results_unreadable", said, file=self.name) from error


def _texts(path: Path) -> pa.Table:
    with _reading(path.name):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            names = next(csv.reader(lines), [])
        types = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
        return pa.csv.read_csv(path, convert_options=types, parse_options=pa.csv.ParseOptions(newlines_in_values=True))


def _definition(said: Mapping[str, Any]) -> Definition:
    title, source = said.get("title") or "", said.get("source") or ""
    return Definition(str(said.get("id") or ""), source if isinstance(source, Mapping) else str(source), title, said)


def _county(said: Mapping[str, Any], geometry: Mapping[str, Any]) -> County:
    code = str(said["code"])
    people, households = _number(said.get("people")), _number(said.get("households"))
    return County(code, str(said.get("name") or code), people, households, _bounds(geometry["coordinates"]))


def _bounds(coordinates: Sequence[Any]) -> tuple[float, float, float, float]:
    east, north = zip(*_points(coordinates), strict=True)
    return min(east), min(north), max(east), max(north)


def _points(coordinates: Sequence[Any]) -> Iterable[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
        return
    for one in coordinates:
        yield from _points(one)


def _number(said: object) -> float | None:
    """Return a number of a file; what is empty or none is None.

    >>> _number("2.5"), _number(""), _number(None), _number("nan")
    (2.5, None, None, None)
    """
    if not isinstance(said, str | int | float) or said == "":
        return None
    found = float(said)
    return found if abs(found) < float("inf") else None
