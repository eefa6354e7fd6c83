"""Base stations and villages that are made up by a seed where nobody has a list, and say so in every row.

They look like a network and a country: more where more people live, along the ways between settlements, villages with
a committee, a school, a clinic and settlements. None of them stands anywhere. What is assumed is named in
``ASSUMPTIONS`` and in ``said`` of what is made, so that no result can hide it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from scipy.spatial import cKDTree

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.coverage.counties import OUTSIDE, Counties, counties_of
from amur.methods.coverage.people import apportioned
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.villages import KINDS, Numbers, Place, Points, Rows, Villages, villages
from amur.methods.filing.results import csv_of
from amur.methods.surveys.wording import sentence

PREFIX = "SIM-"
"""With which the id of everything that is made up begins."""
MARK = "simulated"
"""The column that marks it."""
MOST_SITES, MOST_VILLAGES = 1_000_000, 1_000_000
_KM_PER_DEGREE = 111.195
"""Of a meridian, on a sphere of the mean radius of the Earth."""
_ROUNDS, _MICRO = 200, 1_000_000


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed of stations that are made up; none of it is measured, and all of it can be said otherwise.

    ``ways`` of them stand between settlements and the others around people, each where people to the power of
    ``crowding`` draw it: below one, since a station in a city serves more. ``town`` is from how many people on a place
    is one. Heights are metres from and to; bands are MHz with their share, in town and outside; each sector has a gain
    in dBi by whether its band is below 1 GHz. All stations send ``power_dbm`` over ``blocks`` into ``sectors``.
    """

    ways: float = 0.25
    crowding: float = 0.75
    town: int = 20_000
    town_heights_m: tuple[float, float] = (22.0, 36.0)
    other_heights_m: tuple[float, float] = (30.0, 52.0)
    town_bands: Mapping[float, float] | None = None
    other_bands: Mapping[float, float] | None = None
    low_gain_dbi: float = 15.0
    high_gain_dbi: float = 17.5
    beamwidth_deg: float = 65.0
    vertical_deg: float = 10.0
    tilt_deg: float = 3.0
    power_dbm: float = 46.0
    loss_db: float = 1.0
    blocks: float = 100.0
    sectors: int = 3


ASSUMPTIONS = Assumptions(
    town_bands={1850.0: 0.45, 2140.0: 0.25, 2600.0: 0.15, 940.0: 0.15},
    other_bands={780.0: 0.35, 940.0: 0.35, 1850.0: 0.3},
)
"""40 W into 20 MHz and three sectors, as such stations often have; bands 28, 8, 3, 1 and 41 of 3GPP TS 36.101."""


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpSites:
    """Stations that are made up: their antennas, and what has to be said of any result that comes of them."""

    antennas: Antennas
    said: Text

    def csv(self) -> str:
        """Return them as a table that is read as any other, with a column that marks every row."""
        made = self.antennas
        columns = {name: getattr(made, of).round(6).tolist() for name, of in _COLUMNS.items()}
        azimuths = [None if np.isnan(one) else one for one in columns["azimuth_deg"]]
        columns |= {"azimuth_deg": azimuths, "site": made.sites.tolist(), MARK: ["yes"] * len(made)}
        head = ["site", *_COLUMNS, MARK]
        return csv_of(
            (dict(zip(head, row, strict=True)) for row in zip(*(columns[one] for one in head), strict=True)), head
        )


_COLUMNS = {
    "longitude": "longitudes", "latitude": "latitudes", "height_m": "heights_m", "azimuth_deg": "azimuths_deg",
    "beamwidth_deg": "beamwidths_deg", "vertical_deg": "verticals_deg", "tilt_deg": "tilts_deg",
    "frequency_mhz": "frequencies_mhz", "power_dbm": "powers_dbm", "gain_dbi": "gains_dbi", "loss_db": "losses_db",
    "blocks": "blocks",
}  # fmt: skip


