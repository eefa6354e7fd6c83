"""Tables of this room: drafts and uploads before submission; cases, their events, clocks, decisions and notices after.

Events and decisions are written and never changed. What may be personal is sealed under the key of its case, draft or
upload (``amur.ledger.kept``): destroying that key erases it, here and in every copy.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptData, KeptText
from amur.ledger.rows import forget_read
from amur.ledger.stored import Stored
from amur.procedures.queues.columns import DueRankField, LookedForField, TurnField, with_those_beside


class Draft(Stored):
    """A form that is being filled in. ``raw`` is what was typed, ``data`` what of it could be parsed.

    ``account_id`` is whoever fills it in, ``authorisation_id`` by which authorisation they do so for somebody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.CharField(max_length=120)
    declaration_hash = models.CharField(max_length=64)
    raw = KeptData(default=dict)
    data = KeptData(default=dict)
    version = models.PositiveIntegerField(default=1)
    account_id = models.CharField(max_length=64, blank=True)
    enterprise_id = models.CharField(max_length=64, blank=True)
    authorisation_id = models.CharField(max_length=64, blank=True, default="")
    channel = models.CharField(max_length=20, default="portal")
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return the procedure and the beginning of the id."""
        return f"{self.procedure} {str(self.id)[:8]}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was entered: the draft's own."""
        return f"draft:{self.pk}"


_BY_DUE = ("due_rank", "submitted_at", "number", "id")
_REACH = ("procedure", "region")
_SAID = ("state", "channel", "looked_for")
"""Columns of the indexes by which queues are read; they hold what decides, so that other rows are not fetched."""


class Case(Stored):
    """One run of a procedure. The draft it came from makes its submission idempotent; ``origin`` is what opened it.

    ``state`` is the one that is shown; ``configuration`` is what is active and remembered where states are nested, and
    empty in a flat procedure.

    ``erase_on`` is the day after which something personal has passed its time; empty in a closed case, it is to be
    looked up. ``erased_at`` is when the last of it was erased. ``recused`` are the accounts that stepped back
    from it or were withdrawn. ``sources`` says which answers were taken from a register, and as of when;
    ``editions`` are those by which it ran before it was migrated.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=40, unique=True)
    procedure = models.CharField(max_length=120)
    declaration_hash = models.CharField(max_length=64)
    closure_hash = models.CharField(max_length=64, blank=True, default="")
    draft = models.OneToOneField(Draft, on_delete=models.SET_NULL, null=True, related_name="case")
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="opened")
    state = models.CharField(max_length=120)
    configuration = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    data = KeptData(parts="key_parts")
    sources = KeptData(default=dict)
    subject = models.CharField(max_length=200)
    body_id = models.CharField(max_length=120)
    region = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    account_id = models.CharField(max_length=64, blank=True, db_index=True)
    enterprise_id = models.CharField(max_length=64, blank=True, db_index=True)
    submitted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    erase_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    due_provisional = models.BooleanField(default=False)
    turn = TurnField(max_length=9, default="", editable=False)
    due_rank = DueRankField(default=0, editable=False)
    looked_for = LookedForField(default="", editable=False)
    recused = models.JSONField(default=list)
    editions = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["body_id", *_REACH, "turn", *_BY_DUE, *_SAID], name="case_in_reach"),
            models.Index(fields=["body_id", "turn", *_BY_DUE, *_REACH], name="case_by_turn"),
            models.Index(fields=["body_id", *_BY_DUE, *_REACH], name="case_by_due"),
            models.Index(
                fields=["body_id", "-changed_at", "number", "id", *_REACH],
                name="case_by_end",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(fields=["procedure", "-submitted_at", "number"], name="case_of_procedure"),
            models.Index(
                fields=["erase_on"], name="case_to_erase", condition=Q(closed_at__isnull=False, erased_at=None)
            ),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number

    def save(self, *arguments: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Store the row, or columns of it with those that follow from them."""
        columns = None if update_fields is None else with_those_beside(update_fields)
        forget_read(self)
        super().save(*arguments, update_fields=columns, **options)

    @property
    def key_subject(self) -> str:
        """Return whose key seals what is personal: the case's own, which is also its subject in the ledger."""
        return f"case:{self.pk}"

    @property
    def key_parts(self) -> Mapping[str, str]:
        """Return the personal fields, each with the part of the key that seals it."""
        from amur.procedures.personal import parts_of_case  # noqa: PLC0415 -- it reads the declaration, and that tables

        return parts_of_case(self)


class Upload(Stored):
    """A file that was received whole; its bytes lie sealed under its id in the folder of uploads."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="uploads")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="uploads")
    field = models.CharField(max_length=120)
    name = KeptText()
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the field that it was sent for; the name that it came under may name a person."""
        return f"{self.field} {str(self.id)[:8]}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the name and the bytes: the upload's own, so that one file can be forgotten."""
        return f"upload:{self.pk}"


