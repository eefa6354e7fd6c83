"""Promising instead of proving, and bringing something later: what is told in the form and stands with the case."""

from __future__ import annotations

from collections.abc import Mapping

from amur.base.acting import Scope
from amur.procedures import reads
from amur.procedures.declarations import Page, ProcedureDeclaration
from amur.procedures.missing.engine import to_bring
from amur.procedures.reads import CaseView
from amur.web.panels import Panel
from amur.web.portal.filling import Filling
from amur.web.requests import AmurRequest

Told = Mapping[str, object]


def panel(_request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return what the party promised in its case, and whether it held."""
    found = reads.promise_of(scope, case.id) if case.definition.commitment else None
    return Panel("portal/panels/promise.html", {"promise": found}, "main") if found else None


def told(form: Filling, page: Page) -> Told:
    """Return what a page of a form tells of promising, where it asks whether the party promises."""
    service, asked = form.service, {field.id for field in form.fields(page)}
    found: dict[str, object] = {}
    if (rule := service.commitment) and rule.choice in asked:
        found |= {"commitment": rule, "instead_of": _titles(service, rule.instead_of)}
    if (later := service.may_be_missing) and {one.mark for one in later.items} & asked:
        found |= {"missing": later, "clock": service.clock(later.clock)}
    return found


def promised(form: Filling, scope: Scope) -> Told:
    """Return what the party promises by submitting a form, and why it may not if it may not."""
    service, answers = form.service, form.answers
    found: dict[str, object] = {}
    if (rule := service.commitment) and answers.get(rule.choice) is True:
        barred = reads.why_not_promise(scope, service, answers, form.on)
        found |= {"commitment": rule, "instead_of": _titles(service, rule.instead_of), "barred": barred}
    if (later := service.may_be_missing) and (left := to_bring(later, answers)):
        found |= {"missing": later, "later": _titles(service, left), "clock": service.clock(later.clock)}
    return found


def _titles(service: ProcedureDeclaration, names: tuple[str, ...]) -> list[object]:
    return [field.title for field in service.fields if field.id in names]
