"""Agreeing to a form: the code shows exactly what would be submitted; then one agrees, or declines with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, NotFound
from amur.procedures import acts, reads
from amur.procedures.models import Draft
from amur.registers.lookups import lookups
from amur.web import errors
from amur.web.fields import FieldView, Received
from amur.web.limits import limited
from amur.web.portal import forms
from amur.web.portal.filling import Filling, opened
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422
_LONGEST_CODE, _LONGEST_REASON = 60, 2_001


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who must agree, and what they answered."""

    title: Text
    state: str
    reason: str
    until: datetime | None


def signers(form: Filling, request: AmurRequest) -> list[Signer]:
    """Return who must agree to a form as it stands, for the page that submits it."""
    if form.service.cosign is None:
        return []
    rows = reads.co_signatures(form.draft, now=request.now)
    return [
        Signer(one.title, row.state, row.reason, row.expires_at)
        if (row := rows.get(one.id))
        else Signer(one.title, "", "", None)
        for one in form.service.cosign.signers
    ]


@never_cache
@require_POST
@limited("co_sign", "20/10m")
def ask(request: AmurRequest, draft_id: UUID) -> HttpResponse:
    """Ask all who must agree."""
    opened(request, draft_id)
    address = request.build_absolute_uri(reverse("portal:agree"))
    try:
        acts.ask_co_signers(draft_id, by=request.actor(), now=request.now, address=address)
    except Invalid:
        messages.error(request, _("Enter the addresses of those who must agree first."))
    else:
        messages.success(request, _("Asked. Each is sent a code. If you change the form they are asked again."))
    return HttpResponseRedirect(reverse("portal:check", args=[draft_id]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("agree", "20/10m")
def agree(request: AmurRequest) -> HttpResponse:
    """Ask for the code, show what it is about, and take the answer."""
    typed = request.POST.get("code", "").strip()[:_LONGEST_CODE]
    if request.method != "POST":
        return _ask_code(request, "", "")
    try:
        found = reads.co_signature_by_code(typed, now=request.now)
    except NotFound:
        said = _("This code opens nothing. It may have expired, or the form was submitted.")
        return _ask_code(request, typed, said)
    verb, reason, fault, whole = request.POST.get("verb", ""), request.POST.get("reason", "")[:_LONGEST_REASON], "", ""
    if verb in {"agree", "decline"}:
        try:
            acts.answer_co_signature(typed, agrees=verb == "agree", reason=reason, by=request.actor(), now=request.now)
        except Invalid:
            fault = _("Say why you decline.")
        except Conflict as error:
            whole = errors.wording(error) or error.message
        found = reads.co_signature_by_code(typed, now=request.now)
    return _page(
        request,
        found,
        typed,
        FieldView("reason", "textarea", _("Why, if you decline"), value=reason, error=fault),
        whole,
    )


def _ask_code(request: AmurRequest, typed: str, fault: str) -> HttpResponse:
    field = FieldView(
        "code",
        "input",
        _("Code that you were sent"),
        hint=_("Twenty letters and digits"),
        value=typed,
        error=fault,
        is_code=True,
    )
    values = {"fields": [field], "errors": forms.summary([field])}
    return render(request, "portal/agree.html", values, status=404 if fault else 200)


def _page(request: AmurRequest, found: reads.ToAgree, code: str, field: FieldView, whole: str) -> HttpResponse:
    on = localdate(request.now)
    values = {
        "found": found,
        "service": found.definition,
        "cards": forms.cards(
            found.definition,
            reads.answers_in(found.draft, found.definition, on),
            lookups(on),
            _received(found.draft),
            asked=reads.asked_in(found.draft, found.definition, on),
        )
        if found.is_as_asked
        else [],
        "code": code,
        "field": field,
        "errors": [("main", whole)] * bool(whole) + forms.summary([field]),
    }
    return render(request, "portal/agree.html", values, status=UNPROCESSABLE if values["errors"] else 200)


def _received(draft: Draft) -> dict[str, tuple[Received, ...]]:
    return {name: (Received(str(one.pk), one.name, one.size),) for name, one in reads.uploads_of(draft).items()}
