"""Consultations for everybody: what is planned, a form to comment, and at the end what was said and what came of it."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import PUBLIC, Actor
from amur.base.faults import Invalid, Refused
from amur.procedures import acts, reads
from amur.procedures.consultation.acts import Publish
from amur.web import errors, refusals
from amur.web.fields import FieldView, Option
from amur.web.limits import limited
from amur.web.pages import number_from
from amur.web.portal import forms
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422
_LONGEST_KEY = 60
PUBLISHES: tuple[Publish, ...] = ("unnamed", "named", "not")


def phase_words(phase: str) -> str:
    """Return where a consultation is, in words."""
    return {"to_come": _("To come"), "open": _("Open now"), "closed": _("Consultation closed")}[phase]


def taken_words(taken_up: str) -> str:
    """Return what the authority made of a point, in words."""
    return {"yes": _("Taken up"), "partly": _("Taken up in part"), "no": _("Not taken up")}.get(taken_up, taken_up)


def channel_words(channel: str) -> str:
    """Return how a comment came, in words."""
    return {
        "portal": _("Portal"),
        "window": _("Window"),
        "letter": _("Letter"),
        "mail": _("E-mail"),
        "hotline": _("Hotline"),
        "meeting": _("Meeting"),
    }.get(channel, channel)


@require_safe
def consultations(request: AmurRequest) -> HttpResponse:
    """Show all consultations: those that are open, those to come, and those that are over."""
    found = [(one, phase_words(one.phase)) for one in reads.consultations(PUBLIC, on=localdate(request.now))]
    return render(request, "portal/consultations.html", {"rows": found})


@require_http_methods(["GET", "HEAD", "POST"])
@limited("comment", "20/10m")
def consultation(request: AmurRequest, consultation_id: str) -> HttpResponse:
    """Show what is planned and take a comment; at the end, what was said and what came of it."""
    on = localdate(request.now)
    found = reads.consultation(PUBLIC, consultation_id, on=on)
    faults: dict[str, str] = {}
    if request.method == "POST":
        faults = _commented(request, consultation_id)
        if not faults:
            return HttpResponseRedirect(reverse("portal:consultation", args=[consultation_id]))
    fields = fields_of(request, faults) if found.phase == "open" else []
    page = number_from(request.GET.get("page", ""))
    values = {
        "one": found,
        "phase": phase_words(found.phase),
        "points": [(point, taken_words(point.taken_up)) for point in found.points],
        "listing": reads.comments_of(PUBLIC, consultation_id, page=page) if found.summary else None,
        "fields": fields,
        "others": _others(found.declaration.channels),
        "errors": forms.summary(fields),
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "portal/consultation.html", values, status=UNPROCESSABLE if faults else 200)


def _others(channels: tuple[str, ...]) -> str:
    """Return by which ways beside this page a comment can come."""
    return pgettext("between names", ", ").join(channel_words(one) for one in channels if one != "portal")


def _commented(request: AmurRequest, consultation_id: str) -> dict[str, str]:
    """Take what was written; return what is wrong with it."""
    try:
        row = acts.comment(
            consultation_id,
            request.POST.get("text", "")[:10_000],
            by=Actor("anonymous", client="portal", request_id=request.request_id),
            scope=PUBLIC,
            now=request.now,
            name=request.POST.get("name", "")[:200],
            publish=publish_of(request),
            key=request.POST.get("key", "")[:_LONGEST_KEY],
        )
    except Invalid as fault:
        words = {"text": _("Write your comment."), "name": _("Write your name, or publish it without.")}
        return {
            name: words[name] if code == "required" and name in words else refusals.field_words(code)
            for name, (code, _said) in fault.fields.items()
        }
    except Refused as fault:
        messages.warning(request, errors.wording(fault) or fault.message)
    else:
        messages.success(request, _("Thank you. Your comment has number %(serial)s.") % {"serial": row.serial})
    return {}


def publish_of(request: AmurRequest) -> Publish:
    """Return as what a comment may be published; whoever chose nothing is not named."""
    return next((one for one in PUBLISHES if one == request.POST.get("publish", "")), "unnamed")


def fields_of(request: AmurRequest, faults: dict[str, str]) -> list[FieldView]:
    """Return what a comment is asked for."""
    words = {
        "unnamed": _("Publish it without my name"),
        "named": _("Publish it with my name"),
        "not": _("Do not publish it; only the authority reads it"),
    }
    chosen = publish_of(request)
    options = tuple(Option(name, words[name], name == chosen) for name in PUBLISHES)
    text, name = request.POST.get("text", "")[:10_000], request.POST.get("name", "")[:200]
    return [
        FieldView("text", "textarea", _("Your comment"), value=text, error=faults.get("text", "")),
        FieldView("publish", "radios", _("What may be published?"), options=options, error=faults.get("publish", "")),
        FieldView("name", "input", _("Your name"), value=name, is_required=False, error=faults.get("name", "")),
    ]
