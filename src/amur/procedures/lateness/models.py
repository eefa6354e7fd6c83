"""The table of causes of lateness. A cause is written once; who knows better says another one."""

from __future__ import annotations

import uuid

from django.db import models

from amur.ledger.stored import Stored


class LateCause(Stored):
    """Why a case is late, as somebody of the office said at a moment; the newest of a case counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("procedures.Case", on_delete=models.PROTECT, related_name="late_causes")
    cause = models.CharField(max_length=60)
    actor_id = models.CharField(max_length=200)
    role = models.CharField(max_length=120, blank=True)
    said_at = models.DateTimeField()
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "actor_id", "key"], condition=~models.Q(key=""), name="late_cause_once_a_key"
            ),
        ]
        indexes = [models.Index(fields=["case", "-said_at"], name="late_cause_of_case")]

    def __str__(self) -> str:
        """Return the code of the cause."""
        return self.cause
