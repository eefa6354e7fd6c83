"""What was told to other systems about a case, on its party's page and at the desk, and whose record counts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from amur.base.acting import Scope
from amur.exchange import reads
from amur.exchange.reads import HandedOverView, SystemView
from amur.procedures.reads import CaseView
from amur.web.desk.exchanging import wording
from amur.web.panels import Panel
from amur.web.portal.systems import elsewhere
from amur.web.requests import AmurRequest


@dataclass(frozen=True, slots=True)
class Line:
    """One message: what it is, how far it is in words, and under which number it is there."""

    told: HandedOverView
    state: str
    meaning: str


def panel(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return what a party should know of other systems in its case; None where there is nothing."""
    del request
    return _panel(scope, case, "portal/panels/handed.html")


def desk_panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return the same for the office, with the way to each message for whoever looks after the exchange."""
    return _panel(request.scope, found, "desk/panels/handed.html")


def _panel(scope: Scope, case: CaseView, template: str) -> Panel | None:
    system = reads.system_of(case.definition)
    lines = [_line(one) for one in reads.handed_over(scope, case.id)]
    if system is None and not lines:
        return None
    looked_after = reads.exchanges(scope, at=case.case.changed_at) if scope.kind == "office" else ()
    values: dict[str, object] = {
        "elsewhere": elsewhere(case.definition),
        "lines": lines,
        "number": _number(scope, case, system),
        "mine": {one.declaration.id for one in looked_after},
        "is_simulated": bool(system and system.standing == "simulated"),
    }
    return Panel(template, values)


def _line(told: HandedOverView) -> Line:
    # A party need not know of our attempts: what failed is on its way until somebody has dealt with it.
    is_under_way = told.state in {"waiting", "failed"}
    words = _("On its way") if is_under_way else wording.message_states()[told.state]
    return Line(told, words, wording.meaning("waiting" if is_under_way else told.state))


def _number(scope: Scope, case: CaseView, system: SystemView | None) -> str:
    return reads.number_there(scope, case.case, system.exchange) if system and system.exchange else ""
