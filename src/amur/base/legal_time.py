"""Working days by a published calendar, and why a due date falls on the day it does.

A day beyond the last published year is counted by weekdays and the result is *provisional*: it is recomputed when
the calendar is published, never an exception. The day of the event is not counted; the first counted day is the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from amur.base.declared import Declared, Text

_SATURDAY = 5


class WorkCalendar(Declared):
    """Holidays on weekdays and swapped working days on weekends, complete through ``published_to``."""

    title: Text
    published_from: date
    published_to: date
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    source: str = Field(min_length=1)
    verified: bool = False

    def is_working_day(self, day: date) -> bool:
        """Say whether a day counts.

        >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
        ...     published_to=date(2026, 12, 31), holidays=frozenset({date(2026, 1, 1)}), source="demo")
        >>> calendar.is_working_day(date(2026, 1, 1)), calendar.is_working_day(date(2026, 1, 5))
        (False, True)
        """
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def covers(self, day: date) -> bool:
        """Say whether the published calendar reaches this day."""
        return self.published_from <= day <= self.published_to


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the derivation of a due date; days ``first`` to ``last`` added ``counted`` to the count."""

    first: date
    last: date
    counted: int
    why: Literal["counted", "rest", "unpublished"]


@dataclass(frozen=True, slots=True)
class Due:
    """A due date with its derivation."""

    on: date
    provisional: bool
    steps: tuple[Step, ...]


def add_working_days(start: date, days: int, calendar: WorkCalendar) -> Due:
    """Return the day on which the given number of working days after the start day is reached.

    Raises:
        ValueError: if ``days`` is negative.

    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> add_working_days(date(2026, 11, 20), 5, calendar).on
    datetime.date(2026, 11, 27)
    >>> add_working_days(date(2026, 12, 28), 10, calendar).provisional
    True
    """
    if days < 0:
        raise ValueError(f"found {days} working days; a period is not negative")
    steps: list[Step] = []
    day, left, provisional = start, days, False
    while left:
        day += timedelta(days=1)
        working = calendar.is_working_day(day)
        published = calendar.covers(day)
        provisional |= not published
        left -= working
        steps.append(Step(day, day, int(working), _reason(working=working, published=published)))
    return Due(day, provisional, _merged(steps))


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """Count the working days after ``start`` up to and with ``end``; negative if ``end`` lies before.

    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> working_days_between(date(2026, 11, 20), date(2026, 11, 27), calendar)
    5
    >>> working_days_between(date(2026, 11, 27), date(2026, 11, 20), calendar)
    -5
    """
    if end < start:
        return -working_days_between(end, start, calendar)
    span = (end - start).days
    return sum(calendar.is_working_day(start + timedelta(days=n)) for n in range(1, span + 1))


def _reason(*, working: bool, published: bool) -> Literal["counted", "rest", "unpublished"]:
    if not published:
        return "unpublished"
    return "counted" if working else "rest"


def _merged(steps: list[Step]) -> tuple[Step, ...]:
    """Join neighbouring days of one reason into one line."""
    merged: list[Step] = []
    for step in steps:
        if merged and merged[-1].why == step.why:
            last = merged.pop()
            merged.append(Step(last.first, step.last, last.counted + step.counted, step.why))
        else:
            merged.append(step)
    return tuple(merged)
