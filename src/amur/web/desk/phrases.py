"""Stored phrases at the desk: the list of one's own, and putting one into a reason without a script."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import Invalid, Refused
from amur.procedures import acts, reads
from amur.procedures.phrases.reads import PhraseView
from amur.procedures.reads import CaseView
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.signing.wording import fault_words
from amur.web.fields import FieldView
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest

INSERT, CHOSEN = "insert", "phrase"
"""The button of a form that puts a phrase into a text, and the list from which it is chosen."""
_LONGEST_TITLE, _LONGEST_TEXT, _LONGEST_KEY = 80, 2_000, 60


@dataclass(frozen=True, slots=True)
class Picker:
    """The list from which a phrase is put into a text; ``into`` is the name of that text, ``id`` is its own."""

    id: str
    into: str
    phrases: tuple[PhraseView, ...]


def picker(request: AmurRequest, found: CaseView, into: str, *, event: str = "", name: str = "") -> Picker:
    """Return the list for a text of a page about a case."""
    phrases = reads.phrases_for(request.scope, found.case, found.definition, language=language(), event=event)
    return Picker(f"{name or into}-phrase", into, phrases)


def inserts(request: AmurRequest) -> bool:
    """Say whether a form asks only for a phrase to be put into one of its texts."""
    return INSERT in request.POST


def inserted(request: AmurRequest, found: CaseView, text: str, *, event: str = "") -> str:
    """Return a text with the chosen phrase at its end."""
    chosen = request.POST.get(CHOSEN, "")
    offered = reads.phrases_for(request.scope, found.case, found.definition, language=language(), event=event)
    words = next((one.text for one in offered if one.id == chosen), "")
    return "\n".join(part for part in (text.rstrip(), words) if part)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def phrases(request: AmurRequest) -> HttpResponse:
    """Show the phrases that the reader keeps; keep another, or remove one."""
    title, text, faults, refusal = "", "", {}, ""
    if request.method == "POST":
        title = request.POST.get("title", "")[: _LONGEST_TITLE + 1]
        text = request.POST.get("text", "")[: _LONGEST_TEXT + 1]
        try:
            _keep_or_remove(request, title, text)
        except Invalid as fault:
            faults = {name: fault_words(code) for name, (code, _said) in fault.fields.items()}
        except Refused as fault:
            refusal = errors.wording(fault) or fault.message
        else:
            return redirect("desk:phrases")
    fields = [
        FieldView("title", "input", _("Name"), value=title, error=faults.get("title", "")),
        FieldView(
            "text",
            "textarea",
            _("Words"),
            hint=_("You may write {number}, {subject}, {state} and {due_on}: each is filled for the case."),
            value=text,
            error=faults.get("text", ""),
        ),
    ]
    values = {
        "own": reads.own_phrases(request.scope),
        "fields": fields,
        "errors": summary(fields),
        "refusal": refusal,
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "desk/phrases.html", values, status=422 if faults else 409 if refusal else 200)


def _keep_or_remove(request: AmurRequest, title: str, text: str) -> None:
    by, scope, now = request.actor(), request.scope, request.now
    if request.POST.get("verb") != "remove":
        acts.keep_phrase(title, text, by=by, scope=scope, now=now, key=request.POST.get("key", "")[:_LONGEST_KEY])
        messages.success(request, _("Kept. You find it wherever you write a reason."))
        return
    try:
        chosen = UUID(request.POST.get("which", ""))
    except ValueError:
        return
    if acts.remove_phrase(chosen, by=by, scope=scope, now=now):
        messages.success(request, _("Removed."))
