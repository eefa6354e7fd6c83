"""Tables of ratings: one a case, and what happened to it. No account stands here, and no official's name."""

from __future__ import annotations

from django.db import models

from amur.ledger.kept import KeptText
from amur.procedures.models import Case


class Rating(models.Model):
    """What the party of a case thinks of how it was dealt with.

    ``bad_since`` is when a grade was given that is followed up; ``result`` what came of that, and ``grade_after`` what
    the party thinks of it then. What was written is sealed under the key of the case.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="rating")
    grade = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    said = KeptText(blank=True)
    given_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    bad_since = models.DateTimeField(null=True)
    result = KeptText(blank=True)
    followed_up_at = models.DateTimeField(null=True)
    grade_after = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["bad_since"], name="rating_to_follow_up", condition=models.Q(followed_up_at=None))
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__gte=1, grade__lte=5), name="rating_of_five_grades")
        ]

    def __str__(self) -> str:
        """Return the grade."""
        return str(self.grade)

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was written: that of the case."""
        return f"case:{self.case_id}"


class RatingAct(models.Model):
    """One thing that happened to a rating, and the entry that proves it; a dataset has a row for each."""

    class What(models.TextChoices):
        """What happened."""

        GIVEN = "given"
        CHANGED = "changed"
        FOLLOWED_UP = "followed_up"
        AFTER = "after"

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="acts")
    what = models.CharField(max_length=11, choices=What.choices)
    grade = models.PositiveSmallIntegerField(null=True)
    happened_at = models.DateTimeField()
    entry_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        """Return what happened."""
        return self.what
