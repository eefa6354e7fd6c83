from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta

import pytest

from amur.base.acting import SYSTEM, Scope
from amur.ledger import reads as ledger
from amur.ledger.models import Entry
from amur.procedures import acts, declared, reads
from amur.procedures.models import Case, ClockRun
from amur.procedures.queues.asked import Asked
from tests.procedures.pack import STRANGER, sync
from tests.procedures.samples import CALENDAR_BODY, LICENCE_BODY

SHORT = CALENDAR_BODY | {"published_to": "2026-03-31", "holidays": ["2026-01-01"], "workdays": []}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]


def test_when_a_calendar_is_published_open_clocks_are_counted_anew(submitted, handler, now):
    open_case = handler.fire(submitted(), "accept", now)
    closed = handler.fire(submitted(), "accept", now)
    closed_due = ClockRun.objects.get(case=closed).due_on
    Case.objects.filter(pk=closed.pk).update(closed_at=now)
    sync(now, {("calendar", "calendar"): CALENDAR_BODY | {"holidays": ["2026-03-12", "2026-04-06"]}}, "1.1.0")
    assert acts.recount(now=now) == ""
    open_case.refresh_from_db()
    assert open_case.due_on == date(2026, 4, 9)
    assert ClockRun.objects.get(case=closed).due_on == closed_due


def test_a_long_recount_goes_on_where_it_ended(submitted, handler, now, monkeypatch):
    for _ in range(3):
        handler.fire(submitted(), "accept", now)
    monkeypatch.setattr("amur.procedures.acts.clocks._AT_ONCE", 2)
    rest = acts.recount(now=now)
    assert rest
    assert acts.recount(rest, now=now) == ""


def test_beyond_the_calendar_the_date_is_provisional(submitted, handler, now):
    sync(now, {("calendar", "calendar"): SHORT}, "1.1.0")
    case = handler.fire(submitted(), "accept", now)
    assert (case.due_provisional, ClockRun.objects.get().provisional) == (True, True)


def test_a_published_calendar_changes_a_provisional_date_once_and_says_so_once(submitted, handler, now):
    sync(now, {("calendar", "calendar"): SHORT}, "1.1.0")
    case, sure = handler.fire(submitted(), "accept", now), handler.fire(submitted(), "accept", now)
    assert case.due_on == date(2026, 4, 7)
    acts.recount(now=now)
    assert _recounted() == []
    sync(now, version="1.2.0")
    for _ in range(2):
        acts.recount(now=now + timedelta(hours=1))
    case.refresh_from_db()
    assert (case.due_on, case.due_provisional) == (date(2026, 4, 8), False)
    entries = _recounted()
    assert sorted(entry.subject for entry in entries) == sorted([f"case:{case.pk}", f"case:{sure.pk}"])
    told = ledger.entries_of(SYSTEM, f"case:{case.pk}")[-1]
    assert told.body["clocks"]["decision"] == {
        "before": {"due_on": "2026-04-07", "promise_on": "2026-03-24", "provisional": True},
        "after": {"due_on": "2026-04-08", "promise_on": "2026-03-24", "provisional": False},
    }


def test_a_calendar_that_moves_no_date_but_makes_it_certain_is_told_too(submitted, handler, now):
    early = CALENDAR_BODY | {"published_to": "2026-04-07", "holidays": ["2026-01-01", "2026-04-06"], "workdays": []}
    sync(now, {("calendar", "calendar"): early}, "1.1.0")
    case = handler.fire(submitted(), "accept", now)
    assert (case.due_on, case.due_provisional) == (date(2026, 4, 8), True)
    sync(now, version="1.2.0")
    acts.recount(now=now)
    case.refresh_from_db()
    assert (case.due_on, case.due_provisional) == (date(2026, 4, 8), False)
    assert len(_recounted()) == 1


def test_a_waiting_case_has_no_date_before_and_after_a_new_calendar(submitted, handler, now):
    case = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?")
    sync(now, {("calendar", "calendar"): SHORT}, "1.1.0")
    acts.recount(now=now)
    case.refresh_from_db()
    assert (case.due_on, _recounted()) == (None, [])


def party(case: Case) -> Scope:
    return Scope("party", parties=frozenset({f"case:{case.id}"}))


def _recounted() -> list[Entry]:
    return list(Entry.objects.filter(kind="case.due_recounted").order_by("id"))


def test_where_the_pack_has_no_calendar_every_date_is_provisional(now, monkeypatch, submitted, handler):
    from tests.procedures import pack as imaginary

    monkeypatch.delitem(imaginary.ITEMS, ("calendar", "calendar"))
    sync(now, version="1.2.0")
    assert declared.calendar().source == "the pack declares no calendar"
    assert handler.fire(submitted(), "accept", now).due_provisional


def test_without_a_pack_there_is_nothing(db, monkeypatch):
    from amur.policy.models import PackRelease

    PackRelease.objects.update(active=False)
    assert reads.services() == ()


def test_why_it_is_due_is_told_line_by_line(submitted, handler, now):
    case = handler.fire(submitted(), "accept", now)
    (clock,), calendar = reads.why_due(SYSTEM, case.id)
    assert (clock.clock.id, clock.left, clock.run.promise_on) == ("decision", 20, date(2026, 3, 24))
    assert calendar.source == "imaginary"
    lines = clock.explain().steps
    assert (lines[-1].why, lines[-1].first, lines[-1].total) == ("due", case.due_on, 20)
    assert (date(2026, 4, 6), date(2026, 4, 6), "holiday") in [(line.first, line.last, line.why) for line in lines]
    assert not clock.is_waiting
    assert not clock.is_late


