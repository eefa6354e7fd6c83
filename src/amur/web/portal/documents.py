"""A document that was issued in a case, as its party reads and keeps it, and the proof by which others verify it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.procedures import acts, reads
from amur.procedures.correcting.striking import superseding, voided_versions
from amur.procedures.models import Document
from amur.procedures.papers.letters import PREVAILS, Section, letter_of
from amur.procedures.reads import CaseView
from amur.web.limits import limited
from amur.web.portal import forms, sheets
from amur.web.portal.following import for_party, party_actor
from amur.web.requests import AmurRequest

_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in one language; of an erased one only its number, its day and its proof are left."""

    number: str
    case_number: str
    language: str
    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    sections: tuple[Section, ...]
    issuer: str
    issued_on: str
    issued_at: datetime
    served_at: datetime | None
    entry_hash: str
    address: str
    pdf: str
    proof: str
    has_proof: bool

    @property
    def is_erased(self) -> bool:
        """Say whether what it said was erased with its case."""
        return not self.paragraphs

    @property
    def is_translation(self) -> bool:
        """Say whether another language of it prevails."""
        return not self.is_erased and self.language != PREVAILS


def paper(document: Document, number: str, door: str) -> Paper:
    """Return a document in the reader's language, or in the one that prevails; ``door`` is that of its page."""
    letter = letter_of(document, number, forms.language().partition("-")[0])
    return Paper(
        number=document.number,
        case_number=number,
        language=letter.language if letter else PREVAILS,
        title=letter.title if letter else document.number,
        addressee=letter.addressee if letter else "",
        paragraphs=letter.paragraphs if letter else (),
        sections=letter.sections if letter else (),
        issuer=letter.issuer if letter else "",
        issued_on=letter.issued_on if letter else "",
        issued_at=document.issued_at,
        served_at=document.served_at,
        entry_hash=document.entry_hash,
        address=reverse(f"{door}:document", args=[number, document.number]),
        pdf=reverse(f"{door}:document_pdf", args=[number, document.number]),
        proof=reverse(f"{door}:proof", args=[number, document.number]),
        has_proof=bool(document.says and document.content),
    )


def void_numbers(case: CaseView, documents: Iterable[Document]) -> frozenset[str]:
    """Return the numbers of those documents that told of what was voided since."""
    gone = voided_versions(case.case) if case.definition.correction else frozenset()
    return frozenset(one.number for one in documents if one.version in gone)


@require_safe
@never_cache
@for_party
def document(request: AmurRequest, scope: Scope, case: CaseView, document_number: str) -> HttpResponse:
    """Show a document to the party of its case; anybody else is asked for the query code."""
    one = reads.document_of(scope, case.id, document_number)
    _note(request, scope, case, one)
    today = localdate(request.now)
    view = next(view for view in reads.service_of(scope, case.id, today) if view.document.pk == one.pk)
    values = {
        "paper": paper(view.document, case.number, "portal"),
        "door": "portal",
        "superseded": superseding(one.number),
        "may_acknowledge": view.is_open and reads.online_service(scope, case.id) is not None,
    }
    return render(request, "portal/document.html", values)


@require_safe
@never_cache
@for_party
def document_pdf(request: AmurRequest, scope: Scope, case: CaseView, document_number: str) -> HttpResponse:
    """Send a document as a PDF to the party of its case."""
    one = reads.document_of(scope, case.id, document_number)
    made = sheets.pdf(request, one, case)
    _note(request, scope, case, one)
    return made


@require_safe
@never_cache
@for_party
def document_proof(_request: AmurRequest, scope: Scope, case: CaseView, document_number: str) -> HttpResponse:
    """Send the proof of a document, which its party may hand on to whoever is to verify it."""
    one = reads.document_of(scope, case.id, document_number)
    return proof(reads.proof_of(scope, case.id, one.number), one)


def proof(made: Mapping[str, object], document: Document) -> HttpResponse:
    """Send a proof as a file."""
    return sheets.sent(json.dumps(made, ensure_ascii=False).encode(), "application/json", f"{document.number}.json")


@require_POST
@never_cache
@limited("act", "60/10m")
@for_party
def acknowledge(request: AmurRequest, scope: Scope, case: CaseView, document_number: str) -> HttpResponse:
    """Let the party say that it has received a document."""
    one = reads.document_of(scope, case.id, document_number)
    by = party_actor(request, scope, case.id)
    key = request.POST.get("key", "")[:_KEY_LENGTH]
    try:
        acts.acknowledge_document(one.number, by=by, scope=scope, now=request.now, key=key)
    except Refused:
        messages.warning(request, _("This is not possible now; look at the case."))
    else:
        messages.success(request, _("Done. It is recorded below."))
    return HttpResponseRedirect(reverse("portal:document", args=[case.number, one.number]))


@require_POST
@never_cache
@limited("act", "60/10m")
@for_party
def online_service(request: AmurRequest, scope: Scope, case: CaseView) -> HttpResponse:
    """Keep the party's word that it may be served in the portal, or take it back."""
    act = acts.agree_to_online_service if request.POST.get("agree") == "yes" else acts.withdraw_online_service
    act(case.id, by=party_actor(request, scope, case.id), scope=scope, now=request.now)
    messages.success(request, _("Done. It is recorded below."))
    return HttpResponseRedirect(reverse("portal:case", args=[case.number]))


def _note(request: AmurRequest, scope: Scope, case: CaseView, one: Document) -> None:
    """Note that the party opens a document, where that counts; what only asks whether it is there opens nothing."""
    if request.method == "GET":
        acts.note_opening(one.number, by=party_actor(request, scope, case.id), scope=scope, now=request.now)
