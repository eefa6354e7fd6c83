"""What waits, what is stuck, what is dead. Payloads are never shown: they may name persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.jobs import engine
from amur.jobs.models import Cursor, Job

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job that was given up, without its payload."""

    id: int
    kind: str
    attempts: int
    last_error: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class StuckSubscriber:
    """A subscriber that cannot get past the entry after ``index``."""

    name: str
    index: int
    attempts: int
    last_error: str
    retry_at: datetime | None


def dead(scope: Scope) -> list[DeadJob]:
    """Return the dead jobs, the latest first; at most 200.

    Raises:
        Refused: if the reader is not the system administrator.
    """
    _only_for_the_administrator(scope)
    names = ("id", "kind", "attempts", "last_error", "created_at", "finished_at")
    found = Job.objects.filter(state=Job.State.DEAD).order_by("-finished_at", "-id")
    return [DeadJob(*values) for values in found.values_list(*names)[:_MOST_SHOWN]]


def stuck(scope: Scope) -> list[StuckSubscriber]:
    """Return the subscribers whose last attempt failed.

    Raises:
        Refused: if the reader is not the system administrator.
    """
    _only_for_the_administrator(scope)
    names = ("subscriber", "index", "attempts", "last_error", "retry_at")
    found = Cursor.objects.filter(attempts__gt=0).order_by("subscriber")
    return [StuckSubscriber(*values) for values in found.values_list(*names)]


def due_counts(scope: Scope) -> dict[str, int]:
    """Return how many jobs are in each state.

    Raises:
        Refused: if the reader is not the system administrator.
    """
    _only_for_the_administrator(scope)
    counted = dict(Job.objects.order_by().values_list("state").annotate(Count("id")))
    return {state: counted.get(state, 0) for state in Job.State.values}


def due(now: datetime) -> Iterable[Q]:
    """Return the ways in which a job can be due, each answered by an index.

    A lease or a wait longer than any that is given shows that the clock was set back since; nothing waits for it to
    come round again.
    """
    queued = Q(state=Job.State.QUEUED)
    over = Q(lease_until__lte=now) | Q(lease_until__gt=now + engine.LONGEST_LEASE)
    return (
        Q(state=Job.State.RUNNING) & over,
        queued & Q(run_at__lte=now),
        queued & Q(run_at__isnull=True),
        queued & Q(attempts__gt=0, run_at__gt=now + engine.LONGEST_WAIT),
    )


def _only_for_the_administrator(scope: Scope) -> None:
    if not scope.holds(engine.ADMINISTRATOR):
        raise Refused("not_allowed", "only the system administrator looks into the queue", role=engine.ADMINISTRATOR)
