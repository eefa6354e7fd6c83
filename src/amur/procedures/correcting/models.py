"""The table of corrections: which event was voided and why, what took its place, and who agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptData, KeptText
from amur.procedures.models import Case


class Correction(models.Model):
    """A correction of a case: of the event that led to ``voided_version``, or of entered values where there is none.

    It is proposed first where two must agree; ``version`` is that of the case which came of it, ``new_version`` the
    one after the event that took the place of the voided one. ``extra`` is what was typed for that event, or for
    the values. ``withdrawn_at`` ends a proposal of which nothing came.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="corrections")
    case_version = models.PositiveIntegerField()
    voided_version = models.PositiveIntegerField(null=True)
    event = models.CharField(max_length=120, blank=True)
    reason = KeptText()
    said = KeptText(blank=True)
    extra = KeptData(default=dict)
    basis = models.CharField(max_length=300, blank=True)
    proposed_by = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(null=True)
    new_version = models.PositiveIntegerField(null=True)
    corrected_by = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=120, blank=True)
    corrected_at = models.DateTimeField(null=True)
    entry_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="correction_one_a_version"),
            models.UniqueConstraint(
                fields=["case", "voided_version"],
                condition=Q(version__isnull=False, voided_version__isnull=False),
                name="correction_voids_once",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(version=None, withdrawn_at=None), name="correction_one_open_proposal"
            ),
        ]

    def __str__(self) -> str:
        """Return what it voids; why, is for those who may know of the case."""
        return f"correction of {self.voided_version or 'values'}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was said: that of the case."""
        return f"case:{self.case_id}"
