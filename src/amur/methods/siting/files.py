"""A question of siting from tables, and its plan as tables and a map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.spatial import cKDTree

from amur.base.faults import AmurError
from amur.methods.filing.columns import Column
from amur.methods.filing.results import csv_of, geojson_of, parquet_of
from amur.methods.filing.tables import read_table
from amur.methods.filing.worded import Worded, worded
from amur.methods.siting.inputs import ALONE, Numbers, Question, candidates, places, reach
from amur.methods.siting.plans import Plan
from amur.methods.siting.subsidies import Rule, present_costs, subsidies

EARTH_KM = 6_371.0088
"""The mean radius of the Earth (IUGG)."""

_ID = Column("id", ("编号",), kind="text", is_unique=True)
_EAST = Column("longitude", ("lon", "lng", "经度"), ("°", "deg", "度"), least=-180, most=180)
_NORTH = Column("latitude", ("lat", "纬度"), ("°", "deg", "度"), least=-90, most=90)
PLACES = (
    _ID,
    _EAST,
    _NORTH,
    Column("households", ("户数",), least=0),
    Column("county", ("县",), kind="text", is_needed=False),
    Column("must", ("必须覆盖",), kind="flag", is_needed=False),
    Column("weight", ("权重",), least=0, default=1.0),
    Column("fallback_cost", ("替代费用",), least=0, default=np.inf),
    Column("served", ("已覆盖",), kind="flag", is_needed=False),
)
CANDIDATES = (
    _ID,
    _EAST,
    _NORTH,
    Column("build", ("建设费用",), least=0),
    Column("yearly", ("年运营费用",), least=0, default=0.0),
    Column("group", ("组",), kind="text", is_needed=False),
    Column("border", ("边境",), kind="flag", is_needed=False),
)
WAYS = (Column("place", ("地点",), kind="text"), Column("candidate", ("候选站址",), kind="text"))


_POINT = [("id", pa.string()), ("longitude", pa.float64()), ("latitude", pa.float64())]
SITES = pa.schema([*_POINT, ("cost", pa.float64()), ("charge", pa.float64()), ("households", pa.float64())])
SERVED = pa.schema([*_POINT, ("county", pa.string()), ("households", pa.float64()), ("served", pa.string())])
"""What the tables of a plan say: the sites it builds, and how each place is served."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms sites are paid: over how many years at which rate, and by which rule a part of it is given."""

    years: float
    rate: float
    rule: Rule | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question with the names and places of what it is about."""

    question: Question
    places: Mapping[str, Sequence[Any]]
    candidates: Mapping[str, Sequence[Any]]


def read_question(
    of_places: Path, of_candidates: Path, *, ways: Path | None, radius_km: float | None, terms: Terms
) -> Asked:
    """Return a question from a table of places, one of candidates, and who reaches whom: a table or a radius.

    Raises:
        TableError: with every row and field that is wrong.
        AmurError: if neither a table of ways nor a radius is given, or both are.
    """
    if (ways is None) == (radius_km is None):
        raise AmurError(
            "no_reach", "say by a table of ways or by a radius which candidate reaches which place; not both"
        )
    if radius_km is not None and not 0 < radius_km < np.inf:
        raise AmurError("bad_distance", f"the radius: found {radius_km} km, wanted more than 0")
    there = read_table(of_places, PLACES).whole(PLACES)
    sites = read_table(of_candidates, CANDIDATES).whole(CANDIDATES)
    near = _ways(ways, there["id"], sites["id"]) if ways else _within(there, sites, radius_km or 0.0)
    builds, yearly = np.array(sites["build"]), np.array(sites["yearly"])
    costs = present_costs(builds, yearly, terms.years, terms.rate)
    charges = subsidies(terms.rule, builds, yearly, np.array(sites["border"], bool)) if terms.rule else costs
    question = Question(
        places(
            there["households"],
            there["county"],
            must=there["must"],
            weights=there["weight"],
            fallback_costs=there["fallback_cost"],
            names=there["id"],
        ),
        candidates(costs.tolist(), charges.tolist(), _groups(sites["group"])),
        reach(near, len(sites["id"])),
        np.array(there["served"], bool),
    )
    return Asked(question, there, sites)


def _groups(names: Sequence[str]) -> list[int]:
    numbers = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    return [numbers.get(name, ALONE) for name in names]


def _within(
    there: Mapping[str, Sequence[Any]], sites: Mapping[str, Sequence[Any]], radius_km: float
) -> list[list[int]]:
    chord = 2 * np.sin(min(radius_km / EARTH_KM, np.pi) / 2)
    if not sites["id"] or not there["id"]:
        return [[] for _ in there["id"]]
    found: list[list[int]] = cKDTree(_on_sphere(sites)).query_ball_point(_on_sphere(there), chord).tolist()
    return found


def _on_sphere(table: Mapping[str, Sequence[Any]]) -> Numbers:
    north, east = np.radians(table["latitude"]), np.radians(table["longitude"])
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _unknown(names: Sequence[str], row: int) -> Worded:
    return worded("unknown", typed=names[row])


def _ways(file: Path, place_ids: Sequence[str], site_ids: Sequence[str]) -> list[list[int]]:
    table = read_table(file, WAYS)
    found: list[list[int]] = [[] for _ in place_ids]
    at = []
    for column, ids in zip(WAYS, (place_ids, site_ids), strict=True):
        row_of, said = {name: row for row, name in enumerate(ids)}, table.texts(column).to_pylist()
        is_unknown = np.array([bool(name) and name not in row_of for name in said], bool)
        table.faults.add(
            is_unknown,
            column.field,
            partial(_unknown, said),
            worded(f"name_{column.field}"),
        )
        at.append([row_of.get(name, -1) for name in said])
    table.faults.refuse()
    for place, site in zip(*at, strict=True):
        found[place].append(site)
    return found


def sites_of(asked: Asked, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield the sites of a plan, each with what it costs, what is given for it and how many households it reaches."""
    matrix = asked.question.reach.matrix.tocsc()
    households = asked.question.places.households
    for site in plan.built.tolist():
        inside = matrix.indices[matrix.indptr[site] : matrix.indptr[site + 1]]
        yield {
            "id": asked.candidates["id"][site],
            "longitude": asked.candidates["longitude"][site],
            "latitude": asked.candidates["latitude"][site],
            "cost": round(float(asked.question.candidates.costs[site]), 2),
            "charge": round(float(asked.question.candidates.charges[site]), 2),
            "households": float(households[inside].sum()),
        }


