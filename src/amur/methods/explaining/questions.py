"""What is asked: which village, over which ground, from which sites, under which terms."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias

import numpy as np

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.coverage.budgets import Receiver
from amur.methods.coverage.definitions import Definition
from amur.methods.coverage.grounds import Link, within
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.villages import COMMITTEE, KINDS, Points, Villages
from amur.methods.terrain.grids import Terrain

Thing: TypeAlias = Literal["village", "settlement"]
"""What is explained: a village with its points, or a settlement, which is one point."""
_SOME = 5
_BOUNDS = {
    "reach_km": (0.5, 200.0),
    "sites": (1, 20),
    "spacing_m": (5.0, 5000.0),
    "deviation_db": (0.0, 30.0),
    "place_m": (1.0, 10_000.0),
    "highest_m": (2.0, 400.0),
    "new_site_km": (0.1, 50.0),
    "new_mast_m": (1.0, 400.0),
    "low_mhz": (400.0, 6000.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which terms a village is explained; lengths in metres or kilometres as the names say.

    Sites within ``reach_km`` count, and ways from the best ``sites`` of them are shown. ``receiver`` says what is
    around a phone, and its probability is that of the edge that is told. Levels spread over places by ``deviation_db``,
    whatever the receiver has; None takes ITU-R P.1812-8's (§ 4.7) by frequency and the side of a square of ``place_m``
    (None: of a pixel of the ground). Remedies: masts up to
    ``highest_m``, the band of ``low_mhz``, new sites within ``new_site_km`` with masts of ``new_mast_m`` (None: as high
    as the antenna that is best now). ``spacing_m`` is that of the points of profiles (None: the ground's, 30 to 100 m).
    """

    reach_km: float = 30.0
    sites: int = 3
    spacing_m: float | None = None
    receiver: Receiver = field(default_factory=lambda: Receiver(probability=0.9))
    receiver_m: float = 1.5
    deviation_db: float | None = None
    place_m: float | None = None
    delta_n: float = 45.0
    refractivity_n0: float = 320.0
    highest_m: float = 80.0
    low_mhz: float = 780.0
    new_site_km: float = 5.0
    new_mast_m: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no terms are.

        Raises:
            AmurError: it says which number.
        """
        for name, (least, most) in _BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise AmurError("out_of_range", f"{name} is {value:g}, not {least:g} to {most:g}")
        for name in ("receiver_m", "delta_n", "refractivity_n0"):
            within(name, getattr(self, name))

    @property
    def earth_m(self) -> float:
        """Return the radius of the effective Earth in metres, ITU-R P.1812-8 § 4.2.

        >>> round(Terms().earth_m / 1000)
        8931
        """
        return Link(frequency_mhz=1000, radius_m=1000, delta_n=self.delta_n).earth_m


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Ground, antennas, villages with their names by id, and definitions of what counts as covered.

    ``thing`` says whether these are villages, or settlements as a survey judges them: each of them a single point, of
    which numbers of people and households may be unknown. ``county_names`` are by code, ``titles`` of definitions by id
    and language. ``simulated`` are sentences, each of which says what of it is made up; ``notes`` are others for
    whoever reads it.
    """

    terrain: Terrain
    antennas: Antennas
    villages: Villages
    definitions: Sequence[Definition]
    names: Mapping[str, str] = field(default_factory=dict)
    simulated: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    thing: Thing = "village"
    county_names: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a question without sites, villages or settlements, or definitions.

        Raises:
            AmurError: it says what is missing.
        """
        asked = (("sites", self.antennas), (f"{self.thing}s", self.villages), ("definitions", self.definitions))
        for what, there in asked:
            if not len(there):
                raise AmurError("nothing_there", f"there are no {what}; give a file with at least one")


def row_of(
    villages: Villages,
    names: Mapping[str, str],
    said: str,
    thing: Thing = "village",
    county_names: Mapping[str, str] | None = None,
) -> int:
    """Return the row of a village or settlement by its id or its name.

    Raises:
        AmurError: if there is none, with the names most like it, or there are several, with their ids.
    """
    ids: list[str] = villages.ids.tolist()
    if said in ids:
        return ids.index(said)
    rows = [row for row, one in enumerate(ids) if names.get(one) == said]
    if len(rows) == 1:
        return rows[0]
    if rows:
        several = ", ".join(f"{ids[row]} ({_whereabouts(villages, row, county_names or {})})" for row in rows[:_SOME])
        more = ", …" if len(rows) > _SOME else ""
        raise AmurError("several_villages", f"{len(rows)} {thing}s are called {said}: {several}{more}; say the id")
    known = [*ids, *dict.fromkeys(name for name in names.values() if name)]
    near = [one for one in known if said and said in one][:_SOME]
    near = near or difflib.get_close_matches(said, known, n=_SOME, cutoff=0.3)
    like = f"; the nearest are {', '.join(near)}" if near else f"; there are {len(ids)} others"
    raise AmurError("no_village", f"there is no {thing} {said!r}{like}")


def _whereabouts(villages: Villages, row: int, county_names: Mapping[str, str]) -> str:
    """Return the county of a village or, where nobody says it, the place of its first point."""
    county = str(villages.counties[row])
    if county:
        return f"county {county} {county_names.get(county, '')}".strip()
    points = np.flatnonzero(villages.of == row)[:1].tolist()
    places = [f"{villages.points.east[at]:.4f} E, {villages.points.north[at]:.4f} N" for at in points]
    return places[0] if places else "of no known place"


def village_alone(of: Villages, row: int) -> Villages:
    """Return one of several villages, with its points in their order.

    Raises:
        AmurError: if nobody knows where any point of it is.
    """
    points = np.flatnonzero(of.of == row)
    if not len(points):
        raise AmurError("no_point", f"village {of.ids[row]} has no point of which is known where it is; give its place")
    return Villages(
        of.ids[[row]], of.counties[[row]], of.households[[row]], of.people[[row]],
        Points(of.points.north[points], of.points.east[points], "places"),
        np.zeros(len(points), np.int64), of.kinds[points], of.dwellings[points], of.has_none[[row]],
    )  # fmt: skip


def copies(village: Villages, count: int) -> Villages:
    """Return a village many times, so that it is judged under many signals at once."""
    points = len(village.points)

    def times(values: Any) -> Any:
        return np.tile(values, count)

    return Villages(
        np.array([str(at) for at in range(count)]), times(village.counties), times(village.households),
        times(village.people), Points(times(village.points.north), times(village.points.east), "places"),
        np.repeat(np.arange(count), points), times(village.kinds), times(village.dwellings),
        np.tile(village.has_none, (count, 1)),
    )  # fmt: skip


def taken(of: Antennas, rows: Any) -> Antennas:
    """Return some antennas by their rows."""
    said = {one.name: getattr(of, one.name) for one in fields(of)}
    return Antennas(**{name: values if name == "assumed" else values[rows] for name, values in said.items()})


def point_of(village: Villages, said: str, thing: Thing = "village") -> int:
    """Return which point of a village is meant: a kind, or a number that counts from 1.

    Raises:
        AmurError: if the village has no such point; it says which it has.
    """
    there = [KINDS[kind] for kind in village.kinds.tolist()]
    if said in there:
        return there.index(said)
    if said.isascii() and said.isdigit() and 1 <= int(said) <= len(there):
        return int(said) - 1
    known = ", ".join(f"{at} {kind}" for at, kind in enumerate(there, start=1))
    raise AmurError("no_point", f"{thing} {village.ids[0]} has no point {said!r}; it has {known}")


def seat_of(village: Villages) -> int:
    """Return the point of the committee, or the first where nobody knows of one."""
    seats = village.rows_of(COMMITTEE)
    return int(seats[0]) if len(seats) else 0
