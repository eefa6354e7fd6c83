"""What a party is told of joint work: which authority works on its case, since it was handed over."""

from __future__ import annotations

from amur.base.acting import Scope
from amur.people import reads as people
from amur.procedures import reads
from amur.procedures.reads import CaseView
from amur.web.panels import Panel
from amur.web.requests import AmurRequest


def panel(_request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return which authority has the case now, if it was handed over."""
    handed = reads.responsible(scope, case.id) if case.definition.joint else ()
    if not handed:
        return None
    titles = people.body_titles()
    latest = handed[0]
    body = titles.get(latest.to_body, latest.to_body)
    return Panel("portal/panels/joint.html", {"body": body, "since": latest.ended_at})
