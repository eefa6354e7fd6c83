"""Which registers a reader keeps, and the records of one of them."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amur.base.faults import Invalid
from amur.registers import reads
from amur.web.desk.entry import for_officials
from amur.web.desk.keeping.office import kept
from amur.web.listing import controls_of, kept_of, wanted_from
from amur.web.pages import number_from
from amur.web.requests import AmurRequest

_LONGEST_QUERY = 100


@for_officials
@require_safe
def registers(request: AmurRequest) -> HttpResponse:
    """Show the registers that the reader's offices keep."""
    return render(request, "desk/registers.html", {"registers": reads.kept(request.scope)})


@for_officials
@require_safe
def register(request: AmurRequest, register_id: str) -> HttpResponse:
    """Show the records of a register that the reader keeps."""
    own, fault = kept(request, register_id), None
    query = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    try:
        wanted = wanted_from(request.scope, own.declaration, request.GET)
        page = number_from(request.GET.get("page", ""))
        listing = reads.records(request.scope, register_id, query=query, page=page, wanted=wanted)
    except Invalid as invalid:
        fault, wanted = invalid, reads.wanted_of({})
        listing = reads.records(request.scope, register_id, query=query)
    language = get_language() or "zh-hans"
    key = own.declaration.key
    columns = [own.declaration.field(name) for name in own.declaration.shows if name != key]
    asked = {name: request.GET.get(name, "") for name in request.GET}
    values = {
        "register": own.declaration,
        "listing": listing,
        "key": own.declaration.field(key) if key else None,
        "columns": columns,
        "rows": [
            (row, [field.display(row.values.get(field.id), language, own.found) for field in columns])
            for row in listing.rows
        ],
        "query": query,
        "wanted": wanted,
        "controls": controls_of(request.scope, own.declaration, asked, language, own.found),
        "fault": fault,
        "kept": kept_of(wanted, query),
    }
    return render(request, "desk/register.html", values, status=422 if fault else 200)


@for_officials
@require_safe
def template(request: AmurRequest, register_id: str) -> StreamingHttpResponse:
    """Send an empty file with the columns that an import of this register knows."""
    own = kept(request, register_id)
    language = get_language() or "zh-hans"
    return StreamingHttpResponse(
        reads.template(request.scope, own.declaration.id, language),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{register_id}.csv"'},
    )
