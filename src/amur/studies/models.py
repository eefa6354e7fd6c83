"""The table of this room: studies, each with what went in, what computed, what came out, and the entries that prove it.

Inputs and results are files beside the database, under the hash of their content.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Study(models.Model):
    """One run of a declared method.

    ``question`` is a hash of method, model with version, parameters and inputs: what was asked already is found.
    ``inputs`` are mappings with id, origin, file, sha256 and what more is known; ``figures`` are decimals in plain
    digits or null. ``texts`` are title and scenario by language where a declaration says them; where a person typed
    them there are none. ``values_used`` are the dated values of the pack behind parameters, and ``ran_on`` is what the
    run itself says of sources and hashes. ``results`` maps each file to its SHA-256, and ``result_hash`` is the hash of
    that. ``reason`` says in English why it failed, and ``faults`` why reason by reason, each with code, message and
    details. ``progress`` goes from 0 to 1000; ``doing`` says in English what is done, ``step`` with code and details.
    ``taken_until`` is how long the worker that runs it may be silent.
    """

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    method = models.CharField(max_length=120)
    declaration_hash = models.CharField(max_length=64)
    model = models.CharField(max_length=60)
    model_version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    scenario = models.TextField(blank=True)
    texts = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    inputs = models.JSONField(default=list)
    question = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    step = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    faults = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    simulated = models.JSONField(default=list)
    values_used = models.JSONField(default=list)
    ran_on = models.JSONField(default=dict)
    results = models.JSONField(default=dict)
    result_hash = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(null=True)
    memory_mb = models.PositiveIntegerField(null=True)
    is_public = models.BooleanField(default=False)
    publish_when_done = models.BooleanField(default=False)
    claims = models.PositiveIntegerField(default=0)
    taken_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=120)
    key = models.CharField(max_length=200, blank=True)
    queued_entry = models.CharField(max_length=64, unique=True)
    ended_entry = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 -- null is "it has not ended"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question"], condition=~Q(state="failed"), name="study_asked_once"),
            models.UniqueConstraint(fields=["created_by", "key"], condition=~Q(key=""), name="study_key_once"),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(result_hash="") & Q(ended_entry__isnull=False)),
                name="study_done_has_result",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(reason=""), name="study_failed_says_why"),
            models.CheckConstraint(condition=Q(is_public=False) | Q(state="done"), name="study_public_is_done"),
        ]
        indexes = [
            models.Index(fields=["method", "-id"], name="study_newest_first"),
            models.Index(fields=["state", "id"], name="study_by_state"),
        ]

    def __str__(self) -> str:
        """Return the title and how far it is."""
        return f"{self.title} ({self.state})"
