"""The portal's first page: what happened to you, what is done about it here, what is new, what was promised."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.topics.reads import Group
from amur.registers import reads as registers
from amur.web.portal import promises
from amur.web.portal.measured import goings, most_used
from amur.web.portal.news import news
from amur.web.portal.suggesting import suggested
from amur.web.requests import AmurRequest

_NEWS_SHOWN = 5
_USED_SHOWN = 6
_REGISTERS_SHOWN = 5


@require_safe
def home(request: AmurRequest) -> HttpResponse:
    """Show the one question and what answers it."""
    if request.GET.get("q"):
        return redirect(f"{reverse('portal:search')}?{request.GET.urlencode()}")
    groups, services = procedures.services_by_topic(), procedures.services()
    used = most_used(goings(at=request.now), _USED_SHOWN)
    public, fresh = registers.registers(PUBLIC), registers.newest(PUBLIC, limit=_REGISTERS_SHOWN)
    lively = {row.register for row in fresh}
    return render(
        request,
        "portal/home.html",
        {
            "topics": [one for one in groups if one.topic],
            "total": len(services),
            "used": used,
            "services": [one.service for one in used] or _first_of_each(groups)[:_USED_SHOWN],
            "registers": sorted(public, key=lambda one: one.id not in lively)[:_REGISTERS_SHOWN],
            "registers_total": len(public),
            "news": news(at=request.now, limit=_NEWS_SHOWN),
            "promises": promises.tally(),
            "suggested": suggested(),
        },
    )


def _first_of_each(groups: tuple[Group, ...]) -> list[ProcedureDeclaration]:
    """Return the first service of each topic, then all others: what is shown before enough cases came to count."""
    found = [one.services[0] for one in groups if one.services]
    return found + [service for one in groups for service in one.services if service not in found]
