"""Tables of cases that belong together: ties between them, marks by which they are found alike, and what was said.

Why is sealed under the key of the case that was tied. Nothing of one case is copied into these rows of another.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.ledger.stored import Stored
from amur.procedures.models import Case

_LEADS = Q(kind__in=["merged", "joined"], ended_at=None)


class Tie(Stored):
    """That a case came out of another, was merged into it, joined it as its lead, or was reopened (then alone).

    ``before`` says of a merged case and its lead where they stood and how their clocks ran, so that it can be undone.
    """

    class Kind(models.TextChoices):
        """How they belong together."""

        SPLIT = "split"
        MERGED = "merged"
        JOINED = "joined"
        REOPENED = "reopened"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ties")
    lead = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="led")
    reason = KeptText(blank=True)
    by_rule = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    undo_until = models.DateField(null=True)
    key = models.CharField(max_length=200, blank=True)
    entry = models.CharField(max_length=64)
    lead_entry = models.CharField(max_length=64, blank=True)
    end_reason = KeptText(blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    end_entry = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], condition=_LEADS, name="tie_one_lead_of_each_kind"),
            models.UniqueConstraint(fields=["case", "made_by", "key"], condition=~Q(key=""), name="tie_once"),
        ]
        indexes = [models.Index(fields=["lead", "kind", "ended_at"], name="tie_of_lead")]

    def __str__(self) -> str:
        """Return how they belong together."""
        return self.kind

    @property
    def key_subject(self) -> str:
        """Return whose key seals why: that of the case that was tied."""
        return f"case:{self.case_id}"


class Mark(Stored):
    """What a case shares with those that are alike by a rule; it is made with a secret and goes with the case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="marks")
    rule = models.CharField(max_length=250)
    mark = models.CharField(max_length=64)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "rule"], name="mark_one_a_rule")]
        indexes = [models.Index(fields=["mark", "marked_at"], name="mark_alike")]

    def __str__(self) -> str:
        """Return the rule."""
        return self.rule


class Likeness(Stored):
    """That a case was found like an earlier one, by a rule, and what an official says about it."""

    class Says(models.TextChoices):
        """What an official says."""

        SAME = "same"
        OTHER = "other"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="likenesses")
    earlier = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="likened")
    rule = models.CharField(max_length=120)
    found_at = models.DateTimeField()
    says = models.CharField(max_length=5, choices=Says.choices, blank=True)
    reason = KeptText(blank=True)
    said_by = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField(null=True)
    entry = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "earlier"], name="likeness_of_two_once")]

    def __str__(self) -> str:
        """Return the rule."""
        return self.rule

    @property
    def key_subject(self) -> str:
        """Return whose key seals why."""
        return f"case:{self.case_id}"
