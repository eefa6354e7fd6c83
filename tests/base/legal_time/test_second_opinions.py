"""Two packages that read the notices of the State Council each on its own: where they agree, and where they do not."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from chinese_calendar.constants import holidays as named_by_the_first

from tests.base.legal_time.oracle import FIRST, LAST, OFFICIAL

SECOND = holidays.country_holidays("CN", years=range(FIRST.year - 1, LAST.year + 2))
ALL_DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]

WORKED_ONLY_IN_THE_SECOND = {
    date(2005, 12, 31): "a Saturday that the notice for 2006 makes a working day, for 3 January 2006; "
    "chinesecalendar gives the rest of that notice and leaves this day out"
}
NAMED_ONLY_IN_THE_SECOND = {
    date(2012, 6, 23): "the Dragon Boat Festival itself, a Saturday; chinesecalendar names only the days around it"
}


def test_each_day_is_what_the_first_package_says():
    assert [day for day in ALL_DAYS if OFFICIAL.is_working_day(day) != chinese_calendar.is_workday(day)] == []


def test_the_packages_differ_on_the_working_days_that_are_listed_here_and_on_no_other():
    differing = {day for day in ALL_DAYS if chinese_calendar.is_workday(day) != SECOND.is_working_day(day)}
    assert differing == set(WORKED_ONLY_IN_THE_SECOND)
    assert all(SECOND.is_working_day(day) for day in WORKED_ONLY_IN_THE_SECOND)


def test_they_name_the_same_days_but_for_weekends_within_a_holiday():
    only_first = {day for day in ALL_DAYS if day in named_by_the_first and day not in SECOND}
    assert all(day.weekday() >= 5 for day in only_first)
    assert {day for day in ALL_DAYS if day in SECOND and day not in named_by_the_first} == set(NAMED_ONLY_IN_THE_SECOND)


def test_the_first_says_nothing_of_a_year_without_a_notice_and_the_second_guesses():
    """So neither may stand for a calendar that is not published: such a day is provisional here."""
    beyond = date(2027, 2, 8)
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(beyond)
    assert SECOND.is_working_day(beyond) is False
    assert not OFFICIAL.covers(beyond)
