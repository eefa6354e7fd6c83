"""The tables of fees: what was demanded, what was booked, what is to be given back, and the days compared.

Sums, codes and numbers of receipts are plain, so that days add up after a case is erased; who paid and why something
was let go is sealed under the key of the case. A booking is written and never changed.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amur.ledger.kept import KeptText
from amur.ledger.stored import Stored
from amur.procedures.fees.engine import Terms
from amur.procedures.models import Case


class FeeDemand(Stored):
    """A fee or fine that was demanded, with the amount, terms and dated values as they were then.

    ``whole`` is the amount before an exemption. ``code`` is what the cashier knows it by, ``told`` the last sum that
    the cashier was told is owed, ``settled`` that nothing is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="fee_demands")
    fee = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    whole = models.BigIntegerField()
    amount = models.BigIntegerField()
    exemption = KeptText(blank=True)
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    per_day = models.CharField(max_length=20, blank=True)
    fixed = models.BigIntegerField(default=0)
    cap = models.BigIntegerField(default=0)
    values_used = models.JSONField(default=list)
    demanded_at = models.DateTimeField()
    code = models.CharField(max_length=64, blank=True)
    told = models.BigIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    settled = models.BooleanField(default=False)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "fee"], name="fee_demand_once_a_case"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="fee_demand_code_once"),
        ]
        indexes = [models.Index(fields=["due_on"], name="fee_demand_open", condition=Q(settled=False))]

    def __str__(self) -> str:
        """Return the fee and its code."""
        return f"{self.fee} {self.code}".strip()

    @property
    def key_subject(self) -> str:
        """Return whose key seals what is personal: that of the case."""
        return f"case:{self.case_id}"

    @property
    def terms(self) -> Terms:
        """Return what was frozen, as the rules take it."""
        return Terms(self.amount, self.due_on, self.per_day, self.fixed, self.cap)


class FeeBooking(Stored):
    """Money that came or went back, or what was let go, on the day ``on`` for which it counts.

    ``reference`` is the cashier's id of a payment or refund, ``receipt`` the number of the receipt and
    ``receipt_check`` what somebody needs beside it to look the receipt up.
    """

    class Kind(models.TextChoices):
        """What it is."""

        PAYMENT = "payment"
        REFUND = "refund"
        WAIVER = "waiver"
        LIFTED = "lifted"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="fee_bookings")
    demand = models.ForeignKey(FeeDemand, on_delete=models.PROTECT, related_name="bookings")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    amount = models.BigIntegerField()
    on = models.DateField(db_index=True)
    booked_at = models.DateTimeField()
    reference = models.CharField(max_length=100, blank=True)
    receipt = models.CharField(max_length=100, blank=True)
    receipt_check = KeptText(blank=True)
    payer = KeptText(blank=True)
    reason = KeptText(blank=True)
    basis = models.JSONField(default=list)
    by = models.CharField(max_length=200)
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference"], condition=~Q(reference=""), name="fee_booking_reference_once"
            ),
            models.UniqueConstraint(
                fields=["demand", "kind", "key"], condition=~Q(key=""), name="fee_booking_key_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_booking_of_something"),
        ]

    def __str__(self) -> str:
        """Return what it is and how much."""
        return f"{self.kind} {self.amount}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals who paid and why: that of the case."""
        return f"case:{self.case_id}"


class FeeRefund(models.Model):
    """Money that the office gives back: asked of the cashier, who confirms or refuses it. One at a time."""

    class State(models.TextChoices):
        """How far it has come."""

        ASKED = "asked"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="fee_refunds")
    demand = models.ForeignKey(FeeDemand, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=9, choices=State.choices)
    amount = models.BigIntegerField()
    reason = KeptText(blank=True)
    by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand"], condition=Q(state="asked"), name="fee_refund_one_under_way"),
            models.UniqueConstraint(fields=["demand", "key"], condition=~Q(key=""), name="fee_refund_key_once"),
        ]

    def __str__(self) -> str:
        """Return how far it has come and how much it is."""
        return f"{self.state} {self.amount}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the reason: that of the case."""
        return f"case:{self.case_id}"


class FeeDay(models.Model):
    """A day that was compared with what the cashier says of it; ``differences`` names each that is not the same."""

    day = models.DateField(primary_key=True)
    compared_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    differences = models.JSONField(default=list)

    def __str__(self) -> str:
        """Return the day."""
        return self.day.isoformat()
