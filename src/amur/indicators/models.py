"""Tables of this room: computations of an indicator, and the values of each. They are written and never changed."""

from __future__ import annotations

from django.db import models

from amur.indicators.engine.values import STATUSES


class Computation(models.Model):
    """One run of an indicator's query on a snapshot.

    ``inputs`` is a hash of what the query read: as long as that stays, so do the numbers, and there is no further run.
    """

    indicator = models.CharField(max_length=120)
    declaration_hash = models.CharField(max_length=64)
    snapshot_index = models.BigIntegerField()
    snapshot_root = models.CharField(max_length=64)
    taken_on = models.DateField()
    query = models.TextField()
    query_hash = models.CharField(max_length=64)
    inputs = models.CharField(max_length=64)
    computed_at = models.DateTimeField()
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["declaration_hash", "snapshot_index"], name="indicator_once_a_snapshot"),
        ]
        indexes = [models.Index(fields=["indicator", "-id"], name="indicator_newest_first")]

    def __str__(self) -> str:
        """Return the indicator and the index."""
        return f"{self.indicator} at {self.snapshot_index}"


class IndicatorValue(models.Model):
    """A number, or why there is none, for all together (no dimensions) or for one group.

    ``value`` is a decimal in plain digits, and so is ``counted``, the numerator of a share. ``place`` is its place
    among the rows of the query.
    """

    computation = models.ForeignKey(Computation, on_delete=models.PROTECT, related_name="values")
    place = models.PositiveIntegerField()
    dimensions = models.JSONField(default=dict)
    value = models.CharField(max_length=80, null=True)  # noqa: DJ001 -- null is "there is no number"
    status = models.CharField(max_length=14, choices=[(name, name) for name in STATUSES])
    base = models.BigIntegerField(null=True)
    counted = models.CharField(max_length=80, null=True)  # noqa: DJ001 -- null is "the query gives no numerator"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["computation", "place"], name="indicator_value_one_place"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) ^ models.Q(status="measured"),
                name="indicator_value_or_why_none",
            ),
        ]

    def __str__(self) -> str:
        """Return the number or why there is none."""
        return self.value or self.status
