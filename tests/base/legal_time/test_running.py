from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from amur.base.declared import Text
from amur.base.faults import Refused
from amur.base.legal_time import Extension, Pause, Period, RunningClock, Term
from amur.base.legal_time.running import running_spans
from tests.base.legal_time.oracle import DAY, OFFICIAL, due_by_walking, holds, paused_on, working
from tests.base.legal_time.strategies import STARTS, clocks, pauses, terms

MONDAY = date(2026, 3, 9)
WHY = Text(zh="补正", en="supplement")


def clock(days=5, unit="working_days", extendable_by=0, *, start=MONDAY, last_day="as_is", zone=UTC):
    return RunningClock(Term(Period(days, unit), last_day, extendable_by), start, zone=zone)


@settings(max_examples=200)
@given(clocks())
def test_a_clock_with_pauses_and_extension_ends_where_a_walk_from_day_to_day_ends(found):
    due = found.due(OFFICIAL)
    assert (due and (due.on, due.provisional)) == due_by_walking(found, OFFICIAL)


@given(clocks(), st.data())
def test_a_pause_never_makes_a_period_shorter(found, data):
    longer = replace(found, pauses=(*found.pauses, *data.draw(pauses(found.started))))
    before, after = found.due(OFFICIAL), longer.due(OFFICIAL)
    assert after is None or (before is not None and after.on >= before.on)


@given(STARTS, terms(), st.integers(1, 10))
def test_an_extension_never_makes_a_period_shorter(start, term, amount):
    plain = RunningClock(term, start)
    longer = replace(plain, extension=Extension(amount, start))
    assert longer.due(OFFICIAL).on >= plain.due(OFFICIAL).on


@given(clocks(), st.integers(0, 400))
def test_what_is_consumed_is_what_a_walk_finds_and_the_rest_is_left(found, days):
    on = found.started + days * DAY
    reading = found.read(on, OFFICIAL)
    ran = [day for day in (found.started + n * DAY for n in range(1, days + 1)) if not paused_on(day, found)]
    by_walking = sum(working(day, OFFICIAL) for day in ran) if found.period.unit == "working_days" else len(ran)
    assert reading.consumed == by_walking
    assert reading.total == holds(found)
    assert reading.consumed + reading.left == reading.total + reading.moved


@given(clocks())
def test_on_the_due_date_nothing_is_left_and_on_the_day_after_it_is_late(found):
    due = found.due(OFFICIAL)
    if due is None or any(one.since <= due.on and (one.until or due.on) >= due.on for one in found.pauses):
        return
    assert found.read(due.on, OFFICIAL).left == 0
    last = due.on + DAY
    while found.period.unit == "working_days" and not working(last, OFFICIAL):
        last += DAY
    if not any(paused_on(day, found) for day in (due.on + n * DAY for n in range((last - due.on).days + 1))):
        assert found.read(last, OFFICIAL).left == -1


class AnyClockAtAll(RuleBasedStateMachine):
    """Whatever happens to a clock in whatever order, what may not happen is refused and the rest adds up."""

    @initialize(start=STARTS, term=terms(units=("working_days", "days")))
    def begin(self, start, term):
        self.clock, self.now, self.waits = RunningClock(term, start), start, set()

    @rule(days=st.integers(0, 9))
    def time_passes(self, days):
        self.now += days * DAY

    @rule(cause=st.sampled_from("ab"))
    def pause(self, cause):
        if self.clock.stopped or cause in self.waits:
            with pytest.raises(Refused):
                self.clock.paused(self.now, WHY, cause)
        else:
            self.clock = self.clock.paused(self.now, WHY, cause)
            self.waits.add(cause)

    @rule(cause=st.sampled_from("ab"))
    def resume(self, cause):
        if self.clock.stopped or cause not in self.waits:
            with pytest.raises(Refused):
                self.clock.resumed(self.now, cause)
        else:
            self.clock = self.clock.resumed(self.now, cause)
            self.waits.discard(cause)

    @rule(amount=st.integers(-1, 11))
    def extend(self, amount):
        due = self.clock.due(OFFICIAL)
        may = (
            not self.clock.stopped
            and self.clock.extension is None
            and 1 <= amount <= self.clock.term.extendable_by
            and (due is None or self.now <= due.on)
        )
        if not may:
            with pytest.raises(Refused):
                self.clock.extended(amount, self.now, OFFICIAL)
            return
        self.clock = self.clock.extended(amount, self.now, OFFICIAL, WHY)
        after = self.clock.due(OFFICIAL)
        assert due is None or after is None or after.on >= due.on

    @precondition(lambda self: not self.clock.stopped)
    @rule()
    def stop(self):
        self.clock = self.clock.stop(self.now)
        self.waits.clear()

    @rule()
    def nothing_happens_before_what_happened(self):
        if self.now > self.clock.started:
            with pytest.raises(Refused):
                self.clock.paused(self.clock.started - DAY, cause="c")

    @invariant()
    def it_waits_while_a_cause_is_left(self):
        assert self.clock.is_paused == bool(self.waits)

    @invariant()
    def what_is_consumed_and_left_adds_up(self):
        reading = self.clock.read(self.now, OFFICIAL)
        assert reading.consumed + reading.left == reading.total + reading.moved
        assert reading.consumed >= 0


