"""Other systems that decide or are told: whose they are, what goes there and what comes back, open to everybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amur.exchange import declared
from amur.web.requests import AmurRequest


@require_safe
def systems(request: AmurRequest) -> HttpResponse:
    """Show which other systems there are, and what of a case or a record is told to them."""
    return render(request, "portal/systems.html", {"exchanges": list(declared.everything().exchanges.values())})
