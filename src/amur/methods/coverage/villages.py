"""Villages as a rule on coverage looks at them: a committee, a school, a clinic, settlements, each at its point.

What is not known is said to be unknown, and is not the same as what is not there: a village whose school nobody
recorded may have one without signal, a village that has no school needs none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from amur.base.faults import AmurError

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Words = np.ndarray[Any, np.dtype[np.str_]]
COMMITTEE, SCHOOL, CLINIC, SETTLEMENT = range(4)
KINDS = ("committee", "school", "clinic", "settlement")
"""What a point of a village is; its number is where it stands here."""
_SPAN = {"north": 90.0, "east": 180.0}
_EQUATOR_M, _FLATTENING = 6_378_137.0, 1 / 298.257223563
"""The ellipsoid of WGS 84, from which that of CGCS 2000 is apart by a tenth of a millimetre."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points on the ground by degrees north and east, WGS 84; ``what`` names them in errors."""

    north: Numbers
    east: Numbers
    what: str = "points"

    def __post_init__(self) -> None:
        """Refuse what is no place on Earth.

        Raises:
            AmurError: it says which row and field, and what stands there.
        """
        for name in _SPAN:
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        if self.north.ndim != 1 or self.north.shape != self.east.shape:
            raise AmurError(
                "uneven_points",
                f"{self.what}: {self.north.size} degrees north and {self.east.size} east; each needs both",
            )
        for name, most in _SPAN.items():
            values = getattr(self, name)
            wrong = np.flatnonzero(~(np.abs(values) <= most))
            if len(wrong):
                raise AmurError(
                    "no_place",
                    f"{self.what}, row {wrong[0]}, {name}: found {values[wrong[0]]}, wanted -{most:g} to {most:g}",
                )

    def __len__(self) -> int:
        """Return how many points there are."""
        return len(self.north)

    @property
    def in_space_m(self) -> Numbers:
        """Return each point as three coordinates in metres from the middle of the Earth, on the ellipsoid."""
        north, east = np.radians(self.north), np.radians(self.east)
        off = _FLATTENING * (2 - _FLATTENING)
        radius = _EQUATOR_M / np.sqrt(1 - off * np.square(np.sin(north)))
        across = radius * np.cos(north)
        return np.column_stack([across * np.cos(east), across * np.sin(east), radius * (1 - off) * np.sin(north)])


@dataclass(frozen=True, slots=True, eq=False)
class Villages:
    """Villages by id, county, households and people, and their points.

    ``of`` is the village of each point by its row, ``kinds`` what it is, by its number in ``KINDS``; ``dwellings`` the
    households of a settlement, not a number where they are not known. ``has_none`` has a row for each village and a
    column for each kind: true where it is known that the village has no such thing.
    """

    ids: Words
    counties: Words
    households: Numbers
    people: Numbers
    points: Points
    of: Rows
    kinds: Rows
    dwellings: Numbers
    has_none: Flags = field(repr=False)

    def __len__(self) -> int:
        """Return how many villages there are."""
        return len(self.ids)

    def rows_of(self, kind: int) -> Rows:
        """Return the rows of the points of a kind."""
        found: Rows = np.flatnonzero(self.kinds == kind)
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """One point of a village, as it is read: whose, what, where, and of a settlement how many households."""

    village: str
    kind: str
    north: float
    east: float
    households: float | None = None


