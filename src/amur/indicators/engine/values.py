"""What the numbers of a query mean: a value with its status, and how it stands to the target, kept apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Literal, TypeAlias

Status: TypeAlias = Literal["measured", "not_measured", "no_denominator"]
Standing: TypeAlias = Literal["met", "missed", "not_yet", "no_target", "no_value"]

STATUSES: tuple[Status, ...] = ("measured", "not_measured", "no_denominator")
STANDINGS: tuple[Standing, ...] = ("met", "missed", "not_yet", "no_target", "no_value")

_CONTEXT = Context(prec=60)
_WHOLE = Context(prec=800)
"""Wide enough for every number that a query can give, so that rounding to decimals never fails."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A number, or why there is none; ``base`` is how many things it rests on, where the query says so.

    Of a share ``counted`` is the numerator.
    """

    value: Decimal | None
    status: Status
    base: int | None = None
    counted: Decimal | None = None


def measured(row: dict[str, Any], *, decimals: int, per: int = 1) -> Measured:
    """Return what a row of a query measures, rounded half up.

    A share over nothing has no denominator, whatever its numerator; a null was not measured, and neither was what
    is no finite number. A value over a base of nothing has no denominator either.

    >>> measured({"numerator": 2, "denominator": 3}, decimals=1, per=100)
    Measured(value=Decimal('66.7'), status='measured', base=3, counted=Decimal('2'))
    >>> measured({"numerator": 4, "denominator": 0}, decimals=1)
    Measured(value=None, status='no_denominator', base=0, counted=Decimal('4'))
    >>> measured({"numerator": None, "denominator": 3}, decimals=1).status
    'not_measured'
    >>> measured({"value": 2.5, "base": 4}, decimals=0)
    Measured(value=Decimal('3'), status='measured', base=4, counted=None)
    >>> [measured({"value": value}, decimals=0).status for value in (None, float("nan"), 0)]
    ['not_measured', 'not_measured', 'measured']
    >>> measured({"value": None, "base": 0}, decimals=0).status
    'no_denominator'
    """
    if "denominator" in row:
        above, below, base = exact(row["numerator"]), exact(row["denominator"]), row.get("base", row["denominator"])
        if not below:
            return Measured(None, "not_measured" if below is None else "no_denominator", _count(base), above)
        share = _CONTEXT.divide(_CONTEXT.multiply(above, Decimal(per)), below) if above is not None else None
        return replace(_rounded(share, decimals, _count(base)), counted=above)
    base = _count(row.get("base"))
    value = exact(row["value"])
    if value is None and base == 0:
        return Measured(None, "no_denominator", base)
    return _rounded(value, decimals, base)


def exact(found: Any) -> Decimal | None:
    """Return a number as a decimal: a float by its shortest text, and None for what is no finite number.

    >>> exact(0.1), exact(3), exact(None), exact(float("inf"))
    (Decimal('0.1'), Decimal('3'), None, None)

    Raises:
        ValueError: for a text, a date or another thing that is no number.
    """
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
        raise ValueError(f"found {found!r}, which is no number; let the query give one")  # noqa: TRY004  # a fault of the query
    number = Decimal(repr(found)) if isinstance(found, float) else Decimal(found)
    return number if number.is_finite() else None


def _count(found: Any) -> int | None:
    number = exact(found)
    return None if number is None else int(number)


def _rounded(value: Decimal | None, decimals: int, base: int | None) -> Measured:
    if value is None:
        return Measured(None, "not_measured", base)
    return Measured(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WHOLE), "measured", base)


def compared(
    value: Decimal | None, target: Decimal | None, target_on: date | None, direction: str, on: date
) -> Standing:
    """Return how a value stands to a target on a day; before the day of the target it is not missed yet.

    >>> day = date(2026, 12, 31)
    >>> compared(Decimal(9), Decimal(10), day, "lower_is_better", day)
    'met'
    >>> compared(Decimal(11), Decimal(10), day, "lower_is_better", date(2026, 6, 1))
    'not_yet'
    >>> compared(Decimal(9), Decimal(10), day, "higher_is_better", day)
    'missed'
    >>> compared(None, Decimal(10), day, "higher_is_better", day), compared(Decimal(9), None, None, "neither", day)
    ('no_value', 'no_target')
    """
    if target is None or target_on is None:
        return "no_target"
    if value is None:
        return "no_value"
    if value <= target if direction == "lower_is_better" else value >= target:
        return "met"
    return "not_yet" if on < target_on else "missed"


def shown(value: Decimal | None) -> str | None:
    """Return a number as it is stored and sent: plain digits, without an exponent and without minus zero.

    >>> shown(Decimal("1E+3")), shown(Decimal("-0.0")), shown(Decimal("2.50")), shown(None)
    ('1000', '0.0', '2.50', None)
    """
    return None if value is None else format(value.copy_abs() if value.is_zero() else value, "f")
