"""How far public wireless networks reach: venues near an access point, while both are open.

An access point serves a disc: a narrower one where it hangs inside, a wider one in the open. How wide is a value of
whoever asks, with its source there; nothing is said here of walls. Distances are on a sphere, good to half a percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from amur.base.faults import AmurError
from amur.methods.measures.values import Numbers

EARTH_M = 6_371_008.8
"""The mean radius of the Earth (IUGG)."""
HOURS = 168
"""A week, hour by hour, from Monday at midnight."""


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Points on a map by degrees north and east, each with the hours of the week in which it is open.

    ``is_open`` is a table of flags, points down and the 168 hours of a week across.
    """

    north: Numbers
    east: Numbers
    is_open: np.ndarray[Any, np.dtype[np.bool_]]

    def __post_init__(self) -> None:
        """Refuse what is no place on Earth.

        Raises:
            AmurError: it says which row and what stands there.
        """
        if not len(self.north) == len(self.east) == len(self.is_open) or self.is_open.shape[1:] != (HOURS,):
            raise AmurError("uneven_spots", f"each point needs a latitude, a longitude and {HOURS} hours")
        for name, values, most in (("latitude", self.north, 90), ("longitude", self.east, 180)):
            wrong = np.flatnonzero(~(np.abs(values) <= most))
            if len(wrong):
                raise AmurError(
                    "no_place", f"row {wrong[0]}: found a {name} of {values[wrong[0]]}, wanted -{most} to {most}"
                )


@dataclass(frozen=True, slots=True)
class Reach:
    """The share of venues with an access point near enough, and the share of their open hours in which one works."""

    venues: float
    hours: float


def wifi_reach(
    venues: Spots, points: Spots, is_inside: np.ndarray[Any, np.dtype[np.bool_]], *, inside_m: float, outside_m: float
) -> Reach:
    """Return how far access points reach venues; ``is_inside`` says which of them hang inside.

    >>> always, ever = np.ones((1, HOURS), bool), np.zeros(1)
    >>> here, far = Spots(ever, ever, always), Spots(ever, ever + 0.001, always)
    >>> wifi_reach(here, far, np.array([False]), inside_m=50, outside_m=100).venues
    0.0
    >>> wifi_reach(here, far, np.array([False]), inside_m=50, outside_m=120).venues
    1.0
    """
    if len(is_inside) != len(points.north):
        raise AmurError(
            "uneven_spots", f"{len(points.north)} access points have {len(is_inside)} flags; each needs one"
        )
    if not (inside_m >= 0 and outside_m >= 0):
        raise AmurError("bad_distance", f"found {inside_m} m inside and {outside_m} m outside, wanted 0 or more")
    if not len(venues.north):
        raise AmurError("no_values", "there is no venue; a share of nothing says nothing")
    works = np.zeros((len(venues.north), HOURS), bool)
    is_near = np.zeros(len(venues.north), bool)
    at = _on_sphere(venues)
    for flag, metres in ((True, inside_m), (False, outside_m)):
        chosen = np.flatnonzero(is_inside == flag)
        if not len(chosen):
            continue
        near = cKDTree(_on_sphere(points)[chosen]).query_ball_point(at, _chord(metres))
        for venue, ones in enumerate(near):
            if ones:
                is_near[venue] = True
                works[venue] |= points.is_open[chosen[ones]].any(axis=0)
    open_hours = venues.is_open.sum()
    hours = float((works & venues.is_open).sum() / open_hours) if open_hours else 0.0
    return Reach(float(is_near.mean()), hours)


def _on_sphere(spots: Spots) -> Numbers:
    """Return points as lines of three numbers on a sphere of radius 1."""
    north, east = np.radians(spots.north), np.radians(spots.east)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _chord(metres: float) -> float:
    """Return how long the straight way is between two points that are so far apart over ground, for a radius of 1."""
    return float(2 * np.sin(min(metres / EARTH_M, np.pi) / 2))
