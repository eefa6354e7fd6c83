"""The page of one chain: the draft and its thread, and what this person does with it: sign, change, return, vote."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView, SignOffView
from amur.web import errors
from amur.web.desk import phrases
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.signing import asking
from amur.web.desk.signing.drafting import words
from amur.web.desk.signing.threads import knots
from amur.web.desk.signing.wording import Typed, key_from, signer, typed_from, version_from
from amur.web.fields import reshaped, value_shown
from amur.web.portal import forms
from amur.web.portal.forms import language
from amur.web.requests import AmurRequest

_ACTS: dict[str, Callable[..., object]] = {
    "sign": acts.sign_draft,
    "change": acts.sign_draft,
    "return": acts.return_draft,
    "vote": acts.vote_on_draft,
    "conclude": acts.conclude_vote,
    "urge": acts.urge_draft,
    "withdraw": acts.withdraw_draft,
}


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: AmurRequest, number: str, chain: str) -> HttpResponse:
    """Show a draft with its thread, or do something with it."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    view = _latest(request, found, chain)
    if request.method != "POST":
        acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
        return _page(request, found, view, Typed())
    typed = typed_from(request)
    typed.raw = forms.raw_of(view.arrow.asks, request.POST)
    into = request.POST.get(phrases.INSERT, "")
    if into in typed.said:
        typed.said[into] = phrases.inserted(request, found, typed.said[into], event=view.draft.event)
        return _page(request, found, view, typed)
    if reshaped(view.arrow.asks, typed.raw, request.POST):
        return _page(request, found, view, typed)
    try:
        _do(request, found, view, typed)
    except Invalid as fault:
        typed.faults = fault.fields
        return _page(request, found, view, typed, status=422)
    except (Conflict, Refused) as fault:
        typed.refusal = errors.wording(fault) or _("Your office may not do this, or not now.")
        again = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
        return _page(request, again, _latest(request, again, chain), typed, status=409)
    messages.success(request, _done(typed.verb))
    return redirect("desk:case", number=found.number) if _may_return(request, number) else redirect("desk:waiting")


def _latest(request: AmurRequest, found: CaseView, chain: str) -> SignOffView:
    """Return the course of a chain that is under way, or the last one."""
    views = [one for one in reads.sign_offs(request.scope, found.id, now=request.now) if one.chain.id == chain]
    if not views:
        raise NotFound("no_sign_off", f"nothing was drafted through {chain!r}")
    return next((one for one in views if one.is_open), views[-1])


def _may_return(request: AmurRequest, number: str) -> bool:
    """Say whether the reader still knows of the case: an office of another body may be done with it."""
    try:
        reads.case_for_desk(request.scope, number)
    except NotFound:
        return False
    return True


def _do(request: AmurRequest, found: CaseView, view: SignOffView, typed: Typed) -> None:
    if typed.verb not in _ACTS:
        raise Invalid({"verb": ("required", "nothing was chosen")})
    said = typed.said
    brought: dict[str, dict[str, Any]] = {
        "sign": {"remark": said["remark"]},
        "change": {"remark": said["remark"], "reason": said["reason"], "extra": typed.raw},
        "return": {"reason": said["reason"], "to": typed.to},
        "vote": {"choice": typed.choice, "remark": said["remark"]},
        "conclude": {"minutes": said["minutes"]},
        "urge": {"remark": said["remark"]},
        "withdraw": {"reason": said["reason"]},
    }
    options = brought[typed.verb]
    if typed.verb not in {"urge", "withdraw"}:
        options["expected_version"] = version_from(request)
    _ACTS[typed.verb](
        found.id,
        view.chain.id,
        by=signer(request, view.draft),
        scope=request.scope,
        now=request.now,
        key=key_from(request),
        **options,
    )


def _done(verb: str) -> str:
    return {
        "sign": _("Signed."),
        "change": _("Changed and signed. What stood there before stays in the thread."),
        "return": _("Returned with your reason."),
        "vote": _("Your vote is recorded."),
        "conclude": _("The discussion is closed. What the votes decide has happened."),
        "urge": _("Urged. Whoever holds it sees that."),
        "withdraw": _("The draft is given up."),
    }[verb]


def _page(request: AmurRequest, found: CaseView, view: SignOffView, typed: Typed, *, status: int = 200) -> HttpResponse:
    on, open_forms = localdate(request.now), asking.open_forms(view, typed)
    looked_up = words(found, on)
    asked = forms.views(view.arrow.asks, asking.raw_of(view, typed), typed.faults, looked_up, {})
    fields = [field for one in open_forms for field in one.fields]
    values = {
        "case": found,
        "view": view,
        "knots": knots(request.scope, view, found.definition),
        "given": [
            (field.title, value_shown(field, view.draft.given[field.id], language(), looked_up))
            for field in view.arrow.asks
            if field.id in view.draft.given
        ],
        "forms": [
            (one, phrases.picker(request, found, one.phrase_into, event=view.draft.event, name=one.verb))
            for one in open_forms
        ],
        "asked": asked,
        "redraft": asking.redraft(found, view) if "draft" in view.may else [],
        "typed": typed,
        "errors": forms.summary([*fields, *(asked if typed.verb == "change" else [])]),
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "desk/sign.html", values, status=status)
