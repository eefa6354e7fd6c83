"""Tables of this room: what is kept of each document, and what removed text may still lie in the index's files.

The index itself is made by ``dialect``, since the two databases share nothing of it.
"""

from __future__ import annotations

from django.db import models

from amur.ledger.stored import Stored
from amur.search.engine import LONGEST_NAME


class IndexedDocument(models.Model):
    """What is kept of a document: where it came from, its place in the order, its folded texts.

    On SQLite ``id`` is the number of its row in the index, made from ``place``.
    """

    kind = models.CharField(max_length=LONGEST_NAME)
    ref = models.CharField(max_length=LONGEST_NAME)
    place = models.BigIntegerField()
    readers = models.CharField(max_length=LONGEST_NAME, blank=True)
    key_form = models.TextField(blank=True)
    title_form = models.TextField(blank=True)
    open_form = models.TextField(blank=True)
    full_form = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="indexed_document_once")]

    def __str__(self) -> str:
        """Return kind and reference."""
        return f"{self.kind} {self.ref}"


class Residue(Stored):
    """That removed or replaced text may still lie in the files of the index: at most one row."""

    removed = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return what was left."""
        return "removed text" if self.removed else f"text replaced at {self.replaced_at}"
