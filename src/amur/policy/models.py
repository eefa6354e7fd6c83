"""Tables of this room: editions of an official text, and what packs declared, both by content hash.

Rows are added and never changed; the one exception is which release is active.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """A policy document, whatever its editions; it is known by its title."""

    title = models.CharField(max_length=300, unique=True)

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Edition(models.Model):
    """One text of a document, exactly as it was imported."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="editions")
    sha256 = models.CharField(max_length=64, unique=True)
    source_name = models.CharField(max_length=255)
    text = models.TextField()
    bodies = models.JSONField(default=list)
    addressees = models.JSONField(default=list)
    issued_on = models.DateField(null=True)
    warnings = models.JSONField(default=list)
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the title and the beginning of the hash."""
        return f"{self.document} ({self.sha256[:12]})"


class Passage(models.Model):
    """A part, a clause, a paragraph or a numbered line of an edition, in the order in which the reader gives them."""

    class Kind(models.TextChoices):
        """The three levels that a board shows, and numbered lines, which it compares between editions."""

        PART = "part"
        CLAUSE = "clause"
        PARAGRAPH = "paragraph"
        ITEM = "item"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="passages")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    number = models.CharField(max_length=20)
    order = models.PositiveIntegerField()
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "order"], name="passage_order_once")]
        ordering = ["order"]

    def __str__(self) -> str:
        """Return the kind and the printed number."""
        return f"{self.kind} {self.number}"


class Declaration(models.Model):
    """What a pack says about one thing; the hash is over kind, id and canonical body."""

    kind = models.CharField(max_length=40)
    declared_id = models.CharField(max_length=120)
    hash = models.CharField(max_length=64, unique=True)
    body = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["kind", "declared_id"], name="declaration_by_kind_and_id")]

    def __str__(self) -> str:
        """Return kind and id."""
        return f"{self.kind} {self.declared_id}"


class PackRelease(models.Model):
    """One state of a pack: the set of its declarations. At most one release is active."""

    pack = models.CharField(max_length=120)
    version = models.CharField(max_length=60)
    hash = models.CharField(max_length=64, unique=True)
    synced_at = models.DateTimeField()
    active = models.BooleanField(default=False)
    declarations = models.ManyToManyField(Declaration, through="ReleaseDeclaration", related_name="releases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_release"),
        ]

    def __str__(self) -> str:
        """Return the pack and its version."""
        return f"{self.pack} {self.version}"


class ReleaseDeclaration(models.Model):
    """That a release holds a declaration, and in which file of the pack it stood."""

    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="entries")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="entries")
    file = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "declaration"], name="declaration_once_in_a_release"),
        ]

    def __str__(self) -> str:
        """Return the file."""
        return self.file


class Proof(models.Model):
    """How a worked example of a release went, played by one version of the kernel."""

    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="proofs")
    kernel = models.CharField(max_length=40)
    example = models.CharField(max_length=120)
    passed = models.BooleanField()
    played_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "kernel", "example"], name="example_once_for_a_kernel"),
        ]

    def __str__(self) -> str:
        """Return the example and how it went."""
        return f"{self.example} {'passed' if self.passed else 'failed'}"
