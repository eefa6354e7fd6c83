from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.legal_time import WorkCalendar, WorkdayIndex
from tests.base.legal_time.oracle import DAY, OFFICIAL, working

DAYS = st.dates(date(2003, 6, 1), date(2027, 6, 1))


@given(DAYS, st.integers(0, 500))
def test_working_days_between_two_days_are_those_that_a_walk_finds(start, length):
    end = start + length * DAY
    walked = sum(working(start + n * DAY, OFFICIAL) for n in range(1, length + 1))
    assert OFFICIAL.index.between(start.toordinal(), end.toordinal()) == walked
    assert OFFICIAL.index.between(end.toordinal(), start.toordinal()) == -walked


@given(DAYS, st.integers(1, 300))
def test_the_day_that_is_reached_is_a_working_day_with_as_many_before_it(start, count):
    reached = OFFICIAL.index.reach(start.toordinal(), count)
    assert working(date.fromordinal(reached), OFFICIAL)
    assert OFFICIAL.index.between(start.toordinal(), reached) == count


@given(DAYS)
def test_the_working_day_before_and_after_are_the_nearest(day):
    before, after = (
        date.fromordinal(find(day.toordinal())) for find in (OFFICIAL.index.at_or_before, OFFICIAL.index.at_or_after)
    )
    assert before <= day <= after
    assert working(before, OFFICIAL)
    assert working(after, OFFICIAL)
    assert not any(working(before + n * DAY, OFFICIAL) for n in range(1, (day - before).days + 1))
    assert not any(working(day + n * DAY, OFFICIAL) for n in range((after - day).days))


@given(
    st.frozensets(st.integers(0, 6), min_size=1), st.sets(st.integers(1, 400)), st.integers(0, 400), st.integers(1, 200)
)
def test_any_week_and_any_exceptions_are_counted_as_by_walking(worked, changed, start, count):
    exceptions = {date.fromordinal(day): 1 if (day - 1) % 7 not in worked else -1 for day in changed}
    index = WorkdayIndex.of(worked, exceptions)
    day, left = start, count
    while left:
        day += 1
        left -= ((day - 1) % 7 in worked) != (day in changed)
    assert index.reach(start, count) == day
    assert index.between(start, day) == count


def test_nothing_is_reached_at_once():
    assert OFFICIAL.index.reach(735_000, 0) == 735_000
    assert OFFICIAL.index.at_or_before(0) == 0


def test_what_no_date_can_name_is_an_error():
    with pytest.raises(OverflowError, match="beyond 9999-12-31"):
        OFFICIAL.index.reach(date.max.toordinal() - 3, 10)


def test_a_copy_of_a_calendar_counts_by_its_own_days():
    assert OFFICIAL.index.between(date(2026, 9, 30).toordinal(), date(2026, 10, 2).toordinal()) == 0
    bare = OFFICIAL.model_copy(update={"holidays": (), "workdays": ()})
    assert bare.index.between(date(2026, 9, 30).toordinal(), date(2026, 10, 2).toordinal()) == 2


def test_the_index_is_made_once_and_only_when_asked():
    calendar = WorkCalendar.model_validate(OFFICIAL.model_dump())
    assert "index" not in calendar.__dict__
    assert calendar.index is calendar.index
