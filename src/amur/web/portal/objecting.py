"""A party objects to an official of its case: it names a step, since it knows no official by name, and says why."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.acting import Scope
from amur.base.faults import AmurError, Invalid, NotFound
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView
from amur.web import errors
from amur.web.fields import FieldView, Option
from amur.web.limits import limited
from amur.web.panels import Panel
from amur.web.portal.following import for_party, party_actor
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest

_LONGEST_REASON = 2_000
_LONGEST_KEY = 40


def panel(_request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return the way to object, and what became of earlier objections."""
    made, steps = reads.objections_of(scope, case.id), reads.contestable(scope, case.id)
    if not made and not steps:
        return None
    return Panel("portal/panels/recusal.html", {"number": case.number, "made": made, "may_object": bool(steps)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("objection", "20/10m")
@for_party
def objection(request: AmurRequest, scope: Scope, case: CaseView) -> HttpResponse:
    """Ask to which step the party objects and why, and hand the objection in."""
    steps = reads.contestable(scope, case.id)
    if not steps:
        raise NotFound("no_step", "there is no official to object to now")
    step, reason = request.POST.get("step", ""), request.POST.get("reason", "")[: _LONGEST_REASON + 1]
    faults: dict[str, str] = {}
    refusal = ""
    if request.method == "POST":
        faults = {} if step in map(str, steps) else {"step": _("Choose the step.")}
        try:
            if not faults:
                _object(request, scope, case, int(step), reason)
                messages.success(request, _("Your objection is handed in. You read here what becomes of it."))
                return redirect("portal:case", number=case.number)
        except Invalid:
            faults = {"reason": _("Say why, in at most 2,000 characters.")}
        except AmurError as fault:
            refusal = errors.wording(fault) or fault.message
    fields = [
        _steps(_options(scope, case, steps, step), faults.get("step", "")),
        FieldView("reason", "textarea", _("Why"), value=reason, error=faults.get("reason", "")),
    ]
    values = {
        "case": case.case,
        "service": case.definition,
        "basis": case.definition.recusal.basis if case.definition.recusal else (),
        "fields": fields,
        "refusal": refusal,
        "key": secrets.token_urlsafe(12),
        "errors": summary(fields),
    }
    return render(request, "portal/objection.html", values, status=422 if faults else 409 if refusal else 200)


def _steps(options: tuple[Option, ...], error: str) -> FieldView:
    return FieldView("step", "radios", _("Who took which step?"), options=options, error=error)


def _options(scope: Scope, case: CaseView, steps: tuple[int, ...], chosen: str) -> tuple[Option, ...]:
    """Return the steps in their words."""
    lines = {line.version: line for line in reads.timeline(scope, case.id) if line.moved}
    return tuple(
        Option(str(one), lines[one].title.say(language()), str(one) == chosen) for one in steps if one in lines
    )


def _object(request: AmurRequest, scope: Scope, case: CaseView, step: int, reason: str) -> None:
    acts.object_to_official(
        case.id,
        step,
        by=party_actor(request, scope, case.id),
        scope=scope,
        now=request.now,
        reason=reason,
        key=request.POST.get("key", "")[:_LONGEST_KEY],
    )
