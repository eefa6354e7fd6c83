"""Tables of this room: records and their versions.

A version is written and never changed: it says what was held true, from which day, and since when it was known.
"""

from __future__ import annotations

import uuid

from django.db import models


class Record(models.Model):
    """One thing that a register lists. ``search`` holds what a stranger may search for, and nothing else."""

    class State(models.TextChoices):
        """Whether the record is in force or was ended."""

        CURRENT = "current"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=7, choices=State.choices, default=State.CURRENT)
    latest = models.PositiveIntegerField(default=0)
    search = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "key"], name="record_key_once_in_a_register")]
        indexes = [models.Index(fields=["register", "-recorded_at", "key"], name="record_newest_first")]

    def __str__(self) -> str:
        """Return register and key."""
        return f"{self.register} {self.key}"


class RecordVersion(models.Model):
    """What was held true of a record, from ``valid_from`` to ``valid_to``, since ``recorded_at``."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    declaration_hash = models.CharField(max_length=64)
    closure_hash = models.CharField(max_length=64, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    reason = models.TextField()
    source = models.CharField(max_length=200)
    entry_hash = models.CharField(max_length=64, unique=True)
    idempotency = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 -- many have none

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="record_version_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="record_version_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        """Return the record and the number of the version."""
        return f"{self.record_id} version {self.number}"
