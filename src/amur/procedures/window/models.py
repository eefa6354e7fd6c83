"""The table of what was taken in over a counter."""

from __future__ import annotations

from django.db import models

from amur.ledger.kept import KeptData
from amur.ledger.stored import Stored


class Intake(Stored):
    """That a case was handed in at a window: by whom it was taken, what became of its papers, that a person was known.

    ``identity`` is sealed: which kind of document was checked, by whom and when, never what stood on it.
    """

    case = models.OneToOneField("procedures.Case", on_delete=models.PROTECT, primary_key=True, related_name="intake")
    taken_by = models.CharField(max_length=200)
    taken_at = models.DateTimeField()
    materials = models.JSONField(default=dict)
    identity = KeptData(default=dict)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["taken_by", "-taken_at"], name="intake_of_whom")]

    def __str__(self) -> str:
        """Return who took it and when."""
        return f"{self.taken_by} {self.taken_at:%Y-%m-%d %H:%M}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals how the person was known."""
        return f"case:{self.case_id}"
