"""Levels that the antennas around a village bring to its points, and what definitions say of the strongest of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.antennas import directions, pattern_loss_db
from amur.methods.coverage.budgets import ELEMENTS, Receiver, Transmitter
from amur.methods.coverage.definitions import Verdicts, judged_ground, judged_villages
from amur.methods.coverage.probabilities import Signal
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.villages import SETTLEMENT, Points, Villages
from amur.methods.explaining.questions import Question, Terms, copies, seat_of, taken
from amur.methods.explaining.routes import Routes, lost, routes
from amur.methods.propagation.p1812 import location_deviations_db
from amur.methods.propagation.p1812.inputs import RANGES
from amur.methods.propagation.paths import Numbers, Places
from amur.methods.surveys.judging import Heard, of_kind
from amur.methods.surveys.judging import judged as judged_heard
from amur.methods.terrain.grids import EARTH, Terrain

Table = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
HIGHEST_MHZ = 1000 * RANGES["frequency_ghz"][1]


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """A village and the antennas within reach of it: ``numbers`` are their rows in the question's table.

    ``ways`` has one row for each antenna and one column for each point: the number of the route between them.
    Of all antennas that of ``nearest_row`` is nearest to the village's seat, ``nearest_km`` away. ``sites`` are the
    places that a distance can be to: those in reach and the nearest.
    """

    village: Villages
    antennas: Antennas
    numbers: Places
    routes: Routes
    ways: Places
    nearest_km: float
    nearest_row: int
    sites: Points


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Medians in dBm and deviations in dB: antennas by points, or states of the world by points.

    ``is_at_least`` says where something of which nothing is known might be stronger.
    """

    median_dbm: Table
    sigma_db: Table
    is_at_least: Flags

    def row(self, at: int) -> Levels:
        """Return one row, as a table of one."""
        return Levels(self.median_dbm[[at]], self.sigma_db[[at]], self.is_at_least[[at]])

    def rows(self, part: slice) -> Levels:
        """Return some rows."""
        return Levels(self.median_dbm[part], self.sigma_db[part], self.is_at_least[part])

    def best(self) -> Levels:
        """Return the strongest of all antennas at each point: NaN where none is known, -inf where there is none."""
        return self.best_of(np.arange(len(self.median_dbm)))

    def best_of(self, rows: Places) -> Levels:
        """Return the strongest of some antennas at each point, as a table of one row."""
        if not len(rows):
            none = np.full((1, self.median_dbm.shape[1]), -np.inf)
            return Levels(none, np.zeros_like(none), np.zeros(none.shape, bool))
        medians = self.median_dbm[rows]
        which = np.argmax(np.where(np.isnan(medians), -np.inf, medians), axis=0)
        here = (rows[which], np.arange(medians.shape[1]))
        found = np.where(np.isnan(medians).all(axis=0), np.nan, self.median_dbm[here])
        is_at_least = np.any(self.is_at_least[rows], axis=0, keepdims=True)
        return Levels(found[None], self.sigma_db[here][None], is_at_least)


def stacked(parts: Sequence[Levels]) -> Levels:
    """Return the rows of several tables, one under the other."""
    return Levels(
        np.vstack([one.median_dbm for one in parts]),
        np.vstack([one.sigma_db for one in parts]),
        np.vstack([one.is_at_least for one in parts]),
    )


def around(question: Question, village: Villages, terms: Terms) -> Around:
    """Return the antennas within reach of any point of a village, and the ways from them to its points.

    Raises:
        AmurError: if one of them sends where no model says anything; it says in which row of the file it stands.
    """
    antennas, points = question.antennas, places_of(village)
    apart = np.stack([_metres(antennas, place) for place in points], axis=1)
    numbers = np.flatnonzero((apart <= 1000 * terms.reach_km).any(axis=1))
    _refuse_high(antennas, numbers)
    seat = apart[:, seat_of(village)]
    nearest = int(np.argmin(seat))
    few = taken(antennas, numbers)
    found, ways = ways_from(question.terrain, few, points, terms)
    there = np.append(numbers, nearest)
    sites = Points(antennas.latitudes[there], antennas.longitudes[there], "sites")
    return Around(village, few, numbers, found, ways, float(seat[nearest]) / 1000, nearest, sites)


def _refuse_high(antennas: Antennas, numbers: Places) -> None:
    for at in numbers[antennas.frequencies_mhz[numbers] > HIGHEST_MHZ][:1]:
        raise AmurError(
            "out_of_range",
            f"sites, row {antennas.rows[at]}: {antennas.sites[at]} sends at {antennas.frequencies_mhz[at]:g} MHz, and "
            f"ITU-R P.1812 ends at {HIGHEST_MHZ:g}; leave it out, or say which bands count",
        )


def ways_from(terrain: Terrain, antennas: Antennas, points: Table, terms: Terms) -> tuple[Routes, Places]:
    """Return the routes from the places of antennas to points, and which is that of each antenna and point."""
    froms = np.column_stack([antennas.longitudes, antennas.latitudes])
    unique, place_of = np.unique(froms, axis=0, return_inverse=True)
    count = len(points)
    found = routes(terrain, np.repeat(unique, count, axis=0), np.tile(points, (len(unique), 1)), terms)
    ways = place_of.reshape(-1)[:, None] * count + np.arange(count)[None, :]
    return found, ways.astype(np.int64)


