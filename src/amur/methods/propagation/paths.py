"""Paths over terrain: what lies between a transmitter and a receiver, many paths at once.

Paths differ in their number of points, so all points stand in one row of numbers, and ``starts`` says where each path
begins: path ``i`` has the points ``starts[i]`` to ``starts[i + 1]``, from the transmitter to the receiver.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from amur.base.faults import AmurError

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
FEWEST = 3
"""How many points a path has at least: both ends, and something between them."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Profiles of many paths: how far from the transmitter each point is, in kilometres, and how high, in metres.

    Heights are of the ground above sea level; what stands on the ground is told to the models that ask for it.
    """

    starts: Places
    distances_km: Numbers
    heights_m: Numbers

    def __post_init__(self) -> None:
        """Refuse what is no path.

        Raises:
            AmurError: where a path has too few points, a number is not finite, or distances do not grow from 0; it
                says which path, which point and what stands there.
        """
        counts = np.diff(self.starts)
        if (
            len(self.distances_km) != len(self.heights_m)
            or self.starts[0] != 0
            or self.starts[-1] != len(self.heights_m)
        ):
            raise AmurError("uneven_paths", "there are not as many distances and heights as paths say that they have")
        _refuse(counts < FEWEST, "short_path", lambda path: f"path {path} has {counts[path]} points, not {FEWEST}")
        for name, values in (("distance", self.distances_km), ("height", self.heights_m)):
            _refuse(
                ~np.isfinite(values), "not_finite", lambda at, n=name, v=values: f"{self._where(at)}: {n} is {v[at]}"
            )
        firsts = self.starts[:-1]
        _refuse(self.distances_km[firsts] != 0, "not_from_zero", lambda path: f"path {path} does not begin at 0 km")
        grows = np.diff(self.distances_km, prepend=-1.0) > 0
        grows[firsts] = True
        _refuse(~grows, "no_way_on", lambda at: f"{self._where(at)}: it is not farther than the one before")

    def __len__(self) -> int:
        """Return how many paths there are."""
        return len(self.starts) - 1

    def _where(self, at: int) -> str:
        path = int(np.searchsorted(self.starts, at, side="right")) - 1
        return f"path {path}, point {at - self.starts[path]}"

    @property
    def lengths_km(self) -> Numbers:
        """Return how long each path is."""
        return self.distances_km[self.starts[1:] - 1]


def paths_of(profiles: Iterable[tuple[Sequence[float], Sequence[float]]]) -> Paths:
    """Return paths of profiles, each its distances in kilometres and its heights in metres.

    >>> found = paths_of([([0, 1, 2], [10, 30, 20]), ([0, 0.5, 1, 1.5], [5, 5, 5, 5])])
    >>> len(found), found.lengths_km.tolist()
    (2, [2.0, 1.5])
    """
    ready = [(np.asarray(far, dtype=np.float64), np.asarray(high, dtype=np.float64)) for far, high in profiles]
    for path, (far, high) in enumerate(ready):
        if far.shape != high.shape or far.ndim != 1:
            raise AmurError("uneven_paths", f"path {path} has {far.size} distances and {high.size} heights")
    starts = np.cumsum([0, *(len(far) for far, _ in ready)]).astype(np.int64)
    both = [np.concatenate([one[at] for one in ready]) if ready else np.zeros(0) for at in (0, 1)]
    return Paths(starts, both[0], both[1])


def evenly(length_km: float, heights_m: Sequence[float]) -> tuple[Numbers, Numbers]:
    """Return the profile of a path whose points stand evenly.

    >>> evenly(2.0, [1, 2, 3])[0].tolist()
    [0.0, 1.0, 2.0]
    """
    return np.linspace(0.0, length_km, len(heights_m)), np.asarray(heights_m, dtype=np.float64)


def _refuse(wrong: np.ndarray[Any, np.dtype[np.bool_]], code: str, said: Any) -> None:
    """Raise what is wrong with the first that is, and say how many there are."""
    found = np.flatnonzero(wrong)
    if len(found):
        others = f"; and {len(found) - 1} more" if len(found) > 1 else ""
        raise AmurError(code, f"{said(int(found[0]))}{others}")
