"""What expressions can call beyond the standard: days of the calendar and of the authority, money, sums.

Every function is typed and pure: the calendar and the time zone are given with each evaluation, and none reads a
clock. What fails says why and yields no value. A further function needs one line in ``FUNCTIONS``, from which also the
reference is made.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from amur.base.expressions.types import DAY, Kind, ListOf, midnight
from amur.base.legal_time import WorkCalendar
from amur.base.legal_time import add_working_days as counted_from
from amur.base.legal_time import working_days_between as counted_between

BASIS_POINTS = 10_000
MOST_DAYS = 40_000
"""A period of more days than this, over a hundred years, is a mistake and not worth counting."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression is evaluated: the zone in which days begin, and the calendar of working days."""

    zone: tzinfo = UTC
    calendar: WorkCalendar | None = None


CONTEXT: ContextVar[Context] = ContextVar("where an expression is evaluated")


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what it takes, what it yields, and an example whose value the tests compute."""

    name: str
    takes: tuple[Kind | ListOf, ...]
    yields: Kind | None
    says: str
    example: str
    work: Callable[..., Any]

    @property
    def id(self) -> str:
        """Return a name that also tells its overloads apart."""
        return "_".join([f"amur_{self.name}", *(str(kind).replace(" ", "") for kind in map(_short, self.takes))])


def _short(kind: Kind | ListOf) -> str:
    return f"list_{kind.of}" if isinstance(kind, ListOf) else kind.value


def _day(instant: datetime) -> date:
    return instant.astimezone(CONTEXT.get().zone).date()


def _at(day: date) -> datetime:
    return midnight(day, CONTEXT.get().zone).astimezone(UTC)


def _working() -> WorkCalendar:
    calendar = CONTEXT.get().calendar
    if calendar is None:
        raise ValueError("there is no calendar of working days")
    return calendar


def _some(days: int) -> int:
    if abs(days) > MOST_DAYS:
        raise ValueError(f"found {days} days; a period has at most {MOST_DAYS}")
    return days


def _add_working_days(start: datetime, days: int) -> datetime:
    return _at(counted_from(_day(start), _some(days), _working()).on)


def _working_days_between(start: datetime, end: datetime) -> int:
    first, last = _day(start), _day(end)
    _some((last - first).days)
    return counted_between(first, last, _working())


def _date(text: str) -> datetime:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f"found {text!r}; a date is written as 2026-03-09")
    return _at(date.fromisoformat(text))


def _add_months(start: datetime, number: int) -> datetime:
    day = _day(start)
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the years that a date can have
        raise ValueError("the result lies outside the years 1 to 9999")
    last = months.monthrange(year, month + 1)[1]
    return _at(date(year, month + 1, min(day.day, last)))


def _money(text: str) -> int:
    found = re.fullmatch(r"(-?)(\d{1,15})(?:\.(\d{2}))?", text, re.ASCII)
    if not found:
        raise ValueError(f"found {text!r}; an amount is written as 12.50 or 12")
    amount = int(found[2]) * 100 + int(found[3] or 0)
    return -amount if found[1] else amount


def _money_of(units: int, hundredths: int) -> int:
    if not 0 <= hundredths < 100:  # noqa: PLR2004 - hundredths
        raise ValueError(f"found {hundredths}; hundredths are 0 to 99")
    return units * 100 + (hundredths if units >= 0 else -hundredths)


def part(amount: int, numerator: int, denominator: int) -> int:
    """Return a fraction of an amount in minor units, half a unit rounded away from zero.

    Raises:
        ValueError: if the denominator is zero.

    >>> part(1005, 5000, 10_000), part(-5, 1, 2), part(1, 1, 3)
    (503, -3, 0)
    """
    if denominator == 0:
        raise ValueError("divided by zero")
    product = amount * numerator
    sign = -1 if (product < 0) != (denominator < 0) else 1
    whole, rest = divmod(abs(product), abs(denominator))
    return sign * (whole + (2 * rest >= abs(denominator)))


def _decimal(text: str) -> float:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text, re.ASCII):
        raise ValueError(f"found {text!r}; a decimal number is written as 12.5")
    return float(Decimal(text))


_D, _I, _T, _M = Kind.DATE, Kind.INTEGER, Kind.TEXT, ListOf(Kind.INTEGER)
FUNCTIONS: Sequence[Function] = (
    Function("date", (_T,), _D, "the day that is written as year, month, day", "date('2026-03-09') <= today", _date),
    Function("add_days", (_D, _I), _D, "so many days later", "add_days(today, 1)",
             lambda d, n: _at(_day(d) + n * DAY)),
    Function("add_months", (_D, _I), _D, "so many months later, at most its last day", "add_months(today, 1)",
             _add_months),
    Function("days_between", (_D, _D), _I, "days from the first to the second",
             "days_between(today, add_days(today, 3))",
             lambda a, b: (_day(b) - _day(a)).days),
    Function("days", (_I,), None, "a length of time of so many times 24 hours", "today + days(1) > today",
             lambda n: timedelta(days=_some(n))),
    Function("year", (_D,), _I, "the year of the day", "year(today)", lambda d: _day(d).year),
    Function("month", (_D,), _I, "the month, 1 to 12", "month(today)", lambda d: _day(d).month),
    Function("day", (_D,), _I, "the day of the month", "day(today)", lambda d: _day(d).day),
    Function("weekday", (_D,), _I, "1 for Monday to 7 for Sunday", "weekday(today)", lambda d: _day(d).isoweekday()),
    Function("iso", (_D,), _T, "the day as text, such as 2026-03-09", "iso(today)", lambda d: _day(d).isoformat()),
    Function("add_working_days", (_D, _I), _D, "so many working days later", "add_working_days(today, 5)",
             _add_working_days),
    Function("working_days_between", (_D, _D), _I, "working days after the first up to the second",
             "working_days_between(today, add_days(today, 7))", _working_days_between),
    Function("is_working_day", (_D,), Kind.BOOLEAN, "whether the day counts", "is_working_day(today)",
             lambda d: _working().is_working_day(_day(d))),
    Function("money", (_T,), _I, "an amount in minor units", "money('12.50') == 1250", _money),
    Function("money", (_I, _I), _I, "an amount of units and hundredths", "money(12, 50)", _money_of),
    Function("percent", (_I, _I), _I, "a share in hundredths of a percent, half a unit rounded up",
             "percent(1005, 5000) == 503", lambda amount, rate: part(amount, rate, BASIS_POINTS)),
    Function("part", (_I, _I, _I), _I, "a fraction, half a unit rounded up", "part(100, 2, 3) == 67", part),
    Function("sum", (_M,), _I, "the sum of all", "sum([1, 2]) == 3", sum),
    Function("least", (_I, _I), _I, "the lesser of two", "least(3, 2)", min),
    Function("greatest", (_I, _I), _I, "the greater of two", "greatest(3, 2)", max),
    Function("decimal", (_T,), Kind.DECIMAL, "a text as a decimal number", "decimal('2.5') > 2.0", _decimal),
)  # fmt: skip
"""Every function that this product adds, in the order of the reference."""

STANDARD = (
    "all", "contains", "double", "duration", "endsWith", "exists", "exists_one", "filter", "has", "int", "map",
    "matches", "size", "startsWith", "string", "timestamp",
)  # fmt: skip
"""Functions of the standard that a pack may use."""
