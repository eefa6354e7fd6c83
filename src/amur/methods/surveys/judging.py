"""What definitions make of points whose signal is known, at least partly, and how that sums up by county."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amur.base.faults import AmurError
from amur.methods.coverage.census import Counted
from amur.methods.coverage.definitions import Verdicts
from amur.methods.coverage.flips import ALL, SHARES
from amur.methods.coverage.people import People, Unplaced
from amur.methods.coverage.probabilities import Signal
from amur.methods.coverage.villages import Flags, Rows

Judged = Mapping[str, Verdicts]
COUNTED = ("people", "households")
"""What a census counts, and so what has to add up to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The signal at points, who serves, -1 where nobody does, and where another might be stronger than is known."""

    signal: Signal
    servers: Rows
    is_at_least: Flags

    def taken(self, some: slice) -> Heard:
        """Return that of some points."""
        signal = Signal(self.signal.median_dbm[some], self.signal.sigma_db[some])
        return Heard(signal, self.servers[some], self.is_at_least[some])


def judged(how: Callable[[Signal], Judged], heard: Heard) -> Judged:
    """Return verdicts on points of which some have a signal that may be stronger than is known.

    What such a signal reaches is reached; what it does not reach is not known. ``how`` judges by a signal.
    """
    found = how(heard.signal)
    if not heard.is_at_least.any():
        return found
    median = np.where(heard.is_at_least, np.nan, heard.signal.median_dbm)
    unknown = how(Signal(median, heard.signal.sigma_db))
    return {name: _either(one, unknown[name], one.is_covered) for name, one in found.items()}


def _either(one: Verdicts, other: Verdicts, is_one: Flags) -> Verdicts:
    """Return the verdicts of one where it is said, and of another elsewhere; of the same definition."""
    return Verdicts(
        one.definition,
        np.where(is_one, one.states, other.states),
        np.where(is_one, one.causes, other.causes),
        np.where(is_one, one.points, other.points),
        np.where(is_one, one.kinds, other.kinds),
        np.where(is_one, one.values, other.values),
        tuple(_either(mine, theirs, is_one) for mine, theirs in zip(one.parts, other.parts, strict=True)),
    )


def hold_sums(people: People, census: Sequence[Counted], whole: Sequence[Counted]) -> None:
    """Hold that people and households of places add up to each county's count, and with who has no place to the whole.

    ``census`` has the counts that were spread, ``whole`` those of the file, before any were joined.

    Raises:
        AmurError: if not; it says of which county, what was found and what was counted.
    """
    summed = people.table.group_by("county").aggregate([(name, "sum") for name in COUNTED])
    by_code = {row["county"]: row for row in summed.to_pylist()}
    left: dict[str, Unplaced] = {one.code: one for one in people.unplaced}
    for name in COUNTED:
        total = 0
        for one in census:
            placed = by_code.get(one.code, {}).get(f"{name}_sum", 0)
            found = placed + (getattr(left[one.code], name) if one.code in left else 0)
            _same(f"county {one.code}, {name}", found, getattr(one, name))
            total += found
        _same(f"all {name}", total, sum(getattr(one, name) for one in whole))
        placed_all = pc.sum(people.table[name]).as_py() or 0
        _same(
            f"all {name} with a place or without", placed_all + sum(getattr(one, name) for one in left.values()), total
        )


def _same(what: str, found: int, counted: int) -> None:
    if found != counted:
        raise AmurError(
            "does_not_add_up", f"{what}: found {found}, and {counted} were counted; nothing of this survey is written"
        )


def with_unplaced(shares: pa.Table, unplaced: Iterable[Unplaced]) -> pa.Table:
    """Return shares in which those who have no place count too, as people of whom it is not known.

    So the totals of people and households are those of the census, county by county and of all together.

    >>> row = {"county": "a", "definition": "d", "measure": "people", "total": 3.0, "covered": 3.0, "not_known": 0.0}
    >>> table = pa.Table.from_pylist([row, row | {"county": ALL}], schema=SHARES)
    >>> [one["share"] for one in with_unplaced(table, [Unplaced("b", "", 1, 1, "no shape")]).to_pylist()]
    [1.0, 0.75, 0.0]
    """
    rows = {(row["county"], row["definition"], row["measure"]): row for row in shares.to_pylist()}
    kinds = dict.fromkeys((row["definition"], row["measure"]) for row in rows.values() if row["measure"] in COUNTED)
    for one in unplaced:
        for definition, measure in kinds:
            more = float(getattr(one, measure))
            for county in (one.code, ALL):
                empty = {"county": county, "definition": definition, "measure": measure}
                row = rows.setdefault(
                    (county, definition, measure), {**empty, "total": 0.0, "covered": 0.0, "not_known": 0.0}
                )
                row["total"] += more
                row["not_known"] += more
    for row in rows.values():
        whole = row["total"]
        row["share"] = row["covered"] / whole if whole else None
        row["share_at_most"] = min(1.0, (row["covered"] + row["not_known"]) / whole) if whole else None
    return pa.Table.from_pylist(list(rows.values()), schema=SHARES)


def of_kind(verdicts: Verdicts, kind: int) -> Verdicts:
    """Return the verdicts of ground where it is known what each point of it is, such as a settlement."""
    parts = tuple(of_kind(one, kind) for one in verdicts.parts)
    return replace(verdicts, kinds=np.full(len(verdicts), kind), parts=parts)


def part_of(verdicts: Verdicts, some: slice) -> Verdicts:
    """Return the verdicts of some rows."""
    return Verdicts(
        verdicts.definition,
        verdicts.states[some],
        verdicts.causes[some],
        verdicts.points[some],
        verdicts.kinds[some],
        verdicts.values[some],
        tuple(part_of(one, some) for one in verdicts.parts),
    )
