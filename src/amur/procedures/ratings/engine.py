"""The rules of ratings as pure functions: until when, what may still change, when a follow-up is due, what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from amur.base.faults import Refused
from amur.base.legal_time import Due, WorkCalendar, add_working_days
from amur.procedures.ratings.declarations import BAD, GRADES


def last_day(ended_on: date, within_days: int) -> date:
    """Return the last day on which a case that was decided or closed on a day can be rated.

    >>> last_day(date(2026, 3, 10), 30)
    datetime.date(2026, 4, 9)
    """
    return ended_on + timedelta(days=within_days)


def why_not_rate(ended_on: date | None, within_days: int, on: date) -> Refused | None:
    """Return why a case cannot be rated on a day, or None.

    >>> why_not_rate(None, 30, date(2026, 3, 10)).code, why_not_rate(date(2026, 1, 2), 30, date(2026, 3, 10)).code
    ('rating_too_early', 'rating_too_late')
    >>> why_not_rate(date(2026, 3, 9), 30, date(2026, 3, 10)) is None
    True
    """
    if ended_on is None:
        return Refused("rating_too_early", "a case is rated once it is decided or closed")
    if on > last_day(ended_on, within_days):
        return Refused("rating_too_late", "the time for rating this case is over")
    return None


def is_bad(grade: int) -> bool:
    """Say whether a grade is followed up.

    >>> [is_bad(grade) for grade in GRADES]
    [False, False, False, True, True]
    """
    return grade <= BAD


def due(bad_on: date, working_days: int, calendar: WorkCalendar) -> Due:
    """Return until when a bad grade is followed up.

    >>> from tests.procedures.samples import CALENDAR
    >>> due(date(2026, 3, 10), 5, CALENDAR).on
    datetime.date(2026, 3, 17)
    """
    return add_working_days(bad_on, working_days, calendar)


def shown(counts: Mapping[int, int], publish_from: int) -> dict[int, int] | None:
    """Return how often each grade was given, or None where so few rated that nothing is shown.

    >>> shown({5: 4, 1: 1}, 5)
    {5: 4, 4: 0, 3: 0, 2: 0, 1: 1}
    >>> shown({5: 4}, 5) is None
    True
    """
    if sum(counts.values()) < publish_from:
        return None
    return {grade: counts.get(grade, 0) for grade in GRADES}


def share_satisfied(counts: Mapping[int, int]) -> int:
    """Return how many of a hundred were satisfied: the three better grades; 0 where nobody rated.

    >>> share_satisfied({5: 4, 3: 1, 1: 1}), share_satisfied({})
    (83, 0)
    """
    total = sum(counts.values())
    return round(100 * sum(number for grade, number in counts.items() if not is_bad(grade)) / total) if total else 0