def places_of(asked: Asked, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield every place, and how it is served: before, by a site, otherwise or not at all."""
    by_other = set(plan.otherwise.tolist())
    for row, name in enumerate(asked.places["id"]):
        if asked.question.reached[row]:
            how = "before"
        elif row in by_other:
            how = "otherwise"
        else:
            how = "site" if plan.served[row] else "none"
        yield {
            "id": name,
            "longitude": asked.places["longitude"][row],
            "latitude": asked.places["latitude"][row],
            "county": asked.places["county"][row],
            "households": asked.places["households"][row],
            "served": how,
        }


def plan_files(asked: Asked, plan: Plan) -> dict[str, str | bytes]:
    """Return the files of a plan by name: tables of sites and places, and both as a map."""
    sites, all_ = list(sites_of(asked, plan)), list(places_of(asked, plan))
    marked = [*({"what": "site", **one} for one in sites), *({"what": "place", **one} for one in all_)]
    return {
        "sites.csv": csv_of(sites, SITES.names),
        "sites.parquet": parquet_of(pa.Table.from_pylist(sites, SITES)),
        "places.csv": csv_of(all_, SERVED.names),
        "places.parquet": parquet_of(pa.Table.from_pylist(all_, SERVED)),
        "plan.geojson": geojson_of(
            (one["longitude"], one["latitude"], {k: v for k, v in one.items() if k not in {"longitude", "latitude"}})
            for one in marked
        ),
    }