def made_up_sites(
    count: int, people: pa.Table, counties: Counties, *, seed: int, assumed: Assumptions = ASSUMPTIONS
) -> MadeUpSites:
    """Return stations where people live and between where they do, all inside counties; the same for the same seed.

    ``people`` is a table of who lives where (``PEOPLE`` of ``coverage.people``): settlements and cells of a grid.

    Raises:
        AmurError: if there are to be none or more than a million, or nobody lives anywhere.
    """
    if not 1 <= count <= MOST_SITES:
        raise AmurError(
            "bad_count",
            f"sites to be made up: found {count}, wanted 1 to {MOST_SITES:,}",
            count=count,
            most=f"{MOST_SITES:,}",
        )
    chance = np.random.default_rng([seed, 1])
    ground = _Ground(people, counties)
    east, north, size = ground.drawn(count, chance, assumed)
    is_town = size >= assumed.town
    heights = np.where(
        is_town, chance.uniform(*assumed.town_heights_m, count), chance.uniform(*assumed.other_heights_m, count)
    ).round(1)
    bands = np.where(
        is_town, _bands(assumed.town_bands or {}, count, chance), _bands(assumed.other_bands or {}, count, chance)
    )
    first = chance.uniform(0, 360 / max(assumed.sectors, 1), count).round(0)
    each = np.repeat(np.arange(count), assumed.sectors)
    turned = np.tile(np.arange(assumed.sectors) * (360 / assumed.sectors), count)
    rows = len(each)
    antennas = Antennas(
        sites=np.array([f"{PREFIX}{number:06d}" for number in each + 1], np.str_),
        longitudes=east[each], latitudes=north[each], heights_m=heights[each],
        azimuths_deg=(first[each] + turned) % 360 if assumed.sectors > 1 else np.full(rows, np.nan),
        beamwidths_deg=np.full(rows, assumed.beamwidth_deg), verticals_deg=np.full(rows, assumed.vertical_deg),
        tilts_deg=np.full(rows, assumed.tilt_deg), frequencies_mhz=bands[each],
        powers_dbm=np.full(rows, assumed.power_dbm),
        gains_dbi=np.where(bands[each] < 1000, assumed.low_gain_dbi, assumed.high_gain_dbi),  # noqa: PLR2004 -- MHz
        losses_db=np.full(rows, assumed.loss_db), blocks=np.full(rows, assumed.blocks),
        rows=np.arange(2, rows + 2), assumed={},
    )  # fmt: skip
    said = sentence("sites", count=f"{count:,}", seed=str(seed), share=f"{assumed.ways:.0%}")
    return MadeUpSites(antennas, said)


def _bands(shares: Mapping[float, float], count: int, chance: np.random.Generator) -> Numbers:
    if not shares:
        raise AmurError("no_band", "no band is assumed for stations that are made up; say which")
    weights = np.array(list(shares.values()))
    return chance.choice(np.array(list(shares)), count, p=weights / weights.sum())


