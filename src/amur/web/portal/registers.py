"""Public registers: the list of them, one with search, and one record with its history and proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.base.fields import FieldDeclaration, Lookups
from amur.ledger import reads as ledger
from amur.registers import lookups, reads
from amur.registers.reads import RecordView
from amur.web.fields import SummaryRow, value_shown
from amur.web.limits import limited
from amur.web.pages import number_from
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
    """One record of a list; the first cell names it and leads to its page."""

    address: str
    is_closed: bool
    name: str
    cells: tuple[Cell, ...]


@require_safe
def registers(request: AmurRequest) -> HttpResponse:
    """Show which registers are public."""
    return render(request, "portal/registers.html", {"registers": reads.registers(PUBLIC)})


@require_safe
@limited("registers", "120/m", method="GET")
def register(request: AmurRequest, register_id: str) -> HttpResponse:
    """Show one register, searched and paged."""
    query = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    declaration = reads.register(register_id)
    listing = reads.records(PUBLIC, register_id, query=query, page=number_from(request.GET.get("page", "")))
    shown = [declaration.field(name) for name in declaration.shows if declaration.field(name).openness == "public"]
    found = lookups.lookups(localdate(request.now))
    values = {
        "register": declaration,
        "listing": listing,
        "rows": [_row(row, shown, found) for row in listing.rows],
        "shown": shown,
        "query": query,
        "kept": urlencode({"q": query}) if query else "",
    }
    return render(request, "portal/register.html", values)


@require_safe
def record(request: AmurRequest, register_id: str, key: str) -> HttpResponse:
    """Show one record, what it was before, and where its proof is."""
    versions = reads.history(PUBLIC, register_id, key)
    found = lookups.lookups(localdate(request.now))
    latest = versions[0]
    values = {
        "register": reads.register(register_id),
        "record": latest,
        "title": _name(latest, found),
        "rows": [_summary(field, latest, found) for field in latest.fields],
        "versions": versions,
        "erased": ledger.forgotten(latest.subject),
    }
    return render(request, "portal/record.html", values)


def entry(row: RecordView, found: Lookups) -> Entry:
    """Return a record as the home page and the search mention it."""
    return Entry(_name(row, found), row.key, reverse("portal:record", args=[row.register, row.key]), row.recorded_at)


def _row(row: RecordView, shown: list[FieldDeclaration], found: Lookups) -> Row:
    cells = tuple(_cell(field, row, found) for field in shown)
    address = reverse("portal:record", args=[row.register, row.key])
    return Row(address, row.state == "closed", cells[0].value or row.key, cells)


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
