"""Remarks as the offices that work on a case read them; nobody else learns that there are any."""

from __future__ import annotations

from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.procedures import declared
from amur.procedures.facts import case_of
from amur.procedures.remarks.models import Remark
from amur.procedures.seeing import works_on

_REMARKS = prepared(
    lambda case: Remark.objects.filter(case_id=case).select_related("document", "upload").order_by("at", "id"),
    UUIDField(),
)


def remarks(scope: Scope, case_id: UUID) -> tuple[Remark, ...]:
    """Return the remarks on a case, the earliest first; whoever does not work on it reads none."""
    case = case_of(case_id)
    if case is None or not works_on(scope, case, declared.pinned(case.declaration_hash)):
        return ()
    return prefetch(_REMARKS(case.pk))
