"""When one thing is due: when the last of its open cases is, whatever moves the dates of these; no clock of its own."""

from __future__ import annotations

from datetime import date

from amur.procedures import declared
from amur.procedures.models import Case
from amur.procedures.onething.engine import latest


def due_of_cases(whole: Case) -> date | None:
    """Return when the last open case of one thing is due; None where it has ended, has clocks or is no such thing."""
    definition = declared.pinned(whole.declaration_hash)
    if definition.one_thing is None or definition.clocks or whole.closed_at is not None:
        return None
    return latest(Case.objects.filter(origin=whole, closed_at=None).values_list("due_on", flat=True))


def keep_due(whole: Case) -> None:
    """Let one thing be due when its cases are, or on no day once it has ended."""
    definition = declared.pinned(whole.declaration_hash)
    if definition.one_thing is None or definition.clocks:
        return
    due = due_of_cases(whole)
    if due != whole.due_on:
        whole.due_on, whole.due_at, whole.due_provisional = due, None, False
        whole.save(update_fields=["due_on", "due_at", "due_provisional"])


def tell_whole(case: Case) -> None:
    """Let the one thing that a case belongs to be due anew, since a date of the case, which is saved here, moved."""
    if case.origin_id is not None:
        case.save(update_fields=["due_on", "due_at", "due_provisional"])
        keep_due(Case.objects.select_for_update().get(pk=case.origin_id))
