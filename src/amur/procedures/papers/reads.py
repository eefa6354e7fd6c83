"""Reads of service: how a document reached its party, what still has to, and the proof of what a document says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, UUIDField

from amur.base.acting import Scope
from amur.base.faults import NotFound
from amur.ledger import reads as ledger
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.correcting.models import Correction
from amur.procedures.correcting.striking import voided_versions
from amur.procedures.models import Case, Document
from amur.procedures.papers.declarations import ServeWithin
from amur.procedures.papers.engine import ServiceClock, service_clock
from amur.procedures.papers.issued import document_of, documents_of
from amur.procedures.papers.models import Service, ServiceConsent
from amur.procedures.seeing import seen, worked_on_by

DOCUMENT_FORMAT = "amur-document/1"
_BODY: tuple[Literal["body"]] = ("body",)
MOST = 200
"""So many documents that wait to be served are listed at once, the oldest first."""


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A document with the ways that were taken to its party, and its clock where it must be served."""

    document: Document
    case_number: str
    services: tuple[Service, ...]
    within: ServeWithin | None
    clock: ServiceClock | None
    is_void: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether it still has to be served, which nothing has that was voided or erased."""
        waits = self.document.must_be_served and self.document.served_at is None
        return waits and not self.is_void and bool(self.document.content)


_TAKEN = prepared(lambda case: Service.objects.filter(case_id=case).order_by("sent_at", "id"), UUIDField())
_CONSENTS = prepared(
    lambda case: ServiceConsent.objects.filter(case_id=case, withdrawn_at=None).order_by("pk")[:1], UUIDField()
)


def service_of(scope: Scope, case_id: UUID, today: date) -> tuple[ServiceView, ...]:
    """Return the documents of a case with their service, the earliest first.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    documents = documents_of(scope, case_id)
    if not documents:
        return ()
    case, _ = seen(scope, case_id)
    taken = prefetch(_TAKEN(case_id))
    void = voided_versions(case) if any(one.must_be_served for one in documents) else frozenset()
    return tuple(_view(one, case, taken, today, is_void=one.version in void) for one in documents)


def online_service(scope: Scope, case_id: UUID) -> ServiceConsent | None:
    """Return the party's word that it may be served in the portal, if it holds now.

    Raises:
        NotFound: as ``service_of``.
    """
    case, _ = seen(scope, case_id)
    return _CONSENTS.first(case.pk)


def to_serve(scope: Scope, today: date) -> tuple[ServiceView, ...]:
    """Return the documents that the reader's offices still have to serve, the oldest first, at most ``MOST``."""
    mine = Case.objects.filter(worked_on_by(scope, declared.everything().procedures), erased_at=None)
    void = Correction.objects.filter(case=OuterRef("case"), voided_version=OuterRef("version"), version__isnull=False)
    waiting = Document.objects.filter(~Exists(void), must_be_served=True, served_at=None, case__in=mine)
    documents = prefetch(waiting.select_related("case").order_by("issued_at", "id")[:MOST])
    taken = tuple(Service.objects.filter(document__in=documents).order_by("sent_at", "id"))
    return tuple(_view(document, document.case, taken, today) for document in documents)


def proof_of(scope: Scope, case_id: UUID, number: str) -> dict[str, Any]:
    """Return the JSON by which a stranger verifies, offline, that a document says what it says.

    It holds the content with its salt, and the receipt of the entry that commits to it. Whoever has it has read the
    document: it is for the party and the offices, to hand on as they like.

    Raises:
        NotFound: if there is no such document, the reader may not know of it, or what it said was erased.
        Conflict: while its entry waits for the next seal.
    """
    document = document_of(scope, case_id, number)
    if not document.content or not document.salt:
        raise NotFound("no_proof", "what this document said was erased, or was issued before it was committed to")
    return {
        "format": DOCUMENT_FORMAT,
        "number": document.number,
        "content": document.content,
        "salt": document.salt,
        "receipt": ledger.receipt(Scope("system"), document.entry_hash, disclose=_BODY),
    }


def is_printed(entry_hash: str, number: str, says: str) -> bool:
    """Say whether an entry, a number and the hash of a content are those of one document, as its code says."""
    return Document.objects.filter(entry_hash=entry_hash, number=number, says=says).exists()


def _within(document: Document, case: Case) -> ServeWithin | None:
    return declared.pinned(case.declaration_hash).document(document.document).serve_within


def _view(
    document: Document, case: Case, taken: tuple[Service, ...], today: date, *, is_void: bool = False
) -> ServiceView:
    within = _within(document, case)
    served_on = day_of(document.served_at) if document.served_at else None
    clock = None
    if within is not None and document.must_be_served and not is_void:
        clock = service_clock(within, day_of(document.issued_at), served_on, today, declared.calendar())
    ways = tuple(one for one in taken if one.document_id == document.pk)
    return ServiceView(document, case.number, ways, within, clock, is_void)
