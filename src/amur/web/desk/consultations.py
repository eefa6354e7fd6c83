"""Consultations at the desk of whoever answers: read, enter what came another way, withhold by law, answer."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import Actor
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.consultation.engine import serials_of
from amur.procedures.consultation.reads import ConsultationView, Point
from amur.web import errors, refusals
from amur.web.desk.entry import for_officials
from amur.web.fields import FieldView, Option
from amur.web.pages import number_from
from amur.web.portal.consultations import channel_words, fields_of, phase_words, publish_of, taken_words
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

Faults = dict[str, str]
_LONGEST = 20_001
_MOST_POINTS = 100
_PARTS = ("said", "taken_up", "why", "serials")
_LONGEST_KEY = 60


@for_officials
@never_cache
@require_safe
def consultations(request: AmurRequest) -> HttpResponse:
    """Show the consultations that the reader's offices answer."""
    found = reads.answered_by(request.scope, on=localdate(request.now))
    return render(request, "desk/consultations.html", {"rows": [(one, phase_words(one.phase)) for one in found]})


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: AmurRequest, consultation_id: str) -> HttpResponse:
    """Show a consultation with its comments, or do something about it."""
    found = reads.consultation(request.scope, consultation_id, on=localdate(request.now))
    if not found.role or request.scope.kind != "office":
        raise NotFound("no_consultation", "there is no such consultation that you answer")
    faults: Faults = {}
    refusal = ""
    if request.method == "POST":
        try:
            faults = _done(request, found)
        except Invalid as fault:
            faults = {name: refusals.field_words(code) for name, (code, _said) in fault.fields.items()}
        except (Conflict, Refused) as fault:
            refusal = errors.wording(fault) or fault.message
        if not faults and not refusal and not _only_adds(request):
            messages.success(request, _("Done."))
            return redirect("desk:consultation", consultation_id=consultation_id)
    return _page(request, found, faults, refusal)


def _only_adds(request: AmurRequest) -> bool:
    return request.POST.get("verb", "") == "add"


def _done(request: AmurRequest, found: ConsultationView) -> Faults:
    """Do what was sent; return what is wrong with the numbers in it."""
    verb, by, now, scope = request.POST.get("verb", ""), _office(request, found), request.now, request.scope
    name = found.declaration.id
    if verb == "enter":
        text, called = request.POST.get("text", "")[:10_000], request.POST.get("name", "")[:200]
        key, channel = request.POST.get("key", "")[:_LONGEST_KEY], request.POST.get("channel", "")
        publish = publish_of(request)
        acts.comment(name, text, by=by, scope=scope, now=now, name=called, publish=publish, channel=channel, key=key)
    elif verb == "withhold":
        serial = number_from(request.POST.get("serial", ""))
        reason, law = request.POST.get("reason", "")[:1000], request.POST.get("law", "")[:1000]
        acts.withhold_comment(name, serial, by=by, scope=scope, now=now, reason=reason, law=law)
    elif verb == "answer":
        points, faults = _points(request)
        if faults:
            return faults
        text = request.POST.get("summary", "")[:_LONGEST]
        acts.publish_summary(name, text, points, by=by, scope=scope, now=now)
    return {}


def _points(request: AmurRequest) -> tuple[list[Point], Faults]:
    points: list[Point] = []
    faults: Faults = {}
    for place in range(_count(request)):
        typed = {part: request.POST.get(f"{part}-{place}", "")[:_LONGEST] for part in _PARTS}
        if not any(typed.values()):
            continue
        try:
            serials = serials_of(typed["serials"])
        except ValueError:
            faults[f"serials-{place}"] = _("Write numbers and spans, such as 1, 3-5.")
            continue
        points.append(Point(typed["said"], typed["taken_up"], typed["why"], serials))
    return points, faults


def _count(request: AmurRequest) -> int:
    return min(_MOST_POINTS, number_from(request.POST.get("count", "1")))


def _office(request: AmurRequest, found: ConsultationView) -> Actor:
    return request.actor(role=found.role, body=found.declaration.body_id)


