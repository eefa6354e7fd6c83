"""Tables of this room: messages that go out, what came in, files under way, and what differs between both sides.

What may be personal is sealed under the key of the case or record that it is about, and is erased with it; a file under
way has a key of its own until its rows are taken in.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptData, KeptText
from amur.ledger.stored import Stored
from amur.procedures.models import Case, Upload
from amur.registers.models import Record


class Message(Stored):
    """One message to another system. Its id is what that system knows it by, the same at each attempt.

    ``sequence`` is the number of the event in its case, or of the version of its record: messages about one go in that
    order. ``their_number`` comes with the receipt. ``attempts`` counts since it was last told to try, ``tries`` all.
    """

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting"
        SENT = "sent"
        RECEIVED = "received"
        REFUSED = "refused"
        FAILED = "failed"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exchange = models.CharField(max_length=120)
    message = models.CharField(max_length=120)
    declaration_hash = models.CharField(max_length=64)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=200)
    event = models.CharField(max_length=120)
    sequence = models.PositiveIntegerField()
    happened_at = models.DateTimeField()
    entry_hash = models.CharField(max_length=64)
    body = KeptData(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    way = models.CharField(max_length=9, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")
    their_number = models.CharField(max_length=120, blank=True, default="")
    reason = KeptText(blank=True, default="")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    receipt_due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exchange", "message", "entry_hash"], name="message_once_an_entry")
        ]
        indexes = [
            models.Index(fields=["exchange", "state", "-made_at"], name="message_by_state"),
            models.Index(fields=["case", "exchange", "sequence"], name="message_of_case"),
            models.Index(fields=["record", "exchange", "sequence"], name="message_of_record"),
        ]

    def __str__(self) -> str:
        """Return the exchange, the message and the number of what it is about."""
        return f"{self.exchange} {self.message} {self.number}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what it says: that of the case or record that it is about."""
        return subject_of(self.case_id, self.record)


class Link(Stored):
    """The number under which the other side of an exchange knows a case."""

    exchange = models.CharField(max_length=120)
    procedure = models.CharField(max_length=120)
    number = models.CharField(max_length=120)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    known_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exchange", "procedure", "number"], name="link_one_case_a_number"),
            models.UniqueConstraint(fields=["exchange", "case"], name="link_one_number_a_case"),
        ]

    def __str__(self) -> str:
        """Return the exchange and their number."""
        return f"{self.exchange} {self.number}"


class Intake(models.Model):
    """A file that came, read and looked through: its rows wait sealed until somebody lets them be taken in."""

    class State(models.TextChoices):
        """How far it is."""

        CHECKED = "checked"
        RUNNING = "running"
        DONE = "done"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exchange = models.CharField(max_length=120)
    message = models.CharField(max_length=120)
    declaration_hash = models.CharField(max_length=64)
    sender = models.CharField(max_length=120, blank=True)
    file_name = KeptText()
    file_hash = models.CharField(max_length=64)
    rows = KeptData(default=dict)
    results = KeptData(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    by = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["exchange", "-begun_at"], name="intake_newest_first")]

    def __str__(self) -> str:
        """Return the exchange, the message and how far it is."""
        return f"{self.exchange} {self.message} {self.done}/{self.total}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the rows: the file's own, which is destroyed when nothing of it waits any more."""
        return f"intake:{self.pk}"


class Received(Stored):
    """A message from another system that was taken, or refused with what was wrong. By ``sign`` a repetition is known.

    What was wrong is kept by field and code alone: what stood there went back to whoever sent it.
    """

    class State(models.TextChoices):
        """What became of it."""

        TAKEN = "taken"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exchange = models.CharField(max_length=120)
    message = models.CharField(max_length=120)
    message_id = models.CharField(max_length=200, blank=True)
    sender = models.CharField(max_length=120, blank=True)
    way = models.CharField(max_length=4)
    sign = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State.choices)
    faults = models.JSONField(default=list)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, related_name="+")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, related_name="+")
    row = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=200)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign"], condition=Q(state="taken"), name="received_taken_once"),
        ]
        indexes = [
            models.Index(fields=["exchange", "-received_at"], name="received_newest_first"),
            models.Index(fields=["case"], name="received_of_case"),
        ]

    def __str__(self) -> str:
        """Return the exchange, the message and its id."""
        return f"{self.exchange} {self.message} {self.message_id}"

    @property
    def hashes(self) -> list[str]:
        """Return the hashes of the files that came with it and are here, as the answer to it confirms them."""
        return [*self.attachments.filter(state="taken").order_by("place").values_list("sha256", flat=True)]


