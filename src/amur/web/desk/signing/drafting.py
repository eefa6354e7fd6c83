"""The form that drafts a decision, and drafts it again when it came back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import FieldDeclaration, FieldError, Lookups, Raw
from amur.procedures import acts, reads
from amur.procedures.declarations import Transition
from amur.procedures.reads import CaseView, SignOffView
from amur.registers.lookups import as_pinned, lookups
from amur.web import errors
from amur.web.desk import phrases
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.signing.wording import Typed, key_from, typed_from, version_from
from amur.web.fields import FieldView, reshaped
from amur.web.portal import forms
from amur.web.requests import AmurRequest

DRAFT = "draft"


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: AmurRequest, number: str, event: str) -> HttpResponse:
    """Ask what a decision says, or hand its draft to those who sign."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    arrow = next((one for one in found.may if one.event == event and one.sign_off), None)
    if arrow is None:
        raise NotFound("no_such_draft", f"there is nothing to draft by {event!r} here")
    view = _under_way(request, found, arrow)
    if request.method != "POST":
        return _page(request, found, arrow, _before(view, arrow))
    typed = typed_from(request)
    typed.verb, typed.raw = DRAFT, forms.raw_of(arrow.asks, request.POST)
    if phrases.inserts(request):
        typed.said["reason"] = phrases.inserted(request, found, typed.said["reason"], event=event)
        return _page(request, found, arrow, typed)
    if reshaped(arrow.asks, typed.raw, request.POST):
        return _page(request, found, arrow, typed)
    try:
        _hand_on(request, found, arrow, typed)
    except Invalid as fault:
        typed.faults = fault.fields
        return _page(request, found, arrow, typed, status=422)
    except (Conflict, Refused) as fault:
        typed.refusal = errors.wording(fault) or _("Your office may not do this, or not now.")
        return _page(request, found, arrow, typed, status=409)
    messages.success(request, _("Drafted. It is with the first who signs."))
    return redirect("desk:case", number=found.number)


def _hand_on(request: AmurRequest, found: CaseView, arrow: Transition, typed: Typed) -> None:
    acts.draft_decision(
        found.id,
        arrow.event,
        by=office_for(request, found, arrow.by),
        scope=request.scope,
        now=request.now,
        expected_version=version_from(request),
        key=key_from(request),
        reason=typed.said["reason"],
        extra=typed.raw,
    )


def _under_way(request: AmurRequest, found: CaseView, arrow: Transition) -> SignOffView | None:
    views = reads.sign_offs(request.scope, found.id, now=request.now)
    return next((one for one in views if one.is_open and one.chain.id == arrow.sign_off), None)


def _before(view: SignOffView | None, arrow: Transition) -> Typed:
    """Return what the draft said before it came back."""
    if view is None:
        return Typed(verb=DRAFT)
    return Typed(verb=DRAFT, said={"reason": view.draft.reason}, raw=as_typed(arrow.asks, view.draft.given))


def as_typed(fields: tuple[FieldDeclaration, ...], given: Mapping[str, object]) -> dict[str, Raw]:
    """Return values as they are typed; what that cannot say is left for the reader to enter."""
    found: dict[str, Raw] = {}
    for field in fields:
        try:
            found[field.id] = field.as_typed(given.get(field.id))  # type: ignore[arg-type]  # values that a field gave
        except FieldError:
            continue
    return found


def words(found: CaseView, on: date) -> Lookups:
    """Return the lists from which the fields of a case are chosen."""
    return as_pinned(lookups(on), found.case.closure_hash)


def reason_field(arrow: Transition, typed: Typed, verb: str, name: str = "reason") -> FieldView | None:
    """Return the field of the reason that a decision gives, or None where it gives none."""
    if arrow.reason == "none":
        return None
    return FieldView(
        name,
        "textarea",
        _("Reason"),
        hint=_("The applicant reads it once this is decided, and not before."),
        value=typed.text(verb, "reason"),
        error=typed.fault(verb, "reason"),
        is_required=arrow.reason == "required",
        element=f"{verb}-reason",
    )


def _page(request: AmurRequest, found: CaseView, arrow: Transition, typed: Typed, *, status: int = 200) -> HttpResponse:
    asked = forms.views(arrow.asks, typed.raw, typed.faults, words(found, localdate(request.now)), {})
    reason = reason_field(arrow, typed, DRAFT)
    values = {
        "case": found,
        "arrow": arrow,
        "target": found.definition.state(arrow.target).title,
        "chain": found.definition.chain(arrow.sign_off or ""),
        "fields": asked,
        "reason": reason,
        "picker": phrases.picker(request, found, "reason", event=arrow.event, name=DRAFT),
        "typed": typed,
        "errors": forms.summary([*asked, *([reason] if reason else [])]),
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "desk/draft.html", values, status=status)
