"""Who lives where: the count of each county spread over its settlements and the cells of a grid, to the last person.

Dasymetric (J. K. Wright 1936): a settlement whose number is known keeps it, scaled down where a county has fewer
people; of what is left, a stated share goes to settlements without a number, to each the same, and the rest to cells
where people live, evenly or by how much of each is lived in. Where a count tells town from country and it is said
which settlements are of the town, each is spread for itself, and what is left of the town to cells around those. Whole
people are shared out by the largest remainder (A. Hamilton 1792), so that they always add up to the count, and
households likewise, in proportion to people. All but numbers that are kept is an estimate, and says so; households of a
place or cell always are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import h3.api.numpy_int as h3_numbers
import numpy as np
import pyarrow as pa

from amur.base.faults import AmurError
from amur.methods.coverage.census import UNKNOWN, Counted
from amur.methods.coverage.counties import OUTSIDE, Counties, GridCells, cell_at, counties_of
from amur.methods.coverage.villages import Flags, Numbers, Points, Rows, Words

_SCATTER, _SPAN = 0x9E3779B1, 1 << 32
_MOST = 10**12
PEOPLE = pa.schema(
    [
        ("kind", pa.string()),
        ("id", pa.string()),
        ("county", pa.string()),
        ("north", pa.float64()),
        ("east", pa.float64()),
        ("people", pa.int64()),
        ("urban_people", pa.int64()),
        ("households", pa.int64()),
        ("is_estimated", pa.bool_()),
        ("area_km2", pa.float64()),
    ],
    {"is_estimated": "of people; households are always spread in proportion to them", "urban_people": "null: not told"},
)


@dataclass(frozen=True, slots=True, eq=False)
class Settlements:
    """Settlements by id and place; how many people live there, ``UNKNOWN`` if not told; if they are of the town.

    ``is_urban`` is None where nobody says of any: then no count is told apart by town and country.
    """

    ids: Words
    points: Points
    people: Rows
    is_urban: Flags | None

    def __post_init__(self) -> None:
        """Refuse what does not fit, or is no number of people.

        Raises:
            AmurError: with the row and what stands there.
        """
        lengths = {len(one) for one in (self.ids, self.points, self.people, self.is_urban) if one is not None}
        if len(lengths) > 1:
            raise AmurError("uneven_settlements", "each settlement needs an id, a place, a number and a kind")
        wrong = np.flatnonzero(self.people < UNKNOWN)
        if len(wrong):
            raise AmurError(
                "bad_number",
                f"settlements, row {wrong[0]}, people: found {self.people[wrong[0]]}, wanted 0 or more, "
                f"or {UNKNOWN} if not known",
                where=f"{wrong[0]}, people",
                found=str(self.people[wrong[0]]),
            )


@dataclass(frozen=True, slots=True)
class Rule:
    """How what is left is spread: the share for settlements without a number, how many rings of cells are the town."""

    share_without_number: float
    rings_of_town: int

    def __post_init__(self) -> None:
        """Refuse what is no share.

        Raises:
            AmurError: it says what was found.
        """
        if not 0 <= self.share_without_number <= 1:
            raise AmurError(
                "bad_share",
                f"share_without_number: found {self.share_without_number}, wanted 0 to 1",
                found=str(self.share_without_number),
            )
        if self.rings_of_town < 0:
            raise AmurError(
                "bad_rings",
                f"rings_of_town: found {self.rings_of_town}, wanted 0 or more",
                found=str(self.rings_of_town),
            )


@dataclass(frozen=True, slots=True)
class Unplaced:
    """People and households of a county that are nowhere on the map, and why."""

    code: str
    name: str
    people: int
    households: int
    because: str


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """People and households of places and cells: first all settlements within counties, then all cells, in their order.

    With ``unplaced`` they add up to the count. ``outside`` are ids of settlements that lie in no county.
    """

    table: pa.Table
    unplaced: tuple[Unplaced, ...]
    outside: tuple[str, ...]


def apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """Return a total in whole parts, in proportion to weights, by the largest remainder.

    Of equal remainders those come first that are scattered over the order, so that no corner of a map gets them all.

    >>> apportioned(10, [1, 1, 1]), apportioned(7, [5, 0, 2])
    ([4, 3, 3], [5, 0, 2])

    Raises:
        AmurError: if a weight is negative, or there is something to share and nobody to share it.
    """
    whole = sum(weights)
    if total < 0 or any(one < 0 for one in weights):
        raise AmurError("negative_weight", "a total or a weight is negative; it has to be 0 or more")
    if not whole:
        if total:
            raise AmurError("nobody", f"{total} are to be shared out, and all weights are 0")
        return [0] * len(weights)
    found = [total * one // whole for one in weights]
    left = total - sum(found)
    order = sorted(range(len(weights)), key=lambda row: (-(total * weights[row] % whole), row * _SCATTER % _SPAN))
    for row in order[:left]:
        found[row] += 1
    return found


def spread(
    census: Sequence[Counted],
    counties: Counties,
    settlements: Settlements,
    cells: GridCells,
    rule: Rule,
    *,
    inhabited: Flags | Rows | None = None,
) -> People:
    """Return the counts spread over settlements and cells; ``inhabited`` says in which cells anybody lives.

    It is a mask of flags, or whole numbers of what tells people, such as hectares built upon: where twice as much is,
    twice as many of those live who are spread over cells; where 0 is, nobody.

    A county that is counted and has no shape is not placed, and listed; so is what nobody is there to take.

    Raises:
        AmurError: if a county has a shape and no count, or is counted twice, or a mask is none of these cells.
    """
    lived_in = _lived_in(cells, inhabited)
    counts, codes = {one.code: one for one in census}, [one.code for one in census]
    if len(counts) < len(census):
        raise AmurError(
            "county_twice",
            "a county is counted twice; join the two, or leave one out",
            county=max(codes, key=codes.count),
        )
    uncounted = [one for one in counties.codes.tolist() if one not in counts]
    if uncounted:
        raise AmurError(
            "not_counted",
            f"{', '.join(uncounted)}: on the map and not counted; count them or leave them out",
            counties=", ".join(uncounted),
        )
    of = counties_of(counties, settlements.points)
    ground = _Ground(settlements, of, cells, lived_in, _towns(settlements, of, cells, rule.rings_of_town), rule)
    unplaced = []
    for code, one in counts.items():
        row = int(np.searchsorted(counties.codes, code))
        if row == len(counties) or counties.codes[row] != code:
            unplaced.append(Unplaced(code, one.name, one.people, one.households, "the map has no shape of it"))
        else:
            unplaced += ground.settle(row, one)
    found = ground.table(counties)
    for name in ("people", "households"):
        placed = int(np.sum(found[name].to_numpy())) + sum(getattr(one, name) for one in unplaced)
        if placed != sum(getattr(one, name) for one in counts.values()):
            raise AssertionError(f"{name} do not add up to the count")
    return People(found, tuple(unplaced), tuple(settlements.ids[of == OUTSIDE].tolist()))


def weighed(people: People) -> tuple[Points, Mapping[str, Numbers]]:
    """Return people as ground that can be judged: points, and what each weighs in people, households and area."""
    table = people.table
    points = Points(table["north"].to_numpy(), table["east"].to_numpy(), "people")
    return points, {name: table[name].to_numpy().astype(np.float64) for name in ("people", "households", "area_km2")}


class _Ground:
    """Settlements and cells while counties are spread over them, one by one."""

    def __init__(  # noqa: PLR0917 -- all that a county is spread over
        self, settlements: Settlements, of: Rows, cells: GridCells, lived_in: Rows, towns: Flags, rule: Rule
    ) -> None:
        self._settlements, self._of, self._cells, self._rule = settlements, of, cells, rule
        self._lived_in, self._towns = lived_in, towns
        size = len(settlements.ids) + len(cells)
        self._people, self._households = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self._urban = np.full(size, UNKNOWN, dtype=np.int64)
        self._is_kept = np.zeros(size, bool)

    def settle(self, county: int, count: Counted) -> list[Unplaced]:
        """Spread the people of a county; return those for whom there is no place."""
        places = np.flatnonzero(self._of == county)
        cells = np.flatnonzero(self._cells.counties == county)
        lived_in = cells[self._lived_in[cells] > 0]
        town = lived_in[self._towns[lived_in]]
        if count.urban == UNKNOWN or self._settlements.is_urban is None:
            left = self._pool(count.people, places, lived_in)
        else:
            is_urban = self._settlements.is_urban[places]
            left = self._pool(count.urban, places[is_urban], town if len(town) else lived_in)
            rows = np.concatenate([places, len(self._settlements.ids) + cells])
            self._urban[rows] = self._people[rows]
            left += self._pool(count.people - count.urban, places[~is_urban], lived_in)
        rows = np.concatenate([places, len(self._settlements.ids) + cells])
        *shares, rest = apportioned(count.households, [*self._people[rows].tolist(), left])
        self._households[rows] = shares
        because = "no cell is lived in, and no settlement lacks a number"
        return [Unplaced(count.code, count.name, left, rest, because)] if left else []

    def _pool(self, total: int, places: Rows, cells: Rows) -> int:
        """Spread people over settlements and cells; return how many are left, since there is neither."""
        told = self._settlements.people[places]
        known, unknown = places[told != UNKNOWN], places[told == UNKNOWN]
        numbers = self._settlements.people[known].tolist()
        told_of = int(sum(numbers))
        kept = min(total, told_of)
        self._people[known] += np.array(apportioned(kept, numbers), dtype=np.int64)
        self._is_kept[known] = kept == told_of
        left = total - kept
        if not len(cells) and not len(unknown):
            return left
        share = self._rule.share_without_number if len(cells) else 1.0
        without = round(left * share) if len(unknown) else 0
        self._people[unknown] += np.array(apportioned(without, [1] * len(unknown)), dtype=np.int64)
        on_cells = apportioned(left - without, self._lived_in[cells].tolist())
        self._people[len(self._settlements.ids) + cells] += np.array(on_cells, dtype=np.int64)
        return 0

    def table(self, counties: Counties) -> pa.Table:
        """Return all rows but those of settlements in no county."""
        places, cells = self._settlements, self._cells
        is_in = np.concatenate([self._of != OUTSIDE, np.ones(len(cells), bool)])
        of = np.concatenate([self._of, cells.counties])[is_in]
        urban = self._urban[is_in]
        columns: Mapping[str, Any] = {
            "kind": np.array(["place"] * len(places.ids) + ["cell"] * len(cells), dtype=object)[is_in],
            "id": np.array([*places.ids.tolist(), *[f"{one:x}" for one in cells.ids.tolist()]], dtype=object)[is_in],
            "county": counties.codes[of].astype(object),
            "north": np.concatenate([places.points.north, cells.middles.north])[is_in],
            "east": np.concatenate([places.points.east, cells.middles.east])[is_in],
            "people": self._people[is_in],
            "urban_people": pa.array(urban, mask=urban == UNKNOWN),
            "households": self._households[is_in],
            "is_estimated": ~self._is_kept[is_in],
            "area_km2": np.concatenate([np.zeros(len(places.ids)), cells.areas_km2])[is_in],
        }
        return pa.table(dict(columns), schema=PEOPLE)


def _lived_in(cells: GridCells, inhabited: Flags | Rows | None) -> Rows:
    found: Any = np.ones(len(cells), np.int64) if inhabited is None else np.asarray(inhabited)
    if len(found) != len(cells):
        raise AmurError(
            "uneven_cells", f"{len(cells)} cells have {len(found)} marks of who lives there; each needs one"
        )
    if found.dtype.kind not in "bui":
        raise AmurError(
            "bad_mask", f"inhabited: found numbers of the kind {found.dtype}, wanted flags or whole numbers"
        )
    wrong = np.flatnonzero((found < 0) | (found > _MOST))
    if len(wrong):
        raise AmurError("bad_mask", f"inhabited, row {wrong[0]}: found {found[wrong[0]]}, wanted 0 to {_MOST}")
    marks: Rows = found.astype(np.int64)
    return marks


def _towns(settlements: Settlements, of: Rows, cells: GridCells, rings: int) -> Flags:
    """Say of each cell whether it is within rings of a settlement of the town, which has to be of the same county."""
    found = np.zeros(len(cells), bool)
    rows = np.flatnonzero((of != OUTSIDE) & (False if settlements.is_urban is None else settlements.is_urban))
    if not len(cells) or not len(rows):
        return found
    points = Points(settlements.points.north[rows], settlements.points.east[rows])
    middles = cell_at(points, h3_numbers.get_resolution(int(cells.ids[0])))
    for county, middle in zip(of[rows], middles.tolist(), strict=True):
        around = np.asarray(h3_numbers.grid_disk(middle, rings), dtype=np.uint64)
        at = np.minimum(np.searchsorted(cells.ids, around), len(cells) - 1)
        found[at[(cells.ids[at] == around) & (cells.counties[at] == county)]] = True
    return found
