"""What stands on a party's page of a case beside the case itself: each subject brings its own panel, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.procedures import acts, declared, reads
from amur.procedures.models import Case
from amur.procedures.reads import CaseView
from amur.web.panels import Panel, placed
from amur.web.portal import (
    authorisations,
    contesting,
    fees,
    handed,
    hearing,
    joint,
    missing,
    notices,
    objecting,
    opinions,
    promising,
    rating,
    supplement,
    ties,
    together,
)
from amur.web.portal.documents import paper, void_numbers
from amur.web.requests import AmurRequest


def beside(request: AmurRequest, scope: Scope, case: CaseView) -> dict[str, list[Panel]]:
    """Return the panels of a case in their order, by where they stand."""
    return placed(panel(request, scope, case) for panel in _PANELS)


def _documents(_request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    documents = reads.documents_of(scope, case.id)
    issued = [paper(one, case.number, "portal") for one in documents]
    is_served = any(template.serve_within for template in case.definition.documents)
    consent = reads.online_service(scope, case.id) if is_served else None
    if not issued and not is_served:
        return None
    values = {"documents": issued, "is_served": is_served, "consent": consent, "case": case}
    values["void"] = void_numbers(case, documents)
    return Panel("portal/panels/documents.html", values)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that the one shown has opened; its query code is for whoever holds that of the first."""

    number: str
    title: Text
    code: str


def _opened(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    origin = reads.opened_from(scope, case.id)
    apart = () if case.definition.one_thing else reads.opened_by(scope, case.id)
    opened = [_named(request, one) for one in apart]
    return Panel("portal/panels/opened.html", {"origin": origin, "opened": opened}) if origin or opened else None


def _named(request: AmurRequest, case: Case) -> Opened:
    code = "" if request.user.is_authenticated else acts.query_code(case)
    return Opened(case.number, declared.pinned(case.declaration_hash).title, code)


_PANELS: tuple[Callable[[AmurRequest, Scope, CaseView], Panel | None], ...] = (
    handed.panel,
    fees.panel,
    together.panel,
    missing.panel,
    promising.panel,
    contesting.panel,
    rating.panel,
    hearing.panel,
    supplement.panel,
    opinions.panel,
    joint.panel,
    _documents,
    notices.panel,
    _opened,
    ties.panel,
    authorisations.panel,
    objecting.panel,
)
