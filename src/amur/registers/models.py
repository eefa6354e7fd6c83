"""Tables of this room: records and their versions, and imports that are under way.

A version is written and never changed: it says what was held true, from which day, and since when it was known. What a
record's row says besides its key can be computed from its versions; it stands there for lists, search and filters.
"""

from __future__ import annotations

import uuid

from django.db import models

from amur.ledger.stored import Stored


class Record(Stored):
    """One thing that a register lists.

    ``latest`` is the number of its newest version, ``present`` of the one that stands for it today; ``state`` is the
    declared state of today, ``turns_on`` the next day on which it changes by itself. ``search`` holds what a stranger
    may search for and nothing else; ``filters`` the values by which lists are filtered, as ``filtering`` (the hash of
    what is filtered how) asked for. ``erase_on`` is the day after which something personal of an ended record has
    passed its time; ``erased_at`` is when the last of it was erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=120, default="current")
    latest = models.PositiveIntegerField(default=0)
    present = models.PositiveIntegerField(default=0)
    turns_on = models.DateField(null=True)
    search = models.TextField(blank=True)
    filters = models.JSONField(default=dict)
    filtering = models.CharField(max_length=12, blank=True, default="")
    recorded_at = models.DateTimeField()
    erase_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "key"], name="record_key_once_in_a_register")]
        indexes = [
            models.Index(fields=["register", "-recorded_at", "key"], name="record_newest_first"),
            models.Index(fields=["register", "state", "-recorded_at", "key"], name="record_by_state"),
            models.Index(fields=["turns_on"], name="record_turns", condition=models.Q(turns_on__isnull=False)),
            models.Index(fields=["register", "filtering"], name="record_filtering"),
            models.Index(fields=["erase_on"], name="record_to_erase", condition=models.Q(erased_at=None)),
        ]

    def __str__(self) -> str:
        """Return register and key."""
        return f"{self.register} {self.key}"


class RecordVersion(Stored):
    """What was held true of a record, from ``valid_from`` to ``valid_to``, since ``recorded_at``.

    ``event`` is what happened to it, empty where only its content was written; ``through`` how the entry came about.
    For the states see ``engine.Standing``.
    """

    class Through(models.TextChoices):
        """How an entry came about."""

        DECISION = "decision"
        FILING = "filing"
        OFFICE = "office"
        TAKEOVER = "takeover"
        ITSELF = "itself"

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    declaration_hash = models.CharField(max_length=64)
    closure_hash = models.CharField(max_length=64, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    state = models.CharField(max_length=120, default="current")
    state_until = models.DateField(null=True)
    returns_to = models.CharField(max_length=120, blank=True, default="")
    ends_as = models.CharField(max_length=120, blank=True, default="closed")
    is_ended = models.BooleanField(default=False)
    event = models.CharField(max_length=120, blank=True, default="")
    through = models.CharField(max_length=8, choices=Through.choices, default=Through.FILING)
    recorded_at = models.DateTimeField()
    reason = models.TextField()
    source = models.CharField(max_length=200)
    entry_hash = models.CharField(max_length=64, unique=True)
    idempotency = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001 -- many have none

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="record_version_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="record_version_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["record", "-valid_from", "-number"], name="record_version_of_a_day")]

    def __str__(self) -> str:
        """Return the record and the number of the version."""
        return f"{self.record_id} version {self.number}"


class Import(models.Model):
    """A file that is being entered into a register: what was found in it, and how far it has come.

    Its rows wait in a file of their own, read and checked; ``offset`` is where the next one begins there.
    """

    class State(models.TextChoices):
        """How far an import is."""

        FAULTY = "faulty"
        CHECKED = "checked"
        RUNNING = "running"
        STOPPED = "stopped"
        DONE = "done"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(max_length=120)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=State.choices)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    offset = models.PositiveBigIntegerField(default=0)
    faults = models.JSONField(default=list)
    fault_count = models.PositiveIntegerField(default=0)
    by = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["register", "-begun_at"], name="import_newest_first")]

    def __str__(self) -> str:
        """Return the register, the file and how far it is."""
        return f"{self.register} {self.file_name} {self.done}/{self.total}"
