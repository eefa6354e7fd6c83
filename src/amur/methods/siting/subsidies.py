"""What a rule gives for a site, what a site costs over its years, and what a household costs that is newly reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amur.base.faults import AmurError
from amur.methods.siting.inputs import Flags, Numbers

_ONE = np.float64(1)


@dataclass(frozen=True, slots=True)
class Rule:
    """A share of building and of some years of operation; of more years where ``has_more_years`` holds of a site.

    The share and the years are values of a policy, with their date and source there.
    """

    share: float
    years: float
    more_years: float

    def __post_init__(self) -> None:
        """Refuse what is no rule.

        Raises:
            AmurError: it says what was found.
        """
        if not 0 <= self.share <= 1:
            raise AmurError("bad_share", f"the share that is given: found {self.share}, wanted 0 to 1")
        for years in (self.years, self.more_years):
            if not (np.isfinite(years) and years >= 0):
                raise AmurError("bad_years", f"the years of operation: found {years}, wanted a number not negative")


def subsidies(rule: Rule, builds: Numbers, yearly: Numbers, has_more_years: Flags) -> Numbers:
    """Return what the rule gives for each site, in the money of its costs; years are not discounted.

    >>> subsidies(Rule(0.5, 6, 10), np.array([100.0, 100.0]), np.array([10.0, 10.0]), np.array([False, True])).tolist()
    [80.0, 100.0]
    """
    years = np.where(has_more_years, rule.more_years, rule.years)
    given: Numbers = rule.share * (np.asarray(builds) + years * np.asarray(yearly))
    return given


def present_costs(builds: Numbers, yearly: Numbers, years: float, rate: float) -> Numbers:
    """Return what sites cost over their years, as money of today at a yearly rate; what is yearly is paid at each end.

    >>> present_costs(np.array([100.0]), np.array([10.0]), 2, 0.0).tolist()
    [120.0]
    >>> round(float(present_costs(np.array([0.0]), np.array([110.0]), 1, 0.1)[0]), 9)
    100.0
    """
    if not (np.isfinite(years) and years >= 0 and np.isfinite(rate) and rate > -1):
        raise AmurError(
            "bad_years", f"found {years} years at a rate of {rate}; wanted years not negative, a rate over -1"
        )
    factor = years if rate == 0 else (1 - (_ONE + rate) ** -years) / rate
    return np.asarray(builds) + factor * np.asarray(yearly)


def per_household(money: float, newly_reached: float) -> float | None:
    """Return the money for each household that is newly reached; None where none is.

    >>> per_household(1_000.0, 8.0), per_household(5.0, 0.0)
    (125.0, None)
    """
    return money / newly_reached if newly_reached > 0 else None
