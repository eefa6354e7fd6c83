"""What is left of remarks when a case is forgotten: who made one and when, and its proof."""

from __future__ import annotations

from amur.procedures.models import Case
from amur.procedures.remarks.models import Remark


def clear(case: Case) -> None:
    """Take away what is left of sealed words about a forgotten case."""
    Remark.objects.filter(case=case).update(text="")
