"""Asking a party for what is missing, item by item: a form that grows and shrinks without a script, and its panel."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.declarations import Transition
from amur.procedures.reads import CaseView
from amur.procedures.supplements.engine import ITEMS
from amur.web import errors
from amur.web.desk import missing
from amur.web.desk.choices import reason_fault
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.requests import AmurRequest

_KEY_LENGTH = 32
_LONGEST_VERSION = 7


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return what was asked and answered, and the way to ask."""
    if not any(one.supplement for one in found.definition.transitions):
        return None
    asking = [one for one in found.may if one.supplement is not None]
    asked = reads.supplements_of(request.scope, found.id)
    if not asking and not asked:
        return None
    return Panel("desk/panels/supplement.html", {"case": found, "asking": asking, "asked": asked}, "main")


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AmurRequest, number: str, event: str) -> HttpResponse:
    """Ask for a list of items, or show the form with one item more or less."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    arrow = next((one for one in found.may if one.event == event and one.supplement is not None), None)
    if arrow is None:
        raise NotFound("no_event", "nothing is asked for here now")
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    if request.method != "POST":
        return _page(request, found, arrow, [])
    rows = missing.typed(request.POST)
    drop = request.POST.get("drop", "")
    if drop or "add" in request.POST:
        rows = [row for place, row in enumerate(rows) if str(place) != drop]
        return _page(request, found, arrow, [*rows, {}] if "add" in request.POST else rows)
    try:
        _fire(request, found, arrow, rows)
    except Invalid as fault:
        return _page(request, found, arrow, rows, faults=fault.fields)
    except (Conflict, Refused) as fault:
        messages.warning(request, errors.wording(fault) or _("This is not possible now; look at the case."))
    else:
        messages.success(request, _("Done: %(what)s") % {"what": arrow.title.say(forms.language())})
    return HttpResponseRedirect(reverse("desk:case", args=[found.number]))


def _fire(request: AmurRequest, found: CaseView, arrow: Transition, rows: Sequence[missing.Typed]) -> None:
    version = request.POST.get("version", "")
    is_number = version.isascii() and version.isdecimal() and len(version) <= _LONGEST_VERSION
    acts.fire(
        found.id,
        arrow.event,
        by=office_for(request, found, arrow.by),
        scope=request.scope,
        now=request.now,
        expected_version=int(version) if is_number else 0,
        key=request.POST.get("key", "")[:_KEY_LENGTH],
        reason=request.POST.get("reason", "")[: missing.LONGEST + 1],
        extra={ITEMS: [row for row in rows if missing.says_something(row)]},
    )


def _page(
    request: AmurRequest,
    found: CaseView,
    arrow: Transition,
    rows: Sequence[missing.Typed],
    faults: forms.Faults | None = None,
) -> HttpResponse:
    wrong = faults or {}
    shown = missing.shown(found, rows or [{}], wrong)
    said = [*missing.whole(wrong), *(problem for row in shown for problem in forms.summary(row.fields))]
    said += [("reason", reason_fault(wrong))] if "reason" in wrong else []
    values = {
        "case": found,
        "arrow": arrow,
        "rows": shown,
        "errors": said,
        "reason": request.POST.get("reason", ""),
        "reason_fault": reason_fault(wrong),
        "key": request.POST.get("key", "")[:_KEY_LENGTH] or uuid.uuid4().hex,
        "version": request.POST.get("version", "") or found.version,
        "is_full": arrow.supplement is not None and len(rows) >= arrow.supplement.most,
        "once": arrow.supplement is not None and not arrow.supplement.again,
    }
    return render(request, "desk/supplement.html", values, status=422 if wrong else 200)
