"""Who may know of a case: its party, and the offices that work on it where it lies."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from amur.base.acting import Scope, region_prefix
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import is_party
from amur.procedures.facts import facts_of
from amur.procedures.models import Case
from amur.procedures.signing.seeing import has_come_to


def may_see(scope: Scope, case: Case, definition: ProcedureDeclaration) -> bool:
    """Say whether a reader may know of a case."""
    return is_party(scope, facts_of(case)) or works_on(scope, case, definition)


def works_on(scope: Scope, case: Case, definition: ProcedureDeclaration) -> bool:
    """Say whether a reader holds an office that works on a case."""
    if scope.kind == "system":
        return True
    if scope.kind != "office":
        return False
    if any(scope.holds(role, body_id=case.body_id, region=case.region) for role in definition.roles):
        return True
    return bool(definition.sign_offs) and has_come_to(scope, case.pk)


def worked_on_by(scope: Scope, procedures: Mapping[str, ProcedureDeclaration]) -> Q:
    """Return the condition of the cases that a reader's offices work on; ``works_on`` for the database."""
    if scope.kind == "system":
        return Q()
    found = Q(pk=None)
    for grant in scope.grants if scope.kind == "office" else ():
        mine = [name for name, definition in procedures.items() if grant.role in definition.roles]
        reached = Q(region="") | Q(region__startswith=region_prefix(grant.region))
        found |= Q(procedure__in=mine, body_id=grant.body_id) & reached
    return found
