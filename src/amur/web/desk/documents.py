"""A document that was issued in a case, for the offices that work on it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amur.procedures import acts, reads
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.portal.documents import paper
from amur.web.requests import AmurRequest


@for_officials
@require_safe
def document(request: AmurRequest, number: str, document_number: str) -> HttpResponse:
    """Show a document of a case, and record that the case was read."""
    case = reads.case_for_desk(request.scope, number)
    found = reads.document_of(request.scope, case.id, document_number)
    acts.log_desk_read(case.id, by=office_for(request, case), now=request.now)
    return render(request, "portal/document.html", {"paper": paper(found, case.number, "desk"), "door": "desk"})
