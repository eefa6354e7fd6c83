"""Who may know that they are asked: whoever holds the asked role in the asked body, where the case lies."""

from __future__ import annotations

from django.db.models import Q

from amur.base.acting import Scope, region_prefix
from amur.procedures.opinions.models import AskedBody


def is_asked(scope: Scope, asked: AskedBody) -> bool:
    """Say whether a reader answers for an asked body."""
    if scope.kind == "system":
        return True
    row = asked.asked_round
    return scope.kind == "office" and scope.holds(row.role, body_id=asked.body_id, region=row.case.region)


def asked_by(scope: Scope) -> Q:
    """Return the condition of what is asked of a reader's offices; ``is_asked`` for the database."""
    if scope.kind == "system":
        return Q()
    found = Q(pk=None)
    for grant in scope.grants if scope.kind == "office" else ():
        reached = Q(asked_round__case__region="") | Q(asked_round__case__region__startswith=region_prefix(grant.region))
        found |= Q(asked_round__role=grant.role, body_id=grant.body_id) & reached
    return found
