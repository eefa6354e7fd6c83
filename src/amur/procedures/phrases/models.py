"""The table of an official's own phrases."""

from __future__ import annotations

import uuid

from django.db import models

from amur.ledger.kept import KeptText


class OwnPhrase(models.Model):
    """A phrase that an official keeps. It is sealed under a key of its own, which is destroyed when it is removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=64, db_index=True)
    title = KeptText()
    text = KeptText()
    kept_at = models.DateTimeField()
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "key"], condition=~models.Q(key=""), name="own_phrase_once_a_key"
            ),
        ]

    def __str__(self) -> str:
        """Return when it was kept; what it says may name somebody."""
        return f"{self.kept_at:%Y-%m-%d}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals it: its own."""
        return f"phrase:{self.pk}"
