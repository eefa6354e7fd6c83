"""Tables of opinions: a round that was asked, the bodies that it asked, and each answer that one gave.

Answers are written and never changed: one that takes the place of another is the next turn. What was said is sealed
under the key of the case; which way it went is not, so that it can be counted when the case is erased.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.ledger.stored import Stored
from amur.procedures.models import Case, Upload


class AskedRound(Stored):
    """A round that was asked in a case; ``turn`` tells it from an earlier one of the same declaration.

    ``closed_version`` is the version of the case when it was closed: a case with a later one may have moved on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinion_rounds")
    round = models.CharField(max_length=120)
    turn = models.PositiveIntegerField(default=1)
    role = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    asked_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    closed_version = models.PositiveIntegerField(null=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "turn"], name="asked_round_one_a_turn"),
            models.UniqueConstraint(
                fields=["case", "round"], condition=Q(closed_at=None), name="asked_round_one_open_of_each"
            ),
        ]

    def __str__(self) -> str:
        """Return the round and its turn."""
        return f"{self.round} {self.turn}"


class AskedBody(Stored):
    """A body that a round asked. It is all that this body may know of the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_round = models.ForeignKey(AskedRound, on_delete=models.PROTECT, related_name="asked")
    body_id = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asked_round", "body_id"], name="asked_body_once_a_round")]

    def __str__(self) -> str:
        """Return the body."""
        return self.body_id


class GivenOpinion(Stored):
    """An answer of a body. A late one is marked, and ``counts`` says whether it still counts."""

    class Verdict(models.TextChoices):
        """What a body says."""

        AGREE = "agree"
        CONDITIONS = "conditions"
        OBJECT = "object"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_body = models.ForeignKey(AskedBody, on_delete=models.PROTECT, related_name="given")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    turn = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    text = KeptText(blank=True)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="opinions")
    late = models.BooleanField(default=False)
    counts = models.BooleanField(default=True)
    by = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked_body", "turn"], name="given_opinion_one_a_turn"),
            models.UniqueConstraint(fields=["asked_body", "key"], condition=~Q(key=""), name="given_opinion_key_once"),
        ]

    def __str__(self) -> str:
        """Return the turn and which way it went."""
        return f"{self.turn} {self.verdict}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was said."""
        return f"case:{self.case_id}"
