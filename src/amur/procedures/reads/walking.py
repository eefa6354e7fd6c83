"""What the cases of each procedure have walked, for whoever wants to know what examples do not show."""

from __future__ import annotations

from collections.abc import Mapping

from amur.base.acting import Scope
from amur.procedures import declared
from amur.procedures.facts import entered_by
from amur.procedures.models import CaseEvent
from amur.procedures.walks import Walked, arrow_name


def walked(scope: Scope) -> Mapping[str, Walked]:
    """Return what all cases have walked, by procedure; only the machine may ask."""
    found: dict[str, Walked] = {}
    for event in CaseEvent.objects.select_related("case") if scope.kind == "system" else ():
        definition = declared.pinned(event.case.declaration_hash)
        arrow = definition.transition(event.event, event.source) if event.source else None
        before = found.get(event.case.procedure, Walked())
        arrows = [arrow_name(arrow)] if arrow else ()
        found[event.case.procedure] = before.with_((event.target, *entered_by(event)), arrows)
    return found
