"""The table of consents that are asked for by a code to a telephone; the number is sealed, and gone within a day."""

from __future__ import annotations

import uuid

from django.db import models

from amur.ledger.kept import KeptText


class ConsentAsked(models.Model):
    """That a proxy let somebody be sent a code, by which they agree to be served in one matter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=64)
    procedure = models.CharField(max_length=120)
    number = KeptText(blank=True)
    language = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    key = models.CharField(max_length=200, blank=True)
    authorisation_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="consent_asked_until")]

    def __str__(self) -> str:
        """Return the matter."""
        return self.procedure

    @property
    def key_subject(self) -> str:
        """Return whose key seals the number: its own, which is destroyed when the question is over."""
        return f"consent:{self.pk}"
