"""Tables of appeals: those that are being written, and those that were lodged, each against one decision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.ledger.stored import Stored
from amur.procedures.models import Case, Decision, Draft


class Contest(Stored):
    """That a form under way contests a decision, before which body, and why so late if it is."""

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="contest")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    review_body = models.CharField(max_length=120)
    late_reason = KeptText(blank=True)

    def __str__(self) -> str:
        """Return the body."""
        return self.review_body

    @property
    def key_subject(self) -> str:
        """Return whose key seals the reason: the draft's own."""
        return f"draft:{self.draft_id}"


class Appeal(Stored):
    """An appeal that was lodged: the decision of the ``first`` case, and the ``case`` in which it is heard.

    ``last_day`` is empty where its period had not begun. ``result`` is empty while it is open. ``holds`` says that the
    first case is kept from being erased for it.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="appeal")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    first = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    lodged_at = models.DateTimeField()
    last_day = models.DateField(null=True)
    is_late = models.BooleanField(default=False)
    late_reason = KeptText(blank=True)
    admitted_at = models.DateTimeField(null=True)
    suspends = models.CharField(max_length=8)
    suspended_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, blank=True)
    ended_at = models.DateTimeField(null=True)
    holds = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=Q(ended_at=None), name="appeal_one_open_a_decision")
        ]

    def __str__(self) -> str:
        """Return the result, or that it is open."""
        return self.result or "open"

    @property
    def key_subject(self) -> str:
        """Return whose key seals why it is late: that of the case in which it is heard."""
        return f"case:{self.case_id}"

    @property
    def is_suspended(self) -> bool:
        """Say whether the decision waits for it now."""
        return self.suspended_at is not None and self.lifted_at is None
