"""Periods of law: so many working days, days, hours, months or years, and what happens when the last day is a rest day.

The day of the event is not counted: the first counted day is the next. A period that runs, waits and is extended
stands in ``running``; the words of a period in ``wording``.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, Protocol

from amur.base.legal_time.calendar import WorkCalendar
from amur.base.legal_time.index import LAST_ORDINAL

Unit = Literal["working_days", "days", "hours", "months", "years"]
Measure = Literal["working_days", "days", "seconds"]
"""What is counted one by one: months and years are counted as the days that they hold, hours as seconds."""
LastDay = Literal["as_is", "next_working_day", "previous_working_day"]
"""What becomes of a last day that is a rest day: it moves, or it stays."""
SECONDS_AN_HOUR = 3600
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """An amount of one unit.

    Raises:
        ValueError: if the amount is negative.
    """

    amount: int
    unit: Unit = "working_days"

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"found {self.amount} {self.unit.replace('_', ' ')}; a period is not negative")

    @property
    def measure(self) -> Measure:
        """Return what is counted one by one.

        >>> Period(3, "months").measure, Period(48, "hours").measure
        ('days', 'seconds')
        """
        if self.unit == "hours":
            return "seconds"
        return "working_days" if self.unit == "working_days" else "days"

    def plus(self, amount: int) -> Period:
        """Return the period made longer.

        >>> Period(60, "days").plus(30)
        Period(amount=90, unit='days')
        """
        return Period(self.amount + amount, self.unit)


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends. ``at`` is the instant where it is counted in hours; ``on`` is always the day.

    ``provisional`` says that a day beyond the published calendar was relied on.
    """

    on: date
    provisional: bool = False
    at: datetime | None = None


class Axis(Protocol):
    """How one measure is counted between places on a line of whole numbers."""

    def between(self, after: int, upto: int) -> int:
        """Return how much lies after one place, up to and with another."""

    def reach(self, after: int, count: int) -> int:
        """Return the place at which so much after a place is reached."""


class EveryOne:
    """The axis on which everything counts: days, and seconds."""

    def between(self, after: int, upto: int) -> int:
        """Return the distance."""
        return upto - after

    def reach(self, after: int, count: int) -> int:
        """Return the place so far on."""
        return after + count


EVERY_ONE = EveryOne()


def axis_of(measure: Measure, calendar: WorkCalendar) -> Axis:
    """Return how a measure is counted."""
    return calendar.index if measure == "working_days" else EVERY_ONE


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on, or the last day of that month where it has no such day.

    Raises:
        OverflowError: if that is beyond the last year that a date can name.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    if year > date.max.year:
        raise OverflowError(f"{months} months reach beyond {date.max}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def measured(period: Period, begun: int) -> int:
    """Return how much a period that begins at a place holds of its measure.

    >>> measured(Period(1, "months"), date(2026, 1, 31).toordinal()), measured(Period(2, "hours"), 0)
    (28, 7200)
    """
    if period.unit in {"months", "years"}:
        months = period.amount * (_MONTHS_A_YEAR if period.unit == "years" else 1)
        return add_months(date.fromordinal(begun), months).toordinal() - begun
    return period.amount * SECONDS_AN_HOUR if period.unit == "hours" else period.amount


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a last day moves to, and from which day to which the calendar was asked for it."""

    day: int
    asked_from: int
    asked_to: int


def settled(day: int, begun: int, rule: LastDay, calendar: WorkCalendar) -> Settled:
    """Return the day to which a last day moves.

    One that moves back stays after the beginning: where no working day lies between, it does not move.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> begun, sunday = date(2026, 3, 1).toordinal(), date(2026, 3, 8).toordinal()
    >>> [date.fromordinal(settled(sunday, begun, rule, calendar).day).day
    ...     for rule in ("as_is", "next_working_day", "previous_working_day")]
    [8, 9, 6]
    """
    if rule == "next_working_day":
        onward = calendar.index.at_or_after(day)
        return Settled(onward, day, onward)
    if rule == "previous_working_day":
        back = calendar.index.at_or_before(day)
        return Settled(back, back, day) if back > begun else Settled(day, min(begun + 1, day), day)
    return Settled(day, day, day - 1)


def is_published(first: int, last: int, calendar: WorkCalendar) -> bool:
    """Say whether all days from one to another are within the published calendar; no days always are."""
    if last < first:
        return True
    return calendar.published_from.toordinal() <= first and last <= calendar.published_to.toordinal()


def day_at(place: int) -> date:
    """Return the day of an ordinal.

    Raises:
        OverflowError: if it is beyond the last day that a date can name.

    >>> day_at(4_000_000)
    Traceback (most recent call last):
    ...
    OverflowError: the period reaches beyond 9999-12-31
    """
    if place > LAST_ORDINAL:
        raise OverflowError(f"the period reaches beyond {date.max}")
    return date.fromordinal(place)


def due(begun: date, period: Period, calendar: WorkCalendar, *, last_day: LastDay = "as_is", zone: tzinfo = UTC) -> Due:
    """Return when a period that begins on a day, or at an aware instant for hours, ends.

    Raises:
        ValueError: if hours begin on a day, or days at an instant.
        OverflowError: if the end is beyond the last day that a date can name.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> due(date(2026, 1, 31), Period(1, "months"), calendar, last_day="next_working_day")
    Due(on=datetime.date(2026, 3, 2), provisional=False, at=None)
    >>> due(datetime(2026, 3, 6, 23, tzinfo=UTC), Period(2, "hours"), calendar).on
    datetime.date(2026, 3, 7)
    """
    check_moment(begun, period.unit)
    if isinstance(begun, datetime):
        at = begun.astimezone(UTC) + timedelta(hours=period.amount)
        return Due(at.astimezone(zone).date(), at=at)
    first = begun.toordinal()
    nominal = axis_of(period.measure, calendar).reach(first, measured(period, first))
    if period.unit == "working_days":
        return Due(day_at(nominal), not is_published(first + 1, nominal, calendar))
    end = settled(nominal, first, last_day, calendar)
    return Due(day_at(end.day), not is_published(end.asked_from, end.asked_to, calendar))


def check_moment(moment: date, unit: Unit) -> None:
    """Refuse a day where hours are counted, and an instant where days are.

    Raises:
        ValueError: saying which of them is asked for.

    >>> check_moment(date(2026, 3, 9), "hours")
    Traceback (most recent call last):
    ...
    ValueError: found 2026-03-09; hours are counted from an aware instant
    """
    if unit == "hours":
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise ValueError(f"found {moment}; hours are counted from an aware instant")
    elif isinstance(moment, datetime):
        raise ValueError(f"found {moment}; {unit.replace('_', ' ')} are counted from a day, which is that of the place")


def add_working_days(start: date, days: int, calendar: WorkCalendar) -> Due:
    """Return the day on which the given number of working days after the start day is reached.

    Raises:
        ValueError: if ``days`` is negative.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> add_working_days(date(2026, 11, 20), 5, calendar).on
    datetime.date(2026, 11, 27)
    >>> add_working_days(date(2026, 12, 28), 10, calendar).provisional
    True
    """
    return due(start, Period(days), calendar)


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """Count the working days after ``start`` up to and with ``end``; negative if ``end`` lies before.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> working_days_between(date(2026, 11, 20), date(2026, 11, 27), calendar)
    5
    >>> working_days_between(date(2026, 11, 27), date(2026, 11, 20), calendar)
    -5
    """
    return calendar.index.between(start.toordinal(), end.toordinal())
