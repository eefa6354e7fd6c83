"""New sites around a village: places on its ground, what each would bring, and the one to take.

A place is no more than ground: whether it can be bought, reached and powered is for whoever goes there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from amur.methods.coverage.definitions import COVERED, Verdicts
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.villages import Points
from amur.methods.explaining.cases import Case
from amur.methods.explaining.costs import Cost, cost_of
from amur.methods.explaining.levels import Levels, judged, levels, places_of, ways_from
from amur.methods.explaining.questions import seat_of, taken
from amur.methods.explaining.routes import ground_at
from amur.methods.explaining.values import Remedy
from amur.methods.terrain.grids import EARTH

Table = np.ndarray[Any, np.dtype[np.float64]]
Make = Callable[[Case, tuple[Levels, Mapping[str, Verdicts], int], Mapping[str, Any], Cost | None], Remedy]
RINGS = 10
"""Rings of places around a village: with its middle 331 in all, about as far apart as rings are."""


def rings(longitude: float, latitude: float, radius_km: float) -> Table:
    """Return places around one, evenly over the disc: longitudes and latitudes, the middle first.

    >>> rings(126.0, 45.0, 5.0).shape
    (331, 2)
    """
    number = np.concatenate([[0], np.repeat(np.arange(1, RINGS + 1), 6 * np.arange(1, RINGS + 1))])
    along = np.concatenate([[0.0], *(np.arange(6 * ring) * 60.0 / ring for ring in range(1, RINGS + 1))])
    count = len(number)
    east, north, _ = EARTH.fwd(
        np.full(count, longitude), np.full(count, latitude), along, 1000 * radius_km * number / RINGS
    )
    return np.column_stack([east, north])


def template(case: Case) -> int:
    """Return the row, of all antennas, of the one that new ones are like: the strongest at the point, or the nearest.

    Its mast, power, gain, band and resource blocks are taken; new antennas send all around.
    """
    medians = case.levels.median_dbm[:, case.point]
    if not len(medians) or np.isnan(medians).all():
        return case.around.nearest_row
    return int(case.around.numbers[int(np.nanargmax(medians))])


def new_sites(case: Case, make: Make) -> list[Remedy]:
    """Return for each definition that is not met the new site to take: the cheapest that suffices.

    Where prices do not tell two apart, the one that is nearer to an existing site is taken, then the stronger one.
    """
    village = case.around.village
    seat = places_of(village)[seat_of(village)]
    places = rings(float(seat[0]), float(seat[1]), case.terms.new_site_km)
    places = places[np.isfinite(ground_at(case.question.terrain, places))]
    if not len(places):
        return []
    antennas = _antennas(case, places)
    states = _with_each(case, antennas)
    join, names = _nearest(case.question.antennas, places)
    costs = [cost_of(case.prices, _amounts(antennas, join, at)) for at in range(len(places))]
    order = sorted(range(len(places)), key=lambda at: (_present(costs[at]), round(join[at], 3), -_weakest(states, at)))
    found: dict[int, Remedy] = {}
    for at, verdicts in _first_enough(case, states, places, order):
        said = {
            "site": names[at], "longitude": float(places[at, 0]), "latitude": float(places[at, 1]),
            "frequency_mhz": float(antennas.frequencies_mhz[at]), "height_m": float(antennas.heights_m[at]),
            "km": float(join[at]),
        }  # fmt: skip
        found.setdefault(at, make(case, (states.row(at), verdicts, 0), said, costs[at]))
    return list(found.values())


def _first_enough(
    case: Case, states: Levels, places: Table, order: list[int]
) -> Iterator[tuple[int, Mapping[str, Verdicts]]]:
    """Give for each definition that is not met the first place in an order that meets it, and what is said of it."""
    sites = case.around.sites
    all_of_them = Points(np.append(sites.north, places[:, 1]), np.append(sites.east, places[:, 0]), "sites")
    # With all places built at once the signals are already those of each alone, and no distance is longer than alone:
    # what does not meet a definition so is not looked at one by one.
    hopeful = judged(case.question, case.around.village, all_of_them, states)
    known: dict[int, Mapping[str, Verdicts]] = {}
    for name in case.unmet:
        for at in order:
            if hopeful[name].states[at] != COVERED:
                continue
            if at not in known:
                known[at] = _judged_one(case, states, at, places[at])
            if known[at][name].states[0] == COVERED:
                yield at, known[at]
                break


def _antennas(case: Case, places: Table) -> Antennas:
    """Return one antenna at each place, like the template."""
    like = template(case)
    made = taken(case.question.antennas, np.full(len(places), like))
    height = case.terms.new_mast_m or float(case.question.antennas.heights_m[like])
    return replace(
        made, longitudes=places[:, 0], latitudes=places[:, 1], heights_m=np.full(len(places), height),
        azimuths_deg=np.full(len(places), np.nan), tilts_deg=np.zeros(len(places)),
    )  # fmt: skip


def _with_each(case: Case, antennas: Antennas) -> Levels:
    """Return the best level at each point with each new site, one a row."""
    found, ways = ways_from(case.question.terrain, antennas, places_of(case.around.village), case.terms)
    new = levels(found, ways, antennas, case.terms, case.resolution_m)
    now = case.levels.best()
    is_new = np.isnan(now.median_dbm) | (new.median_dbm > now.median_dbm)
    return Levels(
        np.where(is_new, new.median_dbm, now.median_dbm),
        np.where(is_new, new.sigma_db, now.sigma_db),
        now.is_at_least | new.is_at_least,
    )


def _judged_one(case: Case, states: Levels, at: int, place: Any) -> Mapping[str, Verdicts]:
    sites = case.around.sites
    there = Points(np.append(sites.north, place[1]), np.append(sites.east, place[0]), "sites")
    return judged(case.question, case.around.village, there, states.row(at))


def _nearest(antennas: Antennas, places: Table) -> tuple[list[float], list[str]]:
    """Return how far the nearest site is from each place, in kilometres, and its name."""
    sites = Points(antennas.latitudes, antennas.longitudes, "sites").in_space_m
    _, which = cKDTree(sites).query(Points(places[:, 1], places[:, 0], "places").in_space_m)
    _, _, metres = EARTH.inv(places[:, 0], places[:, 1], antennas.longitudes[which], antennas.latitudes[which])
    return (np.asarray(metres) / 1000).tolist(), antennas.sites[which].tolist()


def _amounts(antennas: Antennas, join: list[float], at: int) -> dict[str, float]:
    return {"site": 1.0, "site_metre": float(antennas.heights_m[at]), "backhaul_km": join[at]}


def _present(cost: Cost | None) -> float:
    return cost.present if cost else float("inf")


def _weakest(states: Levels, at: int) -> float:
    found = states.median_dbm[at].min()
    return float(found) if np.isfinite(found) else -1e9
