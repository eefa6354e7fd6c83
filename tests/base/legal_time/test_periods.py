from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.legal_time import (
    Period,
    RunningClock,
    Term,
    add_months,
    add_working_days,
    due,
    working_days_between,
)
from amur.base.legal_time.periods import EVERY_ONE, is_published
from tests.base.legal_time.oracle import FIRST, LAST, OFFICIAL, due_by_walking, months_on
from tests.base.legal_time.strategies import STARTS, terms


@given(STARTS, terms())
def test_every_unit_and_rule_ends_where_a_walk_from_day_to_day_ends(start, term):
    found = due(start, term.period, OFFICIAL, last_day=term.last_day)
    assert (found.on, found.provisional) == due_by_walking(RunningClock(term, start), OFFICIAL)


@given(STARTS, terms(), st.integers(1, 5))
def test_a_longer_period_never_ends_earlier(start, term, more):
    shorter = due(start, term.period, OFFICIAL, last_day=term.last_day)
    longer = due(start, term.period.plus(more), OFFICIAL, last_day=term.last_day)
    assert longer.on >= shorter.on


@given(STARTS, terms(units=("working_days", "days")), st.integers(1, 5))
def test_a_period_that_begins_later_never_ends_earlier(start, term, later):
    first = due(start, term.period, OFFICIAL, last_day=term.last_day)
    assert due(start + timedelta(days=later), term.period, OFFICIAL, last_day=term.last_day).on >= first.on


@given(st.dates(FIRST, date(2026, 6, 1)), st.integers(0, 60))
def test_a_due_date_is_the_one_that_the_second_calendar_counts_to(start, days):
    found = add_working_days(start, days, OFFICIAL)
    counted = chinese_calendar.get_workdays(start + timedelta(days=1), found.on) if days else []
    assert len(counted) == days
    assert found.on == (counted[-1] if counted else start)
    assert not found.provisional


@given(STARTS, st.integers(0, 80))
def test_counting_back_finds_the_days_that_were_added(start, days):
    found = add_working_days(start, days, OFFICIAL)
    assert working_days_between(start, found.on, OFFICIAL) == days
    assert working_days_between(found.on, start, OFFICIAL) == -days


@given(st.dates(date(1, 1, 1), date(9000, 1, 1)), st.integers(0, 600))
def test_months_are_added_as_one_at_a_time(day, months):
    assert add_months(day, months) == months_on(day, months)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (date(2026, 1, 31), Period(1, "months"), date(2026, 2, 28)),
        (date(2024, 1, 31), Period(1, "months"), date(2024, 2, 29)),
        (date(2025, 11, 30), Period(3, "months"), date(2026, 2, 28)),
        (date(2024, 2, 29), Period(1, "years"), date(2025, 2, 28)),
        (date(2026, 8, 31), Period(6, "months"), date(2027, 2, 28)),
    ],
)
def test_a_month_without_that_day_ends_on_its_last(start, period, end):
    assert due(start, period, OFFICIAL).on == end


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        ("as_is", date(2026, 10, 3)),
        ("next_working_day", date(2026, 10, 8)),
        ("previous_working_day", date(2026, 9, 30)),
    ],
)
def test_a_last_day_in_the_golden_week_moves_as_the_rule_says(rule, end):
    found = due(date(2026, 8, 4), Period(60, "days"), OFFICIAL, last_day=rule)
    assert (found.on, found.provisional) == (end, False)


def test_a_swapped_saturday_is_a_working_day_for_the_last_day_too():
    assert due(date(2026, 2, 1), Period(27, "days"), OFFICIAL, last_day="next_working_day").on == date(2026, 2, 28)


def test_where_no_working_day_lies_before_the_last_one_it_stays():
    assert due(date(2026, 10, 1), Period(3, "days"), OFFICIAL, last_day="previous_working_day").on == date(2026, 10, 4)


def test_a_day_beyond_the_published_calendar_is_provisional_and_never_an_error():
    found = add_working_days(date(2026, 11, 24), 60, OFFICIAL)
    assert found.provisional
    assert found.on > LAST
    assert add_working_days(date(2003, 12, 31), 1, OFFICIAL).provisional is False
    assert add_working_days(date(2003, 12, 30), 1, OFFICIAL).provisional is True


@pytest.mark.parametrize(
    ("rule", "provisional"), [("as_is", False), ("next_working_day", True), ("previous_working_day", True)]
)
def test_calendar_days_rely_on_the_calendar_only_where_the_last_day_may_move(rule, provisional):
    assert due(date(2026, 12, 20), Period(30, "days"), OFFICIAL, last_day=rule).provisional is provisional


def test_no_days_rely_on_no_calendar():
    assert is_published(10, 9, OFFICIAL)
    assert add_working_days(date(2031, 1, 1), 0, OFFICIAL) == due(date(2031, 1, 1), Period(0, "days"), OFFICIAL)


def test_hours_are_the_same_whatever_the_hour_the_day_and_the_zone():
    berlin = ZoneInfo("Europe/Berlin")
    before_the_clocks_change = datetime(2026, 3, 28, 20, 0, tzinfo=berlin)
    found = due(before_the_clocks_change, Period(12, "hours"), OFFICIAL, zone=berlin)
    assert found.at == datetime(2026, 3, 29, 9, 0, tzinfo=berlin)
    assert (found.on, found.provisional) == (date(2026, 3, 29), False)
    late = due(datetime(2026, 3, 9, 16, 30, tzinfo=UTC), Period(1, "hours"), OFFICIAL, zone=ZoneInfo("Asia/Shanghai"))
    assert late.on == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("begun", "unit", "what"),
    [
        (date(2026, 3, 9), "hours", "hours are counted from an aware instant"),
        (datetime(2026, 3, 9, tzinfo=UTC).replace(tzinfo=None), "hours", "hours are counted from an aware instant"),
        (datetime(2026, 3, 9, tzinfo=UTC), "days", "days are counted from a day"),
        (datetime(2026, 3, 9, tzinfo=UTC), "working_days", "working days are counted from a day"),
    ],
)
def test_days_begin_on_a_day_and_hours_at_an_instant(begun, unit, what):
    with pytest.raises(ValueError, match=what):
        due(begun, Period(1, unit), OFFICIAL)


def test_a_period_is_not_negative():
    with pytest.raises(ValueError, match="not negative"):
        add_working_days(date(2026, 1, 1), -1, OFFICIAL)


@pytest.mark.parametrize(
    "period", [Period(4_000_000, "days"), Period(4_000_000, "working_days"), Period(9_000, "years")]
)
def test_what_no_date_can_name_is_an_error_that_says_so(period):
    with pytest.raises(OverflowError, match="beyond 9999-12-31"):
        due(date(2026, 1, 1), period, OFFICIAL)


def test_on_the_axis_of_days_everything_counts():
    assert EVERY_ONE.between(3, EVERY_ONE.reach(3, 4)) == 4


def test_a_term_moves_only_a_last_day_that_can_be_a_rest_day():
    for unit in ("hours", "working_days"):
        with pytest.raises(ValueError, match="only a last day of days, months or years can move"):
            Term(Period(1, unit), "next_working_day")
