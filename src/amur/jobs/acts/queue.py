"""The writes that other rooms and the system administrator make to the queue. What workers do is in ``running``.

``enqueue``, ``move`` and ``cancel`` belong to the transaction of an act and are refused outside one: a job exists
exactly if the act does.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs import engine
from amur.jobs.models import Job
from amur.ledger import acts as ledger
from amur.ledger import rows

_WAITING = (Job.State.QUEUED, Job.State.RUNNING)
_LONGEST_REASON = 500


def enqueue(
    kind: str, payload: engine.Payload, *, now: datetime, run_at: datetime | None = None, key: IdempotencyKey = ""
) -> Job:
    """Queue a job, at once or at an instant; a key that was used before returns its job unchanged.

    Raises:
        TransactionManagementError: outside a transaction.
        Conflict: if the key belongs to a job of another kind.
    """
    _within_an_act()
    fresh = {"kind": kind, "payload": dict(payload), "run_at": run_at, "created_at": now}
    if not key:
        return Job.objects.create(**fresh)
    job = Job(key=key, **fresh)
    if rows.store_if_new(job):
        return job
    job = Job.objects.get(key=key)
    if job.kind != kind:
        raise Conflict("job_key_taken", f"the key {key!r} belongs to a job of the kind {job.kind!r}, not {kind!r}")
    return job


def move(key: IdempotencyKey, run_at: datetime) -> bool:
    """Let a timer go off at another instant; say whether it still could be moved.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    _within_an_act()
    job = Job.objects.select_for_update().filter(key=key, state__in=_WAITING).first()
    if job is None:
        return False
    job.state, job.run_at = Job.State.QUEUED, run_at
    job.attempts, job.last_error, job.lease_until = 0, "", None
    job.save(update_fields=["state", "run_at", "attempts", "last_error", "lease_until"])
    return True


def cancel(key: IdempotencyKey) -> bool:
    """Take back a job that has not taken effect; say whether there was one. Its key is free again.

    A handler that works outside the process and is under way is not called back.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    _within_an_act()
    job = Job.objects.select_for_update().filter(key=key, state__in=_WAITING).first()
    if job is None:
        return False
    job.delete()
    return True


def revive(job_id: int, *, by: Actor, now: datetime, reason: str, key: IdempotencyKey = "") -> None:
    """Give a dead job all its attempts again.

    A repetition finds the job alive and is told so; there is nothing that could happen twice.

    Raises:
        Refused: if the actor is not the system administrator.
        NotFound: if there is no such job.
        Conflict: if it is not dead.
        Invalid: if the reason is empty or too long.
    """
    with transaction.atomic():
        job, said = _dead_job(job_id, by, reason)
        body = _entry(job, said, key)
        job.state, job.attempts, job.finished_at, job.run_at = Job.State.QUEUED, 0, None, None
        job.save(update_fields=["state", "attempts", "finished_at", "run_at"])
        ledger.record(subject="system", kind="job.revived", by=by, now=now, body=body)


def discard(job_id: int, *, by: Actor, now: datetime, reason: str, key: IdempotencyKey = "") -> None:
    """Remove a dead job for good.

    Raises:
        Refused: if the actor is not the system administrator.
        NotFound: if there is no such job.
        Conflict: if it is not dead.
        Invalid: if the reason is empty or too long.
    """
    with transaction.atomic():
        job, said = _dead_job(job_id, by, reason)
        body = _entry(job, said, key)
        ledger.record(subject="system", kind="job.discarded", by=by, now=now, body=body)
        job.delete()


def forget_done(before: datetime, limit: int = 1_000) -> int:
    """Delete jobs that were done before an instant; return how many. Their payloads may name persons."""
    with transaction.atomic():
        old = Job.objects.filter(state=Job.State.DONE, finished_at__lt=before).order_by("finished_at")
        return Job.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]


def _within_an_act() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a job is queued in the transaction of its act; open one first")


def _dead_job(job_id: int, by: Actor, reason: str) -> tuple[Job, str]:
    """Return a dead job, locked, and the reason without blanks around it."""
    if not engine.may_step_in(by):
        raise Refused("not_allowed", "only the system administrator does this", role=engine.ADMINISTRATOR)
    said = reason.strip()
    if not said:
        raise Invalid({"reason": ("required", "say why; the reason goes to the ledger")})
    if len(said) > _LONGEST_REASON:
        raise Invalid({"reason": ("too_long", f"found {len(said)} characters; at most {_LONGEST_REASON} fit")})
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound("no_job", f"there is no job {job_id}; it may have been discarded")
    if job.state != Job.State.DEAD:
        raise Conflict("job_not_dead", f"the job {job_id} is {job.state}; only a dead job can be revived or discarded")
    return job, said


def _entry(job: Job, reason: str, key: IdempotencyKey) -> dict[str, Json]:
    return {"job": job.pk, "kind": job.kind, "attempts": job.attempts, "reason": reason, "key": key}
