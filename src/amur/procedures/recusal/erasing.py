"""What recusal leaves when a case is erased: who stepped back and when; what was said is gone."""

from __future__ import annotations

from amur.procedures.models import Case
from amur.procedures.recusal.models import Objection, Recusal


def clear(case: Case) -> None:
    """Take away the words of a forgotten case."""
    Recusal.objects.filter(case=case).update(reason="")
    Objection.objects.filter(case=case).update(reason="", answer="")
