"""The table of reminders: which rung of which run has fired. What was said follows from the pack and these rows."""

from __future__ import annotations

from django.db import models

from amur.ledger.stored import Stored
from amur.procedures.models import Case, ClockRun


class Reminder(Stored):
    """A rung that has fired: ``step`` days or hours from the due date of its run, to the party or to a role.

    Nothing here is personal: who the case is about stays sealed with the case.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reminders")
    run = models.ForeignKey(ClockRun, on_delete=models.PROTECT, related_name="reminders")
    step = models.SmallIntegerField()
    addressee = models.CharField(max_length=120)
    state = models.CharField(max_length=120)
    due_on = models.DateField()
    due_at = models.DateTimeField(null=True)
    fired_at = models.DateTimeField()
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "step", "addressee"], name="reminder_once_a_rung"),
        ]

    def __str__(self) -> str:
        """Return which rung it was."""
        return f"{self.step:+d} to {self.addressee}"