class _Ground:
    """Who lives where, to draw from."""

    def __init__(self, people: pa.Table, counties: Counties) -> None:
        self._counties = counties
        self.north, self.east = people["north"].to_numpy(), people["east"].to_numpy()
        self.people = people["people"].to_numpy().astype(np.float64)
        self.areas = people["area_km2"].to_numpy()
        self.counties = np.array(people["county"].to_pylist(), np.str_)
        if not self.people.sum() > 0:
            raise AmurError("nobody", "nobody lives anywhere, so that nothing can be made up where people live")
        self._is_place = np.array(people["kind"].to_pylist()) == "place"
        self._land = shapely.union_all(counties.shapes)
        shapely.prepare(self._land)

    def drawn(self, count: int, chance: np.random.Generator, assumed: Assumptions) -> tuple[Numbers, Numbers, Numbers]:
        """Return places inside counties, degrees east and north, and how many people live at what drew each."""
        east, north, size = (np.empty(count) for _ in range(3))
        weights = np.power(self.people, assumed.crowding)
        weights /= weights.sum()
        ways = self._ways()
        is_way = chance.random(count) < (assumed.ways if len(ways) else 0.0)
        left = np.arange(count)
        for _ in range(_ROUNDS):
            rows = chance.choice(len(weights), len(left), p=weights)
            here = self._around(rows, chance)
            on_way = is_way[left]
            if on_way.any():
                here[on_way] = self._between(ways, int(on_way.sum()), chance)
            east[left], north[left], size[left] = here[:, 0], here[:, 1], np.where(on_way, 0.0, self.people[rows])
            left = left[counties_of(self._counties, Points(north[left], east[left])) == OUTSIDE]
            if not len(left):
                return east, north, size
        raise AmurError("no_room", f"{len(left)} places found no room inside counties; their shapes may be too narrow")

    def around(self, rows: Rows, chance: np.random.Generator) -> Numbers:
        """Return a place inside its county near each row, at the row itself where none was found."""
        found, left = self._around(rows, chance), np.arange(len(rows))
        for _ in range(_ROUNDS // 10):
            of = counties_of(self._counties, Points(found[left, 1], found[left, 0]))
            left = left[(of == OUTSIDE) | (self._counties.codes[of] != self.counties[rows[left]])]
            if not len(left):
                break
            found[left] = self._around(rows[left], chance)
        else:
            found[left] = np.column_stack([self.east[rows[left]], self.north[rows[left]]])
        return found

    def countryside(self, county: str) -> Rows:
        """Return the rows of a county where people live outside towns; all of them where there is nothing else.

        Raises:
            AmurError: if nobody lives there.
        """
        lived_in = np.flatnonzero((self.counties == county) & (self.people > 0))
        if not len(lived_in):
            raise AmurError("nobody", f"{county}: villages are counted there, and nobody lives there; look at the code")
        outside = lived_in[~(self._is_place[lived_in] & (self.people[lived_in] >= ASSUMPTIONS.town))]
        return outside if len(outside) else lived_in

    def near(self, seat: list[float], far_km: float, chance: np.random.Generator) -> tuple[float, float]:
        """Return degrees north and east of a place near another, or of that one where it would be in no county."""
        far, turn = far_km * np.sqrt(chance.random()), chance.uniform(0, 2 * np.pi)
        spot = self._moved(np.array(seat[:1]), np.array(seat[1:]), far * np.sin(turn), far * np.cos(turn))
        east, north = spot[0].tolist()
        is_in = shapely.intersects_xy(self._land, east, north)
        return (north, east) if is_in else (seat[1], seat[0])

    def _around(self, rows: Rows, chance: np.random.Generator) -> Numbers:
        """Return a place near each row: as far as a settlement of so many people reaches, or within its cell."""
        reach_km = np.where(
            self._is_place[rows],
            np.clip(0.35 * np.sqrt(self.people[rows] / 1000), 0.2, 8.0),
            np.sqrt(self.areas[rows]) / 2,
        )
        far, turn = reach_km * np.sqrt(chance.random(len(rows))), chance.uniform(0, 2 * np.pi, len(rows))
        return self._moved(self.east[rows], self.north[rows], far * np.sin(turn), far * np.cos(turn))

    def _ways(self) -> Rows:
        """Return pairs of settlements that are neighbours, each with its three nearest."""
        places = np.flatnonzero(self._is_place & (self.people > 0))
        if len(places) < 2:  # noqa: PLR2004 -- a way has two ends
            return np.empty((0, 2), np.int64)
        spots = Points(self.north[places], self.east[places]).in_space_m
        near = cKDTree(spots).query(spots, k=min(4, len(places)))[1][:, 1:]
        return np.column_stack([np.repeat(places, near.shape[1]), places[near.ravel()]])

    def _between(self, ways: Rows, count: int, chance: np.random.Generator) -> Numbers:
        """Return places on ways, half a kilometre off at most; long ways are drawn more often."""
        ends = np.stack([self.east[ways], self.north[ways]], axis=-1)
        metres = np.linalg.norm(
            Points(ends[:, 0, 1], ends[:, 0, 0]).in_space_m - Points(ends[:, 1, 1], ends[:, 1, 0]).in_space_m, axis=1
        )
        if not metres.sum() > 0:
            metres = np.ones(len(ways))
        drawn = ends[chance.choice(len(ways), count, p=metres / metres.sum())]
        part = chance.random((count, 1))
        spots = drawn[:, 0] * (1 - part) + drawn[:, 1] * part
        return self._moved(spots[:, 0], spots[:, 1], *chance.uniform(-0.5, 0.5, (2, count)))

    @staticmethod
    def _moved(east: Numbers, north: Numbers, right_km: Numbers, up_km: Numbers) -> Numbers:
        up = np.clip(north + up_km / _KM_PER_DEGREE, -90, 90)
        right = east + right_km / (_KM_PER_DEGREE * np.maximum(np.cos(np.radians(north)), 0.01))
        return np.column_stack([np.clip(right, -180, 180), up]).round(6)


@dataclass(frozen=True, slots=True)
class VillageCount:
    """How many villages a county has, and the households and people that they have together."""

    county: str
    villages: int
    households: int
    people: int = 0

    def __post_init__(self) -> None:
        """Refuse what no county can have.

        Raises:
            AmurError: it says which number.
        """
        for name, least in (("villages", 0), ("households", self.villages), ("people", 0)):
            if getattr(self, name) < least:
                raise AmurError(
                    "bad_number",
                    f"{self.county}, {name}: found {getattr(self, name)}, wanted {least} or more",
                    where=f"{self.county}, {name}",
                    found=str(getattr(self, name)),
                )


@dataclass(frozen=True, slots=True, eq=False)
class MadeUpVillages:
    """Villages that are made up, and what has to be said of any result that comes of them."""

    villages: Villages
    said: Text

    def csv(self) -> tuple[str, str]:
        """Return a table of villages and one of their points, with a column that marks every row."""
        made, points = self.villages, self.villages.points
        rows = [
            {
                "id": made.ids[row], "county": made.counties[row], "households": int(made.households[row]),
                "people": int(made.people[row]), MARK: "yes",
                "without": " ".join(kind for kind, none in zip(KINDS, made.has_none[row], strict=True) if none),
            }
            for row in range(len(made))
        ]  # fmt: skip
        spots = [
            {
                "village": made.ids[made.of[at]], "kind": KINDS[made.kinds[at]], "longitude": points.east[at],
                "latitude": points.north[at], MARK: "yes",
                "households": "" if np.isnan(made.dwellings[at]) else int(made.dwellings[at]),
            }
            for at in range(len(points))
        ]  # fmt: skip
        return (
            csv_of(rows, ["id", "county", "households", "people", "without", MARK]),
            csv_of(spots, ["village", "kind", "longitude", "latitude", "households", MARK]),
        )


_HAS = {"school": 0.4, "clinic": 0.8}
"""The share of villages that are made up with a school, and with a clinic; assumed."""
_NEAR_KM, _SPREAD_KM, _MOST_SETTLEMENTS = 0.4, 2.0, 4


def made_up_villages(
    counts: Sequence[VillageCount], people: pa.Table, counties: Counties, *, seed: int
) -> MadeUpVillages:
    """Return as many villages in each county as are counted, whose households and people add up to it.

    Each has a committee where people live outside towns, one to four settlements that share its households, and, by
    chance, a school and a clinic. The same for the same seed.

    Raises:
        AmurError: if a county is unknown or counted twice, nobody lives there, or there are more than a million.
    """
    ground, chance = _Ground(people, counties), np.random.default_rng([seed, 2])
    wanted = sum(one.villages for one in counts)
    if wanted > MOST_VILLAGES:
        raise AmurError(
            "bad_count",
            f"villages to be made up: found {wanted}, wanted {MOST_VILLAGES:,} or less",
            count=wanted,
            most=f"{MOST_VILLAGES:,}",
        )
    names = [one.county for one in counts]
    for at, one in enumerate(counts):
        if one.county in names[:at]:
            raise AmurError(
                "county_twice", f"{one.county}: its villages are counted twice; leave one out", county=one.county
            )
    made = _Made([], [], [], [], [], [])
    for one in counts:
        if one.villages:
            made.add(one, ground, chance)
    found = villages(made.ids, made.counties, made.households, made.places, people=made.people, without=made.without)
    said = sentence("villages", count=f"{len(found):,}", seed=str(seed))
    return MadeUpVillages(found, said)


@dataclass(frozen=True, slots=True)
class _Made:
    """Villages while they are made up, county by county."""

    ids: list[str]
    counties: list[str]
    households: list[int]
    people: list[int]
    places: list[Place]
    without: list[tuple[str, str]]

    def add(self, count: VillageCount, ground: _Ground, chance: np.random.Generator) -> None:
        """Add the villages of a county."""
        rows = ground.countryside(count.county)
        weights = ground.people[rows] / ground.people[rows].sum()
        drawn = chance.choice(rows, count.villages, p=weights)
        seats = ground.around(drawn, chance)
        sizes = (chance.lognormal(0, 0.6, count.villages) * _MICRO).astype(np.int64).tolist()
        homes = [1 + one for one in apportioned(count.households - count.villages, sizes)]
        heads = apportioned(count.people, homes)
        for seat, households, people in zip(seats.tolist(), homes, heads, strict=True):
            name = f"{PREFIX}{count.county}-{len(self.ids) + 1:06d}"
            self.ids.append(name)
            self.counties.append(count.county)
            self.households.append(households)
            self.people.append(people)
            self._add_points(name, seat, households, ground, chance)

    def _add_points(
        self, name: str, seat: list[float], households: int, ground: _Ground, chance: np.random.Generator
    ) -> None:
        east, north = seat
        self.places.append(Place(name, "committee", north, east))
        for kind, share in _HAS.items():
            if chance.random() < share:
                self.places.append(Place(name, kind, *ground.near(seat, _NEAR_KM, chance)))
            else:
                self.without.append((name, kind))
        parts = chance.integers(1, _MOST_SETTLEMENTS + 1)
        shares = apportioned(households, (chance.random(parts) * _MICRO + 1).astype(np.int64).tolist())
        for number, homes in enumerate(one for one in shares if one):
            far = _SPREAD_KM if number else _NEAR_KM
            self.places.append(Place(name, "settlement", *ground.near(seat, far, chance), homes))
