"""Stepping back from a case at the desk; for whom the procedure names, withdrawing officials and deciding on them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.faults import AmurError, Invalid
from amur.people import reads as people
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView, TimelineLine
from amur.procedures.recusal.reads import may_withdraw
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.standins import select
from amur.web.fields import FieldView
from amur.web.panels import Panel
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest

_LONGEST_REASON = 2_000
_LONGEST_KEY = 40


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return the way to step back, and how many objections wait for this reader."""
    waiting = [one for one in reads.objections_of(request.scope, found.id) if one.upheld is None]
    decides = may_withdraw(request.scope, found.case, found.definition)
    return Panel("desk/panels/recusal.html", {"number": found.number, "waiting": len(waiting), "decides": decides})


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recusal(request: AmurRequest, number: str) -> HttpResponse:
    """Show what stepping back means and do it when that is confirmed; withdraw another; decide an objection."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    typed = {name: value[: _LONGEST_REASON + 1] for name, value in request.POST.items() if isinstance(value, str)}
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    faults: dict[str, str] = {}
    refusal = ""
    if request.method == "POST":
        try:
            done = _do(request, found, typed)
        except Invalid as fault:
            form = typed.get("do", "")
            faults = {
                name if name != "reason" else f"{form}_reason": _words(code)
                for name, (code, _m) in fault.fields.items()
            }
        except AmurError as fault:
            refusal = errors.wording(fault) or fault.message
        else:
            messages.success(request, done)
            return redirect("desk:queue") if typed["do"] == "back" else redirect("desk:recusal", number=number)
    return _page(request, found, typed, faults, refusal)


def _do(request: AmurRequest, found: CaseView, typed: Mapping[str, str]) -> str:
    what = typed.get("do", "")
    by, scope, now = office_for(request, found), request.scope, request.now
    reason, key = typed.get(f"{what}_reason", ""), typed.get("key", "")[:_LONGEST_KEY]
    if what == "back":
        acts.step_back(found.id, by=by, scope=scope, now=now, reason=reason, key=key)
        return _("You stepped back from %(number)s. You see it no more.") % {"number": found.number}
    if what == "withdraw":
        if typed.get("official", "") not in reads.officials_of(scope, found.id, on=localdate(now)):
            raise Invalid({"official": ("missing_choice", "choose one")})
        acts.withdraw_official(found.id, typed["official"], by=by, scope=scope, now=now, reason=reason, key=key)
        return _("Withdrawn from this case.")
    chosen = typed.get("objection", "")
    if what != "decide" or not (chosen.isascii() and chosen.isdecimal() and len(chosen) < _LONGEST_KEY // 2):
        raise Invalid({"objection": ("missing_choice", "choose one")})
    upheld = typed.get("upheld") == "yes"
    acts.decide_objection(found.id, int(chosen), upheld=upheld, by=by, scope=scope, now=now, reason=reason, key=key)
    return _("The objection is decided. The party reads your reason.")


def _words(code: str) -> str:
    words = {
        "required": _("Say why."),
        "too_long": _("Shorten it to at most 2,000 characters."),
        "missing_choice": _("Choose one."),
    }
    return words.get(code, _("Check this entry"))


def _page(
    request: AmurRequest, found: CaseView, typed: Mapping[str, str], faults: Mapping[str, str], refusal: str
) -> HttpResponse:
    scope = request.scope
    officials = reads.officials_of(scope, found.id, on=localdate(request.now))
    names = dict(sorted(people.names(scope, officials).items(), key=lambda one: one[1]))
    lines = {line.version: line for line in reads.timeline(scope, found.id) if line.moved}
    objections = [one for one in reads.objections_of(scope, found.id) if one.upheld is None]
    own = _reason("back_reason", typed, faults, _("Whoever decides about recusal reads it; it is sealed."))
    withdrawing = [
        select("official", _("Who is withdrawn"), names, typed, error=faults.get("official", "")),
        _reason("withdraw_reason", typed, faults, ""),
    ]
    answer = _reason("decide_reason", typed, faults, _("The party reads it."))
    values = {
        "case": found,
        "own": own,
        "withdrawing": withdrawing if officials else [],
        "answer": answer,
        "objections": [
            (one, _step(lines, one.version), _official(scope_names(request, [one.account_id]))) for one in objections
        ],
        "key": secrets.token_urlsafe(12),
        "refusal": refusal,
        "errors": summary([own, *withdrawing, answer]),
    }
    return render(request, "desk/recusal.html", values, status=422 if faults else 409 if refusal else 200)


def scope_names(request: AmurRequest, accounts: Sequence[str]) -> Mapping[str, str]:
    """Return the names of accounts; whoever has none, as the machine, is left out."""
    return people.names(request.scope, [one for one in accounts if _is_account(one)])


def _is_account(actor: str) -> bool:
    try:
        UUID(actor)
    except ValueError:
        return False
    return True


def _official(names: Mapping[str, str]) -> str:
    return next(iter(names.values()), "")


def _step(lines: Mapping[int, TimelineLine], version: int) -> str:
    return lines[version].title.say(language()) if version in lines else ""


def _reason(name: str, typed: Mapping[str, str], faults: Mapping[str, str], hint: str) -> FieldView:
    return FieldView(name, "textarea", _("Why"), hint=hint, value=typed.get(name, ""), error=faults.get(name, ""))
