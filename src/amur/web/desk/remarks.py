"""Remarks of the office on a case and its papers: shown in its panel, made and struck through by a form."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import Invalid, Refused
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView
from amur.procedures.remarks.models import Remark
from amur.web import errors
from amur.web.desk import papers
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.signing.threads import names_of
from amur.web.desk.signing.wording import fault_words, key_from
from amur.web.fields import FieldView, Option, OptionGroup
from amur.web.panels import Panel
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

_LONGEST = 2_000
_LONGEST_PAGE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A remark as it is shown: who made it, about what, and whether the reader may strike it through."""

    row: Remark
    who: str
    about: str
    may_strike: bool


def panel(request: AmurRequest, found: CaseView) -> Panel:
    """Return the remarks of a case with the form that makes one."""
    return Panel("desk/panels/remarks.html", _values(request, found, {}))


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def remarks(request: AmurRequest, number: str) -> HttpResponse:
    """Show the remarks on a case on a page of their own; make one, or strike one's own through."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    faults: dict[str, str] = {}
    refusal = ""
    if request.method == "POST":
        try:
            said = _act(request, found)
        except Invalid as fault:
            faults = {name: fault_words(code) for name, (code, _said) in fault.fields.items()}
        except Refused as fault:
            refusal = errors.wording(fault) or fault.message
        else:
            messages.success(request, said)
            return redirect("desk:case", number=found.number)
    shown = _values(request, found, faults)
    values = {"case": found, "refusal": refusal, "panel": shown, "errors": summary(shown["fields"])}
    return render(request, "desk/remarks.html", values, status=422 if faults else 409 if refusal else 200)


def _act(request: AmurRequest, found: CaseView) -> str:
    by, scope, now = office_for(request, found), request.scope, request.now
    if struck := request.POST.get("strike", ""):
        acts.strike_remark(_id(struck), by=by, scope=scope, now=now)
        return _("Struck through. It stays readable.")
    acts.remark(
        found.id,
        request.POST.get("text", "")[: _LONGEST + 1],
        by=by,
        scope=scope,
        now=now,
        about=request.POST.get("about", ""),
        page=_page(request.POST.get("page", "").strip()),
        key=key_from(request),
    )
    return _("The remark is kept. Only the office reads it.")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _page(text: str) -> int | None:
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_PAGE else 0


def _values(request: AmurRequest, found: CaseView, faults: Mapping[str, str]) -> dict[str, Any]:
    rows = reads.remarks(request.scope, found.id)
    names = names_of(request.scope, {row.actor_id for row in rows})
    titles = about(request, found)
    lines = [
        Line(
            row,
            names.get(row.actor_id) or _("Office"),
            titles.get(row.document.number if row.document else str(row.upload_id or ""), ""),
            row.struck_at is None and row.actor_id == request.scope.account_id,
        )
        for row in rows
    ]
    chosen = request.POST.get("about", "")
    options = tuple(Option(name, title, name == chosen) for name, title in titles.items())
    post = request.POST if faults else {}
    fields = [
        FieldView("text", "textarea", _("Remark"), value=post.get("text", ""), error=faults.get("text", "")),
        FieldView("about", "select", _("On which paper?"), groups=(OptionGroup("", options),), is_required=False),
        FieldView(
            "page",
            "input",
            _("Page"),
            value=post.get("page", ""),
            error=_("Give a number from 1 to 9999.") if "page" in faults else "",
            input_mode="numeric",
            width=4,
            is_required=False,
        ),
    ]
    return {
        "lines": lines,
        "fields": fields if options else fields[:1],
        "number": found.number,
        "key": uuid.uuid4().hex,
    }


def about(request: AmurRequest, found: CaseView) -> dict[str, str]:
    """Return what of a case a remark may be about, by how the form names it."""
    files = {str(one.upload.pk): f"{one.title}: {one.upload.name or _('Erased')}" for one in papers.files(found)}
    return files | {one.number: one.number for one in reads.documents_of(request.scope, found.id)}
