"""Who may know that they are asked: whoever holds the asked role in the asked body, where the case lies."""

from __future__ import annotations

from django.db.models import Q

from amur.base.acting import Grant, Scope, region_prefix
from amur.base.faults import Refused
from amur.people.engine import why_barred
from amur.procedures.facts import facts_of
from amur.procedures.models import Case
from amur.procedures.opinions.models import AskedBody
from amur.procedures.permission import why_kept_out
from amur.procedures.seeing import kept_out


def is_asked(scope: Scope, asked: AskedBody) -> bool:
    """Say whether a reader answers for an asked body."""
    if scope.kind == "system":
        return True
    return scope.kind == "office" and bool(grants_of(scope, asked))


def grants_of(scope: Scope, asked: AskedBody) -> tuple[Grant, ...]:
    """Return the offices in which a reader answers for an asked body, those that let act first."""
    row = asked.asked_round
    if why_kept_out(scope, facts_of(row.case)):
        return ()
    return scope.grants_of(row.role, body_id=asked.body_id, region=row.case.region, procedure=row.case.procedure)


def may_not_answer(scope: Scope, asked: AskedBody) -> Refused | None:
    """Return why whoever may read what is asked may not answer it now, or None: their card is missing or over."""
    grants = () if scope.kind == "system" else grants_of(scope, asked)
    return why_barred(grants[0]) if grants else None


def asked_by(scope: Scope) -> Q:
    """Return the condition of what is asked of a reader's offices; ``is_asked`` for the database."""
    if scope.kind == "system":
        return Q()
    found = Q(pk=None)
    for grant in scope.grants if scope.kind == "office" else ():
        reached = Q(asked_round__case__region="") | Q(asked_round__case__region__startswith=region_prefix(grant.region))
        of = Q(asked_round__case__procedure=grant.procedure) if grant.procedure else Q()
        found |= Q(asked_round__role=grant.role, body_id=grant.body_id) & reached & of
    return found & ~Q(asked_round__case__in=Case.objects.filter(kept_out(scope)).values("pk"))
