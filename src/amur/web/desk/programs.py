"""Keys of programs that send reports by Open311: the system administrator issues and revokes them."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import Invalid, NotFound
from amur.jobs.engine import ADMINISTRATOR
from amur.procedures import acts
from amur.procedures.open311 import reads
from amur.web.desk.entry import for_officials
from amur.web.fields import FieldView
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

_LONGEST_HOLDER, _LONGEST_KEY = 101, 60


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def programs(request: AmurRequest) -> HttpResponse:
    """Show the keys; issue one, which is shown on this one answer, or revoke one."""
    typed, fault, secret = "", "", ""
    if request.method == "POST":
        by = request.actor(role=ADMINISTRATOR)
        if which := request.POST.get("which", ""):
            acts.revoke_key(_id(which), by=by, scope=request.scope, now=request.now)
            messages.success(request, _("Revoked. Whoever sends this key is refused from now on."))
            return redirect("desk:programs")
        typed = request.POST.get("holder", "").strip()[:_LONGEST_HOLDER]
        key = request.POST.get("key", "")[:_LONGEST_KEY]
        try:
            _row, secret = acts.issue_key(typed, by=by, scope=request.scope, now=request.now, key=key)
        except Invalid:
            fault = _("Say in at most 100 characters whose program it is.")
        else:
            typed = ""
            if not secret:
                return redirect("desk:programs")
    hint = _("The organisation and the program, not a person.")
    field = FieldView("holder", "input", _("Whose program it is"), hint=hint, value=typed, error=fault)
    values = {
        "rows": reads.keys(request.scope),
        "services": reads.services(request.scope),
        "field": field,
        "errors": summary([field]),
        "secret": secret,
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "desk/programs.html", values, status=422 if fault else 200)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("no_key", "there is no such key") from None
