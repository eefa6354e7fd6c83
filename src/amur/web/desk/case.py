"""One case on the desk: what was sent, by when it is due and why, what happened, and what this person may do now.

A post carries the version that its writer saw. If the case moved meanwhile nothing is done: the page shows what is
new, and keeps what was typed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import Conflict, Invalid, Refused
from amur.base.fields import Raw
from amur.procedures import acts, declared, reads
from amur.procedures.declarations import APPLICANT, Transition
from amur.procedures.reads import CaseView, TimelineLine
from amur.registers.lookups import as_pinned, lookups
from amur.web import errors
from amur.web.desk import choices, erasing, extensions, panels, papers, phrases
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.queue import desk
from amur.web.desk.signing import panel as signing
from amur.web.fields import Received, reshaped
from amur.web.portal import forms
from amur.web.portal.deadlines import deadlines
from amur.web.requests import AmurRequest

_LONGEST_REASON = 5_000
_KEY_LENGTH = 32


@dataclass(slots=True)
class Typed:
    """What a form brought, kept for when it has to be shown again."""

    event: str = ""
    extend: str = ""
    amount: str = ""
    reason: str = ""
    raw: dict[str, Raw] = field(default_factory=dict)
    received: dict[str, tuple[Received, ...]] = field(default_factory=dict)
    faults: forms.Faults = field(default_factory=dict)
    seen: int | None = None
    refusal: str = ""
    words: str = ""
    key: str = ""


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: AmurRequest, number: str) -> HttpResponse:
    """Show a case, or do something with it."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    if request.method == "POST":
        return _act(request, found)
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    return _page(request, found, Typed())


def _act(request: AmurRequest, found: CaseView) -> HttpResponse:
    """Let what was chosen happen; a second click of the same form finds it done."""
    typed = Typed(
        event=request.POST.get("event", ""),
        extend=request.POST.get("extend", ""),
        amount=request.POST.get("amount", "").strip()[:_KEY_LENGTH],
        reason=request.POST.get("reason", "")[: _LONGEST_REASON + 1],
        key=request.POST.get("key", "")[:_KEY_LENGTH],
    )
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) <= len(str(10**6)) else 0
    declared = [one for one in found.definition.transitions if one.event == typed.event and one.by != APPLICANT]
    if phrases.inserts(request):
        typed.reason = phrases.inserted(request, found, typed.reason, event=typed.event)
        typed.raw = forms.raw_of(declared[0].asks if declared else (), request.POST)
        return _page(request, found, typed)
    if not declared and not typed.extend:
        typed.faults = {"event": ("required", "nothing was chosen")}
        return _page(request, found, typed, status=422)
    asks = declared[0].asks if declared else ()
    typed.raw = forms.raw_of(asks, request.POST, request.FILES)
    if reshaped(asks, typed.raw, request.POST):
        return _page(request, found, typed)
    try:
        what = _do(request, found, declared, typed, seen)
    except Invalid as fault:
        typed.faults = fault.fields
        return _page(request, found, typed, status=422)
    except Conflict:
        typed.seen = seen
    except Refused as fault:
        typed.refusal, typed.words = fault.code, errors.wording(fault)
    if typed.seen is not None or typed.refusal:
        again = reads.case_for_desk(request.scope, found.number, on=localdate(request.now), at=request.now)
        return _page(request, again, typed, status=409 if typed.seen is not None else 403)
    messages.success(request, _("Done: %(what)s") % {"what": what})
    return HttpResponseRedirect(reverse("desk:case", args=[found.number]))


def _do(request: AmurRequest, found: CaseView, declared: list[Transition], typed: Typed, seen: int) -> str:
    """Do what was chosen, and return what it was: an arrow of the case, or a clock made longer."""
    if not typed.extend:
        _fire(request, found, declared[0], typed, seen)
        return declared[0].title.say(forms.language())
    title = extensions.extend(request, found, typed.extend, typed.amount, seen=seen, key=typed.key, reason=typed.reason)
    return _("Period extended: %(title)s") % {"title": title.say(forms.language())}


