"""A number as it is shown, or why there is none; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from amur.indicators.reads import ValueView
from amur.procedures.reads import LEAST


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is shown, or why there is none."""

    status: str
    standing: str
    text: str = ""
    base: int | None = None
    labels: tuple[str, ...] = ()
    day: date | None = None
    is_by_present_definition: bool = True

    @property
    def is_of_few(self) -> bool:
        """Say whether it is counted over so few things that nothing follows from it.

        >>> [Figure("measured", "met", base=base).is_of_few for base in (None, 0, 1, 5)]
        [False, False, True, False]
        """
        return self.base is not None and 0 < self.base < LEAST

    @property
    def counted_over(self) -> str:
        """Return over how many things it is counted, with thousands parted; empty where nobody says.

        >>> Figure("measured", "met", base=3100000).counted_over, Figure("measured", "met").counted_over
        ('3,100,000', '')
        """
        return "" if self.base is None else f"{self.base:,}"


NOT_MEASURED = Figure("not_measured", "no_value")
"""Nothing was computed yet."""
TOO_FEW = Figure("too_few", "no_value")
"""There is a number, and so few cases are behind it that it is not shown."""


def of_many(value: ValueView | None) -> Figure:
    """Return a value as it is shown where it tells of cases: of few of them none is."""
    figure = of_value(value)
    return TOO_FEW if figure.status == "measured" and (figure.base or 0) < LEAST else figure


def of_value(value: ValueView | None) -> Figure:
    """Return a value as it is shown."""
    return Figure(value.status, value.standing, plain(value.value), value.base) if value else NOT_MEASURED


def plain(value: Decimal | None) -> str:
    """Return a number with its thousands parted.

    >>> plain(Decimal("12345.60")), plain(None)
    ('12,345.60', '')
    """
    return "" if value is None else f"{value:,f}"
