"""The table of hearings: what a party asked for, what was called, and what was said there, sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.procedures.models import Case


class Hearing(models.Model):
    """A hearing in a case: asked for or called, held, called off, or waived by the party.

    ``place`` or ``link`` says where; ``attends`` who, a line for each; ``minutes`` what was said. All of it is sealed
    under the key of the case.
    """

    class State(models.TextChoices):
        """How far it has come."""

        ASKED = "asked"
        CALLED = "called"
        HELD = "held"
        OFF = "called_off"
        WAIVED = "waived"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hearings")
    state = models.CharField(max_length=10, choices=State.choices)
    begun_at = models.DateTimeField()
    why = KeptText(blank=True)
    called_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    place = KeptText(blank=True)
    link = KeptText(blank=True)
    attends = KeptText(blank=True)
    is_public = models.BooleanField(default=False)
    minutes = KeptText(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="hearing_one_open_a_case")
        ]

    def __str__(self) -> str:
        """Return how far it has come."""
        return self.state

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was said and who was there: that of the case."""
        return f"case:{self.case_id}"
