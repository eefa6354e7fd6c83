"""The rules of legal time once more, day by day and second by second, as slow and plain as can be; and real calendars."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from chinese_calendar.constants import holidays as official_holidays
from chinese_calendar.constants import workdays as official_workdays

from amur.base.legal_time import RunningClock, WorkCalendar

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)
OFFICIAL = WorkCalendar.model_validate(
    {
        "title": {"zh": "工作日历", "en": "Working days"},
        "published_from": FIRST,
        "published_to": LAST,
        "holidays": sorted(official_holidays),
        "workdays": sorted(official_workdays),
        "source": "chinesecalendar",
    }
)


def working(day: date, calendar: WorkCalendar) -> bool:
    """Look a day up in the declaration itself, not in anything that is derived from it."""
    if day in calendar.workdays:
        return True
    return day.weekday() < 5 and day not in calendar.holidays


def paused_on(day: date, clock: RunningClock) -> bool:
    return any(one.since < day and (one.until is None or day <= one.until) for one in clock.pauses)


def months_on(day: date, months: int) -> date:
    """The same day of the month so many months on, one month at a time."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def holds(clock: RunningClock) -> int:
    """How many days or working days the period of a clock holds."""
    period = clock.period
    if period.unit in {"months", "years"}:
        return (months_on(clock.started, period.amount * (12 if period.unit == "years" else 1)) - clock.started).days
    return period.amount


def due_by_walking(clock: RunningClock, calendar: WorkCalendar) -> tuple[date, bool] | None:
    """Return the due date and whether an unpublished day was relied on; None while the clock waits."""
    unit, day, left, provisional = clock.period.unit, clock.started, holds(clock), False
    lasting = [one.since for one in clock.pauses if one.until is None]
    while left:
        if lasting and day >= min(lasting):
            return None
        day += DAY
        if paused_on(day, clock):
            continue
        if unit == "working_days":
            provisional |= not calendar.covers(day)
            left -= working(day, calendar)
        else:
            left -= 1
    if unit == "working_days" or clock.term.last_day == "as_is":
        return day, provisional
    return _moved(day, clock, calendar)


def _moved(day: date, clock: RunningClock, calendar: WorkCalendar) -> tuple[date, bool]:
    towards = DAY if clock.term.last_day == "next_working_day" else -DAY
    last, provisional = day, not calendar.covers(day)
    while not working(last, calendar):
        if last + towards <= clock.started:
            return day, provisional
        last += towards
        provisional |= not calendar.covers(last)
    return last, provisional
