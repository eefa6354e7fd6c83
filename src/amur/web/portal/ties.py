"""How a case belongs to others on its party's page: only to its own are they named."""

from __future__ import annotations

from django.utils.timezone import localdate

from amur.base.acting import Scope
from amur.procedures import reads
from amur.procedures.reads import CaseView
from amur.web.panels import Panel
from amur.web.requests import AmurRequest


def panel(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return where a case is dealt with, what it became and whether it was reopened; None where there is nothing."""
    if case.definition.ties is None and case.case.origin_id is None:
        return None
    view = reads.ties_of(scope, case.id, on=localdate(request.now))
    if view is None or not view.is_anything:
        return None
    set_aside = [one for one in case.decisions if one.entry_hash in view.set_aside]
    return Panel("portal/panels/ties.html", {"ties": view, "set_aside": set_aside}, "main")