def levels(of: Routes, ways: Places, antennas: Antennas, terms: Terms, resolution_m: float) -> Levels:
    """Return what each antenna brings to each point by P.1812; ``ways`` has a row an antenna and a column a point."""
    shape = ways.shape
    flat = ways.reshape(-1)
    each = np.repeat(np.arange(shape[0]), shape[1])
    mhz = antennas.frequencies_mhz[each]
    path_db = lost(of, flat, antennas.heights_m[each], mhz, terms)
    pattern_db = patterns(of, flat, antennas, each, terms)
    median = _sent_dbm(antennas)[each] + fixed_db(terms.receiver) - pattern_db - path_db
    sigma = spreads_db(mhz, terms, resolution_m)
    return Levels(median.reshape(shape), sigma.reshape(shape), np.isnan(median).reshape(shape))


def patterns(of: Routes, ways: Places, antennas: Antennas, rows: Places, terms: Terms) -> Numbers:
    """Return what the directions of ways take of the antennas' gains, in decibels; NaN where the ground is unknown."""
    over_m = of.from_m[ways] + antennas.heights_m[rows]
    under_m = of.to_m[ways] + terms.receiver_m
    is_known = np.isfinite(over_m) & np.isfinite(under_m)
    found = np.full(len(ways), np.nan)
    at = np.flatnonzero(is_known)
    seen = directions(
        of.froms[ways[at]], of.tos[ways[at]], over_m[at], under_m[at], earth_factor=157 / (157 - terms.delta_n)
    )
    found[at] = pattern_loss_db(
        seen.bearings_deg, seen.downs_deg, azimuth_deg=antennas.azimuths_deg[rows[at]],
        beamwidth_deg=antennas.beamwidths_deg[rows[at]], vertical_deg=antennas.verticals_deg[rows[at]],
        tilt_deg=antennas.tilts_deg[rows[at]],
    )  # fmt: skip
    return found


def spreads_db(frequencies_mhz: Numbers, terms: Terms, resolution_m: float) -> Numbers:
    """Return the deviation over places of each frequency: that of the terms, or P.1812's by the ground's resolution."""
    if terms.deviation_db is not None:
        return np.full(len(frequencies_mhz), terms.deviation_db)
    return np.asarray(location_deviations_db(frequencies_mhz / 1000, terms.place_m or resolution_m))


def transmitter_of(antennas: Antennas, row: int) -> Transmitter:
    """Return what an antenna sends, as budgets take it."""
    return Transmitter(
        power_dbm=float(antennas.powers_dbm[row]), blocks=float(antennas.blocks[row]),
        gain_dbi=float(antennas.gains_dbi[row]), loss_db=float(antennas.losses_db[row]),
    )  # fmt: skip


def fixed_db(receiver: Receiver) -> float:
    """Return what a receiver adds to every way, without the margin for bad places."""
    return receiver.gain_dbi - receiver.clutter_db - receiver.penetration_db - receiver.body_db


def with_spread(receiver: Receiver, spread_db: float) -> Receiver:
    """Return a receiver whose places spread so much."""
    return replace(receiver, spread_db=spread_db)


def judged(question: Question, village: Villages, sites: Points, states: Levels) -> Mapping[str, Verdicts]:
    """Return what each definition says of a village under each state of the world: row ``i`` is state ``i``.

    As in a survey, what might be stronger than is known and does not reach a threshold is not known. A settlement is
    judged there as the ground that it stands on: it has no committee that distances begin at, and no size counts.
    """
    times = copies(village, len(states.median_dbm))
    sigma = np.where(np.isfinite(states.median_dbm), states.sigma_db, 0.0).reshape(-1)
    median = states.median_dbm.reshape(-1)
    heard = Heard(Signal(median, sigma), np.zeros(len(median), np.int64), states.is_at_least.reshape(-1))
    rules = question.definitions
    if question.thing == "settlement":
        found = judged_heard(lambda signal: judged_ground(rules, times.points, sites=sites, signal=signal), heard)
        return {name: of_kind(one, SETTLEMENT) for name, one in found.items()}
    return judged_heard(lambda signal: judged_villages(rules, times, sites=sites, signal=signal), heard)


def places_of(village: Villages) -> Table:
    """Return longitudes and latitudes of a village's points, one a row."""
    return np.column_stack([village.points.east, village.points.north])


def _sent_dbm(antennas: Antennas) -> Numbers:
    """Return the power of an element of reference in the main direction of each antenna."""
    each = antennas.powers_dbm - 10 * np.log10(ELEMENTS * antennas.blocks)
    found: Numbers = each + antennas.gains_dbi - antennas.losses_db
    return found


def _metres(antennas: Antennas, place: Numbers) -> Numbers:
    count = len(antennas)
    _, _, metres = EARTH.inv(
        antennas.longitudes, antennas.latitudes, np.full(count, place[0]), np.full(count, place[1])
    )
    return np.asarray(metres)