def villages(
    ids: Sequence[str],
    counties: Sequence[str],
    households: Sequence[float],
    places: Sequence[Place],
    *,
    people: Sequence[float] | None = None,
    without: Collection[tuple[str, str]] = (),
) -> Villages:
    """Return villages with their points; ``without`` are pairs of village and kind of which it is known to have none.

    ``people`` that are not said count as none of anybody: zero.

    Raises:
        AmurError: if an id comes twice, a number is missing, negative or not finite, a place is of a village or kind
            that there is not, a village has two committees, or has what it is said to be without; with row and field.

    >>> found = villages(["a"], ["230102"], [40], [Place("a", "committee", 45.7, 126.6)], without=[("a", "clinic")])
    >>> len(found), found.has_none[0].tolist()
    (1, [False, False, True, False])
    """
    count = len(ids)
    inhabitants = [0.0] * count if people is None else people
    for name, values in (("counties", counties), ("households", households), ("people", inhabitants)):
        if len(values) != count:
            raise AmurError("uneven_villages", f"{count} villages have {len(values)} {name}; each needs one")
    row_of: dict[str, int] = {}
    for row, one in enumerate(ids):
        if row_of.setdefault(one, row) != row:
            said = f"villages, row {row}, ids: {one!r} is the id of row {row_of[one]} too"
            raise AmurError("village_twice", said, village=str(one))
    of, kinds = _named(places, row_of)
    found = Villages(
        np.asarray(ids, dtype=np.str_),
        np.asarray(counties, dtype=np.str_),
        _counted("villages", "households", households),
        _counted("villages", "people", inhabitants),
        Points(
            np.array([place.north for place in places], dtype=np.float64),
            np.array([place.east for place in places], dtype=np.float64),
            "places",
        ),
        of,
        kinds,
        _dwellings(places),
        np.zeros((count, len(KINDS)), bool),
    )
    _mark(found, without, row_of)
    _one_committee(found)
    return found


def _named(places: Sequence[Place], row_of: dict[str, int]) -> tuple[Rows, Rows]:
    of, kinds = np.zeros(len(places), np.int64), np.zeros(len(places), np.int64)
    for row, place in enumerate(places):
        if place.village not in row_of:
            raise AmurError(
                "no_village",
                f"places, row {row}, village: found {place.village!r}, which is no village here",
                village=place.village,
            )
        if place.kind not in KINDS:
            raise AmurError(
                "no_kind",
                f"places, row {row}, kind: found {place.kind!r}, wanted one of {', '.join(KINDS)}",
                found=place.kind,
                there=", ".join(KINDS),
            )
        of[row], kinds[row] = row_of[place.village], KINDS.index(place.kind)
    return of, kinds


def _dwellings(places: Sequence[Place]) -> Numbers:
    found = np.array([np.nan if place.households is None else place.households for place in places], dtype=np.float64)
    for row in np.flatnonzero(~(found >= 0) | np.isinf(found)).tolist():
        if places[row].households is not None:
            raise AmurError(
                "bad_number",
                f"places, row {row}, households: found {found[row]}, wanted a number that is not negative, "
                "or none where it is not known",
                where=f"{row}, households",
                found=str(found[row]),
            )
    return found


def _counted(what: str, name: str, said: Sequence[float]) -> Numbers:
    found = np.array([np.nan if one is None else one for one in said], dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
    if len(wrong):
        more = f"; and {len(wrong) - 1} more rows" if len(wrong) > 1 else ""
        raise AmurError(
            "bad_number",
            f"{what}, row {wrong[0]}, {name}: found {said[wrong[0]]}, wanted a number that is not negative{more}",
            where=f"{wrong[0]}, {name}",
            found=str(said[wrong[0]]),
        )
    return found


def _mark(found: Villages, without: Collection[tuple[str, str]], row_of: dict[str, int]) -> None:
    """Note of which kinds villages have none, and hold that none of them has a point."""
    for village, kind in without:
        if village not in row_of or kind not in KINDS:
            raise AmurError(
                "no_village", f"without {village!r}, {kind!r}: there is no such village or kind here", village=village
            )
        found.has_none[row_of[village], KINDS.index(kind)] = True
    both = np.flatnonzero(found.has_none[found.of, found.kinds])
    if len(both):
        village, kind = found.ids[found.of[both[0]]], KINDS[found.kinds[both[0]]]
        raise AmurError(
            "has_and_has_none",
            f"places, row {both[0]}: village {village} is said to have no {kind}",
            village=str(village),
            kind=kind,
        )


def _one_committee(found: Villages) -> None:
    seen = found.of[found.rows_of(COMMITTEE)]
    often = np.flatnonzero(np.bincount(seen, minlength=len(found)) > 1)
    if len(often):
        raise AmurError(
            "two_committees",
            f"village {found.ids[often[0]]} has more than one committee; it has one",
            village=str(found.ids[often[0]]),
        )
