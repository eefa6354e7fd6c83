"""The tables of the ledger. All but ``Unsealed`` are append-only, which triggers in the database enforce.

Two things can be taken away and never changed: the content of an entry, and the key of a subject.

An entry's columns repeat its header so that they can be searched; the header is what is hashed and what counts.
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act about one subject; ``header`` is its canonical bytes and ``leaf`` their hash."""

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=200)
    sequence = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    kind = models.CharField(max_length=80)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    leaf = models.CharField(max_length=64, unique=True)
    header = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "sequence"], name="ledger_entry_one_place_in_chain"),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.subject} {self.sequence} {self.kind}"


class EntryContent(models.Model):
    """What an entry commits to, each part with its salt; erasure sets a part and its salt to null."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="content")
    act_salt = models.CharField(max_length=64, null=True)  # noqa: DJ001 -- null is "erased", "" would be a value
    act = models.TextField(null=True)  # noqa: DJ001 -- null is "erased"
    body_salt = models.CharField(max_length=64, null=True)  # noqa: DJ001 -- null is "erased"
    body = models.TextField(null=True)  # noqa: DJ001 -- null is "erased"

    def __str__(self) -> str:
        return f"content of entry {self.entry_id}"


class Unsealed(models.Model):
    """Entries that wait for the sealer: written with the entry, taken away when it is sealed.

    On PostgreSQL identifiers do not become visible in order, so "higher than the last sealed one" would lose entries.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return f"entry {self.entry_id} waits"


class Leaf(models.Model):
    """The place of an entry in the Merkle log."""

    index = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="sealed")

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Node(models.Model):
    """The root of a complete subtree of 2**level leaves; level 0 is the entries' own hashes."""

    id = models.BigAutoField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    position = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "position"], name="ledger_node_one_place")]

    def __str__(self) -> str:
        return f"node {self.level}/{self.position}"


class SigningKey(models.Model):
    """The public half of a key that signs checkpoints; all but the first are introduced by a sealed entry."""

    number = models.PositiveIntegerField(primary_key=True)
    suite = models.CharField(max_length=40)
    key_id = models.CharField(max_length=64, unique=True)
    public = models.CharField(max_length=128)
    introduced_by = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"key {self.number} {self.key_id}"


class Checkpoint(models.Model):
    """A signed head of the log: ``body`` is the canonical bytes that the signature covers."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    suite = models.CharField(max_length=40)
    key_id = models.CharField(max_length=64)
    body = models.TextField()
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Stamp(models.Model):
    """A time stamp (RFC 3161) of a checkpoint by an outside authority, perhaps of many checkpoints in one token.

    ``batch_index``, ``batch_size`` and ``batch_path`` prove the checkpoint's place in what was stamped; ``renews`` is
    the older stamp that this one carries over to newer algorithms.
    """

    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="stamps")
    authority = models.CharField(max_length=300)
    token = models.BinaryField()
    made_at = models.DateTimeField()
    algorithm = models.CharField(max_length=20)
    batch_index = models.PositiveIntegerField()
    batch_size = models.PositiveIntegerField()
    batch_path = models.JSONField(default=list)
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals")

    def __str__(self) -> str:
        return f"stamp of checkpoint {self.checkpoint_id} by {self.authority}"


class SubjectKey(models.Model):
    """A key under which personal values of a subject are sealed, wrapped; null when it was destroyed, which is final.

    ``part`` is empty for the subject's own key; a value with a retention time of its own has a key of its own.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=200)
    part = models.CharField(max_length=80, blank=True)
    wrapped = models.CharField(max_length=100, null=True)  # noqa: DJ001 -- null is "destroyed", "" would be a key
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "part"], name="ledger_subject_key_once")]

    def __str__(self) -> str:
        return f"key of {self.subject} {self.part}".strip()
