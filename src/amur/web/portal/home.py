"""The portal's first page: what can be done here, what was promised and what is done. Searching has its own page."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.procedures import reads as procedures
from amur.registers import reads as registers
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import lookups
from amur.registers.reads import RecordView
from amur.web.portal import promises
from amur.web.portal.registers import entry
from amur.web.requests import AmurRequest

_NEWEST_SHOWN = 4


@require_safe
def home(request: AmurRequest) -> HttpResponse:
    """Show the one question and what answers it."""
    if request.GET.get("q"):
        return redirect(f"{reverse('portal:search')}?{request.GET.urlencode()}")
    lists, found = registers.registers(PUBLIC), lookups(localdate(request.now))
    return render(
        request,
        "portal/home.html",
        {
            "services": procedures.services(),
            "registers": lists,
            "newest": [entry(row, found) for row in _newest(lists)],
            "promises": promises.tally(),
        },
    )


def _newest(lists: Iterable[RegisterDeclaration]) -> list[RecordView]:
    """Return what was last entered in the public registers: news that nobody has to write."""
    rows = [row for register in lists for row in registers.records(PUBLIC, register.id).rows[:_NEWEST_SHOWN]]
    return sorted(rows, key=lambda row: row.recorded_at, reverse=True)[:_NEWEST_SHOWN]
