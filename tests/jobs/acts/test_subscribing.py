"""Subscribers hear of each sealed entry exactly once, in order, across restarts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from amur.base.acting import SYSTEM, system
from amur.jobs import acts
from amur.jobs.models import Cursor, Job
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(now):
    """Return a function that records and seals so many entries."""

    def many(count, start=0):
        for number in range(start, start + count):
            with transaction.atomic():
                ledger.record(subject="system", kind="demo.told", by=system("demo"), now=now, body={"n": number})
        ledger.seal(now)

    return many


def test_each_entry_is_heard_once_in_the_order_of_the_seal(tell, now):
    heard = []
    tell(5)
    assert acts.advance("demo", lambda entry, _: heard.append(entry.body["n"]), now, 3) == 3
    assert acts.advance("demo", lambda entry, _: heard.append(entry.body["n"]), now, 30) == 2
    assert acts.advance("demo", lambda entry, _: heard.append(entry.body["n"]), now, 30) == 0
    tell(1, start=5)
    acts.advance("demo", lambda entry, _: heard.append(entry.body["n"]), now, 30)
    assert heard == [0, 1, 2, 3, 4, 5]


def test_what_is_not_sealed_is_not_heard(now):
    with transaction.atomic():
        ledger.record(subject="system", kind="demo.told", by=system("demo"), now=now, body={})
    assert acts.advance("demo", lambda *_: None, now, 5) == 0


def test_subscribers_do_not_disturb_each_other(tell, now):
    tell(2)
    assert acts.advance("one", lambda *_: None, now, 5) == 2
    assert acts.advance("two", lambda *_: None, now, 5) == 2


def test_a_failing_entry_keeps_its_place_and_leaves_no_effect(tell, now):
    tell(3)

    def handle(entry, instant):
        acts.enqueue("effect", {"n": entry.body["n"]}, now=instant)
        if entry.body["n"] == 1:
            raise KeyError("x")

    assert acts.advance("demo", handle, now, 5) == 1
    cursor = Cursor.objects.get()
    assert (cursor.index, cursor.attempts, cursor.last_error) == (0, 1, "KeyError: 'x'")
    assert [job.payload["n"] for job in Job.objects.all()] == [0]


def test_a_failing_entry_is_tried_again_after_its_wait_and_then_the_rest_follows(tell, now):
    tell(2)
    heard = []

    def fails(*_):
        raise ValueError

    acts.advance("demo", fails, now, 5)
    assert acts.advance("demo", lambda entry, _: heard.append(entry.index), now + timedelta(seconds=5), 5) == 0
    assert acts.advance("demo", lambda entry, _: heard.append(entry.index), now + timedelta(seconds=30), 5) == 2
    assert heard == [0, 1]
    assert Cursor.objects.get().attempts == 0


def test_a_clock_that_was_set_back_does_not_keep_a_subscriber_waiting(tell, now):
    tell(1)

    def fails(*_):
        raise ValueError

    acts.advance("demo", fails, now, 5)
    assert acts.advance("demo", lambda *_: None, now - timedelta(days=400), 5) == 1


def test_whoever_finds_the_cursor_moved_stops(tell, now, monkeypatch):
    tell(2)
    entries = list(ledger_reads.sealed_after(SYSTEM, -1, 5))

    def overtaken(*_):
        Cursor.objects.update(index=1)
        return iter(entries)

    monkeypatch.setattr(ledger_reads, "sealed_after", overtaken)
    heard = []
    assert acts.advance("demo", lambda entry, _: heard.append(entry.index), now, 5) == 0
    assert heard == []


def test_a_gap_in_the_log_is_said_and_not_passed(tell, now, monkeypatch):
    tell(3)
    entries = list(ledger_reads.sealed_after(SYSTEM, -1, 5))
    monkeypatch.setattr(ledger_reads, "sealed_after", lambda *_: iter(entries[1:]))
    assert acts.advance("demo", lambda *_: None, now, 5) == 0
    assert "verify the ledger" in Cursor.objects.get().last_error


def test_what_fails_among_many_is_found_singly_and_nothing_before_it_is_heard_twice(tell, now):
    tell(6)
    kept = []

    def hear(entry, at):
        if entry.body["n"] == 3:
            raise ValueError("not this one")
        Job.objects.create(kind="heard", payload={"n": entry.body["n"]}, created_at=at)
        kept.append(entry.body["n"])

    assert acts.advance("demo", hear, now, 30) == 3
    assert [job.payload["n"] for job in Job.objects.order_by("id")] == [0, 1, 2]
    assert Cursor.objects.get(subscriber="demo").attempts == 1
