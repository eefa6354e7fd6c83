"""The table of co-signatures: who was asked to agree to a form, to exactly which words, and what they answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.procedures.models import Draft


class CoSignature(models.Model):
    """That somebody is asked to agree to a form; ``says`` is the hash of what they agree to.

    What they said is sealed under the key of the draft, and goes with it.
    """

    class State(models.TextChoices):
        """What came of it."""

        WAITING = "waiting"
        AGREED = "agreed"
        DECLINED = "declined"
        VOID = "void"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="co_signatures")
    place = models.CharField(max_length=120)
    says = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = KeptText(blank=True)
    account_id = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "place"], condition=~Q(state="void"), name="co_signature_one_open_a_place"
            )
        ]

    def __str__(self) -> str:
        """Return the place and the state."""
        return f"{self.place} {self.state}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was said: the draft's."""
        return f"draft:{self.draft_id}"
