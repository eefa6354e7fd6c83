"""A case at the window: its receipt, printed at once, and the number and code under which it is followed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from amur.procedures import acts, reads
from amur.procedures.papers import codes
from amur.procedures.reads import CaseView
from amur.procedures.window import reads as window
from amur.procedures.window.engine import told
from amur.procedures.window.models import Intake
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.window.keys import KEYS
from amur.web.portal.documents import paper
from amur.web.requests import AmurRequest


@for_officials
@require_safe
def case(request: AmurRequest, number: str) -> HttpResponse:
    """Show a case as the window needs it, ready to be printed, and record that it was read."""
    found = reads.case_for_desk(request.scope, number)
    taken = window.intake_of(request.scope, found.id)
    served = reads.service_of(request.scope, found.id, localdate(request.now))
    receipts = [one for one in served if found.definition.document(one.document.document).paper == "received"]
    materials = found.definition.window.materials if found.definition.window else ()
    ties = reads.ties_of(request.scope, found.id, on=localdate(request.now)) if found.definition.ties else None
    values = {
        "case": found,
        "taken": taken,
        "materials": told(materials, taken.materials) if taken else (),
        "kind": _kind(found, taken),
        "receipt": paper(receipts[-1].document, number, "desk") if receipts else None,
        "bars": mark_safe(codes.bars(found.number)),  # noqa: S308  # our own drawing; the number is printed ASCII
        "code": acts.query_code(found.case) if _is_fresh(request, taken) else "",
        "to_fetch": [paper(one.document, number, "desk") for one in served if one.is_open],
        "alike": [one.number for one in ties.alike if one.is_earlier] if ties else [],
        "is_new": request.GET.get("new") == "1",
        "keys": KEYS,
    }
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    return render(request, "desk/window/case.html", values)


def _is_fresh(request: AmurRequest, taken: Intake | None) -> bool:
    """Say whether the reader took the case in today: only then do they hand out its query code."""
    mine = taken is not None and taken.taken_by == request.scope.account_id
    return mine and taken is not None and localdate(taken.taken_at) == localdate(request.now)


def _kind(found: CaseView, taken: Intake | None) -> object:
    check = found.definition.window.identity if found.definition.window else None
    name = taken.identity.get("kind") if taken else None
    known = check.kind(str(name)) if check and name else None
    return known.title if known else None
