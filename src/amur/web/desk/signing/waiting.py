"""What waits for the reader's signature."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from amur.procedures import reads
from amur.web.desk.entry import for_officials
from amur.web.pages import number_from
from amur.web.requests import AmurRequest


@for_officials
@require_safe
def waiting(request: AmurRequest) -> HttpResponse:
    """Show the drafts that wait for the reader, what is due first first."""
    listing = reads.waiting(request.scope, on=localdate(request.now), page=number_from(request.GET.get("page", "")))
    lines = [(one, reverse("desk:sign", args=[one.case.number, one.chain.id])) for one in listing.rows]
    return render(request, "desk/waiting.html", {"listing": listing, "lines": lines})
