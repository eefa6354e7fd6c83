"""Tables of joint work: parts that were asked of other bodies with what they gave, and hand-overs of the whole case.

What was written is sealed under the key of the case; files have keys of their own, and go with it.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptData, KeptText
from amur.ledger.stored import Stored
from amur.procedures.models import Case, Upload


class AskedPart(Stored):
    """A part of the work that was asked of a body, and what it gave: once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="asked_parts")
    part = models.CharField(max_length=120)
    body_id = models.CharField(max_length=120, db_index=True)
    role = models.CharField(max_length=120)
    asked = KeptText()
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    key = models.CharField(max_length=200, blank=True)
    asked_entry = models.CharField(max_length=64, unique=True)
    given = KeptText(blank=True)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="parts")
    late = models.BooleanField(default=False)
    given_by = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField(null=True)
    given_entry = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "asked_by", "key"], condition=~Q(key=""), name="asked_part_once"),
        ]

    def __str__(self) -> str:
        """Return the part and the body."""
        return f"{self.part} {self.body_id}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was asked and given."""
        return f"case:{self.case_id}"


class HandOver(Stored):
    """That a case was offered to another body, as a pack of all it holds; ``version`` is that of the case in the pack.

    ``manifest`` lists the files of the pack, and ``manifest_hash`` is what both bodies put into the ledger. ``why`` is
    why it was offered; ``sends_back`` is that it returns what was handed over before, which happens once.
    """

    class State(models.TextChoices):
        """How far it is."""

        OFFERED = "offered"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        LAPSED = "lapsed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hand_overs")
    from_body = models.CharField(max_length=120, db_index=True)
    to_body = models.CharField(max_length=120, db_index=True)
    role = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OFFERED)
    version = models.PositiveIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="hand_overs")
    manifest = KeptData(default=dict)
    manifest_hash = models.CharField(max_length=64)
    offered_by = models.CharField(max_length=200)
    offered_at = models.DateTimeField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    key = models.CharField(max_length=200, blank=True)
    offered_entry = models.CharField(max_length=64, unique=True)
    why = KeptText(blank=True, default="")
    sends_back = models.BooleanField(default=False)
    reason = KeptText(blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_entry = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="offered"), name="hand_over_one_open_a_case"),
            models.UniqueConstraint(fields=["case", "offered_by", "key"], condition=~Q(key=""), name="hand_over_once"),
        ]

    def __str__(self) -> str:
        """Return from whom to whom."""
        return f"{self.from_body} to {self.to_body}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals why it was refused."""
        return f"case:{self.case_id}"
