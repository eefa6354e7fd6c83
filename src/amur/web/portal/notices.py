"""What a party was told: on the page of its case, and for whoever is signed in all of it in one place.

On the page of the case it also says over which channels it wants to be told.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import Scope
from amur.base.faults import Invalid, Refused
from amur.procedures import acts, reads
from amur.procedures.notices import reads as notices
from amur.procedures.notices.engine import EMAIL, SMS
from amur.procedures.reads import CaseView
from amur.web import errors
from amur.web.fields import FieldView
from amur.web.limits import limited
from amur.web.pages import number_from
from amur.web.panels import Panel
from amur.web.portal.following import for_party, party_actor
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

_LONGEST = 200


def panel(_request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return what the party of a case was told, the latest first, and how it is told."""
    told = tuple(reversed(reads.notices_of(scope, case.id)))
    channels = notices.channels_of(scope, case.id)
    values = {"number": case.number, "told": told, "channels": channels, "any": any(one.is_wanted for one in channels)}
    return Panel("portal/panels/notices.html", values, "main") if told or channels else None


@never_cache
@require_safe
def inbox(request: AmurRequest) -> HttpResponseBase:
    """Show whoever is signed in what they were told in all of their cases."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    listing = notices.inbox(request.scope, page=number_from(request.GET.get("page", "")))
    values = {"listing": listing, "unread": notices.unread(request.scope)}
    return render(request, "portal/notices.html", values)


@never_cache
@require_safe
def notice(request: AmurRequest, notice_id: int) -> HttpResponseBase:
    """Show a notice to its party, and remember that it was opened."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = notices.notice(request.scope, notice_id)
    if request.method == "GET":
        acts.read_notice(notice_id, by=request.actor(), scope=request.scope, now=request.now)
    return render(request, "portal/notice.html", {"notice": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("channels", "20/10m")
@for_party
def channels(request: AmurRequest, scope: Scope, case: CaseView) -> HttpResponse:
    """Let a party choose over which channels it is told of its case."""
    offered = notices.channels_of(scope, case.id)
    typed = {one.id: one.address if one.is_wanted else "" for one in offered}
    faults: dict[str, str] = {}
    refusal = ""
    if request.method == "POST":
        typed = {one.id: request.POST.get(one.id, "").strip()[:_LONGEST] for one in offered}
        try:
            acts.choose_channels(case.id, typed, by=party_actor(request, scope, case.id), scope=scope, now=request.now)
        except Invalid as fault:
            faults = {name: _("This is no address of that kind. Look at it again.") for name in fault.fields}
        except Refused as fault:
            refusal = errors.wording(fault) or fault.message
        else:
            messages.success(request, _("Kept. From now on you are told there."))
            return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
    fields = [_field(one.id, typed[one.id], faults.get(one.id, "")) for one in offered]
    values = {"case": case, "fields": fields, "errors": summary(fields), "refusal": refusal}
    return render(request, "portal/channels.html", values, status=422 if faults else 403 if refusal else 200)


def _field(channel: str, value: str, error: str) -> FieldView:
    labels = {EMAIL: _("E-mail"), SMS: _("Mobile number for short messages")}
    kinds = {EMAIL: ("email", "email"), SMS: ("tel", "tel")}
    input_type, autocomplete = kinds[channel]
    return FieldView(
        channel,
        "input",
        labels[channel],
        hint=_("Leave it empty and nothing is sent there."),
        value=value,
        error=error,
        is_required=False,
        input_type=input_type,
        autocomplete=autocomplete,
    )
