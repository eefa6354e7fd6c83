"""Tables of what is done so that a document reaches its party, and of the party's word that it may come online."""

from __future__ import annotations

from django.db import models

from amur.ledger.kept import KeptData
from amur.ledger.stored import Stored
from amur.procedures.models import Case, Document


class Service(Stored):
    """One way in which a document was brought to its party: when it was sent, when it reached it, what proves it.

    ``details`` are sealed: the number of the post, who took it, what was brought back.
    """

    class Way(models.TextChoices):
        """How a document goes: shown in the portal, carried by the post, handed over."""

        PORTAL = "portal"
        POST = "post"
        HAND = "hand"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="services")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="services")
    way = models.CharField(max_length=6, choices=Way.choices)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=200)
    details = KeptData(default=dict)
    served_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64, unique=True)
    served_entry = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "key"], condition=~models.Q(key=""), name="document_served_once_a_key"
            )
        ]

    def __str__(self) -> str:
        """Return the way and when it was taken."""
        return f"{self.way} {self.sent_at:%Y-%m-%d}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals who took it and what proves it."""
        return f"case:{self.case_id}"


class ServiceConsent(models.Model):
    """The party's word that its documents may be served in the portal; a word that was withdrawn stays readable."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="service_consents")
    given_at = models.DateTimeField()
    given_entry = models.CharField(max_length=64, unique=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_entry = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(withdrawn_at=None), name="service_consent_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        """Return since when."""
        return f"since {self.given_at:%Y-%m-%d}"
