"""Draws at the desk of the office that holds them: commit to one, see who it is, hold it, withdraw it with a reason."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.acting import Actor
from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.draws.declarations import DrawDeclaration
from amur.procedures.draws.reads import role_for
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.fields import FieldView
from amur.web.pages import number_from
from amur.web.portal.draws import file_of
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

_LONGEST_REASON = 500
_LONGEST_KEY = 60


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draws(request: AmurRequest) -> HttpResponse:
    """Show the draws that the reader's offices hold, and commit to one of them."""
    own = reads.held_by(request.scope)
    refusal = ""
    if request.method == "POST":
        chosen = next((one for one in own if one.id == request.POST.get("draw", "")), None)
        if chosen is None:
            raise NotFound("no_draw", "there is no such draw to hold")
        try:
            made = acts.commit_draw(
                chosen.id,
                by=_office(request, chosen),
                scope=request.scope,
                now=request.now,
                key=request.POST.get("key", "")[:_LONGEST_KEY],
            )
        except (Refused, Conflict) as fault:
            refusal = _said(fault)
        else:
            messages.success(request, _("Committed. It is drawn by itself as soon as the next head is sealed."))
            return redirect("desk:draw", number=made.number)
    listing = reads.draws(request.scope, page=number_from(request.GET.get("page", "")), own=True)
    values = {"own": own, "listing": listing, "refusal": refusal, "key": secrets.token_urlsafe(12)}
    return render(request, "desk/draws.html", values, status=409 if refusal else 200)


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: AmurRequest, number: str) -> HttpResponse:
    """Show a draw with the names that this office may know; hold it, open what follows, or withdraw it."""
    found = reads.draw(request.scope, number, on=localdate(request.now))
    if not found.may_hold:
        raise NotFound("no_draw", f"there is no draw {number!r} that you hold")
    reason, refusal, fault = "", "", ""
    if request.method == "POST":
        by, scope = _office(request, found.declaration), request.scope
        reason = " ".join(request.POST.get("reason", "").split())[:_LONGEST_REASON]
        withdraws = request.POST.get("verb") == "withdraw"
        if withdraws and not reason:
            fault = _("Say why. Everybody will read it, so name nobody.")
        else:
            try:
                if request.POST.get("verb") == "open":
                    opened = acts.open_drawn(number, by=by, scope=scope, now=request.now)
                    said = ngettext("%(count)s case is open.", "%(count)s cases are open.", len(opened))
                    messages.success(request, said % {"count": len(opened)})
                elif withdraws:
                    acts.withdraw_draw(number, by=by, scope=scope, now=request.now, reason=reason)
                    messages.success(request, _("Withdrawn. The draw and your reason stay for everybody to see."))
                else:
                    acts.hold_draw(number, by=by, scope=scope, now=request.now)
                return redirect("desk:draw", number=number)
            except (Invalid, Refused, Conflict) as error:
                refusal = _said(error)
    hint = _("Everybody will read it, so name nobody.")
    field = FieldView("reason", "input", _("Why is it withdrawn?"), hint=hint, value=reason, error=fault)
    values = {
        "draw": found,
        "cases": reads.drawn_cases(request.scope, number),
        "file": file_of(number),
        "field": field,
        "errors": summary([field]),
        "refusal": refusal,
    }
    return render(request, "desk/draw.html", values, status=422 if fault else 409 if refusal else 200)


def _office(request: AmurRequest, declared: DrawDeclaration) -> Actor:
    return request.actor(role=role_for(request.scope, declared), body=declared.body_id)


def _said(fault: AmurError) -> str:
    return errors.wording(fault) or fault.message
