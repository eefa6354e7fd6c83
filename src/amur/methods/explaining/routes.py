"""Ways from places of antennas to points of a village: their profiles once, and what is lost on them as often as asked.

A loss depends on the way, the height of the antenna and the frequency; many antennas share them, so each such triple is
computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from amur.methods.explaining.questions import Terms
from amur.methods.propagation import itm, p1812
from amur.methods.propagation.paths import Numbers, Paths, Places
from amur.methods.terrain.grids import DEGREES, EARTH, Terrain, transformer
from amur.methods.terrain.profiles import heights_at, known_profiles

Model: TypeAlias = Literal["p1812", "itm"]
SHORTEST_M = 250.01
"""Nearer the models say nothing and free space is taken (P.1812-8 begins at 250 m; a centimetre is for rounding)."""
KNOWN, NEAR, OVER_HOLE, OUTSIDE = range(4)
"""What is known of the ground of a way: all, no matter, there is a hole on it, it leaves the terrain."""
_LEAST_M, _MOST_M = 30.0, 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """Ways by their ends (longitudes and latitudes in degrees, one way a row), lengths, and the ground at both ends.

    ``paths`` has the profiles of those whose ``states`` are ``KNOWN``; ``numbers`` says which is whose, -1 for none.
    """

    froms: Numbers
    tos: Numbers
    metres: Numbers
    bearings_deg: Numbers
    from_m: Numbers
    to_m: Numbers
    states: Places
    numbers: Places
    paths: Paths

    def __len__(self) -> int:
        """Return how many ways there are."""
        return len(self.metres)


def spacing_of(terrain: Terrain, terms: Terms) -> float:
    """Return how far apart points of profiles stand at most, in metres."""
    return terms.spacing_m or float(np.clip(terrain.resolution_m, _LEAST_M, _MOST_M))


def routes(terrain: Terrain, froms: Numbers, tos: Numbers, terms: Terms) -> Routes:
    """Return the ways between pairs of places; nothing is refused: what is not known of one is said of it.

    ``froms`` and ``tos`` are tables of longitudes and latitudes in degrees (WGS 84), one way a row.
    """
    bearings, _, metres = EARTH.inv(froms[:, 0], froms[:, 1], tos[:, 0], tos[:, 1])
    metres, bearings = np.asarray(metres), np.asarray(bearings) % 360
    from_m, to_m = ground_at(terrain, froms), ground_at(terrain, tos)
    states = np.full(len(metres), NEAR, np.int64)
    far = np.flatnonzero(metres >= SHORTEST_M)
    found = known_profiles(terrain, froms[far], tos[far], spacing_m=spacing_of(terrain, terms))
    states[far[found.which]], states[far[found.over_holes]], states[far[found.outside]] = KNOWN, OVER_HOLE, OUTSIDE
    near = np.flatnonzero(states == NEAR)
    at_ends = from_m[near] + to_m[near]
    states[near[np.isnan(at_ends)]], states[near[np.isinf(at_ends)]] = OVER_HOLE, OUTSIDE
    numbers = np.full(len(metres), -1, np.int64)
    numbers[far[found.which]] = np.arange(len(found.which))
    return Routes(froms, tos, metres, bearings, from_m, to_m, states, numbers, found.paths)


def ground_at(terrain: Terrain, places: Numbers) -> Numbers:
    """Return heights at places; NaN in a hole, infinite outside the terrain."""
    grid = terrain.grid
    xs, ys = places[:, 0], places[:, 1]
    if grid.projection != DEGREES:
        xs, ys = transformer(DEGREES, grid.projection).transform(xs, ys)
    west, south, east, north = grid.edges
    inside = (xs >= west) & (xs <= east) & (ys >= south) & (ys <= north)
    found = np.full(len(places), np.inf)
    if inside.any():
        found[inside] = heights_at(terrain, places[inside])
    return found


def lost(
    of: Routes, which: Places, antennas_m: Numbers, frequencies_mhz: Numbers, terms: Terms, *, model: Model = "p1812"
) -> Any:
    """Return the basic transmission loss in decibels, half of times and places, of ways by their numbers.

    NaN where the ground of a way is not known.

    Raises:
        AmurError: where a height or frequency lies outside of what the model covers.
    """
    triples, back = np.unique(np.column_stack([which, antennas_m, frequencies_mhz]), axis=0, return_inverse=True)
    ways, heights, frequencies = triples[:, 0].astype(np.int64), triples[:, 1], triples[:, 2]
    found = np.full(len(ways), np.nan)
    near = np.flatnonzero(of.states[ways] == NEAR)
    if len(near):
        found[near] = _free(of, ways[near], heights[near], frequencies[near], terms)
    far = np.flatnonzero(of.states[ways] == KNOWN)
    if len(far):
        paths = repeated(of.paths, of.numbers[ways[far]])
        if model == "itm":
            told = itm_inputs(heights[far], frequencies[far], terms)
            found[far] = itm.losses(paths, told).loss_db
        else:
            found[far] = p1812.losses(paths, p1812_inputs(of, ways[far], heights[far], frequencies[far], terms)).loss_db
    return found[back.reshape(-1)]


def p1812_inputs(of: Routes, ways: Places, antennas_m: Numbers, frequencies_mhz: Numbers, terms: Terms) -> p1812.Inputs:
    """Return what P.1812 is asked of ways: half of times and places, from so high, at such frequencies."""
    ends = (of.froms[ways, 1], of.froms[ways, 0], of.tos[ways, 1], of.tos[ways, 0])
    return p1812.Inputs(
        frequency_ghz=frequencies_mhz / 1000,
        antenna_t_m=antennas_m,
        antenna_r_m=terms.receiver_m,
        latitude_deg=p1812.middle_latitudes_deg(*ends, of.metres[ways] / 1000),
        refractivity_n0=terms.refractivity_n0,
        delta_n=terms.delta_n,
    )


def itm_inputs(antennas_m: Numbers, frequencies_mhz: Numbers, terms: Terms) -> itm.Inputs:
    """Return what the Irregular Terrain Model is asked, likewise."""
    return itm.Inputs(
        frequency_mhz=frequencies_mhz,
        transmitter_m=antennas_m,
        receiver_m=terms.receiver_m,
        n_0=terms.refractivity_n0,
    )


def repeated(of: Paths, numbers: Places) -> Paths:
    """Return some paths by their numbers, each as often as it is named.

    >>> from amur.methods.propagation.paths import paths_of
    >>> two = paths_of([([0, 1, 2], [1, 2, 3]), ([0, 1, 2, 3], [4, 5, 6, 7])])
    >>> repeated(two, np.array([1, 0])).heights_m.tolist()
    [4.0, 5.0, 6.0, 7.0, 1.0, 2.0, 3.0]
    """
    counts = np.diff(of.starts)[numbers]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    points = np.arange(starts[-1]) + np.repeat(of.starts[numbers] - starts[:-1], counts)
    return Paths(starts, of.distances_km[points], of.heights_m[points])


def _free(of: Routes, ways: Places, antennas_m: Numbers, frequencies_mhz: Numbers, terms: Terms) -> Numbers:
    """Return the loss of free space (ITU-R P.525-4) on the straight line; who stands below an antenna is 1 m away."""
    apart_m = of.from_m[ways] + antennas_m - of.to_m[ways] - terms.receiver_m
    slant_m = np.maximum(np.hypot(of.metres[ways], apart_m), 1.0)
    found: Numbers = 20 * np.log10(frequencies_mhz) + 20 * np.log10(slant_m / 1000) + 32.4
    return found
