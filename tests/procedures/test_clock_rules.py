from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.base.acting import PUBLIC, SYSTEM, Grant, Scope
from amur.base.legal_time import Extension, Period, add_working_days
from amur.procedures.clocks import Clock, Wait, counted, running, why_not_extend
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.permission import CaseFacts
from tests.procedures.samples import BASIS, CALENDAR, LICENCE, LICENCE_BODY, text

DAYS = st.dates(date(2026, 1, 5), date(2026, 11, 1))


def clock(**changes) -> Clock:
    body = {"id": "c", "title": text("Clock"), "start": ["a"], "stop": ["b"], "basis": [BASIS]}
    return Clock.model_validate(body | changes)


def due(made: Clock, start, waits=(), **more):
    return counted(made, running(made, start, waits, UTC, **more), CALENDAR)


@given(DAYS, st.integers(1, 60))
def test_without_a_wait_the_due_date_is_that_of_the_calendar(start, days):
    plain = add_working_days(start, days, CALENDAR)
    found = due(clock(working_days=days), start)
    assert (found.due_on, found.provisional) == (plain.on, plain.provisional)


@given(DAYS, st.integers(1, 40), st.integers(0, 30), st.integers(0, 40))
def test_a_wait_moves_the_due_date_by_just_its_working_days(start, days, before, length):
    since = start + timedelta(days=before)
    until = since + timedelta(days=length)
    found = due(clock(working_days=days), start, [Wait(since, until)]).due_on
    passed = [start + timedelta(days=n) for n in range(1, (found - start).days + 1)]
    assert sum(CALENDAR.is_working_day(day) for day in passed if not since < day <= until) == days
    assert found >= add_working_days(start, days, CALENDAR).on


def test_a_promise_waits_with_its_clock_and_is_not_extended_with_it():
    made = clock(working_days=20, promise_working_days=10)
    start, wait = date(2026, 3, 9), Wait(date(2026, 3, 10), date(2026, 3, 12))
    assert due(made, start).promise_on == date(2026, 3, 23)
    assert due(made, start, [wait]).promise_on == date(2026, 3, 25)
    longer = due(made, start, [wait], extension=Extension(10, start))
    assert longer.promise_on == date(2026, 3, 25)
    assert longer.due_on == date(2026, 4, 23)


def test_a_promise_in_working_days_goes_with_a_period_in_days():
    made = clock(days=60, last_day="next_working_day", promise_working_days=20)
    found = due(made, date(2026, 3, 9))
    assert (found.due_on, found.promise_on) == (date(2026, 5, 8), date(2026, 4, 7))


def test_a_clock_in_hours_is_due_at_an_instant():
    start = datetime(2026, 3, 9, 20, 30, tzinfo=UTC)
    found = counted(clock(hours=4), running(clock(hours=4), start, (), ZoneInfo("Asia/Shanghai")), CALENDAR)
    assert (found.due_at, found.due_on) == (datetime(2026, 3, 10, 0, 30, tzinfo=UTC), date(2026, 3, 10))


@pytest.mark.parametrize("unit", ["days", "months", "years"])
def test_each_unit_of_the_calendar_is_a_period_with_its_rule(unit):
    made = clock(**{unit: 2}, last_day="previous_working_day")
    assert made.term.period == Period(2, unit)
    assert made.term.last_day == "previous_working_day"
    assert made.term.extendable_by == 0


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({}, "found no period in clock 'c'; write one of working_days, days, hours, months, years"),
        ({"days": 3, "hours": 4, "last_day": "as_is"}, "found days and hours in clock 'c'"),
        ({"days": 3}, "found no last_day in clock 'c'; say what becomes of a last day that is a rest day"),
        ({"working_days": 3, "last_day": "as_is"}, "its last day is never a rest day"),
        ({"hours": 3, "last_day": "as_is"}, "its last day is never a rest day"),
        ({"hours": 3, "promise_working_days": 1}, "counts hours; take it out"),
    ],
)
def test_a_clock_that_does_not_say_one_thing_is_refused(changes, what):
    with pytest.raises(ValidationError, match=what.split(";", maxsplit=1)[0]) as found:
        clock(**changes)
    assert what in str(found.value)


DECIDER = Scope("office", "5", grants=(Grant("decider", "bureau", "230000"),))


@pytest.mark.parametrize(
    ("scope", "body", "region", "code"),
    [
        (DECIDER, "bureau", "230100", None),
        (SYSTEM, "bureau", "230100", None),
        (DECIDER, "other", "230100", "wrong_role"),
        (DECIDER, "bureau", "110000", "wrong_role"),
        (Scope("office", "5", grants=(Grant("handler", "bureau", "230000"),)), "bureau", "230100", "wrong_role"),
        (PUBLIC, "bureau", "230100", "wrong_role"),
    ],
)
def test_only_the_named_roles_of_the_body_may_extend(scope, body, region, code):
    refused = why_not_extend(LICENCE.clocks[0], scope, CaseFacts(body_id=body, region=region))
    assert (refused.code if refused else None) == code


def test_what_nothing_allows_to_be_extended_cannot_be_by_anybody():
    assert why_not_extend(clock(working_days=5), SYSTEM, CaseFacts()).code == "not_extendable"


def test_a_procedure_knows_its_clocks_and_whoever_may_extend_them_works_on_its_cases():
    assert LICENCE.clock("decision").title.en == "Decision"
    with pytest.raises(KeyError):
        LICENCE.clock("other")
    assert "leader" not in LICENCE.roles
    body = copy.deepcopy(LICENCE_BODY)
    body["clocks"][0]["extension"]["by"] = ["leader"]
    assert "leader" in ProcedureDeclaration.model_validate(body).roles


@pytest.mark.parametrize(
    ("period", "days"),
    [({"hours": 48}, 2), ({"days": 60, "last_day": "as_is"}, 60), ({"working_days": 20}, 28)],
)
def test_clocks_of_different_units_can_be_compared_roughly(period, days):
    made = clock(**period)
    assert made.rough_days == made.promised_days == days
