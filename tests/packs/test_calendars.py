"""The calendars of the packs against packages that read the same notices each on its own."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from ruamel.yaml import YAML

from amur.base.legal_time import WorkCalendar, explain
from amur.base.legal_time.periods import Period
from amur.base.legal_time.running import RunningClock, Term
from amur.config.environment import ROOT

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
LEFT_OUT_BY_CHINESECALENDAR = {date(2005, 12, 31)}


def _calendar(pack: str) -> WorkCalendar:
    return WorkCalendar.model_validate(YAML(typ="safe").load(ROOT / "packs" / pack / "calendar.yaml"))


@pytest.fixture(scope="module")
def declared() -> WorkCalendar:
    return _calendar("heilongjiang")


def test_every_day_from_2004_to_2026_is_what_both_packages_say_but_for_one(declared):
    second = holidays.country_holidays("CN", years=range(FIRST.year - 1, LAST.year + 2))
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert (declared.published_from, declared.published_to) == (FIRST, LAST)
    assert [day for day in days if declared.is_working_day(day) != second.is_working_day(day)] == []
    first = {day for day in days if declared.is_working_day(day) != chinese_calendar.is_workday(day)}
    assert first == LEFT_OUT_BY_CHINESECALENDAR


def test_every_year_says_where_it_is_from_and_whether_its_notice_was_read(declared):
    assert [one.year for one in declared.years] == list(range(2004, 2027))
    packages, read = ("calendar_packages", False), ("holiday_notices", True)
    assert all((one.source, one.verified) == (read if one.year >= 2017 else packages) for one in declared.years)
    assert all(one.published_on is None or one.published_on.year == one.year - 1 for one in declared.years)
    assert all(one.notices for one in declared.years if one.year >= 2007)


def test_every_holiday_and_every_swapped_day_has_its_name(declared):
    assert all(declared.holiday_names.values())
    assert all(declared.workday_names.values())
    assert declared.name_of(date(2025, 10, 6)).zh == "中秋节、国庆节"


def test_an_imaginary_calendar_names_its_days_too():
    calendar = _calendar("lantern")
    found = explain(RunningClock(Term(Period(4)), date(2026, 3, 10)), calendar)
    assert [(step.why, step.name and step.name.en) for step in found.steps] == [
        ("begins", None),
        ("counted", None),
        ("holiday", "Day of Mending"),
        ("counted", None),
        ("swapped", "Day of Mending"),
        ("rest", None),
        ("counted", None),
        ("due", None),
    ]
