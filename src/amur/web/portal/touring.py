"""The guided tour: an address for each stop, which leads to its page and lets a visitor look at a made-up case."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amur.web import tour
from amur.web.portal.following import follow
from amur.web.requests import AmurRequest


@require_safe
@never_cache
def visit(request: AmurRequest, number: int) -> HttpResponse:
    """Lead to a stop of the tour; a case of it is opened as its query code would, since nobody real is in it."""
    stop = tour.stop(str(number))
    if stop is None or not stop.address:
        raise Http404
    if stop.opens_a_case:
        follow(request, stop.of, UUID(stop.case_id))
    return HttpResponseRedirect(f"{stop.address}?{tour.PARAMETER}={stop.number}")
