"""The first page of the window: a field for numbers, letters and scanned codes, and what was taken in today."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amur.base.faults import Conflict, NotFound
from amur.procedures import reads
from amur.procedures.window import reads as window
from amur.procedures.window.engine import Scanned, scanned
from amur.procedures.window.reads import Counter
from amur.web.desk.entry import for_officials
from amur.web.desk.window import intake
from amur.web.desk.window.keys import KEYS
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422


@for_officials
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: AmurRequest) -> HttpResponse:
    """Show which services are taken in, or go where a code leads. A code comes by POST, so no address holds it."""
    known = window.counters(request.scope, localdate(request.now))
    if request.method != "POST":
        return _page(request, known)
    code = scanned(request.POST.get("code", ""))
    if code is None:
        return _page(request, known, error=_("Type a number or some letters, or scan a code"))
    if code.kind == "draft":
        return _of_draft(request, known, code)
    found = window.chosen(code, known)
    if len(found) == 1:
        is_old = code.kind == "form" and not window.is_of_today(code)
        address = reverse("desk:window_intake", args=[found[0].service.id])
        return HttpResponseRedirect(f"{address}?edition=old" if is_old else address)
    if found:
        return _page(request, found, narrowed=True)
    return _of_case(request, known, code)


def _of_draft(request: AmurRequest, known: tuple[Counter, ...], code: Scanned) -> HttpResponse:
    """Show the form that somebody brings along on paper; its id opens it, so it stands in no address."""
    try:
        draft = window.draft_at(request.scope, code.draft, request.now)
    except Conflict as fault:
        return HttpResponseRedirect(reverse("desk:window_case", args=[fault.details["number"]]))
    except NotFound:
        return _page(request, known, error=_("There is no such form. It may have expired, or be of another window."))
    return intake.of_draft(request, draft)


def _of_case(request: AmurRequest, known: tuple[Counter, ...], code: Scanned) -> HttpResponse:
    try:
        case = reads.case_for_desk(request.scope, code.text.upper())
    except NotFound:
        return _page(request, known, error=_("Nothing here has this number, these letters or this code"))
    return HttpResponseRedirect(reverse("desk:window_case", args=[case.number]))


def _page(request: AmurRequest, known: tuple[Counter, ...], *, error: str = "", narrowed: bool = False) -> HttpResponse:
    values = {
        "counters": known,
        "narrowed": narrowed,
        "taken": window.taken_today(request.scope, request.now),
        "errors": [("code", error)] if error else [],
        "keys": KEYS,
    }
    return render(request, "desk/window/counter.html", values, status=UNPROCESSABLE if error else 200)
