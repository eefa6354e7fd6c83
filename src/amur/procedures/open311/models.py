"""Tables of Open311: the keys of programs that send reports, and what came lately, so that it comes once."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.procedures.models import Case


class ApiKey(models.Model):
    """The key of a program. It is shown once, when issued; what is kept is its hash. ``holder`` is whose program it is.

    A key is 160 random bits, so that a plain hash of it tells nobody anything.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = KeptText()
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issued_by", "key"], condition=~Q(key=""), name="api_key_issued_once_a_key")
        ]

    def __str__(self) -> str:
        """Return the beginning of the id; the name of its holder may be a person's."""
        return str(self.id)[:8]

    @property
    def key_subject(self) -> str:
        """Return whose key seals the name of the holder: its own, which is also its subject in the ledger."""
        return f"api_key:{self.pk}"


class ReceivedReport(models.Model):
    """A report that came lately: by which sign it is known again, and which case it became.

    ``sign`` and ``body`` are keyed hashes, so that nothing can be guessed from them; the row is deleted at ``until``.
    """

    sign = models.CharField(max_length=64, unique=True)
    body = models.CharField(max_length=64)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return the beginning of the sign."""
        return self.sign[:8]
