"""Code lists for everybody: each with its levels and editions, on a day or with all that has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.base.codelists import Code, CodeList
from amur.policy.declarations import SourceDeclaration, SourcesDeclaration
from amur.procedures.finders import reads as finders
from amur.procedures.finders.declarations import FinderDeclaration
from amur.registers import codelists as lists
from amur.registers.lookups import active
from amur.web.limits import limited
from amur.web.portal.finders import commitments_of, data_address
from amur.web.requests import AmurRequest


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code as it is shown: how deep it stands, and whether it is in force on the day."""

    code: Code
    depth: int
    in_force: bool


@require_safe
def codelists(request: AmurRequest) -> HttpResponse:
    """Show which code lists there are."""
    return render(request, "portal/codes/list.html", {"lists": lists.codelists(PUBLIC)})


@require_safe
@limited("codelists", "120/m", method="GET")
def codelist(request: AmurRequest, codelist_id: str) -> HttpResponse:
    """Show one list with its levels; what is not in force on the day is marked."""
    found = lists.codelist(PUBLIC, codelist_id)
    on = _day(request)
    values = {
        "list": found,
        "on": on,
        "rows": [CodeRow(one, len(found.above(one.code)), one.in_force(on)) for one in found.codes],
        "dated": any(one.valid_from or one.valid_to for one in found.codes),
        "source": _source(found),
        "registers": list(lists.used_by(PUBLIC, codelist_id)),
        "finders": [one for one in finders.finders(PUBLIC) if _asks(one, codelist_id)],
        "commitments": commitments_of(found),
        "data": {name: data_address(name, codelist_id=codelist_id) for name in ("codelist", "codelist_csv")},
    }
    return render(request, "portal/codes/list_of.html", values)


def _day(request: AmurRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return localdate(request.now)


def _asks(one: FinderDeclaration, codelist_id: str) -> bool:
    return any(question.codelist == codelist_id for question in one.questions)


def _source(found: CodeList) -> SourceDeclaration | None:
    declared = active(SourcesDeclaration, "sources").values()
    return next((one for sources in declared for one in sources.sources if one.id == found.source), None)


@require_safe
@limited("sources", "120/m", method="GET")
def sources(request: AmurRequest) -> HttpResponse:
    """Show where every outside fact is from, and which of them somebody has read there."""
    declared = active(SourcesDeclaration, "sources").values()
    found = [one for sources in declared for one in sources.sources]
    values = {"sources": found, "read": sum(one.verified for one in found)}
    return render(request, "portal/codes/sources.html", values)