class CaseEvent(Stored):
    """What happened to a case: who did what, from which state to which, and the ledger entry that proves it.

    Where states are nested, ``configuration`` says which were entered and which are active since. By ``entry_hash`` an
    event is looked for within its case; that there is one entry of it, the ledger says.
    """

    # It needs no index of its own: that of its versions begins with it. Each index costs every act a page more.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_index=False)
    version = models.PositiveIntegerField()
    event = models.CharField(max_length=120)
    source = models.CharField(max_length=120, blank=True)
    target = models.CharField(max_length=120)
    configuration = models.JSONField(default=dict)
    actor_id = models.CharField(max_length=200)
    role = models.CharField(max_length=120, blank=True)
    reason = KeptText(blank=True)
    given = KeptData(default=dict, parts="key_parts")
    happened_at = models.DateTimeField()
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="case_event_one_a_version"),
            models.UniqueConstraint(fields=["case", "key"], condition=~Q(key=""), name="case_event_key_once"),
        ]
        indexes = [models.Index(fields=["actor_id", "case"], name="case_event_by_actor")]

    def __str__(self) -> str:
        """Return the version and the event."""
        return f"{self.version} {self.event}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was said and given."""
        return f"case:{self.case_id}"

    @property
    def key_parts(self) -> Mapping[str, str]:
        """Return the personal fields of the case, each with the part of the key that seals it."""
        return self.case.key_parts


class ClockRun(Stored):
    """One run of a clock: when it began, when it waited and in which state, when it is due; why, is derived of that.

    Moments are kept as days, and as instants too for clocks that count hours.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clock_runs")
    clock = models.CharField(max_length=120)
    started_on = models.DateField()
    started_at = models.DateTimeField(null=True)
    waits = models.JSONField(default=list)
    paused_on = models.DateField(null=True)
    extension = models.JSONField(null=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    promise_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock"], condition=Q(ended_on=None), name="clock_run_one_open_of_each_kind"
            ),
        ]

    def __str__(self) -> str:
        """Return the clock and its due date."""
        return f"{self.clock} due {self.due_on}"


class Decision(Stored):
    """What was decided, on which basis, and why."""

    class Outcome(models.TextChoices):
        """The two ways in which it can end."""

        GRANTED = "granted"
        REFUSED = "refused"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    reason = KeptText(blank=True)
    basis = models.JSONField(default=list)
    values_used = models.JSONField(default=list)
    by = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
    entry_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        """Return the outcome."""
        return self.outcome

    @property
    def key_subject(self) -> str:
        """Return whose key seals the reason."""
        return f"case:{self.case_id}"


class Notice(Stored):
    """What the party was told, in the words of the pack. It stands on the page of the case and in the party's inbox.

    ``template_hash`` is the declaration whose words these are, ``template`` and ``template_version`` which of them.
    What left the house stands in ``notices.models``.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    version = models.PositiveIntegerField()
    subject = KeptText()
    body = KeptText()
    short = KeptText(blank=True, default="")
    language = models.CharField(max_length=10)
    template_hash = models.CharField(max_length=64)
    template = models.CharField(max_length=260, blank=True, default="")
    template_version = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the case's version and the template; what was written is for its party."""
        return f"{self.version} {self.template}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was written."""
        return f"case:{self.case_id}"


class Document(Stored):
    """A document that was issued: in each language its title, its paragraphs and who issued it, as they were then.

    ``says`` commits to the content with the sealed ``salt``, so that whoever holds both can show what it said.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    version = models.PositiveIntegerField()
    document = models.CharField(max_length=120)
    number = models.CharField(max_length=40, unique=True)
    content = KeptData(default=dict)
    salt = KeptText(blank=True, default="")
    says = models.CharField(max_length=64, blank=True, default="")
    must_be_served = models.BooleanField(default=False)
    served_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField()
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["issued_at"], name="document_to_serve", condition=Q(must_be_served=True, served_at=None)
            )
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number

    @property
    def key_subject(self) -> str:
        """Return whose key seals what it says."""
        return f"case:{self.case_id}"


class Serial(Stored):
    """The last number that was given in a series, such as all filings of a year."""

    series = models.CharField(max_length=40, primary_key=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        """Return series and value."""
        return f"{self.series} {self.value}"


class DeskRead(models.Model):
    """That an official read a case in an hour, so that the ledger says it once."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    actor_id = models.CharField(max_length=200)
    hour = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "actor_id", "hour"], name="desk_read_once_an_hour")]

    def __str__(self) -> str:
        """Return who and when."""
        return f"{self.actor_id} at {self.hour}"
