"""Files that are made when somebody asks for them and sent as they are: nothing of them is kept on a disk."""

from __future__ import annotations

from django.http import HttpResponse

from amur.base.faults import NotFound
from amur.procedures.models import Document
from amur.procedures.papers.letters import Letter, letter_of, pdf_of
from amur.procedures.reads import CaseView
from amur.web.portal import forms
from amur.web.requests import AmurRequest

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHOWN = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a browser's own reader of PDFs needs; it shows the letter and lets it load nothing."""


def letter(document: Document, case: CaseView) -> Letter:
    """Return a document as a letter in the reader's language; the papers of the window bear a bar code.

    Raises:
        NotFound: if what it said was erased.
    """
    said = forms.language().partition("-")[0]
    template = case.definition.document(document.document)
    found = letter_of(document, case.number, said, for_scanners=template.paper is not None)
    if found is None:
        raise NotFound("erased", "what this document said was erased")
    return found


def pdf(request: AmurRequest, document: Document, case: CaseView) -> HttpResponse:
    """Send a document as a PDF that a browser may show: it is ours to the last byte, unlike what somebody sent.

    Raises:
        NotFound: if what it said was erased.
    """
    made = pdf_of(letter(document, case), request.build_absolute_uri("/"))
    answer = sent(made, PDF, f"{document.number}.pdf")
    answer["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    answer["Content-Security-Policy"] = _SHOWN
    return answer


def sent(made: bytes, media_type: str, name: str) -> HttpResponse:
    """Send bytes as a file that no browser runs and no cache keeps."""
    return HttpResponse(
        made,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