def _fire(request: AmurRequest, found: CaseView, declared: Transition, typed: Typed, seen: int) -> None:
    by = office_for(request, found, declared.by)
    for asked, file in forms.files_of(declared.asks, request.FILES):
        upload = acts.attach_to_case(
            found.id,
            declared.event,
            asked.id,
            file.chunks(),
            file.name or "",
            by=by,
            scope=request.scope,
            now=request.now,
        )
        typed.raw[asked.id] = str(upload.pk)
        typed.received[asked.id] = (Received(str(upload.pk), upload.name, upload.size),)
    acts.fire(
        found.id,
        declared.event,
        by=by,
        scope=request.scope,
        now=request.now,
        expected_version=seen,
        key=typed.key,
        reason=typed.reason,
        extra=typed.raw,
    )


def _leading(found: CaseView) -> list[Transition]:
    """Return the arrows that lead on from where a case stands."""
    return list(found.leading)


def _later(lines: tuple[TimelineLine, ...], seen: int) -> list[TimelineLine]:
    """Return what happened after the version that somebody saw."""
    return [one for one in lines if one.version > seen]


def _faults_of_choice(typed: Typed, reason_fault: str) -> list[tuple[str, str]]:
    """Return what is wrong with what was chosen and why, each with the place of its field."""
    chosen = [("event-0", _("Choose what to do."))] if "event" in typed.faults else []
    return chosen + ([("reason", reason_fault)] if reason_fault else [])


def _faults_of_what_follows(typed: Typed) -> list[tuple[str, str]]:
    """Return what stands against an act that no control is about: an effect that its register does not take."""
    what = "; ".join(f"{name}: {said}" for name, (_code, said) in typed.faults.items())
    words = _("Nothing was done: what would follow cannot be recorded (%(what)s). Tell whoever keeps the declarations.")
    return [("main", words % {"what": what})] if what else []


def _around(request: AmurRequest, found: CaseView) -> dict[str, object]:
    """Return what stands around the choices: phrases for the reason, what is held back and why, whose turn it is."""
    return {
        "picker": phrases.picker(request, found, "reason"),
        "elsewhere": any(one.sign_off or one.supplement for one in found.may),
        "to_sign": signing.waits_here(request, found),
        "withheld": choices.withheld(found, request.scope),
        "office_next": any(one.by != APPLICANT for one in _leading(found)),
    }


def _page(request: AmurRequest, found: CaseView, typed: Typed, *, status: int = 200) -> HttpResponse:
    today = localdate(request.now)
    words = as_pinned(lookups(today), found.case.closure_hash)
    lines = reads.timeline(request.scope, found.id)
    offered = choices.choices(found, words, typed.raw, typed.faults, typed.received)
    reason_fault = "" if typed.extend else choices.reason_fault(typed.faults)
    longer = extensions.extendable(
        found,
        request.scope,
        clock=typed.extend,
        typed=typed.amount,
        reason=typed.reason,
        faults=typed.faults,
    )
    asked_faults = [line for one in offered if one.event == typed.event for line in forms.summary(one.fields)]
    values = {
        **desk(request),
        **erasing.shown(request, found),
        **panels.beside(request, found),
        **_around(request, found),
        "case": found,
        "papers": papers.answers(found, words),
        "files": papers.files(found),
        "deadlines": deadlines(found.clocks, today),
        "extendable": longer,
        "knots": papers.knots(request.scope, lines, found),
        "is_today_working": declared.calendar().is_working_day(today),
        "simple": [one for one in offered if not one.fields],
        "asking": [one for one in offered if one.fields],
        "typed": typed,
        "reason_fault": reason_fault,
        "news": [] if typed.seen is None else papers.knots(request.scope, _later(lines, typed.seen), None),
        "errors": [*_faults_of_choice(typed, reason_fault), *asked_faults, *extensions.summary(longer)]
        or _faults_of_what_follows(typed),
        "key": uuid.uuid4().hex,
        "entries": papers.entries(request.scope, found, lines),
    }
    return render(request, "desk/case.html", values, status=status)
