"""What stands on the desk's page of a case beside the case itself: each subject brings its own panel, or none."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.timezone import localdate

from amur.procedures import reads
from amur.procedures.reads import CaseView
from amur.web.desk import (
    appeals,
    correcting,
    fees,
    hearings,
    joint,
    lateness,
    notices,
    opinions,
    promised,
    ratings,
    recusing,
    remarks,
    reminders,
    slips,
    supplement,
    ties,
)
from amur.web.desk.signing import panel as signing
from amur.web.panels import Panel, placed
from amur.web.portal import handed
from amur.web.portal.authorisations import channel_words
from amur.web.portal.documents import paper, void_numbers
from amur.web.requests import AmurRequest


def beside(request: AmurRequest, found: CaseView) -> dict[str, list[Panel]]:
    """Return the panels of a case in their order, by where they stand."""
    return placed(panel(request, found) for panel in _PANELS)


def _documents(request: AmurRequest, found: CaseView) -> Panel | None:
    served = reads.service_of(request.scope, found.id, localdate(request.now))
    issued = [(paper(one.document, found.number, "desk"), one) for one in served]
    void = void_numbers(found, (one.document for one in served))
    return Panel("desk/panels/documents.html", {"documents": issued, "void": void}) if issued else None


def _opened(request: AmurRequest, found: CaseView) -> Panel | None:
    origin = reads.opened_from(request.scope, found.id)
    opened = () if found.definition.one_thing else reads.opened_by(request.scope, found.id)
    return Panel("desk/panels/opened.html", {"origin": origin, "opened": opened}) if origin or opened else None


def _came(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return how the case came, and who acts for its party."""
    agents = reads.agents_of(request.scope, found.id, on=localdate(request.now))
    return Panel("desk/panels/came.html", {"channel": channel_words(found.case.channel), "agents": agents})


_PANELS: tuple[Callable[[AmurRequest, CaseView], Panel | None], ...] = (
    promised.together,
    promised.promise,
    promised.missing,
    appeals.panel,
    handed.desk_panel,
    fees.panel,
    hearings.panel,
    ratings.panel,
    lateness.panel,
    signing.panel,
    supplement.panel,
    opinions.panel,
    joint.panel,
    _came,
    slips.panel,
    _documents,
    reminders.panel,
    remarks.panel,
    notices.panel,
    _opened,
    correcting.panel,
    ties.panel,
    recusing.panel,
)
