"""Who may know of a part or a hand-over: whoever holds the named role in the named body, where the case lies."""

from __future__ import annotations

from django.db.models import Q

from amur.base.acting import Grant, Scope, region_prefix
from amur.base.faults import Refused
from amur.people.engine import why_barred
from amur.procedures.facts import facts_of
from amur.procedures.joint.models import AskedPart, HandOver
from amur.procedures.models import Case
from amur.procedures.permission import why_kept_out


def grants_of(scope: Scope, role: str, body_id: str, case: Case) -> tuple[Grant, ...]:
    """Return the offices in which a reader acts on a case in a role of a body, those that let act first."""
    if scope.kind != "office" or why_kept_out(scope, facts_of(case)):
        return ()
    return scope.grants_of(role, body_id=body_id, region=case.region, procedure=case.procedure)


def is_asked(scope: Scope, part: AskedPart) -> bool:
    """Say whether a reader answers for the body of a part."""
    return scope.kind == "system" or bool(grants_of(scope, part.role, part.body_id, part.case))


def takes_over(scope: Scope, row: HandOver) -> bool:
    """Say whether a reader takes a case over for the body to which it is offered."""
    return scope.kind == "system" or bool(grants_of(scope, row.role, row.to_body, row.case))


def has_part_in(scope: Scope, row: HandOver) -> bool:
    """Say whether a reader is of one of the two bodies of a hand-over, in the role that takes cases over."""
    return takes_over(scope, row) or bool(grants_of(scope, row.role, row.from_body, row.case))


def may_not(scope: Scope, roles: tuple[str, ...], body_id: str, case: Case) -> Refused | None:
    """Return why a reader may not act in any of these roles, or None: they hold none, or its card is not in force."""
    if scope.kind == "system":
        return None
    held = [grant for role in roles for grant in grants_of(scope, role, body_id, case)]
    if not held:
        return Refused("wrong_role", f"only {' or '.join(roles)} of the body may do this")
    return why_barred(min(held, key=lambda grant: bool(grant.barred)))


def reached(scope: Scope, body: str) -> Q:
    """Return the condition of the rows whose ``body`` column and role are one of a reader's offices."""
    if scope.kind == "system":
        return Q()
    found = Q(pk=None)
    for grant in scope.grants if scope.kind == "office" else ():
        there = Q(case__region="") | Q(case__region__startswith=region_prefix(grant.region))
        of = Q(case__procedure=grant.procedure) if grant.procedure else Q()
        found |= Q(role=grant.role, **{body: grant.body_id}) & there & of
    return found
