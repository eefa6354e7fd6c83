"""The table of remarks. A remark is written once; its author may strike it through, and nobody deletes it."""

from __future__ import annotations

import uuid

from django.db import models

from amur.ledger.kept import KeptText


class Remark(models.Model):
    """A remark of the office on a case, or on one of its documents or files, there on a page if one is named."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("procedures.Case", on_delete=models.PROTECT, related_name="remarks")
    document = models.ForeignKey("procedures.Document", on_delete=models.PROTECT, null=True, related_name="+")
    upload = models.ForeignKey("procedures.Upload", on_delete=models.PROTECT, null=True, related_name="+")
    page = models.PositiveIntegerField(null=True)
    text = KeptText()
    actor_id = models.CharField(max_length=200)
    role = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "actor_id", "key"], condition=~models.Q(key=""), name="remark_once_a_key"
            ),
        ]

    def __str__(self) -> str:
        """Return when it was made; what it says may be about a person."""
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals it: that of the case."""
        return f"case:{self.case_id}"
