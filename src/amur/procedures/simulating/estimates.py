"""What several plays say together: a mean with the interval in which the true one lies 95 times of 100; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

_STUDENT = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)
_NORMAL = 1.959964


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its interval. All of it is empty where nothing was counted; the interval, where too little was."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


def student(freedom: int) -> float:
    """Return the 97.5th percentile of Student's t; beyond ten degrees of freedom by its expansion, to four places.

    >>> student(1), student(9), round(student(20), 3), round(student(60), 3)
    (12.7062, 2.2622, 2.086, 2.0)
    """
    if freedom <= len(_STUDENT):
        return _STUDENT[freedom - 1]
    z = _NORMAL
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    return z + first + second + third


def estimate(values: Sequence[float | None]) -> Estimate:
    """Return the mean of independent plays and its interval; plays in which nothing was counted are left out.

    >>> estimate([1.0, 2.0, None, 3.0]), estimate([4.0]), estimate([None])
    (Estimate(value=2.0, low=-0.484..., high=4.484...), Estimate(value=4.0, low=None, high=None), \
Estimate(value=None, low=None, high=None))
    """
    found = [value for value in values if value is not None]
    if not found:
        return Estimate()
    mean = fmean(found)
    if len(found) == 1:
        return Estimate(mean)
    reach = student(len(found) - 1) * stdev(found) / math.sqrt(len(found))
    return Estimate(mean, mean - reach, mean + reach)


def share(counts: Sequence[tuple[int, int]]) -> Estimate:
    """Return a share of plays that each counted so many of so many.

    The interval is no narrower than that of independent cases (Wilson's), since plays that all found none prove no
    zero; and cases of one play are not independent, so it is no narrower than that of the plays.

    >>> share([(0, 50), (0, 50)])
    Estimate(value=0.0, low=0.0, high=0.036...)
    >>> share([(0, 0)])
    Estimate(value=None, low=None, high=None)
    """
    some, total = sum(count for count, _ in counts), sum(of for _, of in counts)
    if not total:
        return Estimate()
    value, z = some / total, _NORMAL
    middle = (value + z * z / (2 * total)) / (1 + z * z / total)
    reach = z / (1 + z * z / total) * math.sqrt(value * (1 - value) / total + z * z / (4 * total * total))
    plays = estimate([count / of if of else None for count, of in counts])
    low = min(middle - reach, value if plays.low is None else plays.low)
    high = max(middle + reach, value if plays.high is None else plays.high)
    return Estimate(value, max(low, 0.0), min(high, 1.0))


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the value that so many percent do not pass, None of no values; they are in order.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 50), percentile([1.0, 2.0], 95), percentile([], 50)
    (2.0, 2.0, None)
    """
    return values[max(math.ceil(len(values) * percent / 100) - 1, 0)] if values else None
