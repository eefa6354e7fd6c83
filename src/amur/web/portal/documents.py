"""A document that was issued in a case, as its party reads and prints it, and the receipt by which others verify it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amur.base.faults import NotFound
from amur.procedures import reads
from amur.procedures.models import Document
from amur.web.portal import forms
from amur.web.portal.following import party_scope
from amur.web.requests import AmurRequest

_PREVAILS = "zh"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in one language; of an erased one only its number, its day and its proof are left."""

    number: str
    case_number: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    issuer: str
    issued_on: str
    issued_at: datetime
    entry_hash: str
    address: str

    @property
    def is_erased(self) -> bool:
        """Say whether what it said was erased with its case."""
        return not self.paragraphs

    @property
    def is_translation(self) -> bool:
        """Say whether another language of it prevails."""
        return not self.is_erased and self.language != _PREVAILS


def paper(document: Document, number: str, door: str) -> Paper:
    """Return a document in the reader's language, or in the one that prevails; ``door`` is that of its page."""
    said = forms.language().partition("-")[0]
    language = said if said in document.content else _PREVAILS
    content = document.content.get(language)
    told = content if isinstance(content, dict) else {}
    paragraphs = told.get("paragraphs")
    return Paper(
        number=document.number,
        case_number=number,
        language=language,
        title=str(told.get("title", document.number)),
        paragraphs=tuple(map(str, paragraphs)) if isinstance(paragraphs, list) else (),
        issuer=str(told.get("issuer", "")),
        issued_on=str(told.get("issued_on", "")),
        issued_at=document.issued_at,
        entry_hash=document.entry_hash,
        address=reverse(f"{door}:document", args=[number, document.number]),
    )


@require_safe
@never_cache
def document(request: AmurRequest, number: str, document_number: str) -> HttpResponse:
    """Show a document to the party of its case; anybody else is asked for the query code."""
    scope = party_scope(request, number)
    try:
        case = reads.case_for_party(scope, number, at=request.now)
    except NotFound:
        return HttpResponseRedirect(f"{reverse('portal:track')}?number={number[:60]}")
    found = reads.document_of(scope, case.id, document_number)
    return render(request, "portal/document.html", {"paper": paper(found, case.number, "portal"), "door": "portal"})
