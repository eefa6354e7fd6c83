"""A hearing on a party's page: ask for one or waive it, and where and when it is."""

from __future__ import annotations

from typing import Literal

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.acting import Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView
from amur.web import errors, refusals
from amur.web.fields import FieldView, Option
from amur.web.limits import limited
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.portal.following import for_party, party_actor
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422


def panel(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return the hearings of a case; None where there is none and the party cannot ask for one."""
    found = reads.hearings_of(scope, case.id, on=localdate(request.now)) if case.definition.hearing else None
    if found is None or not (found.rows or found.may_ask):
        return None
    return Panel("portal/panels/hearing.html", {"hearings": found, "case": case}, "main")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("hearing", "30/10m")
@for_party
def hearing(request: AmurRequest, scope: Scope, case: CaseView) -> HttpResponse:
    """Let the party say whether it wants a hearing."""
    found = reads.hearings_of(scope, case.id, on=localdate(request.now))
    if found is None:
        raise NotFound("no_hearing", "this procedure knows no hearing")
    wrong: dict[str, str] = {}
    if request.method == "POST":
        wish = request.POST.get("wish", "")
        if wish not in {"asked", "waived"}:
            wrong["wish"] = _("Choose one of the two.")
        else:
            wrong = _said(request, scope, case, "asked" if wish == "asked" else "waived")
            if not wrong:
                return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
    fields = _fields(request, wrong)
    values = {"case": case.case, "service": case.definition, "hearings": found, "fields": fields}
    values["errors"] = forms.summary(fields)
    return render(request, "portal/hearing.html", values, status=UNPROCESSABLE if wrong else 200)


def _said(request: AmurRequest, scope: Scope, case: CaseView, wish: Literal["asked", "waived"]) -> dict[str, str]:
    """Write down what the party wants; return what is wrong with it."""
    why = request.POST.get("why", "")[:20_001]
    by = party_actor(request, scope, case.id)
    try:
        acts.ask_hearing(case.id, by=by, scope=scope, now=request.now, wish=wish, why=why)
    except Invalid as fault:
        return {name: refusals.field_words(code) for name, (code, _text) in fault.fields.items()}
    except (Conflict, Refused) as fault:
        messages.warning(request, errors.wording(fault) or fault.message)
    else:
        messages.success(request, _("Done. It is recorded below."))
    return {}


def _fields(request: AmurRequest, wrong: dict[str, str]) -> list[FieldView]:
    chosen = request.POST.get("wish", "")
    options = (
        Option("asked", _("I ask for a hearing"), chosen == "asked"),
        Option("waived", _("I do without a hearing"), chosen == "waived"),
    )
    typed = request.POST.get("why", "")[:20_000]
    return [
        FieldView("wish", "radios", _("Do you want a hearing?"), options=options, error=wrong.get("wish", "")),
        FieldView("why", "textarea", _("Why"), value=typed, is_required=False, error=wrong.get("why", "")),
    ]
