"""The cases of one thing on its one page: where each stands, what it waits for, and the code that opens it."""

from __future__ import annotations

from django.utils.timezone import localdate

from amur.base.acting import Scope
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView
from amur.web.panels import Panel
from amur.web.requests import AmurRequest


def panel(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return where the cases of one thing stand."""
    if case.definition.one_thing is None:
        return None
    found = reads.one_thing_of(scope, case.id, localdate(request.now))
    if found is None:
        return None
    needs_code = not request.user.is_authenticated
    shown = [(part, acts.query_code(part.case) if part.case and needs_code else "") for part in found.parts]
    return Panel("portal/panels/together.html", {"whole": found, "parts": shown}, "main")
