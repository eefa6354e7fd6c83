"""What a plan is made of: places, candidates, and which candidate reaches which place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from amur.base.faults import AmurError

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Places_ = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
ALONE = -1
"""The group of a candidate that excludes no other."""


def _numbers(said: Sequence[float] | Numbers) -> Numbers:
    return np.asarray(said, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where people live: households, the county by its code; row ``i`` is place ``i``. ``names`` say it to people.

    ``must`` are those that have to be reached whatever it costs, as along a border. ``weights`` say how much a
    household counts where there is not money for all. ``fallback_costs`` is what it costs to serve the whole place in
    another way, by satellite for one; infinite where there is none.
    """

    households: Numbers
    counties: np.ndarray[Any, Any]
    must: Flags
    weights: Numbers
    fallback_costs: Numbers
    names: np.ndarray[Any, Any]

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.households)


def places(
    households: Sequence[float],
    counties: Sequence[str] | None = None,
    *,
    must: Sequence[bool] | None = None,
    weights: Sequence[float] | None = None,
    fallback_costs: Sequence[float] | None = None,
    names: Sequence[str] | None = None,
) -> Places:
    """Return places; not said is: one county, nothing that must be, equal weights, no other way, rows counted from 1.

    Raises:
        AmurError: where numbers are missing, negative or not finite; it says which row and what stands there.

    >>> len(places([120, 80], ["230102", "230102"]))
    2
    """
    count = len(households)
    found = Places(
        _numbers(households),
        np.asarray(counties if counties is not None else [""] * count, dtype=str),
        np.asarray(must if must is not None else [False] * count, dtype=bool),
        _numbers(weights if weights is not None else [1.0] * count),
        _numbers(fallback_costs if fallback_costs is not None else [np.inf] * count),
        np.asarray(names if names is not None else [f"row {row}" for row in range(1, count + 1)], dtype=str),
    )
    for name in ("counties", "must", "weights", "fallback_costs", "names"):
        if len(getattr(found, name)) != count:
            raise AmurError("uneven_places", f"{count} places have {len(getattr(found, name))} {name}; each needs one")
    _refuse("places", "households", found.households)
    _refuse("places", "weights", found.weights)
    _refuse("places", "fallback_costs", np.where(np.isposinf(found.fallback_costs), 0, found.fallback_costs))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Sites that could be built: what each costs in all, and what of a budget it takes; row ``j`` is candidate ``j``.

    Of the candidates of one group, other than ``ALONE``, no more than one is built: a mast of one's own or a place on
    somebody's, a low mast or a high one.
    """

    costs: Numbers
    charges: Numbers
    groups: Places_

    def __len__(self) -> int:
        """Return how many candidates there are."""
        return len(self.costs)


def candidates(
    costs: Sequence[float], charges: Sequence[float] | None = None, groups: Sequence[int] | None = None
) -> Candidates:
    """Return candidates; what a budget is charged with is their cost unless something else is said.

    Raises:
        AmurError: as for places.
    """
    found = Candidates(
        _numbers(costs),
        _numbers(charges if charges is not None else costs),
        np.asarray(groups if groups is not None else [ALONE] * len(costs), dtype=np.int64),
    )
    if not len(found.costs) == len(found.charges) == len(found.groups):
        raise AmurError("uneven_candidates", "there are not as many costs, charges and groups of candidates")
    _refuse("candidates", "costs", found.costs)
    _refuse("candidates", "charges", found.charges)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Which candidates reach a place: a matrix of zeros and ones, places down, candidates across."""

    matrix: csr_matrix

    @property
    def is_reachable(self) -> Flags:
        """Say of each place whether any candidate reaches it."""
        found: Flags = np.diff(self.matrix.indptr) > 0
        return found


def reach(of_place: Iterable[Iterable[int]], candidates_: int) -> Reach:
    """Return the reach of candidates, given for each place those that reach it.

    Raises:
        AmurError: if one is named that there is not.

    >>> reach([[0, 2], []], 3).is_reachable.tolist()
    [True, False]
    """
    ready = [np.unique(np.fromiter(ones, dtype=np.int64)) for ones in of_place]
    starts = np.cumsum([0, *map(len, ready)])
    inside = np.concatenate([np.zeros(0, np.int64), *ready])
    wrong = np.flatnonzero((inside < 0) | (inside >= candidates_))
    if len(wrong):
        place = int(np.searchsorted(starts, wrong[0], side="right")) - 1
        found = inside[wrong[0]]
        raise AmurError("no_such_candidate", f"place {place} names candidate {found}; there are 0 to {candidates_ - 1}")
    return Reach(csr_matrix((np.ones(len(inside)), inside, starts), shape=(len(ready), candidates_)))


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """All of it together; ``reached`` are places that are served already, and count as such."""

    places: Places
    candidates: Candidates
    reach: Reach
    reached: Flags = field(default_factory=lambda: np.zeros(0, bool))

    def __post_init__(self) -> None:
        """Hold that the parts belong together.

        Raises:
            AmurError: if they do not.
        """
        if self.reach.matrix.shape != (len(self.places), len(self.candidates)):
            down, across = self.reach.matrix.shape
            raise AmurError(
                "uneven_question",
                f"the reach is of {down} places and {across} candidates; "
                f"there are {len(self.places)} and {len(self.candidates)}",
            )
        if not len(self.reached):
            object.__setattr__(self, "reached", np.zeros(len(self.places), bool))
        if len(self.reached) != len(self.places):
            raise AmurError("uneven_question", f"{len(self.reached)} places are said to be served or not, not each")


def _refuse(what: str, name: str, values: Numbers) -> None:
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        more = f"; and {len(wrong) - 1} more rows" if len(wrong) > 1 else ""
        found = values[wrong[0]]
        raise AmurError(
            "bad_number", f"{what}, row {wrong[0]}, {name}: found {found}, wanted a number that is not negative{more}"
        )
