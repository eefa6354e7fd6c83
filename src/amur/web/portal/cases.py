"""Following a case, by number and query code or signed in: the answer first, then the date and why, then what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import PUBLIC, Scope
from amur.base.canonical import Json
from amur.base.declared import Basis, Text
from amur.base.faults import NotFound
from amur.base.fields import FieldDeclaration, Lookups
from amur.ledger import reads as ledger
from amur.procedures import reads
from amur.procedures.models import Decision
from amur.procedures.reads import CaseView, TimelineLine
from amur.registers import reads as registers
from amur.registers.lookups import as_pinned, lookups
from amur.web import striking, sums
from amur.web.dates import day, moment
from amur.web.fields import FieldView, Received
from amur.web.limits import limited
from amur.web.portal import actions, forms, panels
from amur.web.portal.deadlines import deadlines
from amur.web.portal.following import follow, for_party
from amur.web.portal.registers import Entry, entry
from amur.web.portal.services import registers_of
from amur.web.requests import AmurRequest
from amur.web.threads import Knot, KnotState


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("track", "20/10m")
def track(request: AmurRequest) -> HttpResponse:
    """Ask for number and query code, and open the case that they belong to."""
    if request.method != "POST":
        return _track_page(request, request.GET.get("number", ""), "")
    number, code = request.POST.get("number", "").strip(), request.POST.get("code", "").strip()
    try:
        case = reads.case_by_code(number, code)
    except NotFound:
        said = _("Number and query code do not belong together. Look at your receipt: both stand there.")
        return _track_page(request, number, said, status=404)
    follow(request, case.number, case.id)
    return HttpResponseRedirect(reverse("portal:case", args=[case.number]))


def _track_page(request: AmurRequest, number: str, fault: str, *, status: int = 200) -> HttpResponse:
    fields = [
        FieldView("number", "input", _("Case number"), value=number[:60], error=fault, is_code=True),
        FieldView("code", "input", _("Query code"), hint=_("Twelve letters and digits"), is_code=True),
    ]
    mine = reads.cases_of(request.scope).rows if request.user.is_authenticated else ()
    values = {"fields": fields, "errors": forms.summary(fields), "mine": mine}
    return render(request, "portal/track.html", values, status=status)


@require_safe
@never_cache
@for_party
def status(request: AmurRequest, scope: Scope, case: CaseView) -> HttpResponse:
    """Show a case to its party; anybody else is asked for the query code."""
    return _case_page(request, scope, case)


def _case_page(request: AmurRequest, scope: Scope, case: CaseView) -> HttpResponse:
    today = localdate(request.now)
    lines = reads.timeline(scope, case.id)
    ways = [actions.way(one, case) for one in case.may]
    values = {
        "case": case.case,
        "service": case.definition,
        "state": case.state,
        "standing": case.standing,
        "asked": next((one.reason for one in reversed(lines) if one.moved), "") if case.state.needs_applicant else "",
        "decisions": [_decided(one, lines, case) for one in case.decisions if one.entry_hash not in case.set_aside],
        "deadlines": deadlines(case.clocks, today),
        "knots": list(_knots(lines, case)),
        "cards": forms.cards(
            case.definition, case.case.data, as_pinned(lookups(today), case.case.closure_hash), _received(case)
        ),
        "actions": ways,
        "records": _records(case, lookups(today)) if case.decisions else [],
        **panels.beside(request, scope, case),
        "proof": lines[-1].entry_hash,
        "erased": ledger.forgotten(case.case.key_subject) if case.case.erased_at else None,
        "has_file": any(way.has_file for way in ways),
    }
    return render(request, "portal/case.html", values)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as the party reads it."""

    outcome: str
    title: str
    reason: str
    decided_at: datetime
    basis: tuple[Basis, ...]
    values: tuple[ValueUsed, ...]
    found: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ValueUsed:
    """A dated value that a decision used, as it was in force then."""

    title: str
    value: str
    since: str
    until: str


