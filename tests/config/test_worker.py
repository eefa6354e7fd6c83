"""The worker's loop: one turn does what there is to do, a lost database is waited for, a signal ends it."""

from __future__ import annotations

import os
import signal
import threading
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction

from amur.base.acting import SYSTEM, Actor, Grant, Scope, system
from amur.base.faults import Refused
from amur.config import worker
from amur.indicators import acts as indicators
from amur.indicators.models import Computation
from amur.jobs import acts as jobs
from amur.jobs.engine import inside
from amur.jobs.models import Job
from amur.ledger import acts as ledger
from amur.ledger import reads
from amur.ledger.models import Entry
from amur.procedures.acts import fire, submit
from tests.indicators.conftest import indicator
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.samples import CALENDAR_BODY


def _record(now, kind="release.synced") -> None:
    with transaction.atomic():
        ledger.record(subject="system", kind=kind, by=system("test"), now=now, body={})


@pytest.mark.django_db(transaction=True)
def test_a_turn_seals_runs_jobs_and_tells_subscribers(now, monkeypatch):
    ran, heard = [], []
    monkeypatch.setattr(worker, "HANDLERS", {"demo": inside(lambda payload, at: ran.append(payload))})
    monkeypatch.setattr(worker, "SUBSCRIBERS", {"demo": lambda entry, at: heard.append(entry.kind)})
    _record(now)
    with transaction.atomic():
        jobs.enqueue("demo", {"a": 1}, now=now)
    assert worker.turn(now) is False
    assert (ran, heard) == ([{"a": 1}], ["release.synced"])
    assert reads.head().size == 1


@pytest.mark.django_db(transaction=True)
def test_a_new_release_has_the_clocks_counted_anew(now):
    _record(now)
    worker.turn(now)
    assert Job.objects.get(kind="procedures.recount").state == Job.State.QUEUED
    worker.turn(now)
    assert Job.objects.get(kind="procedures.recount").state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_calendar_that_comes_with_a_release_changes_a_provisional_date_exactly_once(now, monkeypatch):
    monkeypatch.setattr(worker.packs, "ask_for_proof", lambda *, now: None)
    short = CALENDAR_BODY | {"published_to": "2026-03-31", "holidays": ["2026-01-01"], "workdays": []}
    sync(now, {("calendar", "calendar"): short})
    case = submit(fill(now).id, by=STRANGER, now=now)
    handler = Scope("office", "11", grants=(Grant("handler", "bureau", "230000"),))
    case = fire(case.id, "accept", by=Actor("11", role="handler"), scope=handler, now=now, expected_version=1)
    worker.turn(now)
    assert (case.due_on, case.due_provisional) == (date(2026, 4, 7), True)
    sync(now, version="1.1.0")
    for _ in range(4):
        worker.turn(now)
    case.refresh_from_db()
    assert (case.due_on, case.due_provisional) == (date(2026, 4, 8), False)
    assert Entry.objects.filter(kind="case.due_recounted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_jobs_keep_it_busy(now, monkeypatch):
    monkeypatch.setattr(worker, "_AT_ONCE", 2)
    monkeypatch.setattr(worker, "HANDLERS", {"demo": inside(lambda payload, at: None)})
    with transaction.atomic():
        for _ in range(3):
            jobs.enqueue("demo", {}, now=now)
    assert worker.turn(now) is True
    assert worker.turn(now) is False


@pytest.mark.django_db(transaction=True)
def test_it_forgets_what_nobody_needs(now):
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    worker.tidy(now)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_it_waits_for_a_database_that_is_away_and_ends_when_told(monkeypatch, clock):
    turns = []

    def turn(now):
        turns.append(now)
        if len(turns) == 1:
            raise OperationalError("database is locked")
        os.kill(os.getpid(), signal.SIGTERM)
        return True

    monkeypatch.setattr(worker, "turn", turn)
    monkeypatch.setattr(worker, "tidy", lambda now: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "_PAUSE_WITHOUT_DATABASE_SECONDS", 0.01)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    assert threading.current_thread() is threading.main_thread()
    try:
        worker.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert len(turns) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [OSError("no route"), Refused("ledger.stamp_unfit", "not what was asked")])
def test_an_authority_that_does_not_stamp_stops_nothing(now, monkeypatch, caplog, fault):
    asked = []

    def stamp(at):
        asked.append(at)
        raise fault

    monkeypatch.setattr(ledger, "stamp", stamp)
    worker.tidy(now)
    assert asked == [now]
    assert "did not stamp the heads" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["release.synced", "subject.forgotten", "case.erased", "demonstration.played"])
def test_whoever_hears_an_entry_twice_does_what_it_asks_once(kind, now):
    """A cursor that was set back, as by a restored copy, has no second effect: each knows an entry by its hash."""
    _record(now, kind)
    ledger.seal(now)
    (entry,) = reads.sealed_after(SYSTEM, -1, 1)

    def hear() -> list[tuple[str, str]]:
        for subscriber in worker.SUBSCRIBERS.values():
            with transaction.atomic():
                subscriber(entry, now)
        return list(Job.objects.order_by("id").values_list("kind", "key"))

    assert hear() == hear()


@pytest.mark.django_db(transaction=True)
def test_figures_come_with_a_release_and_every_hour(now, monkeypatch):
    monkeypatch.setattr(worker.packs, "ask_for_proof", lambda *, now: None)
    sync(now, {("indicator", "lanterns"): indicator()})
    for _ in range(2):
        worker.turn(now)
    assert [one.indicator for one in Computation.objects.all()] == ["lanterns"]
    for at in (now, now + timedelta(minutes=5), now + timedelta(hours=1)):
        worker.tidy(at)
    assert Job.objects.filter(kind=indicators.REFRESH, state=Job.State.QUEUED).count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_forgotten_leaves_the_files_of_the_snapshot(now, monkeypatch):
    monkeypatch.setattr(worker.packs, "ask_for_proof", lambda *, now: None)
    sync(now)
    ledger.seal(now)
    indicators.export()
    told = []
    monkeypatch.setattr(indicators, "forget", lambda subject, **_: told.append(subject))
    ledger.forget("case:1", by=system("test"), now=now, reason="asked for")
    for _ in range(2):
        worker.turn(now)
    assert told == ["case:1"]
