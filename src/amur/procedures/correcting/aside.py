"""Which decisions of a case hold no more without having been mistakes: a review took them up, or it was reopened."""

from __future__ import annotations

from amur.procedures import declared
from amur.procedures.correcting.striking import voided_entries
from amur.procedures.declarations import REVIEW, ProcedureDeclaration
from amur.procedures.models import Case, CaseEvent

REOPENED = "reopened"
"""By what a decision was set aside where its case was taken up again."""


def set_aside_by(definition: ProcedureDeclaration, event: CaseEvent) -> str:
    """Return by what an event sets aside the decisions before it: ``review`` or ``reopened``; empty where it does not.

    >>> from tests.procedures.contests import CONTESTED
    >>> set_aside_by(CONTESTED, CaseEvent(event="sent_back", role="review"))
    'review'
    >>> set_aside_by(CONTESTED, CaseEvent(event="accept", role="handler"))
    ''
    """
    if event.role == REVIEW:
        return REVIEW
    return REOPENED if definition.ties and definition.ties.reopening(event.event) else ""


def set_aside_up_to(case: Case, definition: ProcedureDeclaration) -> int:
    """Return the version of the last event that set aside the decisions before it, 0 where none did."""
    events = CaseEvent.objects.filter(case=case).order_by("-version").only("event", "role", "version")
    return next((one.version for one in events if set_aside_by(definition, one)), 0)


def withdrawn(case: Case) -> frozenset[str]:
    """Return the leaves of the decisions of a case that hold no more: voided, taken up by a review, set aside."""
    up_to = set_aside_up_to(case, declared.pinned(case.declaration_hash))
    before = CaseEvent.objects.filter(case=case, version__lt=up_to).values_list("entry_hash", flat=True)
    return frozenset((*voided_entries(case), *before))


def laid_aside(case: Case, definition: ProcedureDeclaration) -> frozenset[str]:
    """Return the leaves of the entries, and so of the decisions, from before a case was last taken up again."""
    again = [one.event for one in definition.ties.reopen] if definition.ties else []
    if not again:
        return frozenset()
    events = CaseEvent.objects.filter(case=case)
    last = events.filter(event__in=again).order_by("version").values_list("version", flat=True).last()
    return frozenset(events.filter(version__lt=last or 0).values_list("entry_hash", flat=True))
