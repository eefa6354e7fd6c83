"""The tables of requests for a supplement. What was asked and answered is sealed under the key of the case."""

from __future__ import annotations

from django.db import models

from amur.ledger.kept import KeptData, KeptText
from amur.ledger.stored import Stored
from amur.procedures.models import Case, Upload


class SupplementRequest(Stored):
    """What was asked of a party in one event of its case; ``version`` is that of the case which came of it.

    ``ended_version`` is that of the event which ended it: the answer, or whatever else moved the case on.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supplements")
    version = models.PositiveIntegerField()
    event = models.CharField(max_length=120)
    answer = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    answered = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    ended_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(ended_at=None), name="supplement_one_open"),
            models.UniqueConstraint(fields=["case", "version"], name="supplement_one_a_version"),
        ]

    def __str__(self) -> str:
        """Return the event and the version."""
        return f"{self.event} {self.version}"


class SupplementItem(Stored):
    """One thing that was asked, and its answer: kept as a draft until all are sent.

    ``part`` is a field of the form or one of the two that the engine names. ``answer`` holds what was entered under
    ``raw``; a file is named by ``upload``. ``why`` is why it is not given.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supplement_items")
    request = models.ForeignKey(SupplementRequest, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=120)
    required = models.BooleanField(default=True)
    title = KeptText(blank=True)
    wrong = KeptText(blank=True)
    how = KeptText(blank=True)
    answer = KeptData(default=dict)
    why = KeptText(blank=True)
    upload = models.ForeignKey(Upload, on_delete=models.SET_NULL, null=True, related_name="supplement_items")
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "place"], name="supplement_item_one_a_place")]

    def __str__(self) -> str:
        """Return its place; what it asks may name a person."""
        return f"item {self.place}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was asked and answered."""
        return f"case:{self.case_id}"
