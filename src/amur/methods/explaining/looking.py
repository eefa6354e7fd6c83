"""The ways from the best sites to one point of a village: geometry, both models, and the budget of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from amur.methods.coverage.budgets import terms as budget
from amur.methods.coverage.sites import Antennas
from amur.methods.explaining.levels import Around, Levels, patterns, spreads_db, transmitter_of, with_spread
from amur.methods.explaining.questions import Question, Terms, taken
from amur.methods.explaining.routes import (
    KNOWN,
    NEAR,
    OUTSIDE,
    ground_at,
    itm_inputs,
    lost,
    p1812_inputs,
    repeated,
    spacing_of,
)
from amur.methods.explaining.sights import Sights, knife_edge_db, sights, state_of
from amur.methods.explaining.values import Profile, Ridge, Way
from amur.methods.explaining.vocabulary import Said, both
from amur.methods.propagation import itm, p1812
from amur.methods.propagation.paths import FEWEST, Places
from amur.methods.terrain.grids import EARTH, Terrain


def shown(of: Around, found: Levels, point: int, terms: Terms) -> Places:
    """Return the antennas whose ways are shown: the strongest of each site, best first, and of the nearest site.

    An antenna of which nothing is known counts as the weakest; of several, the nearer is better.
    """
    metres = of.routes.metres[of.ways[:, point]]
    medians = np.nan_to_num(found.median_dbm[:, point], nan=-np.inf)
    order = np.lexsort((metres, -medians))
    _, first = np.unique(of.antennas.sites[order], return_index=True)
    best = order[np.sort(first)]
    few = best[: terms.sites].tolist()
    nearest = min(best.tolist(), key=lambda row: metres[row], default=None)
    if nearest is not None and nearest not in few:
        few[-1:] = [nearest] if len(few) > 1 else [*few, nearest]
    return np.array(few, np.int64)


def ways_to(question: Question, of: Around, point: int, rows: Places, terms: Terms) -> tuple[Way, ...]:
    """Return the ways from antennas, by their rows among those in reach, to a point of the village."""
    found = _Looked(question.terrain, of, of.ways[rows, point], taken(of.antennas, rows), terms)
    return tuple(_way(found, at) for at in range(len(rows)))


class _Looked:
    """What both models and the geometry say of a few ways at once."""

    def __init__(self, terrain: Terrain, of: Around, numbers: Places, antennas: Antennas, terms: Terms) -> None:
        self.terrain, self.routes, self.numbers, self.antennas, self.terms = (
            terrain,
            of.routes,
            numbers,
            antennas,
            terms,
        )
        high, often = antennas.heights_m, antennas.frequencies_mhz
        self.pattern_db = patterns(of.routes, numbers, antennas, np.arange(len(numbers)), terms)
        self.spread_db = spreads_db(often, terms, terrain.resolution_m)
        self.loss_db = lost(of.routes, numbers, high, often, terms)
        self.itm_loss_db = lost(of.routes, numbers, high, often, terms, model="itm")
        self.known = np.flatnonzero(of.routes.states[numbers] == KNOWN)
        ways, high, often = numbers[self.known], high[self.known], often[self.known]
        self.paths = repeated(of.routes.paths, of.routes.numbers[ways])
        if len(ways):
            receivers = np.full(len(ways), terms.receiver_m)
            self.sights = sights(self.paths, high, receivers, often, terms.earth_m)
            self.traced = p1812.traced(self.paths, p1812_inputs(of.routes, ways, high, often, terms))
            self.itm = itm.losses(self.paths, itm_inputs(high, often, terms))


def _way(found: _Looked, at: int) -> Way:
    """Return all that is said of one way."""
    number, routes, antennas = int(found.numbers[at]), found.routes, found.antennas
    state = int(routes.states[number])
    said: dict[str, Any] = {
        "site": str(antennas.sites[at]), "antenna": int(antennas.rows[at]),
        "longitude": float(routes.froms[number, 0]), "latitude": float(routes.froms[number, 1]),
        "km": float(routes.metres[number]) / 1000, "bearing_deg": float(routes.bearings_deg[number]),
        "antenna_m": float(antennas.heights_m[at]), "ground_m": _finite(routes.from_m[number]),
        "receiver_ground_m": _finite(routes.to_m[number]), "frequency_mhz": float(antennas.frequencies_mhz[at]),
    }  # fmt: skip
    if state not in {KNOWN, NEAR}:
        return Way(state="unknown", unknown=_where_unknown(found, number), **said)
    said |= _budget(found, at)
    if state == NEAR:
        return Way(state="near", **said)
    path = int(np.searchsorted(found.known, at))
    return Way(**said, **_geometry(found, number, path), **_parts(found, at, path))


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _budget(found: _Looked, at: int) -> dict[str, Any]:
    receiver = with_spread(found.terms.receiver, float(found.spread_db[at]))
    loss, itm_loss = float(found.loss_db[at]), float(found.itm_loss_db[at])
    told = budget(transmitter_of(found.antennas, at), receiver, loss, float(found.pattern_db[at]))
    return {
        "loss_db": loss,
        "itm_loss_db": itm_loss,
        "terms": told,
        # The last term is the margin for bad places; before it stands the median.
        "median_dbm": told[-2].level_dbm,
        "edge_dbm": told[-1].level_dbm,
        "itm_median_dbm": told[-2].level_dbm + loss - itm_loss,
    }


def _geometry(found: _Looked, number: int, path: int) -> dict[str, Any]:
    """Return the profile, the ridge on it and what that does to the line of sight."""
    part = slice(int(found.paths.starts[path]), int(found.paths.starts[path + 1]))
    sight, ridge = found.sights, int(found.sights.ridges[path])
    km, ground = found.paths.distances_km, found.paths.heights_m
    start = found.routes.froms[number]
    east, north, _ = EARTH.fwd(start[0], start[1], found.routes.bearings_deg[number], float(1000 * km[ridge]))
    profile = Profile(
        km[part], ground[part], sight.tops_m[part], sight.lines_m[part], sight.zones_m[part], sight.parameters[part]
    )
    return {
        "profile": profile,
        "ridge": _ridge(sight, ridge, float(km[ridge]), float(ground[ridge]), (float(east), float(north))),
        "state": state_of(float(sight.parameters[ridge])),
    }


def _ridge(sight: Sights, at: int, km: float, height_m: float, place: tuple[float, float]) -> Ridge:
    over, zone, parameter = float(sight.over_m[at]), float(sight.zones_m[at]), float(sight.parameters[at])
    return Ridge(
        km, *place, height_m, over, zone, free_share=-over / zone, parameter=parameter,
        edge_db=float(knife_edge_db(parameter)),
    )  # fmt: skip


def _parts(found: _Looked, at: int, path: int) -> dict[str, Any]:
    """Return what the loss by P.1812 is made of, and how the second opinion sees the way."""
    traced = found.traced[path]
    free, bent = float(traced["free_space_db"]), float(traced["diffraction_median_db"])
    said = itm.Caution(int(found.itm.cautions[path]))
    return {
        "parts_db": {
            "free space": free,
            "diffraction": bent,
            "ducts, scattering and how they combine": float(found.loss_db[at]) - free - bent,
        },
        "itm_way": itm.Way(int(found.itm.ways[path])).name.lower().replace("_", " "),
        "itm_cautions": tuple(one.name.lower().replace("_", " ") for one in said if one.name),
    }


def _where_unknown(found: _Looked, number: int) -> Said:
    """Say where on a way no height is known, as far as points of its profile tell."""
    routes, terrain = found.routes, found.terrain
    metres = float(routes.metres[number])
    count = max(FEWEST, int(np.ceil(metres / spacing_of(terrain, found.terms))) + 1)
    along = np.linspace(0.0, metres, count)
    start = routes.froms[number]
    east, north, _ = EARTH.fwd(
        np.full(count, start[0]), np.full(count, start[1]), np.full(count, routes.bearings_deg[number]), along
    )
    places = np.column_stack([east, north])
    places[0], places[-1] = start, routes.tos[number]
    heights = ground_at(terrain, places)
    at = int(np.flatnonzero(~np.isfinite(heights))[0]) if not np.isfinite(heights).all() else 0
    key = "leaves" if routes.states[number] == OUTSIDE else "hole"
    return both(key, km=along[at] / 1000, east=places[at, 0], north=places[at, 1])
