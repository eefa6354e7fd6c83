"""Public registers: the list of them, one with search, and one record with its history and proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.base.faults import Invalid, NotFound
from amur.base.fields import FieldDeclaration, Lookups
from amur.ledger import reads as ledger
from amur.procedures.items import reads as items
from amur.registers import lookups, reads
from amur.registers.declarations import RecordState, is_open
from amur.registers.reads import RecordView
from amur.web.fields import SummaryRow, value_shown
from amur.web.limits import limited
from amur.web.listing import KNOWN_AT, VALID_ON, controls_of, kept_of, wanted_from
from amur.web.pages import number_from
from amur.web.portal.systems import elsewhere
from amur.web.requests import AmurRequest

_LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a list, as it is shown."""

    label: str
    value: str
    day: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A record where it is only mentioned: its name and where it stands."""

    title: str
    key: str
    address: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list; the first cell names it and leads to its page. A state in force is not mentioned."""

    address: str
    standing: RecordState | None
    name: str
    cells: tuple[Cell, ...]


@require_safe
def registers(request: AmurRequest) -> HttpResponse:
    """Show which registers are public."""
    return render(request, "portal/registers.html", {"registers": reads.registers(PUBLIC)})


@require_safe
@limited("registers", "120/m", method="GET")
def register(request: AmurRequest, register_id: str) -> HttpResponse:
    """Show one register, searched, filtered and paged, as it stands today or as of another day."""
    query = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    declaration, fault = reads.register(register_id), None
    found = lookups.lookups(localdate(request.now))
    try:
        wanted = wanted_from(PUBLIC, declaration, request.GET)
        page = number_from(request.GET.get("page", ""))
        listing = reads.records(PUBLIC, register_id, query=query, page=page, wanted=wanted)
    except Invalid as invalid:
        fault, wanted = invalid, reads.wanted_of({})
        listing = reads.records(PUBLIC, register_id, query=query)
    columns = [declaration.field(name) for name in declaration.shows if is_open(declaration.field(name))]
    asked = {name: request.GET.get(name, "") for name in request.GET}
    values = {
        "register": declaration,
        "elsewhere": elsewhere(declaration),
        "listing": listing,
        "rows": [_row(row, columns, found) for row in listing.rows],
        "shown": columns,
        "query": query,
        "wanted": wanted,
        "asked": asked,
        "controls": controls_of(PUBLIC, declaration, asked, get_language() or "zh-hans", found),
        "fault": fault,
        "kept": kept_of(wanted, query),
    }
    return render(request, "portal/register.html", values, status=422 if fault else 200)


@require_safe
def record(request: AmurRequest, register_id: str, key: str) -> HttpResponse:
    """Show one record, what it was before, and where its proof is; asked for another day, what held then."""
    versions, fault = reads.history(PUBLIC, register_id, key), None
    asked = {name: request.GET.get(name, "") for name in (VALID_ON, KNOWN_AT)}
    row: RecordView | None = reads.record(PUBLIC, register_id, key)
    wanted = reads.wanted_of({})
    try:
        wanted = wanted_from(PUBLIC, reads.register(register_id), request.GET)
        if wanted.valid_on is not None:
            row = reads.as_of(PUBLIC, register_id, key, valid_on=wanted.valid_on, known_at=wanted.known_at)
    except Invalid as invalid:
        fault = invalid
    except NotFound:
        row = None
    return _record_page(request, row, versions, {"wanted": wanted, "asked": asked, "fault": fault})


@require_safe
def version(request: AmurRequest, register_id: str, key: str, number: int) -> HttpResponse:
    """Show one version of a record, with the declaration of its own time; its address leads to it for ever."""
    row = reads.version(PUBLIC, register_id, key, number)
    return _record_page(request, row, reads.history(PUBLIC, register_id, key), {"number": number})


def _record_page(
    request: AmurRequest, row: RecordView | None, versions: tuple[RecordView, ...], more: dict[str, Any]
) -> HttpResponse:
    found = lookups.lookups(localdate(request.now))
    latest = versions[0]
    named = row or latest
    values = {
        "register": reads.register(latest.register),
        "record": named,
        "is_there": row is not None,
        "title": _name(named, found),
        "rows": [_summary(field, row, found) for field in row.fields] if row else [],
        "versions": versions,
        "erased": ledger.forgotten(latest.subject),
        "services": items.carrying_out(latest.register, latest.key),
        **more,
    }
    return render(request, "portal/record.html", values, status=422 if more.get("fault") else 200)


def entry(row: RecordView, found: Lookups) -> Entry:
    """Return a record as the home page and the search mention it."""
    return Entry(_name(row, found), row.key, reverse("portal:record", args=[row.register, row.key]), row.recorded_at)


def _row(row: RecordView, shown: list[FieldDeclaration], found: Lookups) -> Row:
    cells = tuple(_cell(field, row, found) for field in shown)
    address = reverse("portal:record", args=[row.register, row.key])
    return Row(address, None if row.standing.in_force else row.standing, cells[0].value or row.key, cells)


def _cell(field: FieldDeclaration, row: RecordView, found: Lookups) -> Cell:
    value = row.values.get(field.id)
    language = get_language() or "zh-hans"
    return Cell(
        field.title.say(language),
        field.display(value, language, lookups.as_pinned(found, row.closure_hash)),
        day=str(value or "") if field.type == "date" else "",
        is_number=field.type == "number",
    )


def _summary(field: FieldDeclaration, row: RecordView, found: Lookups) -> SummaryRow:
    language = get_language() or "zh-hans"
    words = lookups.as_pinned(found, row.closure_hash)
    return SummaryRow(field.title.say(language), value_shown(field, row.values.get(field.id), language, words))


def _name(row: RecordView, found: Lookups) -> str:
    """Return what the record is called: the first shown field that is not the key itself."""
    for name in row.declaration.shows:
        field = row.declaration.field(name)
        if field in row.fields and field.type == "text" and str(row.values.get(name, "")) not in {"", row.key}:
            return field.display(row.values[name], get_language() or "zh-hans", found)
    return row.key
