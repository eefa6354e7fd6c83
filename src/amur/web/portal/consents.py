"""Consent by telephone: a proxy has a code sent to whoever is to be served, and enters what they tell."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts
from amur.procedures import reads as cases
from amur.procedures.declarations import ProcedureDeclaration
from amur.web.fields import FieldView
from amur.web.limits import limited
from amur.web.portal import forms
from amur.web.portal.authorisations import UNPROCESSABLE, number_field
from amur.web.requests import AmurRequest

_LONGEST = 40


@never_cache
@require_POST
@limited("consent", "10/10m")
def by_telephone(request: AmurRequest, service: str) -> HttpResponseBase:
    """Have a code sent to the telephone of whoever is to be served."""
    declaration = _service(service)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("portal:for_somebody", args=[service]))
    number, key = request.POST.get("number", "").strip()[:_LONGEST], request.POST.get("key", "")[:60]
    said = forms.language()
    try:
        asked = acts.ask_consent(service, number, by=request.actor(), now=request.now, language=said, key=key)
    except Invalid:
        fault = _("This is no telephone number. Enter it with all digits.")
    except Refused as refused:
        fault = _("This number was sent several codes today. Let the person sign on paper.")
        if refused.code != "asked_often":
            raise
    else:
        return redirect("portal:consent_code", service, asked.pk)
    field = number_field(number, fault)
    return _page(request, declaration, field)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("consent_code", "30/10m")
def code(request: AmurRequest, service: str, asked_id: UUID) -> HttpResponseBase:
    """Take the code that the person told, and begin the form for them."""
    declaration = _service(service)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("portal:for_somebody", args=[service]))
    typed, fault = request.POST.get("code", "").strip()[:_LONGEST], ""
    if request.method == "POST":
        by, now = request.actor(), request.now
        try:
            given = acts.confirm_consent(asked_id, typed, by=by, now=now, days=declaration.draft_days)
            draft = acts.open_draft(
                given.procedure,
                by=by,
                now=now,
                language=forms.language(),
                account_id=by.actor_id,
                authorisation_id=str(given.pk),
            )
        except Invalid:
            fault = _("This is not the code that was sent. Ask the person to read it again.")
        except (Conflict, NotFound):
            fault = _("This code is not taken any more. Go back and have another one sent.")
        else:
            return HttpResponseRedirect(reverse("portal:resume", args=[draft.id]))
    return _page(request, declaration, _code_field(typed, fault))


def _code_field(typed: str = "", fault: str = "") -> FieldView:
    label, hint = _("Code"), _("Six digits, for fifteen minutes")
    return FieldView("code", "input", label, hint=hint, value=typed, error=fault, width=10, is_code=True)


def _service(name: str) -> ProcedureDeclaration:
    found = cases.service(name)
    if found.opened_only:
        raise NotFound("no_service", "nobody applies for this")
    return found


def _page(request: AmurRequest, service: ProcedureDeclaration, field: FieldView) -> HttpResponseBase:
    values = {"service": service, "fields": [field], "errors": forms.summary([field])}
    values["is_number"] = field.name == "number"
    status = UNPROCESSABLE if field.error else 200
    return render(request, "portal/consent_code.html", values, status=status)
