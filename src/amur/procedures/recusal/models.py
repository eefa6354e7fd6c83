"""Tables of who has nothing to do with a case any more, and of what a party objects; the words of both are sealed."""

from __future__ import annotations

from django.db import models

from amur.ledger.kept import KeptText
from amur.procedures.models import Case


class Objection(models.Model):
    """That the party objects to an official: to whoever did what ``version`` of the case tells of.

    A party knows no official by name, so it names a step; whoever decides says with what words.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    version = models.PositiveIntegerField()
    account_id = models.CharField(max_length=200)
    reason = KeptText()
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64, unique=True)
    upheld = models.BooleanField(null=True)
    answer = KeptText(blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_entry = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "account_id"],
                condition=models.Q(upheld=None),
                name="objection_one_open_of_each_official",
            ),
        ]

    def __str__(self) -> str:
        """Return the step that it is about."""
        return f"objection to step {self.version}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the words: that of the case."""
        return f"case:{self.case_id}"


class Recusal(models.Model):
    """That an official has nothing to do with a case any more, since when, and by which way it came to it."""

    class Way(models.TextChoices):
        """Who said so first."""

        OWN = "own"
        SUPERIOR = "superior"
        OBJECTION = "objection"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recusals")
    account_id = models.CharField(max_length=64)
    way = models.CharField(max_length=9, choices=Way.choices)
    version = models.PositiveIntegerField()
    reason = KeptText()
    by = models.CharField(max_length=200)
    role = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField()
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "account_id"], name="recusal_once")]
        indexes = [models.Index(fields=["account_id"], name="recusal_of_account")]

    def __str__(self) -> str:
        """Return the way."""
        return f"recused by {self.way}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the reason: that of the case."""
        return f"case:{self.case_id}"
