"""Classes of values for a map: five, of which the first and the last are open, so that every value is in one."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from amur.base.faults import AmurError
from amur.methods.printing.words import Language, number, say

COUNT = 5
_TINY = 1e-9
SHARES = (0.5, 0.8, 0.9, 0.98)
"""The borders for shares of coverage: the same on each map, so that maps of two definitions can be compared."""


@dataclass(frozen=True, slots=True)
class Classes:
    """Five classes by the four borders between them; a value on a border belongs to the class above it."""

    borders: tuple[float, float, float, float]
    is_share: bool = False

    def __post_init__(self) -> None:
        """Refuse what are no borders.

        Raises:
            AmurError: if they are not four, each above the one before.
        """
        rising = all(low < high for low, high in pairwise(self.borders))
        if len(self.borders) != COUNT - 1 or not rising or not all(map(math.isfinite, self.borders)):
            raise AmurError("bad_classes", f"borders: found {[*self.borders]}, wanted four numbers that rise")

    def of(self, value: float) -> int:
        """Return the class of a value, 0 to 4.

        >>> classes = Classes(SHARES, is_share=True)
        >>> classes.of(0.4999), classes.of(0.5), classes.of(1)
        (0, 1, 4)

        Raises:
            AmurError: if it is no number.
        """
        if math.isnan(value):
            raise AmurError("bad_number", "a value that is not a number has no class; say that it is not known")
        return bisect_right(self.borders, value)

    def labels(self, language: Language) -> list[str]:
        """Return what each class is called, with open ends.

        >>> Classes(SHARES, is_share=True).labels("en")
        ['under 50%', '50% to under 80%', '80% to under 90%', '90% to under 98%', '98% and over']
        """
        at = [self._said(border) for border in self.borders]
        between = [say("class_between", language, low=low, high=high) for low, high in pairwise(at)]
        return [say("class_under", language, high=at[0]), *between, say("class_over", language, low=at[-1])]

    def _said(self, border: float) -> str:
        factor, sign = (100, "%") if self.is_share else (1, "")
        value = round(border * factor, 10)
        digits = next((count for count in range(7) if round(value, count) == value), 7)
        return f"{number(value, digits)}{sign}"


def classes_of(values: Iterable[float]) -> Classes:
    """Return classes for values of which nothing is known: about as many in each, with borders that can be read.

    >>> classes_of(range(1, 1001)).borders
    (200.0, 400.0, 600.0, 800.0)
    >>> classes_of([]).borders, classes_of([7]).borders
    ((1.0, 2.0, 3.0, 4.0), (7.0, 8.0, 9.0, 10.0))

    Raises:
        AmurError: if a value is no number.
    """
    ordered = sorted(float(one) for one in values)
    if not all(map(math.isfinite, ordered)):
        raise AmurError("bad_number", "a value for classes is not a number; leave out what is not known")
    if not ordered:
        return Classes((1.0, 2.0, 3.0, 4.0))
    for digits in (1, 2, 3, 6, 15):
        found = [_rounded(_quantile(ordered, place / COUNT), digits) for place in range(1, COUNT)]
        if all(low < high for low, high in pairwise(found)):
            return Classes((found[0], found[1], found[2], found[3]))
    return _even(ordered[0], ordered[-1])


def _even(least: float, most: float) -> Classes:
    """Return classes of one width, for values of which most are the same."""
    step = max((most - least) / COUNT, abs(most) * _TINY) if most > least else max(1.0, abs(most) * _TINY)
    start = least + step if most > least else least
    return Classes((start, start + step, start + 2 * step, start + 3 * step))


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
