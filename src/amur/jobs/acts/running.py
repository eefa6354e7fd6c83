"""What a worker does: take a job, do it, mark it. The loop around it, its clock and its signals are not here.

A job is taken in one transaction (attempt counted, lease given) and done in the next. A worker that is killed between
any two statements loses nothing: what it had not committed is rolled back, and when its lease is over the job is taken
again. Whoever lost a lease finds that the number of claims has moved on, and commits nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import CharField, DateTimeField

from amur.base.journal import journal
from amur.jobs import engine, reads
from amur.jobs.models import Job
from amur.ledger.prepared import prepared

log = journal("jobs")

_TIMER = prepared(
    lambda state, kinds, until: Job.objects.filter(run_at__lte=until, state=state, kind__in=kinds).order_by(
        "run_at", "id"
    )[:1],
    CharField(),
    CharField(),
    DateTimeField(),
)


def run_due(handlers: Mapping[str, engine.Handler], now: datetime, limit: int) -> int:
    """Run jobs that are due, at most ``limit``; return how many were attempted.

    Must not be called inside a transaction. ``now`` is when the call begins; leases count on from there, so that a
    long run does not give leases that are nearly over.
    """
    started = time.monotonic()
    if not any(Job.objects.filter(condition).exists() for condition in reads.due(now)):
        return 0
    ran = 0
    while ran < limit:
        elapsed = timedelta(seconds=time.monotonic() - started)
        job = _claim(now, now + elapsed + engine.LEASE)
        if job is None:
            break
        if job.state == Job.State.RUNNING:
            # What is signed for others bears the time, which a long run must not leave behind.
            _run(job, handlers, now + timedelta(minutes=elapsed // timedelta(minutes=1)))
        ran += 1
    return ran


def run_timers(handlers: Mapping[str, engine.Handler], until: datetime) -> int:
    """Run the jobs of some kinds that wait for a moment up to an instant, each at its own, in the caller's transaction.

    What has no moment is left to the worker; however much of that waits, it is not looked through. This is for a play
    that makes the time pass: what one of them raises is raised here, and undone with the play.
    """
    ran = 0
    while job := _TIMER.first(Job.State.QUEUED, list(handlers), until):
        at = job.run_at or job.created_at
        handlers[job.kind].run(job.payload, at, str(job.token))
        _end(job, Job.State.DONE, at, "")
        ran += 1
    return ran


def _claim(now: datetime, lease_until: datetime) -> Job | None:
    """Take the job that has been due longest; one whose last attempt ended without a word is dead."""
    with transaction.atomic(durable=True):
        job = _first_due(now)
        if job is None:
            return None
        job.claims += 1
        if engine.is_spent(job.attempts):
            _end(job, Job.State.DEAD, now, job.last_error or "the worker stopped during the last attempt")
            log.error("job %s (%s) is dead: its workers stopped %s times", job.pk, job.kind, job.attempts)
            return job
        job.state, job.attempts, job.lease_until = Job.State.RUNNING, job.attempts + 1, lease_until
        job.save(update_fields=["state", "attempts", "claims", "lease_until"])
        return job


def _first_due(now: datetime) -> Job | None:
    """Return the job that has been due longest, locked; jobs that other workers hold are passed by."""
    free = Job.objects.select_for_update(skip_locked=True)
    heads = [head for condition in reads.due(now) if (head := free.filter(condition).order_by("run_at", "id").first())]
    return min(heads, key=lambda job: (job.run_at or job.created_at, job.pk), default=None)


def _run(job: Job, handlers: Mapping[str, engine.Handler], now: datetime) -> None:
    handler = handlers.get(job.kind)
    if handler is None:
        error = engine.unknown_kind(job.kind, handlers)
        log.error("job %s is dead: %s", job.pk, error)
        _settle(job, partial(_end, state=Job.State.DEAD, now=now, error=error))
        return
    done = partial(_end, state=Job.State.DONE, now=now, error="")
    try:
        if handler.effect == "outside":
            handler.run(job.payload, now, str(job.token))
            _settle(job, done)
        else:
            with transaction.atomic(durable=True):
                if (ours := _still_ours(job)) is not None:
                    handler.run(ours.payload, now, str(ours.token))
                    done(ours)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failed attempt
        _failed(job, error, now)


def _failed(job: Job, error: Exception, now: datetime) -> None:
    text = engine.error_text(error)
    if engine.is_spent(job.attempts):
        log.error("job %s (%s) is dead after %s attempts: %s", job.pk, job.kind, job.attempts, type(error).__name__)
        _settle(job, partial(_end, state=Job.State.DEAD, now=now, error=text))
        return
    log.warning("job %s (%s) failed attempt %s: %s", job.pk, job.kind, job.attempts, type(error).__name__)
    _settle(job, partial(_wait, run_at=now + engine.backoff(job.attempts), error=text))


def _settle(job: Job, change: partial[None]) -> None:
    """Change a job in a transaction of its own, unless somebody took it over."""
    with transaction.atomic(durable=True):
        if (ours := _still_ours(job)) is not None:
            change(ours)


def _still_ours(job: Job) -> Job | None:
    ours = Job.objects.select_for_update().filter(pk=job.pk, state=Job.State.RUNNING, claims=job.claims).first()
    if ours is None:
        log.warning("job %s (%s) was cancelled, moved or taken over meanwhile", job.pk, job.kind)
    return ours


def _end(job: Job, state: Job.State, now: datetime, error: str) -> None:
    job.state, job.finished_at, job.last_error, job.lease_until = state, now, error, None
    job.save(update_fields=["state", "finished_at", "last_error", "lease_until", "claims"])


def _wait(job: Job, run_at: datetime, error: str) -> None:
    job.state, job.run_at, job.last_error, job.lease_until = Job.State.QUEUED, run_at, error, None
    job.save(update_fields=["state", "run_at", "last_error", "lease_until"])
