"""The portal's first page: what can be done here and found by a word; what was promised and what is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.base.declared import Text
from amur.base.fields import Lookups
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers import reads as registers
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import lookups
from amur.registers.reads import RecordView
from amur.web.limits import limited
from amur.web.portal import promises
from amur.web.portal.registers import Entry, entry
from amur.web.requests import AmurRequest

_LONGEST_QUERY = 100
_RECORDS_SHOWN = 5
_NEWEST_SHOWN = 4
SCOPES = ("all", "services", "registers")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found in one register."""

    register: RegisterDeclaration
    rows: tuple[Entry, ...]
    total: str


@require_safe
@limited("search", "60/m", method="GET")
def home(request: AmurRequest) -> HttpResponse:
    """Show the one question and what answers it."""
    query = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    if query:
        return _results(request, query, request.GET.get("in", "all"))
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


def _results(request: AmurRequest, query: str, within: str) -> HttpResponse:
    within = within if within in SCOPES else "all"
    services = [s for s in procedures.services() if _speaks_of(s, query)] if within != "registers" else []
    found = list(_in_registers(query, lookups(localdate(request.now)))) if within != "services" else []
    values = {"query": query, "within": within, "services": services, "found": found}
    return render(request, "portal/search.html", values)


def _speaks_of(service: ProcedureDeclaration, query: str) -> bool:
    """Say whether each word of the query stands in what the service says about itself, in any language."""
    texts: list[Text] = [service.title, service.summary, service.for_whom, service.result]
    whole = " ".join(words for text in texts for words in text.model_dump().values()).casefold()
    return all(word in whole for word in query.casefold().split())


def _in_registers(query: str, found: Lookups) -> Iterable[Found]:
    for register in registers.registers(PUBLIC):
        listing = registers.records(PUBLIC, register.id, query=query)
        if listing.rows:
            yield Found(register, tuple(entry(row, found) for row in listing.rows[:_RECORDS_SHOWN]), listing.total)


def _newest(lists: Iterable[RegisterDeclaration]) -> list[RecordView]:
    """Return what was last entered in the public registers: news that nobody has to write."""
    rows = [row for register in lists for row in registers.records(PUBLIC, register.id).rows[:_NEWEST_SHOWN]]
    return sorted(rows, key=lambda row: row.recorded_at, reverse=True)[:_NEWEST_SHOWN]
