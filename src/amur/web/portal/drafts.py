"""Forms under way: the list of one's own, and the code by which a form is taken up on another device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.procedures import declared, reads
from amur.web.fields import FieldView
from amur.web.limits import limited
from amur.web.portal import forms
from amur.web.requests import AmurRequest

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A form that was begun."""

    id: UUID
    title: Text
    updated_at: datetime
    expires_at: datetime


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("resume", "20/10m")
def drafts(request: AmurRequest) -> HttpResponse:
    """Show the reader's own forms under way, and open another by its resume code."""
    typed, fault = request.POST.get("resume_code", "").strip()[:_LONGEST], ""
    if request.method == "POST":
        try:
            found = reads.draft_by_code(request.scope, typed, now=request.now)
        except NotFound:
            fault = _("This code opens no form. Look at it again; forms that were not submitted in time are deleted.")
        else:
            return HttpResponseRedirect(reverse("portal:resume", args=[found.pk]))
    hint = _("Twenty letters and digits, on every page of the form under “Go on later”")
    field = FieldView("resume_code", "input", _("Resume code"), hint=hint, value=typed, error=fault, is_code=True)
    mine = [
        UnderWay(one.pk, declared.pinned(one.declaration_hash).title, one.updated_at, one.expires_at)
        for one in reads.drafts_of(request.scope, now=request.now)
    ]
    values = {"fields": [field], "errors": forms.summary([field]), "mine": mine}
    return render(request, "portal/drafts.html", values, status=404 if fault else 200)
