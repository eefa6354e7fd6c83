"""Handing over what was decided: found by the bar code of the case, signed for on the screen or on paper."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amur.base.faults import AmurError, Invalid, NotFound
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView, ServiceView
from amur.procedures.window import identity
from amur.procedures.window.acts import Fetched
from amur.procedures.window.engine import scanned
from amur.procedures.window.identity import Person
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.window.keys import KEYS
from amur.web.desk.window.showing import identity_boxes
from amur.web.fields import FieldView, Option
from amur.web.portal.documents import Paper, paper
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422
_PNG = "data:image/png;base64,"
_LARGEST_DRAWING = 400_000


@dataclass(slots=True)
class Typed:
    """What was entered, kept for when it is shown again; the identity is not among it but for the kind."""

    document: str = ""
    receiver: str = ""
    proxy: bool = False
    authorised: bool = False
    on_paper: bool = False
    kind: str = ""
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    whole: str = ""


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def fetch(request: AmurRequest) -> HttpResponse:
    """Find the case whose result somebody fetches by the code on its receipt."""
    error = ""
    if request.method == "POST":
        code = scanned(request.POST.get("code", ""))
        try:
            case = reads.case_for_desk(request.scope, code.text.upper() if code else "")
            return HttpResponseRedirect(reverse("desk:window_fetch_case", args=[case.number]))
        except NotFound:
            error = _("Scan the bar code of the receipt, or type the case number")
    values = {"errors": [("code", error)] if error else [], "keys": KEYS}
    return render(request, "desk/window/fetch.html", values, status=UNPROCESSABLE if error else 200)


@for_officials
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def fetch_case(request: AmurRequest, number: str) -> HttpResponse:
    """Show what is ready to be fetched, or record that it was handed over."""
    case = reads.case_for_desk(request.scope, number)
    if request.method == "POST":
        return _handed_over(request, case)
    acts.log_desk_read(case.id, by=office_for(request, case), now=request.now)
    return _page(request, case, Typed())


def _handed_over(request: AmurRequest, case: CaseView) -> HttpResponse:
    sent = request.POST
    typed = Typed(
        sent.get("document", ""),
        sent.get("receiver", ""),
        sent.get("proxy") == "on",
        sent.get("authorised") == "on",
        sent.get("on_paper") == "on",
        sent.get(identity.KIND, ""),
    )
    if typed.document not in {one.document.number for one in _open(request, case)} and not _was_sent(request, case):
        typed.faults["document"] = ("required", "say which")
        return _page(request, case, typed)
    person = Person(*(sent.get(name, "") for name in (identity.KIND, identity.NUMBER, identity.NAME)))
    fetched = Fetched(
        typed.receiver,
        typed.proxy,
        typed.authorised,
        slip=_slip(request),
        on_paper=typed.on_paper,
        person=person,
    )
    try:
        acts.hand_over_at_window(
            typed.document,
            fetched,
            by=office_for(request, case),
            scope=request.scope,
            now=request.now,
            key=sent.get("key", ""),
        )
    except Invalid as fault:
        typed.faults = dict(fault.fields)
    except AmurError as fault:
        typed.whole = errors.wording(fault) or fault.message
    else:
        messages.success(request, _("Recorded: the document was handed over."))
        return HttpResponseRedirect(reverse("desk:window_case", args=[case.number]))
    return _page(request, case, typed)


def _slip(request: AmurRequest) -> bytes:
    """Return the signature: a scan that was chosen, or what was drawn on the screen."""
    chosen = request.FILES.get("slip")
    if chosen is not None:
        return bytes(chosen.read())
    drawn = request.POST.get("signature", "")
    if not drawn.startswith(_PNG) or len(drawn) > _LARGEST_DRAWING:
        return b""
    try:
        return base64.b64decode(drawn.removeprefix(_PNG), validate=True)
    except binascii.Error:
        return b""


def _open(request: AmurRequest, case: CaseView) -> list[ServiceView]:
    """Return what may be fetched, what has to be served first. A receipt is given at once, and is no result."""
    served = reads.service_of(request.scope, case.id, localdate(request.now))
    waiting = [one for one in served if one.document.content and one.document.served_at is None]
    known = case.definition.document
    results = [one for one in waiting if known(one.document.document).paper != "received"]
    return sorted(results, key=lambda one: not one.is_open)


def _was_sent(request: AmurRequest, case: CaseView) -> bool:
    """Say whether this very form was recorded before: its answer was lost, and it is sent again."""
    key = request.POST.get("key", "")
    served = reads.service_of(request.scope, case.id, localdate(request.now))
    return bool(key) and any(way.key == key for one in served for way in one.services)


def _page(request: AmurRequest, case: CaseView, typed: Typed) -> HttpResponse:
    check = case.definition.window.identity if case.definition.window else None
    waiting = _open(request, case)
    ready = [paper(one.document, case.number, "desk") for one in waiting]
    due = [one.document.number for one in waiting if one.is_open] or [one.number for one in ready]
    chosen = typed.document or (due[0] if len(due) == 1 else "")
    options = tuple(Option(one.number, _named(one), one.number == chosen) for one in ready)
    boxes = [FieldView("document", "radios", _("Document"), options=options, error=_said("document", typed))]
    boxes += _who(typed)
    boxes += identity_boxes(check, typed.kind, typed.faults, asks_name=True) if check else []
    signed = _signature(typed)
    problems = [problem for box in (*boxes, *signed) for problem in box.problems]
    values = {
        "case": case,
        "ready": ready,
        "boxes": boxes,
        "signed": signed,
        "errors": [("receiver", typed.whole)] * bool(typed.whole) + problems,
        "key": uuid.uuid4().hex,
        "keys": KEYS,
    }
    return render(request, "desk/window/fetch_case.html", values, status=UNPROCESSABLE if values["errors"] else 200)


def _named(one: Paper) -> str:
    """Return a document by its title and its number, which is not broken at its hyphens."""
    return format_html('{} <span class="amur-code">{}</span>', one.title, one.number)


def _who(typed: Typed) -> list[FieldView]:
    receiver = _("Who fetches it")
    error = _said("receiver", typed)
    shown = _said("authorised", typed)
    return [
        FieldView("receiver", "input", receiver, value=typed.receiver, autocomplete="off", error=error),
        FieldView("proxy", "checkbox", _("Fetched for somebody else"), is_chosen=typed.proxy),
        FieldView("authorised", "checkbox", _("An authorisation was shown"), is_chosen=typed.authorised, error=shown),
    ]


def _signature(typed: Typed) -> list[FieldView]:
    scan, accept = _("Signed slip as a scan"), ".png,.jpg,.jpeg,.pdf"
    return [
        FieldView("slip", "file", scan, is_required=False, accept=accept, error=_unsigned(typed)),
        FieldView("on_paper", "checkbox", _("Signed on paper; the slip is in the folder"), is_chosen=typed.on_paper),
    ]


def _unsigned(typed: Typed) -> str:
    fault = typed.faults.get("slip") or typed.faults.get("window_slip")
    if fault is None:
        return ""
    missing = _("Let them sign: on the screen, as a scan, or on paper")
    return missing if fault[0] == "required" else _("Signed slip: a picture or a PDF of at most 2 MB")


def _said(name: str, typed: Typed) -> str:
    words = {
        "document": _("Choose which document is fetched"),
        "receiver": _("Say who fetches it"),
        "authorised": _("Somebody who fetches for another shows an authorisation"),
    }
    return words[name] if name in typed.faults else ""
