"""Erasing what is personal of a case, at the desk of the role that the procedure names: asked once more, then done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.faults import NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads, retention
from amur.procedures.acts.erasing import why_not_erase
from amur.procedures.reads import CaseView
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.fields import FieldView
from amur.web.portal import forms
from amur.web.requests import AmurRequest

_LONGEST_REASON = 500


def may_erase(request: AmurRequest, found: CaseView) -> bool:
    """Say whether this reader is offered to erase what is personal of a case."""
    return found.case.erased_at is None and why_not_erase(request.scope, found.case, found.definition) is None


def shown(request: AmurRequest, found: CaseView) -> dict[str, object]:
    """Return what the page of a case says: that it was erased, or that this reader may do so."""
    erased = ledger.forgotten(found.case.key_subject) if found.case.erased_at else None
    return {"erased": erased, "may_erase": may_erase(request, found)}


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: AmurRequest, number: str) -> HttpResponse:
    """Show what will be erased and what stays, and erase it when that is confirmed."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    if not may_erase(request, found):
        raise NotFound("no_case", "nothing of this case is erased here")
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    if request.method != "POST":
        return _page(request, found)
    reason = " ".join(request.POST.get("reason", "").split())[:_LONGEST_REASON]
    faults = {} if reason else {"reason": _("Say why. It stays in the ledger for ever, so name nobody.")}
    if not request.POST.get("sure"):
        faults["sure"] = _("Confirm that it cannot be taken back.")
    if faults:
        return _page(request, found, reason=reason, faults=faults, status=422)
    role = found.definition.erasure.by if found.definition.erasure else ""
    try:
        acts.erase_case_party(
            found.id, by=office_for(request, found, role), scope=request.scope, now=request.now, reason=reason
        )
    except Refused as fault:
        return _page(request, found, reason=reason, refusal=errors.wording(fault) or fault.message, status=403)
    messages.success(request, _("What is personal in this case is erased."))
    return HttpResponseRedirect(reverse("desk:case", args=[found.number]))


def _page(
    request: AmurRequest,
    found: CaseView,
    *,
    reason: str = "",
    faults: dict[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    said = faults or {}
    hint = _("It stays in the ledger for ever, so name nobody.")
    field = FieldView("reason", "input", _("Why is it erased?"), hint=hint, value=reason, error=said.get("reason", ""))
    personal = [
        one for one in found.definition.data_fields if one.personal_class != "none" and one.id in found.case.data
    ]
    until = retention.schedule(found.case).whole_until
    values = {
        "case": found,
        "basis": found.definition.erasure.basis if found.definition.erasure else (),
        "field": field,
        "personal": [one.title for one in personal],
        "files": found.uploads,
        "until": until if until >= localdate(request.now) else None,
        "is_held": ledger.is_held(found.case.key_subject),
        "sure_fault": said.get("sure", ""),
        "refusal": refusal,
        "errors": forms.summary([field]) + ([("sure", said["sure"])] if "sure" in said else []),
    }
    return render(request, "desk/erase.html", values, status=status)
