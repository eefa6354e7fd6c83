"""Tables of this room: the jobs, and how far each subscriber has read the ledger."""

from __future__ import annotations

import uuid

from django.db import models

from amur.ledger.stored import Stored


class Job(Stored):
    """One thing to do. ``run_at`` is empty for *at once*, so that a clock that was set back delays nothing.

    ``attempts`` counts towards giving up; ``claims`` only grows and fences off a worker that lost its lease. ``token``
    is what the other side of an outside effect recognises a repetition by; unlike an id, it is never given twice, not
    even after a database was restored.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        DEAD = "dead"

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 -- any number of jobs have no key
    run_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    claims = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "run_at", "id"], name="job_by_state_and_time"),
            models.Index(fields=["state", "attempts"], name="job_by_state_and_attempts"),
            models.Index(fields=["finished_at"], name="job_by_finish"),
        ]

    def __str__(self) -> str:
        """Return kind and state."""
        return f"{self.kind} ({self.state})"


class Cursor(models.Model):
    """How far a subscriber has read: the sealed index of the last entry it handled, -1 before the first."""

    subscriber = models.CharField(max_length=80, primary_key=True)
    index = models.BigIntegerField(default=-1)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return name and index."""
        return f"{self.subscriber} at {self.index}"
