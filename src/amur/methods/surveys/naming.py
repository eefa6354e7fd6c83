"""What answers are about: villages, or settlements where no villages are given, and people by place and cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from amur.methods.coverage.counties import OUTSIDE, counties_of
from amur.methods.coverage.definitions import WORDS, nearest_site_m
from amur.methods.coverage.people import People
from amur.methods.coverage.probabilities import Signal, edge_dbm
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.sweeping import NO_SERVER
from amur.methods.coverage.villages import COMMITTEE, SETTLEMENT, Numbers, Points, Villages, Words
from amur.methods.surveys.asked import Asked
from amur.methods.surveys.judging import Heard, Judged, of_kind, part_of

VILLAGES, SETTLEMENTS = "villages", "settlements"
_KM = 1000.0
NAMED = (
    ("id", pa.string()), ("name", pa.string()), ("county", pa.string()), ("longitude", pa.float64()),
    ("latitude", pa.float64()), ("people", pa.float64()), ("households", pa.float64()), ("nearest_site", pa.string()),
    ("nearest_km", pa.float64()), ("signal_dbm", pa.float64()), ("edge_dbm", pa.float64()),
)  # fmt: skip
"""Columns of the table of villages; each definition adds one of its own, with its answer in words."""
HEARD = ("signal_dbm", "edge_dbm", "server")
"""Columns that are added to people by place and cell, before one for each definition."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """What answers are about, each at the point that stands for it: a village's committee, a settlement's own.

    ``what`` is ``VILLAGES`` or ``SETTLEMENTS``; a village whose committee nobody knows has no place and no signal.
    """

    what: str
    ids: Words
    names: Words
    counties: Words
    people: Numbers
    households: Numbers
    north: Numbers
    east: Numbers
    heard: Heard
    verdicts: Judged


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Settlements that a survey judges: those in a county, with their county's code and the people spread to them."""

    ids: Words
    names: Words
    counties: Words
    people: Numbers
    households: Numbers
    points: Points


def settled(asked: Asked, people: People) -> Settled:
    """Return the settlements of a survey that lie in a county, in the order in which people have them: first of all."""
    is_in = counties_of(asked.counties, asked.settlements.points) != OUTSIDE
    table = people.table.slice(0, int(is_in.sum()))
    return Settled(
        _texts(table, "id"),
        np.asarray(asked.settlement_names)[is_in],
        _texts(table, "county"),
        table["people"].to_numpy().astype(np.float64),
        table["households"].to_numpy().astype(np.float64),
        Points(table["north"].to_numpy(), table["east"].to_numpy(), SETTLEMENTS),
    )


def named_villages(villages: Villages, names: Words, heard: Heard, verdicts: Judged) -> Named:
    """Return villages; ``heard`` is at their points."""
    seats, is_told = np.zeros(len(villages), np.int64), np.zeros(len(villages), bool)
    rows = villages.rows_of(COMMITTEE)
    seats[villages.of[rows]], is_told[villages.of[rows]] = rows, True

    def at_seat(values: Any, otherwise: Any) -> Any:
        found = np.full(len(villages), otherwise, np.asarray(values).dtype)
        found[is_told] = values[seats[is_told]]
        return found

    signal = Signal(at_seat(heard.signal.median_dbm, np.nan), at_seat(heard.signal.sigma_db, 0.0))
    there = Heard(signal, at_seat(heard.servers, NO_SERVER), at_seat(heard.is_at_least, otherwise=False))
    north, east = at_seat(villages.points.north, np.nan), at_seat(villages.points.east, np.nan)
    return Named(
        VILLAGES, villages.ids, names, villages.counties, villages.people, villages.households, north, east, there,
        verdicts,
    )  # fmt: skip


def named_settlements(asked: Asked, people: People, heard: Heard, verdicts: Judged) -> Named:
    """Return settlements that lie in a county; ``heard`` and ``verdicts`` are of people, of whom they come first."""
    found = settled(asked, people)
    some = slice(0, len(found.ids))
    said = {name: of_kind(part_of(one, some), SETTLEMENT) for name, one in verdicts.items()}
    return Named(
        SETTLEMENTS, found.ids, found.names, found.counties, found.people, found.households, found.points.north,
        found.points.east, heard.taken(some), said,
    )  # fmt: skip


def table_of(named: Named, antennas: Antennas, probability: float) -> pa.Table:
    """Return the table of villages: how far the nearest site is, the signal, and what each definition says.

    What is not known is null, and so is a signal that no site within the radius sends; answers tell the two apart.
    """
    is_placed = ~np.isnan(named.north)
    kilometres, sites = np.full(len(named.ids), np.nan), np.full(len(named.ids), "", dtype=object)
    points = Points(named.north[is_placed], named.east[is_placed], named.what)
    metres, rows = nearest_site_m(points, Points(antennas.latitudes, antennas.longitudes, "sites"))
    kilometres[is_placed] = metres / _KM
    sites[is_placed] = [str(antennas.sites[row]) if row >= 0 else "" for row in rows.tolist()]
    columns: dict[str, Any] = {
        "id": named.ids, "name": named.names, "county": named.counties, "longitude": _known(named.east),
        "latitude": _known(named.north), "people": named.people, "households": named.households,
        "nearest_site": [one or None for one in sites.tolist()], "nearest_km": _known(kilometres),
        "signal_dbm": _known(named.heard.signal.median_dbm),
        "edge_dbm": _known(edge_dbm(named.heard.signal, probability)),
    }  # fmt: skip
    columns |= _answers(named.verdicts)
    schema = pa.schema([*NAMED, *((name, pa.string()) for name in named.verdicts)])
    return pa.table({name: _listed(values) for name, values in columns.items()}, schema=schema)


def heard_people(people: People, antennas: Antennas, heard: Heard, verdicts: Judged, probability: float) -> pa.Table:
    """Return people by place and cell with their signal, the site that serves them, and what each definition says."""
    found = people.table
    sites = [str(antennas.sites[row]) if row >= 0 else None for row in heard.servers.tolist()]
    more: dict[str, Any] = {
        "signal_dbm": pa.array(_known(heard.signal.median_dbm), pa.float64()),
        "edge_dbm": pa.array(_known(edge_dbm(heard.signal, probability)), pa.float64()),
        "server": pa.array(sites, pa.string()),
    }
    more |= {name: pa.array(values, pa.string()) for name, values in _answers(verdicts).items()}
    for name, values in more.items():
        found = found.append_column(name, values)
    return found


def _answers(verdicts: Judged) -> dict[str, list[str]]:
    return {name: [WORDS[state] for state in one.states] for name, one in verdicts.items()}


def _known(values: Numbers) -> list[float | None]:
    """Return numbers, and none where one is not finite."""
    return [one if np.isfinite(one) else None for one in np.asarray(values, dtype=np.float64).tolist()]


def _listed(values: Any) -> Sequence[Any]:
    found: Sequence[Any] = values if isinstance(values, list) else np.asarray(values).tolist()
    return found


def _texts(table: pa.Table, name: str) -> Words:
    return np.asarray(table[name].to_pylist(), dtype=np.str_)
