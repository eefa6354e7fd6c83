"""Tables of queues: the views that officials keep, and what became of acts on many cases."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.ledger.stored import Stored
from amur.procedures.models import Case


class SavedView(models.Model):
    """A view and its filters, under a name that an official gave it. What is typed into the search is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    asked = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "name"], name="saved_view_named_once"),
            models.UniqueConstraint(
                fields=["account_id"], condition=Q(is_default=True), name="saved_view_one_default_each"
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Batch(Stored):
    """One act on many cases: an event, or a clock made longer, with one reason.

    The reason is sealed under a key of the batch's own and is gone when the last case had its turn: from then on it
    stands with each case alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor_id = models.CharField(max_length=200)
    client = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    procedure = models.CharField(max_length=120)
    event = models.CharField(max_length=120)
    clock = models.CharField(max_length=120, blank=True)
    amount = models.PositiveIntegerField(default=0)
    reason = KeptText(blank=True)
    key = models.CharField(max_length=200)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, db_index=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor_id", "key"], condition=~Q(key=""), name="batch_once_a_key"),
        ]

    def __str__(self) -> str:
        """Return the event and the beginning of the id."""
        return f"{self.event} {str(self.id)[:8]}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the reason: the batch's own."""
        return f"batch:{self.pk}"


class BatchLine(Stored):
    """One case of a batch: the version that its chooser saw, and what became of it; empty while it waits."""

    class Outcome(models.TextChoices):
        """What may become of it."""

        DONE = "done"
        MOVED = "moved"
        REFUSED = "refused"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    code = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "case"], name="batch_line_one_a_case"),
            models.UniqueConstraint(fields=["batch", "place"], name="batch_line_one_a_place"),
        ]

    def __str__(self) -> str:
        """Return the place and the outcome."""
        return f"{self.place} {self.outcome or 'waits'}"