TestAnyClockAtAll = AnyClockAtAll.TestCase
TestAnyClockAtAll.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)


def test_the_day_of_a_pause_counts_and_the_day_on_which_it_ends_does_not():
    found = clock().paused(date(2026, 3, 10), WHY).resumed(date(2026, 3, 12))
    assert found.due(OFFICIAL).on == date(2026, 3, 18)
    assert [found.read(date(2026, 3, day), OFFICIAL).consumed for day in (9, 10, 11, 12, 13)] == [0, 1, 1, 1, 2]


def test_a_pause_that_ends_on_its_day_takes_no_time():
    found = clock().paused(MONDAY + DAY).resumed(MONDAY + DAY)
    assert found.due(OFFICIAL) == clock().due(OFFICIAL)


def test_pauses_that_overlap_count_once_and_the_clock_runs_when_none_is_left():
    found = clock().paused(date(2026, 3, 10), cause="a").paused(date(2026, 3, 11), cause="b")
    assert found.is_paused
    assert found.due(OFFICIAL) is None
    found = found.resumed(date(2026, 3, 12), "a")
    assert found.is_paused
    found = found.resumed(date(2026, 3, 16), "b")
    assert not found.is_paused
    assert found.due(OFFICIAL).on == date(2026, 3, 20)


def test_a_lasting_pause_swallows_those_within_it():
    found = replace(clock(), pauses=(Pause(date(2026, 3, 10)), Pause(date(2026, 3, 11), date(2026, 3, 12), "b")))
    assert found.waits() == [(date(2026, 3, 10).toordinal(), None)]


def test_a_wait_that_a_clock_set_back_turned_round_counts_nothing():
    found = replace(clock(), pauses=(Pause(date(2026, 3, 12), date(2026, 3, 10)),))
    assert found.due(OFFICIAL) == clock().due(OFFICIAL)


def test_a_pause_after_the_end_changes_nothing():
    assert clock().paused(date(2026, 3, 20)).due(OFFICIAL).on == date(2026, 3, 16)


def test_a_pause_moves_the_end_of_months_by_its_days():
    found = clock(1, "months", start=date(2026, 1, 31))
    assert found.due(OFFICIAL).on == date(2026, 2, 28)
    paused = found.paused(date(2026, 2, 10)).resumed(date(2026, 2, 20))
    assert paused.due(OFFICIAL).on == date(2026, 3, 10)


def test_months_and_their_extension_are_one_period_from_the_start():
    found = clock(1, "months", extendable_by=1, start=date(2026, 1, 31)).extended(1, date(2026, 2, 20), OFFICIAL)
    assert found.due(OFFICIAL).on == date(2026, 3, 31)


def test_reading_a_stopped_clock_says_what_was_so_when_it_stopped():
    found = clock().stop(date(2026, 3, 11))
    assert found.read(date(2026, 4, 30), OFFICIAL) == found.read(date(2026, 3, 11), OFFICIAL)
    assert found.read(date(2026, 3, 11), OFFICIAL).left == 3


def test_stopping_ends_the_wait():
    found = clock().paused(date(2026, 3, 10)).stop(date(2026, 3, 12))
    assert (found.is_paused, found.pauses[0].until) == (False, date(2026, 3, 12))


