"""Why a case is late: shown in its panel, and said by whoever works on it, by a code of the pack's list."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView
from amur.web import errors, tongues
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.signing.wording import key_from
from amur.web.fields import FieldView, Option
from amur.web.panels import Panel
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

_LONGEST_CODE = 60


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return why a case is late with the form that says it; None where it is in time and always was."""
    if not reads.may_say_why_late(request.scope, found.id, at=request.now):
        return None
    return Panel("desk/panels/lateness.html", _values(request, found, ""))


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def lateness(request: AmurRequest, number: str) -> HttpResponse:
    """Show why a case is late on a page of its own, or keep what is said of it."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    if not reads.may_say_why_late(request.scope, found.id, at=request.now):
        raise NotFound("not_late", "the case is in time, or the pack lists no causes")
    fault, refusal = "", ""
    if request.method == "POST":
        try:
            acts.say_why_late(
                found.id,
                request.POST.get("cause", "")[:_LONGEST_CODE],
                by=office_for(request, found),
                scope=request.scope,
                now=request.now,
                key=key_from(request),
            )
        except Invalid:
            fault = _("Choose why it is late.")
        except Refused as refused:
            refusal = errors.wording(refused) or refused.message
        else:
            messages.success(request, _("Kept. The board counts it, and names nobody."))
            return redirect("desk:case", number=found.number)
    shown = _values(request, found, fault)
    values = {"case": found, "refusal": refusal, "panel": shown, "errors": summary(shown["fields"])}
    return render(request, "desk/lateness.html", values, status=422 if fault else 409 if refusal else 200)


def _values(request: AmurRequest, found: CaseView, fault: str) -> dict[str, Any]:
    said = reads.cause_of_lateness(request.scope, found.id)
    causes, language = reads.late_causes(localdate(request.now)), tongues.here()
    titles = {one.code: one.title.say(language) for one in causes}
    chosen = said.cause if said else ""
    options = tuple(Option(code, title, code == chosen) for code, title in titles.items())
    return {
        "number": found.number,
        "said": titles.get(chosen, chosen),
        "said_at": said.said_at if said else None,
        "fields": [FieldView("cause", "radios", _("Why is it late?"), options=options, error=fault)],
        "key": uuid.uuid4().hex,
    }
