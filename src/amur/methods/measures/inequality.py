"""How unequally something is spread over people or regions.

Sources: C. Gini (1912); H. Theil (1967), whose measure divides into what is between groups and what is within them;
E. M. Hoover (1936). Weights are how many people a value stands for.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from amur.base.faults import AmurError
from amur.methods.measures.values import Numbers, Said, taken


def gini(values: Said, weights: Said | None = None) -> float:
    """Return the coefficient of Gini: half the mean difference between two people, over the mean; 0 is equal.

    >>> round(gini([1, 1, 1]), 9), round(gini([0, 0, 0, 1]), 9)
    (0.0, 0.75)
    """
    found, weighed = taken(values, weights)
    _mean(found, weighed)
    order = np.argsort(found, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(weighed[order])]) / weighed.sum()
    money = np.concatenate([[0.0], np.cumsum((found * weighed)[order])]) / (found * weighed).sum()
    return float(1.0 - (np.diff(people) * (money[1:] + money[:-1])).sum())


def theil(values: Said, weights: Said | None = None) -> float:
    """Return Theil's T: 0 where all have the same, the logarithm of the number of people where one has everything.

    >>> round(theil([5, 5]), 9), round(theil([0, 1]), 6)
    (0.0, 0.693147)
    """
    found, weighed = taken(values, weights)
    ratio = found / _mean(found, weighed)
    return float((weighed * _x_log_x(ratio)).sum() / weighed.sum())


@dataclass(frozen=True, slots=True)
class Parts:
    """Theil's T in parts: what is between groups, and what each group adds from within; all together they are it."""

    between: float
    within: Mapping[Hashable, float]


def theil_parts(values: Said, groups: Sequence[Hashable], weights: Said | None = None) -> Parts:
    """Return Theil's T divided by groups.

    >>> parts = theil_parts([1, 3, 4, 4], ["a", "a", "b", "b"])
    >>> abs(parts.between + sum(parts.within.values()) - theil([1, 3, 4, 4])) < 1e-12
    True
    """
    found, weighed = taken(values, weights)
    if len(groups) != len(found):
        raise AmurError("uneven_values", f"{len(found)} values have {len(groups)} groups; each needs one")
    total, mean = (found * weighed).sum(), _mean(found, weighed)
    between, within = 0.0, {}
    for group in dict.fromkeys(groups):
        inside = np.array([one == group for one in groups])
        share = float((found * weighed)[inside].sum() / total)
        if not weighed[inside].sum() > 0 or share == 0.0:  # nobody, or nobody who has anything
            within[group] = 0.0
            continue
        between += share * float(np.log(np.average(found[inside], weights=weighed[inside]) / mean))
        within[group] = share * theil(found[inside], weighed[inside])
    return Parts(between, within)


def variation(values: Said, weights: Said | None = None) -> float:
    """Return the coefficient of variation: the standard deviation of all, not of a sample, over the mean.

    >>> variation([2, 4, 4, 4, 5, 5, 7, 9])
    0.4
    """
    found, weighed = taken(values, weights)
    mean = _mean(found, weighed)
    return float(np.sqrt(np.average(np.square(found - mean), weights=weighed)) / mean)


def hoover(values: Said, weights: Said | None = None) -> float:
    """Return the share that would have to change hands for all to have the same.

    >>> hoover([0, 10])
    0.5
    """
    found, weighed = taken(values, weights)
    mean = _mean(found, weighed)
    return float(0.5 * (weighed * np.abs(found / mean - 1)).sum() / weighed.sum())


def _mean(found: Numbers, weighed: Numbers) -> float:
    mean = float(np.average(found, weights=weighed))
    if not mean > 0:
        raise AmurError("nothing_to_share", "all values are 0: nothing is spread, equally or not")
    return mean


def _x_log_x(ratio: Numbers) -> Numbers:
    """Return each number times its logarithm; that of 0 is 0, which it comes to in the end."""
    found: Numbers = ratio * np.log(np.where(ratio > 0, ratio, 1.0))
    return found
