"""Entering what came by the hotline or as a file: an official fills in the form, and the case is its party's."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.acting import Grant, Scope
from amur.people import reads as people
from amur.procedures import acts, reads
from amur.web.desk.entry import for_officials
from amur.web.fields import FieldView, Option, OptionGroup
from amur.web.portal import forms
from amur.web.portal.authorisations import channel_words
from amur.web.requests import AmurRequest

CHANNELS = ("hotline", "file")
"""What is entered here; the window has a page of its own."""


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: AmurRequest) -> HttpResponse:
    """Choose a service and how it came, and begin the form."""
    may = _services(request.scope, request)
    service, channel = request.POST.get("service", ""), request.POST.get("channel", "")
    faults: dict[str, str] = {}
    if request.method == "POST":
        faults |= {} if service in may else {"service": _("Choose a service.")}
        faults |= {} if channel in CHANNELS else {"channel": _("Choose how it came.")}
        if not faults:
            by = request.actor(role=may[service].role, body=may[service].body_id, procedure=service)
            draft = acts.open_draft(
                service, by=by, now=request.now, channel=channel, language=forms.language(), account_id=by.actor_id
            )
            return HttpResponseRedirect(reverse("portal:resume", args=[draft.id]))
    titles = {one.id: one.title.say(forms.language()) for one in reads.services() if one.id in may}
    fields = [
        FieldView(
            "service",
            "select",
            _("Service"),
            groups=(OptionGroup("", _chosen(titles, service)),),
            error=faults.get("service", ""),
        ),
        FieldView(
            "channel",
            "radios",
            _("How did it come?"),
            options=_chosen({one: channel_words(one) for one in CHANNELS}, channel),
            error=faults.get("channel", ""),
        ),
    ]
    values = {"fields": fields, "errors": forms.summary(fields), "any": bool(may)}
    return render(request, "desk/receive.html", values, status=422 if faults else 200)


def _services(scope: Scope, request: AmurRequest) -> dict[str, Grant]:
    """Return the services whose cases an official works on where they begin, with the office that lets them."""
    found: dict[str, Grant] = {}
    on = localdate(request.now)
    for one in reads.services():
        body = people.body_on(one.body_id, on)
        where = body.pk if body else one.body_id
        grants = [g for role in sorted(one.roles) for g in scope.grants_of(role, body_id=where, procedure=one.id)]
        if grants := [grant for grant in grants if not grant.barred]:
            found[one.id] = grants[0]
    return found


def _chosen(options: Mapping[str, str], typed: str) -> tuple[Option, ...]:
    return tuple(Option(value, words, value == typed) for value, words in options.items())