def _page(request: AmurRequest, found: ConsultationView, faults: Faults, refusal: str) -> HttpResponse:
    page = number_from(request.GET.get("page", ""))
    listing = reads.comments_of(request.scope, found.declaration.id, page=page)
    entering = _entering(request, found, faults)
    points, whole = _answer(request, found, faults)
    values = {
        "one": found,
        "phase": phase_words(found.phase),
        "listing": listing,
        "rows": [(row, channel_words(row.channel)) for row in listing.rows],
        "entering": entering,
        "withholding": _withholding(request, faults),
        "points": points,
        "whole": whole,
        "count": len(points),
        "refusal": refusal,
        "key": secrets.token_urlsafe(12),
    }
    fields = [*entering, *values["withholding"], *whole, *(field for point in points for field in point)]  # type: ignore[misc]  # a list of fields
    values["errors"] = summary(fields)
    return render(request, "desk/consultation.html", values, status=422 if faults else 409 if refusal else 200)


def _entering(request: AmurRequest, found: ConsultationView, faults: Faults) -> list[FieldView]:
    """Return what is asked to enter a comment that came another way."""
    channels = [one for one in found.declaration.channels if one != "portal"]
    if not channels or found.phase == "to_come" or found.summary:
        return []
    chosen = request.POST.get("channel", channels[0])
    options = tuple(Option(one, channel_words(one), one == chosen) for one in channels)
    return [FieldView("channel", "radios", _("How did it come?"), options=options), *fields_of(request, faults)]


def _withholding(request: AmurRequest, faults: Faults) -> list[FieldView]:
    """Return what is asked to withhold a comment."""
    sent = {name: request.POST.get(name, "")[:1000] for name in ("serial", "law", "reason")}
    law, reason = _("Which law forbids to publish it?"), _("What in it does?")
    hint = _("Everybody will read it, so name nobody.")
    return [
        FieldView("serial", "input", _("Number of the comment"), value=sent["serial"], input_mode="numeric", width=5),
        FieldView("law", "input", law, value=sent["law"], error=faults.get("law", "")),
        FieldView("reason", "input", reason, hint=hint, value=sent["reason"], error=faults.get("reason", "")),
    ]


def _answer(
    request: AmurRequest, found: ConsultationView, faults: Faults
) -> tuple[list[list[FieldView]], list[FieldView]]:
    """Return the fields of the answer: its points, and the summary with what is wrong with all of it."""
    if found.phase != "closed":
        return [], []
    before = found.points if request.method != "POST" else ()
    count = max(1, len(before)) if request.method != "POST" else _count(request) + _only_adds(request)
    points = []
    for place in range(count):
        kept = before[place] if place < len(before) else None
        typed = {
            "said": kept.said if kept else "",
            "taken_up": kept.taken_up if kept else "",
            "why": kept.why if kept else "",
            "serials": ", ".join(map(str, kept.serials)) if kept else "",
        }
        if request.method == "POST":
            typed = {part: request.POST.get(f"{part}-{place}", "")[:_LONGEST] for part in typed}
        options = tuple(Option(one, taken_words(one), one == typed["taken_up"]) for one in ("yes", "partly", "no"))
        points.append(_point(place, typed, options, faults))
    text = request.POST.get("summary", found.summary.text if found.summary else "")[:_LONGEST]
    said = faults.get("summary", "") or faults.get("serials", "")
    return points, [FieldView("summary", "textarea", _("Summary"), value=text, error=said)]


def _point(place: int, typed: dict[str, str], options: tuple[Option, ...], faults: Faults) -> list[FieldView]:
    """Return the fields of one point."""
    asked = (
        ("said", _("What was said"), "textarea"),
        ("taken_up", _("Was it taken up?"), "radios"),
        ("why", _("Why, or why not"), "textarea"),
        ("serials", _("By which comments"), "input"),
    )
    return [
        FieldView(
            f"{part}-{place}",
            control,
            label,
            value=typed[part],
            options=options if control == "radios" else (),
            error=faults.get(f"{part}-{place}", ""),
        )
        for part, label, control in asked
    ]
