"""What a plan has to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amur.base.faults import AmurError


@dataclass(frozen=True, slots=True)
class Goal:
    """Shares of households that have to be reached, of all and in counties by code; and what may be spent at most.

    >>> Goal(0.98, {"230102": 0.9}).share
    0.98
    """

    share: float = 0.0
    floors: Mapping[str, float] = field(default_factory=dict)
    budget: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no share.

        Raises:
            AmurError: it says which.
        """
        for name, share in (("all", self.share), *self.floors.items()):
            if not 0 <= share <= 1:
                raise AmurError("bad_share", f"the share of households of {name}: found {share}, wanted 0 to 1")
        if self.budget is not None and not self.budget >= 0:
            raise AmurError("bad_budget", f"the budget: found {self.budget}, wanted a number that is not negative")
