"""What remedies are looked for in: a village as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amur.methods.coverage.definitions import COVERED, Verdicts
from amur.methods.explaining.costs import Costs
from amur.methods.explaining.levels import Around, Levels
from amur.methods.explaining.questions import Question, Terms
from amur.methods.propagation.paths import Places


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A village as it is: what is around it, the levels of each antenna, what definitions say, the point in question.

    ``rows`` are the antennas whose sites may be changed; ``prices`` may be none.
    """

    question: Question
    around: Around
    levels: Levels
    verdicts: Mapping[str, Verdicts]
    point: int
    rows: Places
    terms: Terms
    prices: Costs | None

    @property
    def unmet(self) -> tuple[str, ...]:
        """Return the definitions by which the village is not covered, or it is not known whether it is."""
        return tuple(name for name, one in self.verdicts.items() if one.states[0] != COVERED)

    @property
    def resolution_m(self) -> float:
        """Return how far apart the ground's pixels are."""
        return self.question.terrain.resolution_m
