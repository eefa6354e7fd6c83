"""Tables of consultations: what people wrote, sealed each for itself, and what the authority says of it."""

from __future__ import annotations

import uuid

from django.db import models

from amur.ledger.kept import KeptText


class Comment(models.Model):
    """What somebody wrote, with a name only if they gave one, and as what they let it be published.

    Nothing says what it is about or how it is meant. It is withheld only where a law forbids to publish it: then its
    number stays, with the law and the reason.
    """

    class Publish(models.TextChoices):
        """As what its writer lets it be published."""

        NAMED = "named"
        UNNAMED = "unnamed"
        NOT = "not"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.CharField(max_length=120)
    serial = models.PositiveIntegerField()
    declaration_hash = models.CharField(max_length=64)
    channel = models.CharField(max_length=20)
    name = KeptText(blank=True)
    text = KeptText()
    publish = models.CharField(max_length=7, choices=Publish.choices)
    received_at = models.DateTimeField()
    key = models.CharField(max_length=200, blank=True)
    withheld_at = models.DateTimeField(null=True)
    withheld_reason = models.TextField(blank=True)
    withheld_law = models.TextField(blank=True)
    erase_on = models.DateField(null=True, db_index=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "serial"], name="comment_one_a_serial"),
            models.UniqueConstraint(
                fields=["consultation", "key"], condition=~models.Q(key=""), name="comment_once_a_key"
            ),
        ]

    def __str__(self) -> str:
        """Return the serial."""
        return str(self.serial)

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was written: the comment's own."""
        return f"comment:{self.pk}"

    @property
    def is_erased(self) -> bool:
        """Say whether its time is over."""
        return self.erase_on is None


class Summary(models.Model):
    """What the authority says of the comments, point by point; a corrected one is a row of its own."""

    consultation = models.CharField(max_length=120, db_index=True)
    declaration_hash = models.CharField(max_length=64)
    text = models.TextField()
    points = models.JSONField()
    published_at = models.DateTimeField()
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name_plural = "summaries"

    def __str__(self) -> str:
        """Return the consultation."""
        return self.consultation
