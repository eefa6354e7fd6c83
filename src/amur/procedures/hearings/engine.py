"""The rule of hearings: from which day on one can be held that is called today; pure."""

from __future__ import annotations

from datetime import date

from amur.base.legal_time import Due, WorkCalendar, add_working_days


def first_day(called_on: date, notice_working_days: int, calendar: WorkCalendar) -> Due:
    """Return the first day on which a hearing can be held: the notice is full working days between.

    >>> from tests.procedures.samples import CALENDAR
    >>> first_day(date(2026, 3, 10), 7, CALENDAR).on
    datetime.date(2026, 3, 19)
    """
    return add_working_days(called_on, notice_working_days, calendar)
