"""The table of migrations: what a case was before it was brought to another edition, so that it can be brought back."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from amur.ledger.kept import KeptData
from amur.procedures.models import Case


class CaseMigration(models.Model):
    """That a case was brought to another edition; ``version`` is that of the case which came of it.

    ``before`` is where it stood and what its clocks were, ``data`` what was entered until then. ``undone_version`` is
    that of the event which brought it back.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="migrations")
    version = models.PositiveIntegerField()
    map_hash = models.CharField(max_length=64, db_index=True)
    declaration_before = models.CharField(max_length=64)
    declaration_after = models.CharField(max_length=64)
    before = models.JSONField(default=dict)
    data = KeptData(default=dict, parts="key_parts")
    migrated_at = models.DateTimeField()
    undone_version = models.PositiveIntegerField(null=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="case_migration_one_a_version")]

    def __str__(self) -> str:
        """Return the version that came of it."""
        return f"migrated to {self.version}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was entered: that of the case."""
        return f"case:{self.case_id}"

    @property
    def key_parts(self) -> Mapping[str, str]:
        """Return the personal fields of the edition before, each with the part of the key that seals it."""
        from amur.procedures.personal import parts_of  # noqa: PLC0415 -- it reads the declaration, which reads tables

        return parts_of(self.declaration_before)
