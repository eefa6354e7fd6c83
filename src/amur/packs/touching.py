"""What a new edition of the policy touches: commitments, what carries them out and where that is declared, and cases.

Running cases are counted and stay as they are: each is pinned to what it began with, whatever the policy says now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amur.base.acting import SYSTEM
from amur.policy.editions import reads as editions
from amur.policy.editions.reads import CarrierAt, Touched
from amur.policy.engine.crosswalk import Row
from amur.policy.models import Edition
from amur.procedures import reads as procedures


@dataclass(frozen=True, slots=True)
class Carried:
    """A carrier of a touched commitment; ``running`` is how many cases run, nothing where it is no procedure."""

    carrier: CarrierAt
    running: int | None


@dataclass(frozen=True, slots=True)
class TouchedHere:
    """A commitment that an edition touches, with its carriers and their running cases."""

    touched: Touched
    carried: tuple[Carried, ...]


def touched(old: Edition, new: Edition, rows: Sequence[Row]) -> tuple[TouchedHere, ...]:
    """Return what rows between two editions touch in the active pack."""
    found = editions.touched(old, new, rows)
    running = running_of(carrier for one in found for carrier in one.carriers)
    return tuple(
        TouchedHere(
            one,
            tuple(Carried(this, running.get(this.id) if this.kind == "procedure" else None) for this in one.carriers),
        )
        for one in found
    )


def running_of(carriers: Iterable[CarrierAt]) -> dict[str, int]:
    """Return how many cases of each procedure among some carriers run: a number that names nobody."""
    names = sorted({one.id for one in carriers if one.kind == "procedure"})
    counts = dict.fromkeys(names, 0)
    for one in procedures.running(SYSTEM, names) if names else ():
        counts[one.procedure] += one.count
    return counts
