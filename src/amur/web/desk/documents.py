"""A document that was issued in a case, for the offices that work on it: to read, to print, to edit, to prove."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amur.procedures import acts, reads
from amur.procedures.correcting.striking import superseding
from amur.procedures.models import Document
from amur.procedures.papers.editing import docx_of
from amur.procedures.reads import CaseView
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.portal import sheets
from amur.web.portal.documents import paper, proof
from amur.web.requests import AmurRequest


@for_officials
@require_safe
def document(request: AmurRequest, number: str, document_number: str) -> HttpResponse:
    """Show a document of a case, and record that the case was read."""
    return _sent(
        request,
        number,
        document_number,
        lambda found, case: render(
            request,
            "portal/document.html",
            {"paper": paper(found, case.number, "desk"), "door": "desk", "superseded": superseding(found.number)},
        ),
    )


@for_officials
@require_safe
def document_pdf(request: AmurRequest, number: str, document_number: str) -> HttpResponse:
    """Send a document as a PDF, and record that the case was read."""
    return _sent(request, number, document_number, lambda found, case: sheets.pdf(request, found, case))


@for_officials
@require_safe
def document_docx(request: AmurRequest, number: str, document_number: str) -> HttpResponse:
    """Send a document as a file to edit, and record that the case was read."""
    return _sent(
        request,
        number,
        document_number,
        lambda found, case: sheets.sent(docx_of(sheets.letter(found, case)), sheets.DOCX, f"{found.number}.docx"),
    )


@for_officials
@require_safe
def document_proof(request: AmurRequest, number: str, document_number: str) -> HttpResponse:
    """Send the proof of a document, and record that the case was read."""
    return _sent(
        request,
        number,
        document_number,
        lambda found, case: proof(reads.proof_of(request.scope, case.id, found.number), found),
    )


def _sent(
    request: AmurRequest, number: str, document_number: str, made: Callable[[Document, CaseView], HttpResponse]
) -> HttpResponse:
    """Send what is made of a document; whatever it is, the case was read with it."""
    case = reads.case_for_desk(request.scope, number)
    found = reads.document_of(request.scope, case.id, document_number)
    answer = made(found, case)
    acts.log_desk_read(case.id, by=office_for(request, case), now=request.now)
    return answer
