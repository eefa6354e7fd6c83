"""Tables of crosswalks and of the re-checks that they open.

A crosswalk is a draft until it takes effect, and stands unchanged from then on. Its rows name passages by their order
in their edition; passages never change.
"""

from __future__ import annotations

import uuid

from django.db import models

from amur.policy.models import Edition


class Crosswalk(models.Model):
    """What became of each passage of one edition in another of the same document.

    ``version`` grows with each correction and each confirmation, so that nobody puts into effect what they have not
    seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    old = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="crosswalks_from")
    new = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="crosswalks_to")
    version = models.PositiveIntegerField(default=1)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=200)
    effective_at = models.DateTimeField(null=True)
    effective_by = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="crosswalk_once"),
            models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="crosswalk_of_two_editions"),
        ]

    def __str__(self) -> str:
        """Return the beginnings of both hashes."""
        return f"{self.old.sha256[:12]} → {self.new.sha256[:12]}"

    @property
    def subject(self) -> str:
        """Return what the ledger calls it."""
        return f"crosswalk:{self.pk}"


class CrosswalkRow(models.Model):
    """One row: the orders of passages on both sides, what became of them, and whether a person has decided it."""

    crosswalk = models.ForeignKey(Crosswalk, on_delete=models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    old = models.JSONField(default=list)
    new = models.JSONField(default=list)
    likeness = models.PositiveSmallIntegerField()
    changed = models.BooleanField()
    corrected = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["crosswalk", "place"], name="crosswalk_row_by_place")]
        ordering = ["place"]

    def __str__(self) -> str:
        """Return the kind and both sides."""
        return f"{self.kind} {self.old} → {self.new}"


class Recheck(models.Model):
    """That a commitment has to be looked at again since a new edition touches it; closed once, with a verdict.

    The remark is for everybody to read and names nobody.
    """

    class Verdict(models.TextChoices):
        """What came of it."""

        HOLDS = "holds"
        CHANGED = "changed"
        NO_DUTY = "no_duty"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    crosswalk = models.ForeignKey(Crosswalk, on_delete=models.PROTECT, related_name="rechecks")
    commitment = models.CharField(max_length=20)
    how = models.CharField(max_length=10)
    own_words = models.BooleanField()
    places = models.JSONField(default=list)
    bodies = models.JSONField(default=list)
    carriers = models.JSONField(default=list)
    release = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    verdict = models.CharField(max_length=10, blank=True, choices=Verdict.choices)
    remark = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, db_index=True)
    closed_by = models.CharField(max_length=200, blank=True)
    closed_body = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["crosswalk", "commitment"], name="recheck_once_a_commitment"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, verdict="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(verdict="")),
                name="recheck_closed_with_a_verdict",
            ),
        ]

    def __str__(self) -> str:
        """Return the commitment and the verdict."""
        return f"{self.commitment} {self.verdict or 'open'}"

    @property
    def subject(self) -> str:
        """Return what the ledger calls it."""
        return f"recheck:{self.pk}"
