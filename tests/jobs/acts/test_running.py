"""Workers: exactly once inside, at least once outside, whatever stops them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from amur.jobs import acts, engine
from amur.jobs.models import Job

pytestmark = pytest.mark.django_db


def _fails(*_):
    raise ValueError("the other side said no")


FAILING = {"demo": engine.inside(_fails)}


class Killed(BaseException):
    """What stops a worker in the middle."""


def _stops(*_):
    raise Killed


@pytest.mark.xdist_group("kills")
@pytest.mark.both
@pytest.mark.parametrize("scenario", ["inside", "outside", "failing", "act", "revival", "subscription"])
def test_a_process_killed_before_any_statement_or_commit_loses_and_repeats_nothing(kills, scenario):
    assert kills[scenario]["wrong"] == []
    assert kills[scenario]["points"] > 5


@pytest.mark.xdist_group("kills")
@pytest.mark.both
def test_two_workers_at_once_do_each_job_once(kills):
    assert kills["two_workers"]["wrong"] == []


@pytest.mark.xdist_group("kills")
@pytest.mark.both
def test_a_worker_inside_a_transaction_is_refused_and_an_outside_handler_holds_none(kills):
    assert kills["boundaries"]["wrong"] == []


def test_effects_and_done_mark_are_one(queue, now):
    def handle(payload, instant):
        acts.enqueue("effect", payload, now=instant, run_at=instant + timedelta(days=1))

    queue(payload={"n": 1})
    assert acts.run_due({"demo": engine.inside(handle)}, now, 5) == 1
    assert acts.run_due({"demo": engine.inside(handle)}, now, 5) == 0
    assert list(Job.objects.order_by("id").values_list("kind", "state")) == [("demo", "done"), ("effect", "queued")]


def test_a_failed_attempt_leaves_no_effect_and_waits(queue, now):
    def handle(payload, instant):
        acts.enqueue("effect", payload, now=instant)
        raise ValueError("too early")

    queue()
    acts.run_due({"demo": engine.inside(handle)}, now, 5)
    job = Job.objects.get()
    assert (job.state, job.attempts, job.run_at) == ("queued", 1, now + timedelta(seconds=30))
    assert job.last_error == "ValueError: too early"


def test_a_job_is_dead_after_eight_attempts_and_keeps_its_last_error(queue, now):
    queue()
    for _ in range(20):
        acts.run_due(FAILING, now, 5)
        now += engine.LONGEST_WAIT
    job = Job.objects.get()
    assert (job.state, job.attempts, job.last_error) == ("dead", 8, "ValueError: the other side said no")


def test_a_failing_job_does_not_hold_up_the_others(queue, now):
    queue("bad")
    queue("good")
    acts.run_due({"bad": engine.inside(_fails), "good": engine.inside(lambda *_: None)}, now, 5)
    assert Job.objects.get(kind="good").state == "done"


def test_an_unknown_kind_is_dead_at_once_with_a_clear_message(queue, now):
    queue("fax.send")
    acts.run_due({"mail.send": engine.outside(lambda *_: None)}, now, 5)
    job = Job.objects.get()
    assert job.state == "dead"
    assert job.last_error.startswith("no handler for the kind 'fax.send'; this worker knows mail.send")


def test_the_longest_due_comes_first_whether_timer_or_not(queue, now):
    order = []
    queue(payload={"n": "at once"})
    queue(payload={"n": "overdue"}, run_at=now - timedelta(hours=1))
    queue(payload={"n": "just due"}, run_at=now + timedelta(minutes=1))
    handlers = {"demo": engine.inside(lambda payload, _: order.append(payload["n"]))}
    acts.run_due(handlers, now + timedelta(minutes=5), 10)
    assert order == ["overdue", "at once", "just due"]


def test_no_more_than_the_limit_is_run(queue, now):
    for _ in range(3):
        queue()
    assert acts.run_due({"demo": engine.inside(lambda *_: None)}, now, 2) == 2


def test_jobs_of_one_act_run_in_their_order(queue, now):
    order = []
    for number in range(5):
        queue(payload={"n": number})
    acts.run_due({"demo": engine.inside(lambda payload, _: order.append(payload["n"]))}, now, 10)
    assert order == [0, 1, 2, 3, 4]


class TestAWorkerThatWasKilled:
    def test_keeps_its_job_until_the_lease_is_over(self, queue, now):
        queue()
        with pytest.raises(Killed):
            acts.run_due({"demo": engine.inside(_stops)}, now, 5)
        good = {"demo": engine.inside(lambda *_: None)}
        assert acts.run_due(good, now + timedelta(seconds=5), 5) == 0
        assert acts.run_due(good, now + engine.LEASE * 1.5, 5) == 1
        assert Job.objects.get().attempts == 2

    def test_by_the_job_itself_eight_times_leaves_it_dead(self, queue, now):
        queue()
        for _ in range(8):
            with pytest.raises(Killed):
                acts.run_due({"demo": engine.inside(_stops)}, now, 5)
            now += engine.LEASE * 1.5
        assert acts.run_due({"demo": engine.inside(_stops)}, now, 5) == 1
        job = Job.objects.get()
        assert (job.state, job.last_error) == ("dead", "the worker stopped during the last attempt")

    def test_commits_nothing_when_it_comes_back_after_another_took_over(self, queue, now):
        queue()
        handled = []

        def slow(*_):
            acts.run_due({"demo": engine.outside(lambda *_: handled.append("second"))}, now + engine.LEASE * 1.5, 5)
            handled.append("first")
            raise ValueError("too late")

        acts.run_due({"demo": engine.outside(slow)}, now, 1)
        job = Job.objects.get()
        assert handled == ["second", "first"]
        assert (job.state, job.claims, job.last_error) == ("done", 2, "")


class TestAnOutsideHandler:
    def test_gets_the_same_token_at_every_attempt(self, queue, now):
        job, tokens = queue(), []

        def send(_, __, token):
            tokens.append(token)
            if len(tokens) == 1:
                raise ConnectionError("the line is down")

        handlers = {"demo": engine.outside(send)}
        acts.run_due(handlers, now, 5)
        acts.run_due(handlers, now + timedelta(minutes=1), 5)
        assert tokens == [str(job.token)] * 2
        assert Job.objects.get().state == "done"

    def test_that_was_cancelled_while_under_way_ends_quietly(self, queue, now):
        queue(key="k")

        def send(*_):
            with transaction.atomic():
                acts.cancel("k")

        acts.run_due({"demo": engine.outside(send)}, now, 5)
        assert not Job.objects.exists()


class TestAClockThatWasSetBack:
    def test_does_not_delay_what_is_to_be_done_at_once(self, queue, now):
        queue()
        assert acts.run_due({"demo": engine.inside(lambda *_: None)}, now - timedelta(days=400), 5) == 1

    def test_does_not_keep_a_lease_alive_for_a_year(self, queue, now):
        queue()
        with pytest.raises(Killed):
            acts.run_due({"demo": engine.inside(_stops)}, now, 5)
        assert acts.run_due({"demo": engine.inside(lambda *_: None)}, now - timedelta(days=400), 5) == 1

    def test_does_not_keep_a_retry_waiting_for_a_year(self, queue, now):
        queue()
        acts.run_due(FAILING, now, 5)
        assert acts.run_due({"demo": engine.inside(lambda *_: None)}, now - timedelta(days=400), 5) == 1

    def test_lets_no_timer_go_off_early(self, queue, now):
        queue(run_at=now + timedelta(days=1))
        assert acts.run_due({"demo": engine.inside(lambda *_: None)}, now - timedelta(days=400), 5) == 0


def test_the_queue_is_looked_up_by_indexes(queue, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert acts.run_due({}, now, 5) == 0


def test_timers_of_a_play_go_off_each_at_its_own_moment_in_its_transaction(now):
    heard = []
    timers = {"demo": engine.inside(lambda payload, at: heard.append((payload["n"], at)))}
    with transaction.atomic():
        acts.enqueue("demo", {"n": 2}, now=now, run_at=now + timedelta(days=2))
        acts.enqueue("demo", {"n": 1}, now=now, run_at=now + timedelta(days=1))
        acts.enqueue("demo", {"n": 9}, now=now, run_at=now + timedelta(days=9))
        acts.enqueue("other", {"n": 0}, now=now)
        acts.enqueue("demo", {"n": 7}, now=now)  # it has no moment: the worker does it
        assert acts.run_timers(timers, now + timedelta(days=5)) == 2
    assert heard == [(1, now + timedelta(days=1)), (2, now + timedelta(days=2))]
    assert Job.objects.filter(state=Job.State.DONE).count() == 2
    with transaction.atomic(), pytest.raises(ValueError, match="the other side"):
        acts.run_timers(FAILING, now + timedelta(days=10))
