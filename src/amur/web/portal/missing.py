"""What a party has still to bring to its case: the list, until when, and the way to send it."""

from __future__ import annotations

from amur.base.acting import Scope
from amur.procedures import reads
from amur.procedures.reads import CaseView
from amur.web.panels import Panel
from amur.web.requests import AmurRequest


def panel(_request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return what is missing in a case, or was."""
    found = reads.missing_of(scope, case.id) if case.definition.may_be_missing else None
    if found is None:
        return None
    can = any(arrow.event == found.rule.bring for arrow in case.may)
    return Panel("portal/panels/missing.html", {"missing": found, "case": case, "can": can}, "main")