def _with_clock(now: datetime, **clock: object) -> None:
    """Sync a procedure whose clock is another one."""
    body = copy.deepcopy(LICENCE_BODY)
    decision = body["clocks"][0]
    del decision["working_days"], decision["promise_working_days"]
    sync(now, {("procedure", "licence"): body | {"clocks": [decision | clock]}}, "2.0.0")


def test_a_clock_in_hours_runs_waits_and_is_due_at_its_instant(submitted, handler, now):
    _with_clock(now, hours=48)
    case = handler.fire(submitted(), "accept", now)
    assert (case.due_at, case.due_on) == (now + timedelta(hours=48), date(2026, 3, 12))
    case = handler.fire(case, "request_supplement", now + timedelta(hours=1), reason="?")
    assert (case.due_at, case.due_on) == (None, None)
    at = now + timedelta(hours=4)
    case = acts.fire(
        case.id, "answer", by=STRANGER, scope=party(case), now=at, expected_version=3, extra={"remark": "x"}
    )
    assert case.due_at == now + timedelta(hours=51)
    (clock,) = reads.case_for_desk(handler.scope, case.number, on=date(2026, 3, 10), at=at).clocks
    assert (clock.measure, clock.left) == ("seconds", 47 * 3600)
    assert [step.why for step in clock.explain().steps] == ["begins", "counted", "paused", "counted", "due"]
    late = reads.case_for_desk(handler.scope, case.number, on=date(2026, 3, 12), at=now + timedelta(hours=52))
    assert late.clocks[0].is_late
    assert not reads.case_for_desk(handler.scope, case.number).clocks[0].is_late


def test_a_stopped_clock_in_hours_says_what_was_left_then(submitted, handler, decider, now):
    _with_clock(now, hours=48)
    case = decider.fire(handler.fire(submitted(), "accept", now), "grant", now + timedelta(hours=8))
    view = reads.case_for_desk(handler.scope, case.number, on=date(2026, 5, 1), at=now + timedelta(days=60))
    assert (view.clocks[0].left, view.clocks[0].is_late) == (40 * 3600, False)


def test_a_run_from_before_its_clock_counted_hours_begins_with_its_day(submitted, handler, now):
    _with_clock(now, hours=48)
    case = handler.fire(submitted(), "accept", now)
    ClockRun.objects.update(started_at=None, waits=[["2026-03-10", "2026-03-11"]])
    acts.recount(now=now)
    case.refresh_from_db()
    assert case.due_at == datetime(2026, 3, 12, 16, 0, tzinfo=UTC)


def test_a_clock_in_months_moves_its_last_day_of_rest(submitted, handler, now):
    _with_clock(now, months=2, last_day="next_working_day")
    case = handler.fire(submitted(), "accept", now)
    assert case.due_on == date(2026, 5, 11)
    (clock,) = reads.case_for_desk(handler.scope, case.number, on=date(2026, 5, 9)).clocks
    assert (clock.measure, clock.left) == ("days", 2)


def test_a_case_is_due_when_the_first_of_its_clocks_is_and_on_one_day_the_instant_comes_first(submitted, handler, now):
    body = copy.deepcopy(LICENCE_BODY)
    shared = {name: body["clocks"][0][name] for name in ("title", "start", "stop", "basis")}
    body["clocks"] = [
        shared | {"id": "days", "days": 2, "last_day": "as_is"},
        shared | {"id": "hours", "hours": 48},
        shared | {"id": "months", "months": 1, "last_day": "as_is"},
    ]
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = handler.fire(submitted(), "accept", now)
    assert (case.due_on, case.due_at) == (date(2026, 3, 12), now + timedelta(hours=48))


def test_the_queue_knows_a_clock_that_ends_at_an_instant_to_the_second(submitted, handler, now):
    _with_clock(now, hours=2)
    case = handler.fire(submitted(), "accept", now)
    before, after = now + timedelta(minutes=90), now + timedelta(minutes=121)
    day = date(2026, 3, 10)
    (row,) = reads.queue(handler.scope, on=day, at=before).rows
    assert (row.left, row.measure, row.due_at) == (1800, "seconds", case.due_at)
    late = Asked(view="late")
    assert reads.queue(handler.scope, on=day, at=before, asked=late).rows == ()
    assert [row.left for row in reads.queue(handler.scope, on=day, at=after, asked=late).rows] == [-60]
    assert reads.queue(handler.scope, on=day, at=after).counts["late"] == 1
    (row,) = reads.queue(handler.scope, on=day).rows
    assert (row.left, row.measure) == (0, "working_days")
    assert reads.queue(handler.scope, on=day).counts["late"] == 0


def test_what_is_asked_of_a_waiting_party_is_no_extension(submitted, handler, decider, now):
    case = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="which colour?")
    acts.extend_clock(
        case.id, "decision", 2, by=decider.by, scope=decider.scope, now=now, expected_version=3, reason="much to read"
    )
    lines = reads.timeline(handler.scope, case.id)
    assert [(line.moved, line.reason) for line in lines[-2:]] == [(True, "which colour?"), (False, "much to read")]
