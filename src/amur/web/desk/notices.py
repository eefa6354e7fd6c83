"""Notices at the desk: what reached the party and what did not, sending again, and all that failed in one list."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from amur.base.faults import Refused
from amur.procedures import acts, reads
from amur.procedures.notices import reads as notices
from amur.procedures.reads import CaseView
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.pages import number_from
from amur.web.panels import Panel
from amur.web.requests import AmurRequest

_LONGEST_KEY = 60


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return what the party was told, with each attempt, and the ways in which it can be sent again."""
    told = notices.told_in(request.scope, found.id)
    values = {"number": found.number, "told": told, "key": secrets.token_urlsafe(12)}
    return Panel("desk/panels/notices.html", values) if told else None


@for_officials
@never_cache
@require_POST
def again(request: AmurRequest, number: str, notice_id: int) -> HttpResponse:
    """Send a notice once more; a second click of the same form finds it done."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    try:
        acts.send_again(
            notice_id,
            request.POST.get("channel", ""),
            by=office_for(request, found),
            scope=request.scope,
            now=request.now,
            key=request.POST.get("key", "")[:_LONGEST_KEY],
        )
    except Refused as fault:
        messages.error(request, errors.wording(fault) or fault.message)
    else:
        messages.success(request, _("It is on its way again. What becomes of it stands here."))
    return HttpResponseRedirect(reverse("desk:case", args=[found.number]) + "#notices")


@for_officials
@never_cache
@require_safe
def failed(request: AmurRequest) -> HttpResponse:
    """Show what did not reach its party, in the cases of the reader's offices."""
    listing = notices.failed_notices(request.scope, page=number_from(request.GET.get("page", "")))
    return render(request, "desk/notices.html", {"listing": listing})
