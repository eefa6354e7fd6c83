"""Appeals beside a case at the desk: the reviews of its decisions, or what its own review is about."""

from __future__ import annotations

from django.utils.timezone import localdate

from amur.procedures import reads
from amur.procedures.reads import CaseView
from amur.web.panels import Panel
from amur.web.portal.contesting import result_words, shown
from amur.web.requests import AmurRequest


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return how the decisions of a case were contested, or the decision that is contested here."""
    all_of_it = reads.contests_of(request.scope, found.id, on=localdate(request.now))
    lodged = [shown(one, with_codes=False) for one in all_of_it if one.lodged]
    heard = reads.heard(request.scope, found.id) if found.definition.hears_appeals else None
    if not lodged and heard is None:
        return None
    values = {"contesting": lodged, "heard": heard, "result": result_words(heard.row.result) if heard else ""}
    return Panel("desk/panels/appeals.html", values)
