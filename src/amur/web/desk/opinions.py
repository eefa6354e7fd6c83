"""What other authorities ask of an office: the list, the page to answer on, and the files that belong to both sides."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import Actor
from amur.base.declared import Text
from amur.base.faults import Invalid, Refused
from amur.people import reads as people
from amur.procedures import acts, reads
from amur.procedures.opinions.declarations import OpinionRound
from amur.procedures.opinions.models import GivenOpinion
from amur.procedures.opinions.reads import AskedView, RoundView
from amur.procedures.opinions.receiving import MEDIA_TYPES, Sent
from amur.procedures.reads import CaseView
from amur.registers.lookups import as_pinned, lookups
from amur.web import clocks, errors
from amur.web.desk.entry import for_officials
from amur.web.desk.sending import sent
from amur.web.fields import FieldView, Option, value_shown
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest, door_of

_LONGEST_TEXT = 5_000
_LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Answered:
    """An asked body in the panel of a case, with what it said."""

    body: Text | None
    body_id: str
    words: str
    stands: GivenOpinion | None
    earlier: tuple[tuple[str, GivenOpinion], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A round in the panel of a case."""

    view: RoundView
    clock: clocks.ClockView
    bodies: tuple[Answered, ...]


def verdict_words(verdict: str) -> str:
    """Return what a body says, in words."""
    return {"agree": _("Agrees"), "conditions": _("Agrees with conditions"), "object": _("Objects to it")}[verdict]


def bodies_by_id() -> Mapping[str, Text]:
    """Return the titles of all bodies."""
    return people.body_titles()


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return what the page of a case shows of its rounds: who answered what, how long there is, who is late."""
    declared = found.definition.opinions
    rounds = reads.opinion_rounds(request.scope, found.id, on=localdate(request.now)) if declared else ()
    if not rounds:
        return None
    titles = bodies_by_id()
    shown = [Asked(one, _light(one), tuple(_answered(one, titles))) for one in rounds]
    return Panel("desk/panels/opinions.html", {"rounds": shown, "number": found.number}, "main")


def _answered(view: RoundView, titles: Mapping[str, Text]) -> list[Answered]:
    return [
        Answered(
            titles.get(one.body_id),
            one.body_id,
            verdict_words(one.stands.verdict) if one.stands else "",
            one.stands,
            tuple((verdict_words(given.verdict), given) for given in one.given[:-1]),
        )
        for one in view.bodies
    ]


def _light(view: RoundView) -> clocks.ClockView:
    if view.left is None:
        return clocks.stopped()
    return clocks.provisional(view.row.due_on) if view.row.provisional else clocks.running(view.left)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: AmurRequest, asked_id: UUID) -> HttpResponse:
    """Show what is asked, with as much of the case as the round shares, and take the answer."""
    found = reads.asked(request.scope, asked_id, on=localdate(request.now))
    by = _office(request, found)
    if request.method != "POST":
        acts.log_desk_read(found.row.case_id, by=by, now=request.now)
        return _page(request, found, {})
    typed = {name: request.POST.get(name, "") for name in ("verdict", "text")}
    typed["text"] = typed["text"][: _LONGEST_TEXT + 1]
    file = request.FILES.get("file")
    try:
        acts.give_opinion(
            asked_id,
            typed["verdict"],
            by=by,
            scope=request.scope,
            now=request.now,
            key=request.POST.get("key", "")[:_LONGEST_KEY],
            text=typed["text"],
            file=Sent(file.name or "", file.chunks()) if file else None,
        )
    except Invalid as fault:
        return _page(request, found, typed, fault.fields, status=422)
    except Refused as fault:
        again = reads.asked(request.scope, asked_id, on=localdate(request.now))
        return _page(request, again, typed, refusal=errors.wording(fault) or fault.message, status=403)
    messages.success(request, _("Your answer is given. You may change it until the round is closed."))
    return HttpResponseRedirect(reverse("desk:asked", args=[asked_id]))


@for_officials
@require_safe
def shared_file(request: AmurRequest, asked_id: UUID, upload_id: UUID) -> FileResponse:
    """Send a file that a round shares with the body that it asks, and record that it was read."""
    found = reads.asked(request.scope, asked_id, on=localdate(request.now))
    upload, file = reads.shared_file(request.scope, asked_id, upload_id, on=localdate(request.now))
    acts.log_desk_read(found.row.case_id, by=_office(request, found), now=request.now)
    return sent(upload, file)


@for_officials
@require_safe
def opinion_file(request: AmurRequest, opinion_id: UUID) -> FileResponse:
    """Send the file of an answer to the office of the case, or to the body that gave it."""
    return sent(*reads.opinion_file(request.scope, opinion_id))


def _office(request: AmurRequest, found: AskedView) -> Actor:
    """Return in which office somebody answers; who only reads needs no card."""
    return people.actor_for(
        request.user,
        request.scope,
        role=found.row.role,
        body_id=found.asked.body_id,
        procedure=found.row.case.procedure,
        client=door_of(request),
        request_id=request.request_id,
        reads=request.method != "POST",
    )


def _page(
    request: AmurRequest,
    found: AskedView,
    typed: Mapping[str, str],
    faults: forms.Faults | None = None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    fields = [] if found.refusal else _fields(found.declaration, typed, faults or {})
    words = as_pinned(lookups(localdate(request.now)), found.row.case.closure_hash)
    values = {
        "asked": found,
        "body": bodies_by_id().get(found.asked.body_id),
        "clock": clocks.stopped() if found.left is None else clocks.running(found.left),
        "shared": [
            (field.title, value_shown(field, value, language(), words))
            for field, value in found.shared
            if field.type != "file"
        ],
        "own": [(verdict_words(one.verdict), one) for one in found.own],
        "fields": fields,
        "errors": summary(fields),
        "refusal": refusal or (errors.wording(found.refusal) if found.refusal and not found.own else ""),
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "desk/asked.html", values, status=status)


def _fields(declaration: OpinionRound, typed: Mapping[str, str], faults: forms.Faults) -> list[FieldView]:
    """Return what an answer consists of."""
    said = _said(faults)
    options = tuple(Option(one, verdict_words(one), typed.get("verdict") == one) for one in declaration.answers)
    fields = [
        FieldView("verdict", "radios", _("Your opinion"), options=options, error=said.get("verdict", "")),
        FieldView(
            "text",
            "textarea",
            _("In words"),
            hint=_("Which conditions, or why not. The applicant reads it after the decision."),
            value=typed.get("text", ""),
            is_required=False,
            error=said.get("text", ""),
        ),
    ]
    if declaration.file != "none":
        needed = declaration.file == "required"
        accept = ",".join(MEDIA_TYPES)
        fields.append(
            FieldView("file", "file", _("File"), is_required=needed, accept=accept, error=said.get("file", ""))
        )
    return fields


def _said(faults: forms.Faults) -> dict[str, str]:
    """Return what is wrong, in words."""
    words = {
        "verdict": _("Choose what your opinion is."),
        "text": _("Say which conditions, or why not, in at most 5,000 characters."),
        "file": _("Send the opinion as a file: PDF, a picture or plain text, of at most 20 MB."),
    }
    return {name: words.get(name, _("Check this entry")) for name in faults}
