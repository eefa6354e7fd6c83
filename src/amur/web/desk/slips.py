"""The slip with the query code of a case that nobody's account holds: printed for whoever it is about, and recorded."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from amur.procedures import acts, reads
from amur.procedures.reads import CaseView
from amur.procedures.seeing import has_no_holder
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.signing.wording import key_from
from amur.web.panels import Panel
from amur.web.requests import AmurRequest


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return the offer to print the slip, where nobody holds the case."""
    del request
    return Panel("desk/panels/slip.html", {"number": found.number}) if has_no_holder(found.case) else None


@for_officials
@require_POST
def slip(request: AmurRequest, number: str) -> HttpResponse:
    """Record that the code goes out, and show it once, ready to be printed."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    by = office_for(request, found)
    case = acts.hand_out_code(found.id, by=by, scope=request.scope, now=request.now, key=key_from(request))
    address = request.build_absolute_uri(reverse("portal:track"))
    answer = render(request, "desk/slip.html", {"case": found, "code": acts.query_code(case), "address": address})
    answer["Cache-Control"] = "no-store"
    return answer