def test_a_last_day_that_moves_is_part_of_what_is_left():
    found = clock(60, "days", start=date(2026, 8, 4), last_day="next_working_day")
    assert found.read(date(2026, 10, 3), OFFICIAL).left == 5
    assert found.read(date(2026, 10, 9), OFFICIAL).left == -1


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda: clock().paused(date(2026, 3, 6)), "before_start"),
        (lambda: clock().resumed(date(2026, 3, 10)), "not_paused"),
        (lambda: clock().paused(date(2026, 3, 10), cause="a").resumed(date(2026, 3, 11), "b"), "not_paused"),
        (lambda: clock().paused(date(2026, 3, 10)).paused(date(2026, 3, 11)), "already_paused"),
        (lambda: clock().paused(date(2026, 3, 12)).resumed(date(2026, 3, 10)), "out_of_order"),
        (lambda: clock().extended(1, MONDAY, OFFICIAL), "not_extendable"),
        (lambda: clock(extendable_by=5).extended(6, MONDAY, OFFICIAL), "extension_too_long"),
        (lambda: clock(extendable_by=5).extended(0, MONDAY, OFFICIAL), "extension_too_long"),
        (lambda: clock(extendable_by=5).extended(1, date(2026, 3, 17), OFFICIAL), "clock_ended"),
        (
            lambda: clock(extendable_by=5).extended(2, MONDAY, OFFICIAL).extended(2, MONDAY, OFFICIAL),
            "already_extended",
        ),
        (lambda: clock(extendable_by=5).extended(2, MONDAY + DAY, OFFICIAL).paused(MONDAY), "out_of_order"),
        (lambda: clock(extendable_by=5).stop(MONDAY).extended(1, MONDAY, OFFICIAL), "clock_stopped"),
        (lambda: clock().stop(MONDAY).stop(MONDAY), "clock_stopped"),
        (lambda: clock().read(date(2026, 3, 8), OFFICIAL), "before_start"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(act, code):
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.code == code
    assert refused.value.message


def test_a_second_extension_says_when_the_first_was():
    with pytest.raises(Refused, match="extended on 2026-03-09; that is done once only"):
        clock(extendable_by=5).extended(2, MONDAY, OFFICIAL).extended(1, MONDAY, OFFICIAL)


def test_a_waiting_clock_can_be_extended_and_an_overdue_one_cannot_on_its_next_day():
    assert clock(extendable_by=5).paused(MONDAY).extended(5, MONDAY + 300 * DAY, OFFICIAL).extension.amount == 5
    assert clock(extendable_by=5).extended(5, date(2026, 3, 16), OFFICIAL).due(OFFICIAL).on == date(2026, 3, 23)


SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 9, 30, 23, 0, tzinfo=SHANGHAI)


def hour(count, minutes=0):
    return AT + timedelta(hours=count, minutes=minutes)


def test_hours_run_through_nights_and_holidays_and_wait_to_the_second():
    found = clock(48, "hours", 12, start=AT, zone=SHANGHAI)
    assert found.due(OFFICIAL).at == hour(48)
    assert found.due(OFFICIAL).on == date(2026, 10, 2)
    found = found.paused(hour(1), WHY).resumed(hour(3, 30)).extended(12, hour(4), OFFICIAL)
    assert found.due(OFFICIAL).at == hour(62, 30)
    reading = found.read(hour(4), OFFICIAL)
    assert (reading.measure, reading.consumed, reading.left) == ("seconds", 90 * 60, (60 * 60 - 90) * 60)
    assert found.read(hour(63, 30), OFFICIAL).left == -3600
    assert found.due(OFFICIAL).provisional is False


@given(
    st.integers(0, 330 * 86_400),
    st.integers(1, 400),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), max_size=3),
)
def test_hours_with_waits_end_where_the_seconds_that_ran_make_them_up(second, hours, spans):
    begun = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    start = begun.astimezone(ZoneInfo("Europe/Berlin"))
    waits = tuple(
        Pause(begun + timedelta(seconds=since), begun + timedelta(seconds=since + length), str(number))
        for number, (since, length) in enumerate(spans)
    )
    found = RunningClock(Term(Period(hours, "hours")), start, waits)
    end = found.due(OFFICIAL).at
    bounds = sorted(
        {begun, end, *(moment for one in waits for moment in (one.since, one.until) if begun < moment < end)}
    )
    ran = sum(
        (upto - after).total_seconds()
        for after, upto in pairwise(bounds)
        if not any(one.since <= after and upto <= one.until for one in waits)
    )
    assert ran == hours * 3600


def test_a_day_is_no_moment_of_hours():
    with pytest.raises(ValueError, match="aware instant"):
        clock(1, "hours", start=AT).paused(date(2026, 10, 1))


def test_spans_end_where_they_are_asked_to():
    assert running_spans(0, [(2, 4), (6, 9)], 3) == [(0, 2)]
    assert running_spans(0, [(0, 4)], 9) == [(4, 9)]
    assert running_spans(0, [], 0) == []
