from __future__ import annotations

from datetime import date

import pytest

from amur.base.acting import SYSTEM
from amur.procedures import acts, declared, reads
from amur.procedures.models import Case, ClockRun
from tests.procedures.pack import sync
from tests.procedures.samples import CALENDAR_BODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]


def test_when_a_calendar_is_published_open_clocks_are_counted_anew(submitted, handler, now):
    open_case = handler.fire(submitted(), "accept", now)
    closed = handler.fire(submitted(), "accept", now)
    closed_due = ClockRun.objects.get(case=closed).due_on
    Case.objects.filter(pk=closed.pk).update(closed_at=now)
    sync(now, {("calendar", "calendar"): CALENDAR_BODY | {"holidays": ["2026-03-12", "2026-04-06"]}}, "1.1.0")
    assert acts.recount() == ""
    open_case.refresh_from_db()
    assert open_case.due_on == date(2026, 4, 9)
    assert ClockRun.objects.get(case=closed).due_on == closed_due


def test_a_long_recount_goes_on_where_it_ended(submitted, handler, now, monkeypatch):
    for _ in range(3):
        handler.fire(submitted(), "accept", now)
    monkeypatch.setattr("amur.procedures.acts.clocks._AT_ONCE", 2)
    rest = acts.recount()
    assert rest
    assert acts.recount(rest) == ""


def test_beyond_the_calendar_the_date_is_provisional(submitted, handler, now):
    sync(now, {("calendar", "calendar"): CALENDAR_BODY | {"published_to": "2026-03-31"}}, "1.1.0")
    case = handler.fire(submitted(), "accept", now)
    assert (case.due_provisional, ClockRun.objects.get().provisional) == (True, True)


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
    assert sum(counted for _, _, counted, _ in clock.run.derivation) == 20
    assert ["2026-04-04", "2026-04-06", 0, "rest"] in clock.run.derivation
    assert not clock.is_waiting
    assert not clock.is_late
