"""What came of a case on paper and elsewhere: the documents that were issued, the cases that it opened."""

from __future__ import annotations

from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.base.faults import NotFound
from amur.base.once import once
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Document
from amur.procedures.permission import why_no_papers
from amur.procedures.seeing import seen

_ISSUED = prepared(lambda case: Document.objects.filter(case_id=case).order_by("issued_at", "id"), UUIDField())
_OPENED = prepared(lambda case: Case.objects.filter(origin_id=case).order_by("submitted_at", "number"), UUIDField())


def documents_of(scope: Scope, case_id: UUID) -> tuple[Document, ...]:
    """Return the documents that were issued in a case, the earliest first.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, _ = seen(scope, case_id)
    return once(("documents", case_id), lambda: prefetch(_ISSUED(case.pk)))


def document_of(scope: Scope, case_id: UUID, number: str) -> Document:
    """Return a document of a case by its number.

    Raises:
        NotFound: as ``documents_of``, or if the case has no such document.
        Refused: if the reader is a proxy, who keeps nobody's documents.
    """
    case, _ = seen(scope, case_id)
    if refusal := why_no_papers(scope, facts_of(case)):
        raise refusal
    for document in documents_of(scope, case_id):
        if document.number == number:
            return document
    raise NotFound("no_document", "there is no such document")


def opened_by(scope: Scope, case_id: UUID) -> tuple[Case, ...]:
    """Return the cases that a case opened, the earliest first; whoever may know of it may know of their numbers.

    Raises:
        NotFound: as ``documents_of``.
    """
    case, _ = seen(scope, case_id)
    return tuple(_OPENED(case.pk))


def opened_from(scope: Scope, case_id: UUID) -> Case | None:
    """Return the case that opened a case, if one did.

    Raises:
        NotFound: as ``documents_of``.
    """
    case, _ = seen(scope, case_id)
    return case.origin
