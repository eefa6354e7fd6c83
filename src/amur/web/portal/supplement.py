"""What a party is asked for, item by item: a list of tasks on the page of its case, and a page for each of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.acting import Scope
from amur.base.faults import AmurError, Invalid, NotFound
from amur.base.fields import FieldError, Raw
from amur.procedures import acts, reads
from amur.procedures.reads import AskedItem, CaseView
from amur.registers.lookups import as_pinned, lookups
from amur.web import errors
from amur.web.fields import FieldView, Received, reshaped, takes_files
from amur.web.limits import limited
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.portal.following import party_actor, party_scope
from amur.web.requests import AmurRequest

_COMPOSITE = {"group", "period", "instant", "point", "texts", "shape"}
"""What is not shown again as one text; it is entered anew."""
_LONGEST_REASON = 2_000


def panel(_request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return the list of what is asked, with how far the answers are, and what was asked before."""
    if not any(one.supplement for one in case.definition.transitions):
        return None
    asked = reads.supplements_of(scope, case.id)
    return Panel("portal/panels/supplement.html", {"case": case, "asked": asked}, "main") if asked else None


def open_items(case: CaseView, scope: Scope, faults: forms.Faults) -> list[tuple[str, str]]:
    """Return what stands against sending the answers, each with the place of its item in the list."""
    wrong = {name.removeprefix("items."): code for name, (code, _said) in faults.items() if name.startswith("items.")}
    if not wrong:
        return []
    asked = next((one for one in reads.supplements_of(scope, case.id) if one.is_open), None)
    return [
        (f"item-{item.place}", _said(item, wrong[str(item.place)]))
        for item in (asked.items if asked else ())
        if str(item.place) in wrong
    ]


def _said(item: AskedItem, code: str) -> str:
    words = _("“%(title)s” does not fit any more; answer it again")
    if code == "item_open":
        words = _("“%(title)s” still needs an answer")
    return words % {"title": item.title.say(forms.language())}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("act", "60/10m")
def item(request: AmurRequest, number: str, place: int) -> HttpResponse:
    """Show one item that is asked, or keep the answer to it."""
    scope = party_scope(request, number)
    try:
        case = reads.case_for_party(scope, number, on=localdate(request.now))
        asked = reads.asked_item(scope, case.id, place)
    except NotFound:
        return HttpResponseRedirect(reverse("portal:case", args=[number]))
    if request.method != "POST":
        return _page(request, case, asked)
    raw = forms.raw_of([asked.field], request.POST, request.FILES)
    if reshaped([asked.field], raw, request.POST):
        return _page(request, case, asked, raw=raw)
    try:
        _keep(request, scope, case, asked, raw)
    except Invalid as fault:
        return _page(request, case, asked, raw=raw, faults=fault.fields)
    except AmurError as fault:
        return _page(request, case, asked, raw=raw, whole=errors.wording(fault) or fault.message)
    messages.success(request, _("Kept. Send all answers when you are done."))
    return HttpResponseRedirect(reverse("portal:case", args=[case.number]) + "#items")


def _keep(request: AmurRequest, scope: Scope, case: CaseView, asked: AskedItem, raw: Mapping[str, Raw]) -> None:
    by, why = party_actor(request, scope, case.id), request.POST.get("why", "")[: _LONGEST_REASON + 1]
    file = request.FILES.get(asked.field.id)
    if "decline" in request.POST:
        if not why.strip():
            raise Invalid({"why": ("required", "say why")})
        acts.answer_item(case.id, asked.place, "", by=by, scope=scope, now=request.now, why=why)
    elif asked.field.type != "file":
        acts.answer_item(case.id, asked.place, raw[asked.field.id], by=by, scope=scope, now=request.now)
    elif file is not None:
        acts.attach_to_item(case.id, asked.place, file.chunks(), file.name or "", by=by, scope=scope, now=request.now)
    elif asked.upload is None:
        raise Invalid({asked.field.id: ("required", "choose a file")})


def _page(
    request: AmurRequest,
    case: CaseView,
    asked: AskedItem,
    *,
    raw: Mapping[str, Raw] | None = None,
    faults: forms.Faults | None = None,
    whole: str = "",
) -> HttpResponse:
    wrong = faults or {}
    found = as_pinned(lookups(localdate(request.now)), case.case.closure_hash)
    entered = raw if raw is not None else {asked.field.id: asked.raw if asked.raw is not None else _known(case, asked)}
    received = [Received(str(asked.upload.pk), asked.upload.name, asked.upload.size)] if asked.upload else []
    shown = forms.views([asked.field], entered, wrong, found, {asked.field.id: received})
    why = FieldView(
        "why",
        "textarea",
        _("Why can you not give it?"),
        value=request.POST.get("why", asked.why),
        error=_("Say in a few words why") if "why" in wrong else "",
    )
    said = [("main", whole)] * bool(whole) + forms.summary([*shown, why])
    values = {
        "case": case.case,
        "service": case.definition,
        "item": asked,
        "fields": shown,
        "why": why,
        "errors": said,
        "has_file": takes_files([asked.field]),
        "has_group": any(one.control == "group" for one in shown),
    }
    return render(request, "portal/item.html", values, status=422 if said else 200)


def _known(case: CaseView, asked: AskedItem) -> str:
    """Return what the case holds of a field, as it was typed, so that it can be corrected."""
    value = case.case.data.get(asked.field.id)
    if value is None or asked.field.type in _COMPOSITE | {"file"}:
        return ""
    try:
        return asked.field.as_typed(value)
    except FieldError:
        return ""
