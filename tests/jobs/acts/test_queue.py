"""Queueing in the act's transaction, timers with keys, and the administrator's acts on dead jobs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections, transaction

from amur.base.acting import SYSTEM, Actor
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs import acts, engine
from amur.jobs.models import Job
from amur.ledger import reads as ledger

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "call", [lambda now: acts.enqueue("demo", {}, now=now), lambda now: acts.move("k", now), lambda _: acts.cancel("k")]
)
def test_the_queue_is_changed_only_within_an_act(call, now, monkeypatch):
    with monkeypatch.context() as outside:
        outside.setattr(connections["default"], "in_atomic_block", False)
        with pytest.raises(transaction.TransactionManagementError):
            call(now)


def test_a_job_is_there_exactly_if_its_act_is(now):
    with transaction.atomic():
        acts.enqueue("demo", {}, now=now)
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_key_that_was_used_returns_its_job_unchanged(queue):
    first = queue(payload={"number": 1}, key="case:7:remind")
    again = queue(payload={"number": 2}, key="case:7:remind")
    assert (again.pk, again.payload) == (first.pk, {"number": 1})


def test_a_key_that_was_used_stays_used_when_the_job_is_done(queue, now):
    first = queue(key="once")
    acts.run_due({"demo": engine.inside(lambda *_: None)}, now, 5)
    assert queue(key="once").pk == first.pk
    assert Job.objects.get().state == "done"


def test_a_key_of_another_kind_is_refused(queue):
    queue(key="k")
    with pytest.raises(Conflict, match="belongs to a job of the kind 'demo'"):
        queue("other", key="k")


def test_any_number_of_jobs_have_no_key(queue):
    assert queue().pk != queue().pk


def test_a_timer_goes_off_when_its_time_has_come(queue, now):
    ran = []
    handlers = {"demo": engine.inside(lambda payload, _: ran.append(payload["n"]))}
    queue(payload={"n": 1}, run_at=now + timedelta(days=5), key="t")
    assert acts.run_due(handlers, now + timedelta(days=4), 5) == 0
    assert acts.run_due(handlers, now + timedelta(days=5), 5) == 1
    assert ran == [1]


def test_a_moved_timer_goes_off_at_its_new_time_only(queue, now):
    handlers = {"demo": engine.inside(lambda *_: None)}
    queue(run_at=now + timedelta(days=1), key="t")
    assert acts.move("t", now + timedelta(days=9))
    assert acts.run_due(handlers, now + timedelta(days=8), 5) == 0
    assert acts.run_due(handlers, now + timedelta(days=9), 5) == 1


def test_a_timer_that_went_off_is_neither_moved_nor_cancelled(queue, now):
    queue(key="t")
    acts.run_due({"demo": engine.inside(lambda *_: None)}, now, 5)
    assert not acts.move("t", now)
    assert not acts.cancel("t")


def test_a_cancelled_timer_does_not_go_off_and_its_key_is_free(queue, now):
    first = queue(key="t", run_at=now)
    assert acts.cancel("t")
    assert acts.run_due({"demo": engine.inside(lambda *_: None)}, now, 5) == 0
    assert not acts.cancel("t")
    assert queue(key="t").pk != first.pk


def _dead(now, **values):
    return Job.objects.create(
        kind="demo", state="dead", attempts=8, created_at=now, finished_at=now, last_error="E", **values
    )


def test_a_revived_job_has_all_its_attempts_again(now, administrator):
    job = _dead(now)
    acts.revive(job.pk, by=administrator, now=now, reason=" the mail server is back ")
    ran = []
    acts.run_due({"demo": engine.inside(lambda *_: ran.append(1))}, now, 5)
    job.refresh_from_db()
    assert (job.state, job.attempts, ran) == ("done", 1, [1])
    (entry,) = [found for found in ledger.entries_of(SYSTEM, "system") if found.kind == "job.revived"]
    assert entry.body == {"job": job.pk, "kind": "demo", "attempts": 8, "reason": "the mail server is back", "key": ""}


def test_a_discarded_job_is_gone_and_the_ledger_says_why(now, administrator):
    job = _dead(now)
    acts.discard(job.pk, by=administrator, now=now, reason="sent by hand")
    assert not Job.objects.exists()
    assert [found.kind for found in ledger.entries_of(SYSTEM, "system")] == ["job.discarded"]


@pytest.mark.parametrize("act", [acts.revive, acts.discard])
class TestStepsThatAreRefused:
    def test_to_others_than_the_administrator(self, act, now):
        job = _dead(now)
        with pytest.raises(Refused):
            act(job.pk, by=Actor("b", role="handler"), now=now, reason="r")
        assert Job.objects.get().state == "dead"

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
    def test_without_a_reason_that_fits(self, act, now, administrator, reason):
        with pytest.raises(Invalid) as caught:
            act(_dead(now).pk, by=administrator, now=now, reason=reason)
        assert "reason" in caught.value.fields

    def test_for_a_job_that_is_not_there(self, act, now, administrator):
        with pytest.raises(NotFound):
            act(12345, by=administrator, now=now, reason="r")

    def test_for_a_job_that_is_alive(self, act, now, administrator, queue):
        with pytest.raises(Conflict, match="queued"):
            act(queue().pk, by=administrator, now=now, reason="r")


def test_done_jobs_are_forgotten_after_their_time_and_no_others(queue, now):
    queue()
    queue(run_at=now + timedelta(days=1))
    _dead(now)
    acts.run_due({"demo": engine.inside(lambda *_: None)}, now, 5)
    assert acts.forget_done(now) == 0
    assert acts.forget_done(now + timedelta(seconds=1)) == 1
    assert set(Job.objects.values_list("state", flat=True)) == {"queued", "dead"}
