"""Centres for content and computing, from tables of places, of candidates and, if there is one, of delays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from amur.base.faults import AmurError, Fault
from amur.methods.filing.columns import Column
from amur.methods.filing.results import csv_of, geojson_of
from amur.methods.filing.tables import TableError, read_table
from amur.methods.filing.worded import worded
from amur.methods.siting.facilities import Assignment, Facilities, cheapest
from amur.methods.siting.files import EARTH_KM
from amur.methods.siting.inputs import Numbers
from amur.methods.siting.reasons import NoPlan
from amur.methods.siting.solving import Effort
from amur.studies.adapters import Asked, Made, Step

Rows: TypeAlias = "Mapping[str, Sequence[Any]]"

_SPOT = (
    Column("id", ("编号",), kind="text", is_unique=True),
    Column("longitude", ("lon", "经度"), least=-180, most=180),
    Column("latitude", ("lat", "纬度"), least=-90, most=90),
)
PLACES = (*_SPOT, Column("traffic", ("流量",), least=0))
CANDIDATES = (
    *_SPOT,
    Column("cost", ("费用",), least=0),
    Column("capacity", ("容量",), least=0, default=np.inf),
    Column("unit_cost", ("单位费用",), least=0, default=0.0),
    Column("stands", ("已建",), kind="flag", is_needed=False),
)
DELAYS = (
    Column("place", ("地点",), kind="text"),
    Column("candidate", ("候选站址",), kind="text"),
    Column("ms", ("毫秒",), least=0),
)
_SMALL = 1e-9


def run(asked: Asked) -> Made:
    """Write the centres to build, who is served by which, and both as a map.

    As a baseline to beat stands what all traffic costs, and how long it takes, with the centres that stand already.

    Raises:
        AmurError: for rows that are wrong, and where nothing is near enough: why.
    """
    places = read_table(asked.inputs["places"], PLACES).whole(PLACES)
    sites = read_table(asked.inputs["candidates"], CANDIDATES).whole(CANDIDATES)
    facilities = Facilities(
        traffic=np.array(places["traffic"], np.float64),
        costs=np.array(sites["cost"], np.float64),
        capacities=np.array(sites["capacity"], np.float64),
        unit_costs=np.array(sites["unit_cost"], np.float64),
        delays_ms=_delays(asked, places, sites),
    )
    most = int(asked.number("most")) if "most" in asked.parameters else None
    effort = Effort(asked.number("gap", 0.0), asked.number("seconds", 60.0))
    asked.told(0.1, Step("choosing_centres", "Looking for the cheapest centres"))
    found = cheapest(
        facilities, within_ms=asked.number("within_ms"), share=asked.number("share", 1.0), most=most, effort=effort
    )
    _write(asked, places, sites, facilities, found)
    total = float(facilities.traffic.sum())
    return Made(
        {
            "centres": len(found.built),
            "cost": found.cost,
            "delay_ms": found.delay_ms,
            "served": found.served / total if total else None,
            "gap": found.gap,
            **_baseline(facilities, np.array(sites["stands"], bool), effort),
        }
    )


def _baseline(facilities: Facilities, stands: Any, effort: Effort) -> dict[str, float | None]:
    """Return cost and mean delay with the centres that stand, however far they are; nothing where they cannot."""
    figures: dict[str, float | None] = {"baseline_cost": None, "baseline_delay_ms": None}
    if not stands.any():
        return figures
    only = Facilities(
        facilities.traffic,
        facilities.costs[stands],
        facilities.capacities[stands],
        facilities.unit_costs[stands],
        facilities.delays_ms[:, stands],
    )
    reached = np.isfinite(only.delays_ms)
    try:
        found = cheapest(only, within_ms=float(only.delays_ms[reached].max(initial=0.0)), effort=effort)
    except NoPlan:
        return figures
    return {"baseline_cost": found.cost, "baseline_delay_ms": found.delay_ms}


def _delays(asked: Asked, places: Rows, sites: Rows) -> Numbers:
    """Return delays as they are given, or by the way: what a connection takes in any case, and a bit each kilometre."""
    if file := asked.inputs.get("delays"):
        return _given(file, places["id"], sites["id"])
    if "ms_per_km" not in asked.parameters:
        raise AmurError("no_delays", "give a table of delays, or ms_per_km to reckon them by distance")
    cosines = np.clip(_on_sphere(places) @ _on_sphere(sites).T, -1, 1)
    delays: Numbers = asked.number("fixed_ms", 0.0) + asked.number("ms_per_km") * EARTH_KM * np.arccos(cosines)
    return delays


def _given(file: Path, places: Sequence[str], sites: Sequence[str]) -> Numbers:
    table = read_table(file, DELAYS).whole(DELAYS)
    rows, columns = ({name: at for at, name in enumerate(names)} for names in (places, sites))
    found = np.full((len(places), len(sites)), np.inf)
    faults = []
    for line, (place, site, ms) in enumerate(
        zip(table["place"], table["candidate"], table["ms"], strict=True), start=2
    ):
        if place in rows and site in columns:
            found[rows[place], columns[site]] = ms
        else:
            what, name = ("place", place) if place not in rows else ("candidate", site)
            faults.append(Fault(file.name, line, what, worded("unknown_there", typed=name), worded("add_or_mend")))
    if faults:
        raise TableError(file.name, faults, len(faults))
    return found


def _on_sphere(table: Rows) -> Numbers:
    north, east = np.radians(table["latitude"]), np.radians(table["longitude"])
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _write(asked: Asked, places: Rows, sites: Rows, facilities: Facilities, found: Assignment) -> None:
    load = found.shares * facilities.traffic[:, None]
    centres = [
        {
            **_spot(sites, at),
            "cost": facilities.costs[at],
            "traffic": round(float(load[:, at].sum()), 6),
        }
        for at in found.built.tolist()
    ]
    served = []
    for row in range(len(places["id"])):
        used = np.flatnonzero(found.shares[row] > _SMALL)
        share, ways = found.shares[row, used], facilities.delays_ms[row, used]
        served.append(
            {
                **_spot(places, row),
                "traffic": places["traffic"][row],
                "centres": " ".join(sites["id"][at] for at in used.tolist()),
                "served": round(float(share.sum()), 6),
                "delay_ms": round(float((share * ways).sum() / share.sum()), 6) if len(used) else None,
            }
        )
    spot = ["id", "longitude", "latitude"]
    asked.results.write("centres.csv", csv_of(centres, [*spot, "cost", "traffic"]))
    asked.results.write("places.csv", csv_of(served, [*spot, "traffic", "centres", "served", "delay_ms"]))
    marked = [*({"what": "centre", **one} for one in centres), *({"what": "place", **one} for one in served)]
    asked.results.write(
        "plan.geojson",
        geojson_of(
            (one["longitude"], one["latitude"], {k: v for k, v in one.items() if k not in spot[1:]}) for one in marked
        ),
    )


def _spot(table: Rows, at: int) -> dict[str, Any]:
    return {name: table[name][at] for name in ("id", "longitude", "latitude")}
