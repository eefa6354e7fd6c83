"""Tables beside notices: over which channels one went, each attempt, and what a party chose.

Addresses are sealed under the key of their case. An error never holds the address.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.ledger.stored import Stored
from amur.procedures.models import Case, Notice


class Delivery(Stored):
    """A notice on its way over one channel. Its id is the message's, the same however often it is tried.

    ``sent_at`` is when the channel accepted it, ``delivered_at`` when the channel said that it arrived. ``ordered_by``
    is the official who had it sent again.
    """

    class State(models.TextChoices):
        """How far it has come."""

        QUEUED = "queued"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20)
    address = KeptText(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    receipt = models.CharField(max_length=255, blank=True, db_index=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ordered_by = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "key"], condition=~Q(key=""), name="delivery_ordered_once_a_key")
        ]
        indexes = [
            models.Index(fields=["-created_at", "id"], name="delivery_in_trouble", condition=~Q(error="")),
        ]

    def __str__(self) -> str:
        """Return the channel and how far it has come."""
        return f"{self.channel} {self.state}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the address."""
        return f"case:{self.case_id}"


class Attempt(Stored):
    """One attempt to hand a delivery over, or what the channel reported of it later."""

    class Outcome(models.TextChoices):
        """What became of it."""

        ACCEPTED = "accepted"
        REFUSED = "refused"
        DEFERRED = "deferred"
        ARRIVED = "arrived"
        LOST = "lost"

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    receipt = models.CharField(max_length=255, blank=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        """Return what became of it."""
        return self.outcome


class ChannelChoice(models.Model):
    """What a party chose for a channel of its case: whether it is told there, and at which address."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="channel_choices")
    channel = models.CharField(max_length=20)
    wanted = models.BooleanField()
    address = KeptText(blank=True)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "channel"], name="channel_chosen_once_a_case")]

    def __str__(self) -> str:
        """Return the channel and the choice."""
        return f"{self.channel} {'on' if self.wanted else 'off'}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the address."""
        return f"case:{self.case_id}"
