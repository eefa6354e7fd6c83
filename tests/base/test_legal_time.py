from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from chinese_calendar.constants import holidays as official_holidays
from chinese_calendar.constants import workdays as official_workdays
from hypothesis import given
from hypothesis import strategies as st

from amur.base.legal_time import WorkCalendar, add_working_days, working_days_between

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
CALENDAR = WorkCalendar(
    title={"zh": "工作日历", "en": "Working days"},
    published_from=FIRST,
    published_to=LAST,
    holidays=frozenset(day for day in official_holidays if FIRST <= day <= LAST),
    workdays=frozenset(day for day in official_workdays if FIRST <= day <= LAST),
    source="notices of the State Council, by chinesecalendar",
)
DAYS = st.dates(date(2003, 1, 1), date(2028, 1, 1))


def test_each_day_from_2004_to_2026_is_what_the_second_calendar_says():
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [day for day in days if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)] == []


@given(st.dates(FIRST, date(2026, 6, 1)), st.integers(0, 60))
def test_a_due_date_is_the_one_that_the_second_calendar_counts_to(start, days):
    due = add_working_days(start, days, CALENDAR)
    counted = chinese_calendar.get_workdays(start + timedelta(days=1), due.on) if days else []
    assert len(counted) == days
    assert due.on == (counted[-1] if counted else start)
    assert not due.provisional


def test_the_spring_festival_and_its_swapped_days_are_counted_right():
    # 15 to 23 February 2026 are free, Saturday the 14th and Saturday the 28th are worked.
    due = add_working_days(date(2026, 2, 12), 3, CALENDAR)
    assert due.on == date(2026, 2, 24)
    assert [(step.first.day, step.last.day, step.counted, step.why) for step in due.steps] == [
        (13, 14, 2, "counted"),
        (15, 23, 0, "rest"),
        (24, 24, 1, "counted"),
    ]


@given(DAYS, st.integers(0, 80))
def test_the_derivation_covers_every_day_and_adds_up(start, days):
    due = add_working_days(start, days, CALENDAR)
    assert sum(step.counted for step in due.steps) == days
    day = start
    for step in due.steps:
        assert step.first == day + timedelta(days=1)
        assert step.first <= step.last
        day = step.last
    assert day == due.on
    assert due.provisional == any(step.why == "unpublished" for step in due.steps)
    assert all(before.why != after.why for before, after in zip(due.steps, due.steps[1:], strict=False))


@given(DAYS, st.integers(0, 80))
def test_counting_back_finds_the_days_that_were_added(start, days):
    due = add_working_days(start, days, CALENDAR)
    assert working_days_between(start, due.on, CALENDAR) == days
    assert working_days_between(due.on, start, CALENDAR) == -days


def test_a_day_beyond_the_published_calendar_is_provisional_and_never_an_error():
    due = add_working_days(date(2026, 11, 24), 60, CALENDAR)
    assert due.provisional
    assert due.on > LAST
    assert not CALENDAR.covers(due.on)


def test_no_days_end_on_the_day_itself():
    assert add_working_days(date(2026, 1, 1), 0, CALENDAR).on == date(2026, 1, 1)


def test_a_period_is_not_negative():
    with pytest.raises(ValueError, match="not negative"):
        add_working_days(date(2026, 1, 1), -1, CALENDAR)
