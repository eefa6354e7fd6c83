"""What would mend a village: other masts and bands on the sites around it, new sites, and satellite as a fallback.

Heights go up metre by metre, since a signal need not grow with every metre: the least that suffices is found by trying
each one. Every state of the world that could be made is a row of signals at the village's points, and all are judged
together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from amur.methods.coverage.definitions import COVERED, NOT_COVERED, WORDS, Verdicts
from amur.methods.coverage.probabilities import Signal, edge_dbm
from amur.methods.explaining.cases import Case
from amur.methods.explaining.costs import Cost, cost_of
from amur.methods.explaining.levels import Levels, judged, levels, stacked
from amur.methods.explaining.placing import new_sites
from amur.methods.explaining.questions import taken
from amur.methods.explaining.values import Kind, Remedy
from amur.methods.propagation.paths import Places


def remedies(case: Case) -> tuple[Remedy, ...]:
    """Return what would mend the village, best first: what suffices for some definition, and satellite at the end.

    With prices the cheapest is first. Without, what builds least is: fewer metres of a mast, with a band or without,
    and then a new site with the shortest way to the next one. That is no price, and is said not to be.
    """
    if not case.unmet:
        return ()
    found = [one for site in _sites(case) for one in _on_site(case, site)]
    found += new_sites(case, _remedy_at)
    is_open = any(one.states[0] == NOT_COVERED for one in case.verdicts.values())
    if is_open or case.levels.best().is_at_least.any():
        found.append(_satellite(case))
    found.sort(key=_order)
    return tuple(replace(one, rank=rank) for rank, one in enumerate(found, start=1))


def chosen(of: Sequence[Remedy], unmet: Sequence[str]) -> dict[str, int | None]:
    """Return for each definition that is not met the rank of the first remedy that mends it, None where none does."""
    return {name: next((one.rank for one in of if name in one.mends), None) for name in unmet}


def _order(one: Remedy) -> tuple[float, ...]:
    is_fallback = one.kind == "satellite"
    price = one.cost.present if one.cost else np.inf
    return (is_fallback, price, one.kind == "site", one.raised_m, one.kind != "mast", one.km)


def _sites(case: Case) -> Iterator[str]:
    yield from dict.fromkeys(case.around.antennas.sites[case.rows].tolist())


def _on_site(case: Case, site: str) -> Iterator[Remedy]:
    """Give for each definition that is not met the least that is done on a site to meet it, each thing once."""
    antennas = case.around.antennas
    rows = np.flatnonzero(antennas.sites == site)
    high = np.flatnonzero(antennas.frequencies_mhz[rows] > case.terms.low_mhz)
    lowest = int(np.floor(antennas.heights_m[rows].min())) + 1
    heights = np.arange(lowest, int(case.terms.highest_m) + 1, dtype=np.float64)
    by_band = list(_least(case, rows, np.array([0.0]), rows[high], "band")) if len(high) else []
    yield from by_band
    if len(heights):
        yield from _least(case, rows, heights, rows[:0], "mast")
        if len(high):
            # Where the band alone is enough nobody raises the mast as well.
            enough = {name for one in by_band for name in one.mends}
            yield from _least(case, rows, heights, rows[high], "band_and_mast", without=enough)


def _least(
    case: Case, rows: Places, heights: Any, lowered: Places, kind: Kind, *, without: Collection[str] = ()
) -> Iterator[Remedy]:
    """Give the least height for each definition, of antennas that are at least so high, with others of a low band."""
    states = _raised(case, rows, heights, lowered)
    verdicts = judged(case.question, case.around.village, case.around.sites, states)
    done: set[int] = set()
    for name in (one for one in case.unmet if one not in without):
        enough = np.flatnonzero(verdicts[name].states == COVERED)
        if len(enough) and int(enough[0]) not in done:
            done.add(int(enough[0]))
            yield _changed(case, rows, float(heights[enough[0]]), kind, (states, verdicts, int(enough[0])))


def _raised(case: Case, rows: Places, heights: Any, lowered: Places) -> Levels:
    """Return the best level at each point (column) for each height (row)."""
    of, count = case.around, len(heights)
    others = np.setdiff1d(np.arange(len(of.antennas)), rows)
    there = np.concatenate([rows, lowered])
    made = taken(of.antennas, np.tile(there, count))
    mhz = made.frequencies_mhz.copy()
    is_low = np.tile(np.arange(len(there)) >= len(rows), count)
    mhz[is_low] = case.terms.low_mhz
    made = replace(made, heights_m=np.maximum(made.heights_m, np.repeat(heights, len(there))), frequencies_mhz=mhz)
    found = levels(of.routes, np.tile(of.ways[there], (count, 1)), made, case.terms, case.resolution_m)
    base = case.levels.best_of(others)
    each = [
        stacked([base, found.rows(part).best()]).best()
        for part in (slice(at * len(there), (at + 1) * len(there)) for at in range(count))
    ]
    return stacked(each)


def _changed(
    case: Case, rows: Places, height_m: float, kind: Kind, judged_so: tuple[Levels, Mapping[str, Verdicts], int]
) -> Remedy:
    """Return the remedy of a change on a site."""
    of = case.around
    now = of.antennas.heights_m[rows]
    at = int(rows[np.argmin(now)])
    height = max(height_m, float(now.min()))
    raised = height - float(now.min()) if kind != "band" else 0.0
    amounts = {"band": {"band": 1.0}, "mast": {"mast": 1.0, "mast_metre": raised}}
    needed = amounts.get(kind) or {**amounts["band"], **amounts["mast"]}
    return _remedy(
        case, judged_so,
        kind=kind, site=str(of.antennas.sites[at]), longitude=float(of.antennas.longitudes[at]),
        latitude=float(of.antennas.latitudes[at]), height_m=height, raised_m=raised, km=0.0,
        frequency_mhz=case.terms.low_mhz if kind != "mast" else float(of.antennas.frequencies_mhz[at]),
        cost=cost_of(case.prices, needed),
    )  # fmt: skip


def _remedy_at(
    case: Case, judged_so: tuple[Levels, Mapping[str, Verdicts], int], said: Mapping[str, Any], cost: Cost | None
) -> Remedy:
    return _remedy(case, judged_so, kind="site", raised_m=0.0, cost=cost, **said)


def _remedy(case: Case, judged_so: tuple[Levels, Mapping[str, Verdicts], int], **said: Any) -> Remedy:
    states, verdicts, at = judged_so
    signal = Signal(states.median_dbm[at], np.where(np.isfinite(states.median_dbm[at]), states.sigma_db[at], 0.0))
    edge = edge_dbm(signal, case.terms.receiver.probability)
    answers = {name: WORDS[one.states[at]] for name, one in verdicts.items()}
    mends = tuple(name for name in case.unmet if verdicts[name].states[at] == COVERED)
    return Remedy(
        median_dbm=_number(signal.median_dbm[case.point]), edge_dbm=_number(edge[case.point]),
        weakest_dbm=None if np.isnan(edge).any() else float(edge.min()), answers=answers, mends=mends, **said,
    )  # fmt: skip


def _satellite(case: Case) -> Remedy:
    """Return satellite for every household; definitions that ask for sites or their signal do not count it.

    Where there is no household or nobody knows how many, a price for each of them says nothing, and there is no cost.
    """
    village = case.around.village
    place = (float(village.points.east[case.point]), float(village.points.north[case.point]))
    households = float(village.households[0])
    priced = case.prices.prices if case.prices else {}
    unknown = () if households > 0 else tuple(one for one in ("satellite_household",) if one in priced)
    amounts = {"satellite": 1.0, "satellite_household": households}
    answers = {name: WORDS[one.states[0]] for name, one in case.verdicts.items()}
    return Remedy(
        "satellite", "", *place, None, None, 0.0, 0.0, None, None, None, answers, (),
        cost=None if unknown else cost_of(case.prices, amounts), unknown=unknown,
    )  # fmt: skip


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
