"""Tables of webhooks: who is called where, what is to be told in which order, and each call.

Addresses and secrets are sealed under the key of the subscription; what is told holds nothing personal.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.procedures.models import Case


class Subscription(models.Model):
    """An address that is called when something happens to the cases of its owner, with the secret that signs the calls.

    ``former_secret`` signs beside it until ``former_until``, so that a secret can be replaced without losing a call.
    """

    class Owner(models.TextChoices):
        """Whose cases they are: those of an enterprise that applies, or of the body that decides."""

        ENTERPRISE = "enterprise"
        BODY = "body"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_kind = models.CharField(max_length=10, choices=Owner.choices)
    owner_id = models.CharField(max_length=120)
    endpoint = KeptText()
    secret = KeptText()
    former_secret = KeptText(blank=True, default="")
    former_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=200)
    key = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ordered_by", "key"], condition=~Q(key=""), name="subscription_ordered_once_a_key"
            )
        ]
        indexes = [
            models.Index(fields=["owner_kind", "owner_id"], name="subscription_of_owner", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        """Return whose it is."""
        return f"{self.owner_kind} {self.owner_id}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals address and secret: the subscription's own, which is its subject in the ledger."""
        return f"webhook:{self.pk}"


class Dispatch(models.Model):
    """One event to be told to one subscriber. Its id is that of the message, the same at each attempt."""

    class State(models.TextChoices):
        """How far it has come."""

        QUEUED = "queued"
        SENT = "sent"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="dispatches")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveIntegerField()
    event = models.CharField(max_length=120)
    target = models.CharField(max_length=120)
    happened_at = models.DateTimeField()
    entry_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=6, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "entry_hash"], name="dispatch_once_an_event"),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "case", "sequence"], name="dispatch_in_turn", condition=Q(state="queued")
            )
        ]

    def __str__(self) -> str:
        """Return the event and how far it has come."""
        return f"{self.sequence} {self.event} {self.state}"


class Call(models.Model):
    """One attempt to tell an event: the status that was answered, 0 for none, and what went wrong."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="calls")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8)
    status = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        """Return what became of it."""
        return f"{self.outcome} {self.status}"
