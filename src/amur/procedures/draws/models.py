"""The table of draws. What is committed to and what came of it is public; who a hidden id is, is sealed."""

from __future__ import annotations

import uuid

from django.db import models

from amur.ledger.kept import KeptData


class Draw(models.Model):
    """A draw: committed to once, drawn once. A withdrawn one is drawn too, and stays with the reason.

    ``hidden`` leads from each hidden id to its salt and what it stands for, sealed under the draw's own key until
    ``names_until``. ``sealed_size`` is the size of the first head that holds the commitment, ``head_size`` that of the
    head which gives the seed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=40, unique=True)
    draw = models.CharField(max_length=120)
    declaration_hash = models.CharField(max_length=64)
    body_id = models.CharField(max_length=120)
    commitment = models.JSONField()
    hidden = KeptData(default=dict)
    names_until = models.DateField(null=True)
    committed_at = models.DateTimeField(db_index=True)
    committed_by = models.CharField(max_length=200)
    key = models.CharField(max_length=200, blank=True)
    committed_entry = models.CharField(max_length=64, unique=True)
    sealed_index = models.PositiveBigIntegerField(null=True)
    sealed_size = models.PositiveBigIntegerField(null=True)
    head_size = models.PositiveBigIntegerField(null=True)
    result = models.JSONField(null=True)
    held_at = models.DateTimeField(null=True)
    held_entry = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)
    withdrawn_entry = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committed_by", "key"], condition=~models.Q(key=""), name="draw_committed_once_a_key"
            )
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number

    @property
    def key_subject(self) -> str:
        """Return whose key seals who is hidden: the draw's own, which is also its subject in the ledger."""
        return f"draw:{self.pk}"

    @property
    def status(self) -> str:
        """Return where the draw stands: committed, held, impossible or withdrawn."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.result is None:
            return "committed"
        return "impossible" if "impossible" in self.result else "held"


class DrawnCase(models.Model):
    """The case that was opened for a drawn object; ``drawn`` is its id on the list of the draw."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="cases")
    drawn = models.CharField(max_length=200)
    case = models.OneToOneField("procedures.Case", on_delete=models.PROTECT, related_name="drawn_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "drawn"], name="drawn_object_opens_once")]

    def __str__(self) -> str:
        """Return the draw and the case."""
        return f"{self.draw}: {self.case}"
