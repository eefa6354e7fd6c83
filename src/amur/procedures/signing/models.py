"""The tables of sign-off: where a draft stands, and what was done with it, line by line; lines are never changed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptData, KeptText
from amur.ledger.stored import Stored

if TYPE_CHECKING:
    from amur.procedures.models import Case


class SignOff(Stored):
    """One course of a chain: the draft as it is now, and who holds it.

    ``step`` is empty while the drafter holds it; ``role`` and ``body_id`` are the office that holds it. ``version``
    grows whenever the draft or its holder changes, and ``case_version`` is the case that was drafted about.
    """

    class Ended(models.TextChoices):
        """The three ways in which it ends."""

        DECIDED = "decided"
        WITHDRAWN = "withdrawn"
        VOID = "void"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("procedures.Case", on_delete=models.PROTECT, related_name="sign_offs")
    chain = models.CharField(max_length=120)
    event = models.CharField(max_length=120)
    step = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=120)
    body_id = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=0)
    case_version = models.PositiveIntegerField()
    reason = KeptText(blank=True)
    given = KeptData(default=dict, parts="key_parts")
    drafted_by = models.CharField(max_length=200)
    begun_at = models.DateTimeField()
    held_since = models.DateTimeField()
    due_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=9, choices=Ended.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "chain"], condition=Q(ended_at=None), name="sign_off_one_open_of_each_chain"
            ),
        ]
        indexes = [
            models.Index(fields=["role", "body_id", "case"], name="sign_off_held_by", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        """Return the chain and the step."""
        return f"{self.chain} {self.step}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the draft: that of the case."""
        return f"case:{self.case_id}"

    @property
    def key_parts(self) -> Mapping[str, str]:
        """Return all fields with the part of the key that seals each; in a draft none is in plain words."""
        return _parts(self.case)


class SignOffLine(Stored):
    """What somebody did with a draft. ``version`` is the one that they had before them.

    ``before`` and ``after`` are the reason where it was written or changed, ``changes`` the same of fields; ``text`` is
    what was said beside that: why it is returned, a remark, a dissent, minutes.
    """

    class Verb(models.TextChoices):
        """All that can be done with a draft."""

        DRAFTED = "drafted"
        SIGNED = "signed"
        CHANGED = "changed"
        RETURNED = "returned"
        VOTED = "voted"
        CONCLUDED = "concluded"
        URGED = "urged"
        OVERTAKEN = "overtaken"
        WITHDRAWN = "withdrawn"

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="lines")
    case = models.ForeignKey("procedures.Case", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    verb = models.CharField(max_length=9, choices=Verb.choices)
    event = models.CharField(max_length=120)
    step = models.CharField(max_length=120, blank=True)
    to = models.CharField(max_length=120, blank=True)
    choice = models.CharField(max_length=7, blank=True)
    actor_id = models.CharField(max_length=200)
    role = models.CharField(max_length=120, blank=True)
    text = KeptText(blank=True)
    before = KeptText(blank=True)
    after = KeptText(blank=True)
    changes = KeptData(default=dict, parts="key_parts")
    at = models.DateTimeField()
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_off", "number"], name="sign_off_line_numbered"),
            models.UniqueConstraint(
                fields=["case", "actor_id", "key"], condition=~Q(key=""), name="sign_off_line_once_a_key"
            ),
        ]

    def __str__(self) -> str:
        """Return the number and what was done."""
        return f"{self.number} {self.verb}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was said: that of the case."""
        return f"case:{self.case_id}"

    @property
    def key_parts(self) -> Mapping[str, str]:
        """Return all fields with the part of the key that seals each."""
        return _parts(self.case)


TAKES = (
    SignOffLine.Verb.DRAFTED,
    SignOffLine.Verb.SIGNED,
    SignOffLine.Verb.CHANGED,
    SignOffLine.Verb.VOTED,
    SignOffLine.Verb.CONCLUDED,
)
"""By which lines somebody takes a step; whoever returns a draft may still sign it when it comes back to that step."""


def _parts(case: Case) -> Mapping[str, str]:
    from amur.procedures import declared, editions  # noqa: PLC0415 -- they read the declaration, which reads tables
    from amur.procedures.personal import parts_of_case  # noqa: PLC0415 -- as above

    fields = (field for one in editions.hashes_of(case) for field in declared.pinned(one).data_fields)
    return {field.id: "" for field in fields} | dict(parts_of_case(case))
