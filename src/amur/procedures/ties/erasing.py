"""What of ties goes when a case is forgotten: its marks, and why it was tied; that it was, stays."""

from __future__ import annotations

from amur.procedures.models import Case
from amur.procedures.ties.models import Likeness, Mark, Tie


def clear(case: Case) -> None:
    """Take away what is left of a forgotten case in the tables of ties."""
    Mark.objects.filter(case=case).delete()
    Tie.objects.filter(case=case).update(reason="", end_reason="")
    Likeness.objects.filter(case=case).update(reason="")