class Attachment(Stored):
    """A file that goes or came with a message about a case: what it is to them, its hash, and how far it is.

    ``file`` names the upload with the bytes; a copy of a document that was made for the message is ours to forget.
    """

    class State(models.TextChoices):
        """Whether they have its bytes, and have said so; or that it came here."""

        WAITING = "waiting"
        GIVEN = "given"
        CONFIRMED = "confirmed"
        TAKEN = "taken"
        GONE = "gone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="attachments")
    received = models.ForeignKey(Received, on_delete=models.PROTECT, null=True, related_name="attachments")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    file_name = KeptText(blank=True, default="")
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.UUIDField()
    is_copy = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    given_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "name"], name="attachment_name_once")]

    def __str__(self) -> str:
        """Return what it is to them."""
        return self.name

    @property
    def key_subject(self) -> str:
        """Return whose key seals what it was called: that of the case."""
        return f"case:{self.case_id}"


class Incoming(models.Model):
    """A file that came from another system and waits for the message that names it by its hash; else it is forgotten.

    ``batch`` is the file of messages that brought it, empty where it came by call.
    """

    exchange = models.CharField(max_length=120)
    sender = models.CharField(max_length=120, blank=True)
    batch = models.CharField(max_length=36, blank=True)
    sha256 = models.CharField(max_length=64)
    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exchange", "sender", "batch", "sha256"], name="incoming_once_a_sender")
        ]

    def __str__(self) -> str:
        """Return the exchange and the beginning of the hash."""
        return f"{self.exchange} {self.sha256[:8]}"


class Comparison(models.Model):
    """One comparison of what both sides hold: when, by which way, and what came of it.

    ``not_compared`` are fields that their list does not give at all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exchange = models.CharField(max_length=120)
    rule = models.CharField(max_length=120)
    way = models.CharField(max_length=9)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    theirs = models.PositiveIntegerField(default=0)
    ours = models.PositiveIntegerField(default=0)
    agreed = models.PositiveIntegerField(default=0)
    differing = models.PositiveIntegerField(default=0)
    not_compared = models.JSONField(default=list)
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["exchange", "rule", "-at"], name="comparison_newest_first")]

    def __str__(self) -> str:
        """Return the exchange, the rule and the day."""
        return f"{self.exchange} {self.rule} {self.on}"


class Difference(models.Model):
    """What one side holds and the other does not, or holds otherwise, from the first comparison that showed it."""

    class Kind(models.TextChoices):
        """Where something is missing, or that both differ in a field."""

        MISSING_HERE = "missing_here"
        MISSING_THERE = "missing_there"
        DIFFERS = "differs"

    class State(models.TextChoices):
        """Whether it still stands: it agreed by itself later, or somebody resolved it with a reason."""

        OPEN = "open"
        AGREED = "agreed"
        RESOLVED = "resolved"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exchange = models.CharField(max_length=120)
    rule = models.CharField(max_length=120)
    kind = models.CharField(max_length=13, choices=Kind.choices)
    key = models.CharField(max_length=200)
    field = models.CharField(max_length=120, blank=True)
    ours = KeptText(blank=True, default="")
    theirs = KeptText(blank=True, default="")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, related_name="+")
    first = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="began")
    last = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="showed")
    task = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    reason = KeptText(blank=True, default="")
    resolved_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "rule", "kind", "key", "field"],
                condition=Q(state="open"),
                name="difference_open_once",
            )
        ]
        indexes = [models.Index(fields=["exchange", "state", "rule"], name="difference_by_state")]

    def __str__(self) -> str:
        """Return the kind and the key."""
        return f"{self.kind} {self.key} {self.field}".strip()

    @property
    def key_subject(self) -> str:
        """Return whose key seals the values: that of our case or record, or the difference's own."""
        return subject_of(self.case_id, self.record) or f"difference:{self.pk}"


def subject_of(case_id: uuid.UUID | None, record: Record | None) -> str:
    """Return the ledger's name of a case or a record; empty for neither."""
    if case_id:
        return f"case:{case_id}"
    return f"record:{record.register}:{record.pk}" if record else ""
