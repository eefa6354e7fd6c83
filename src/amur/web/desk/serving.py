"""Serving a document from the desk: what was done so far, by when, and recording the post, its slip or a receipt."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import DateField, FieldDeclaration, FieldError, Lookups, Raw, TextField
from amur.procedures import acts, reads
from amur.procedures.papers.models import Service
from amur.procedures.reads import CaseView, ServiceView
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.fields import FieldView, raw_from, view_of
from amur.web.portal import forms
from amur.web.portal.documents import paper
from amur.web.portal.wording import field_error
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422
_KEY_LENGTH = 32


def _text(name: str, zh: str, en: str, *, required: bool = True) -> TextField:
    return TextField(id=name, type="text", title=Text(zh=zh, en=en), max_length=200, required=required)


def _day(name: str, zh: str, en: str) -> DateField:
    return DateField(id=name, type="date", title=Text(zh=zh, en=en))


_WAYS: Mapping[str, tuple[FieldDeclaration, ...]] = {
    "post": (_text("post_tracking", "邮件编号", "Number of the letter"), _day("post_sent_on", "交寄日期", "Posted on")),
    "hand": (
        _text("hand_receiver", "签收人", "Who signed for it"),
        _day("hand_received_on", "签收日期", "Received on"),
    ),
    "delivered": (
        _text("delivered_receiver", "签收人", "Who took it"),
        _day("delivered_received_on", "签收日期", "Received on"),
        _text("delivered_proof", "回执编号", "Number of the slip", required=False),
    ),
    "returned": (_text("returned_reason", "退回原因", "Why it came back"),),
}
"""What is asked for each thing that can be recorded; the names in front keep the forms of one page apart."""
_STEPS: Mapping[str, Callable[..., Service]] = {
    "post": acts.send_by_post,
    "hand": acts.hand_over,
    "delivered": acts.confirm_delivery,
    "returned": acts.note_return,
}


@dataclass(slots=True)
class Typed:
    """What a form brought, kept for when it has to be shown again."""

    way: str = ""
    raw: dict[str, Raw] = field(default_factory=dict)
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    refusal: str = ""


@for_officials
@require_safe
def to_serve(request: AmurRequest) -> HttpResponse:
    """Show what the reader's offices still have to serve: what is late first, then the oldest."""
    found = reads.to_serve(request.scope, localdate(request.now))
    waiting = sorted(found, key=lambda one: one.clock.last_day if one.clock else date.max)
    lines = [(one, paper(one.document, one.case_number, "desk").title) for one in waiting]
    return render(request, "desk/to_serve.html", {"waiting": lines, "late": sum(map(_is_late, waiting))})


def _is_late(view: ServiceView) -> bool:
    return view.clock is not None and view.clock.is_late


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def serve(request: AmurRequest, number: str, document_number: str) -> HttpResponse:
    """Show how a document reached its party so far, or record a step of it."""
    case = reads.case_for_desk(request.scope, number)
    view = _view(request, case, document_number)
    if request.method == "POST":
        return _record(request, case, view)
    acts.log_desk_read(case.id, by=office_for(request, case), now=request.now)
    return _page(request, case, view, Typed())


def _view(request: AmurRequest, case: CaseView, document_number: str) -> ServiceView:
    for view in reads.service_of(request.scope, case.id, localdate(request.now)):
        if view.document.number == document_number:
            return view
    raise NotFound("no_document", "there is no such document")


def _record(request: AmurRequest, case: CaseView, view: ServiceView) -> HttpResponse:
    typed = Typed(way=request.POST.get("way", ""))
    asked = _WAYS.get(typed.way)
    if asked is None:
        return HttpResponseRedirect(request.path)
    typed.raw = {one.id: raw_from(one, request.POST) for one in asked}
    try:
        _do(request, case, view, typed, _values(asked, typed, localdate(request.now)))
    except Invalid as fault:
        typed.faults = {**typed.faults, **fault.fields}
    except (Refused, Conflict) as fault:
        typed.refusal = errors.wording(fault) or fault.message
    if typed.faults or typed.refusal:
        return _page(request, case, _view(request, case, view.document.number), typed, status=UNPROCESSABLE)
    messages.success(request, _("Done. It is recorded below."))
    return HttpResponseRedirect(request.path)


def _values(asked: tuple[FieldDeclaration, ...], typed: Typed, today: date) -> dict[str, str]:
    """Return what was typed by the names of the act.

    Raises:
        Invalid: naming each field that is missing or wrong.
    """
    found: dict[str, str] = {}
    faults: dict[str, tuple[str, str]] = {}
    for one in asked:
        try:
            found[one.id.removeprefix(f"{typed.way}_")] = str(one.parse(typed.raw[one.id], Lookups(today)) or "")
        except FieldError as error:
            faults |= error.told(one.id)
    if faults:
        raise Invalid(faults)
    return found


def _do(request: AmurRequest, case: CaseView, view: ServiceView, typed: Typed, given: dict[str, str]) -> None:
    by, scope, now = office_for(request, case), request.scope, request.now
    key, number = request.POST.get("key", "")[:_KEY_LENGTH], view.document.number
    letter = _under_way(view)
    days = {name: date.fromisoformat(value) for name, value in given.items() if name.endswith("_on")}
    step = partial(
        _STEPS[typed.way],
        number if typed.way in {"post", "hand"} else letter.pk if letter else 0,
        by=by,
        scope=scope,
        now=now,
        key=key,
    )
    try:
        step(**{**given, **days})
    except Invalid as fault:
        raise Invalid({f"{typed.way}_{name}": said for name, said in fault.fields.items()}) from None


def _under_way(view: ServiceView) -> Service | None:
    """Return the letter of which nothing is known yet: the oldest, where there are several."""
    waiting = (one for one in view.services if one.way == Service.Way.POST)
    return next((one for one in waiting if one.served_at is None and one.failed_at is None), None)


def _page(request: AmurRequest, case: CaseView, view: ServiceView, typed: Typed, *, status: int = 200) -> HttpResponse:
    offered = ["delivered", "returned"] if _under_way(view) else []
    offered += ["post", "hand"] if view.document.served_at is None else []
    shown = {way: _fields(way, typed, localdate(request.now)) for way in offered if view.document.content}
    values: dict[str, object] = {
        "case": case,
        "view": view,
        "title": paper(view.document, case.number, "desk").title,
        "consent": reads.online_service(request.scope, case.id),
        "forms": [(way, _titles()[way], fields) for way, fields in shown.items()],
        "way": typed.way,
        "refusal": typed.refusal,
        "errors": [problem for fields in shown.values() for problem in forms.summary(fields)],
        "key": uuid.uuid4().hex,
        "back": reverse("desk:case", args=[case.number]),
    }
    return render(request, "desk/serve.html", values, status=status)


def _titles() -> dict[str, str]:
    return {
        "delivered": _("The letter was delivered"),
        "returned": _("The letter came back"),
        "post": _("Sent by post"),
        "hand": _("Handed over against a receipt"),
    }


def _fields(way: str, typed: Typed, today: date) -> list[FieldView]:
    said = forms.language()
    words = {"too_late": _("%(field)s: this day has not come yet"), "too_early": _("%(field)s: give a later day")}
    found = []
    for one in _WAYS[way]:
        code = typed.faults[one.id][0] if one.id in typed.faults else ""
        own = words.get(code, "") % {"field": one.title.say(said)} if code in words else ""
        error = own or (field_error(one, code, said) if code else "")
        raw = typed.raw.get(one.id, "")
        found.append(view_of(one, said, Lookups(today), raw=raw if isinstance(raw, str) else "", error=error))
    return found