def _decided(decision: Decision, lines: tuple[TimelineLine, ...], case: CaseView) -> Decided:
    line = next((one for one in lines if one.entry_hash == decision.entry_hash), None)
    title = line.title if line else None
    return Decided(
        decision.outcome,
        title.say(forms.language()) if title else _("Decision"),
        decision.reason,
        decision.decided_at,
        tuple(Basis.model_validate(one) for one in decision.basis),
        tuple(_used(one) for one in decision.values_used),
        _found(line.event, case) if line else (),
    )


def _found(event: str, case: CaseView) -> tuple[tuple[str, str], ...]:
    """Return what was entered with a decision and is public, such as the number of a licence and its last day."""
    said, words = forms.language(), as_pinned(lookups(localdate(case.case.submitted_at)), case.case.closure_hash)
    asked = {one.id: one for arrow in case.definition.transitions if arrow.event == event for one in arrow.asks}
    shown = [
        (one.title.say(said), _shown(one, case.case.data.get(one.id), said, words))
        for one in asked.values()
        if one.openness == "public" and one.type != "file"
    ]
    return tuple((title, value) for title, value in shown if value)


def _shown(field: FieldDeclaration, value: Json, said: str, words: Lookups) -> str:
    if field.type == "date" and value:
        return day(date.fromisoformat(str(value)), said)
    return field.display(value, said, words)


def _used(value: dict[str, Any]) -> ValueUsed:
    language = forms.language()
    return ValueUsed(
        Text.model_validate(value["title"]).say(language),
        sums.dated(value, language),
        value["valid_from"],
        value["valid_to"] or "",
    )


def _records(case: CaseView, found: Lookups) -> list[Entry]:
    """Return what this case entered in public registers."""
    named = registers_of(case.definition)
    asked = {one.id for arrow in case.definition.transitions for one in arrow.asks if one.type == "identifier"}
    sought = [case.number, *(str(case.case.data[name]) for name in sorted(asked) if case.case.data.get(name))]
    rows = {
        (register.id, row.key): row
        for register in named
        for query in sought
        for row in registers.records(PUBLIC, register.id, query=query).rows
        if row.source == case.number
    }
    return [entry(row, found) for row in rows.values()]


def _received(case: CaseView) -> dict[str, tuple[Received, ...]]:
    """Return the files of a case by their field; what was sent later stands beside what was sent first."""
    found: dict[str, tuple[Received, ...]] = {}
    for upload in case.uploads:
        found[upload.field] = (
            *found.get(upload.field, ()),
            Received(str(upload.pk), upload.name or _("Erased"), upload.size),
        )
    return found


def _knots(lines: tuple[TimelineLine, ...], case: CaseView) -> Iterator[Knot]:
    said = forms.language()
    filed = {"agent": pgettext("a person", "Agent"), "proxy": _("Proxy")}.get(case.case.channel, _("You"))
    for line in lines:
        by_party = filed if line is lines[0] else _("You")
        who = by_party if line.by_applicant else _("The authority")
        if line.lapsed_at:
            since = moment(line.lapsed_at, said, get_default_timezone())
            who = _("By law, since %(moment)s: the period was over") % {"moment": since}
        separator = "：" if said.startswith("zh") else ": "
        text = f"{who}{separator}{line.reason}" if line.reason else who
        waits = line.state.needs_applicant and line is not lines[-1]
        state: KnotState = "refused" if line.outcome == "refused" else "paused" if waits else ""
        yield Knot(line.title.say(said), text, at=line.at, state=state, struck=striking.words(line, lines))
    if not case.state.final:
        yield Knot(case.state.title.say(said), when=_("Now"), state="now")
    if not case.state.final and not case.decisions:
        yield Knot(_("Decision"), _("Granted or refused, with its reason and basis"), when=_("Next"), state="next")
