"""Whose turn drafts are, for the database, and who may know of a case because one came to them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q

from amur.base.acting import Scope, region_prefix
from amur.procedures.signing.models import TAKES, SignOff, SignOffLine


def has_come_to(scope: Scope, case_id: UUID) -> bool:
    """Say whether a draft about a case lies with a reader's office, or this reader took a step in that office."""
    if SignOff.objects.filter(_held_by(scope), case_id=case_id, ended_at=None).exists():
        return True
    roles = {grant.role for grant in scope.grants}
    return SignOffLine.objects.filter(case_id=case_id, actor_id=scope.account_id, role__in=roles).exists()


def waits_for(scope: Scope) -> Q:
    """Return the condition of the drafts that wait for a reader: to be signed, voted on, or drafted again.

    What somebody may not take, since they took another step of the chain, does not wait for them.
    """
    mine = SignOffLine.objects.filter(actor_id=scope.account_id, sign_off__ended_at=None).order_by()
    elsewhere = mine.filter(verb__in=TAKES).exclude(step=F("sign_off__step")).values("sign_off_id")
    voted = mine.filter(verb=SignOffLine.Verb.VOTED, version=F("sign_off__version")).values("sign_off_id")
    return Q(ended_at=None) & _held_by(scope) & ~Q(pk__in=elsewhere) & ~Q(pk__in=voted)


def _held_by(scope: Scope) -> Q:
    if scope.kind == "system":
        return Q()
    found = Q(pk=None)
    for grant in scope.grants if scope.kind == "office" else ():
        reached = Q(case__region="") | Q(case__region__startswith=region_prefix(grant.region))
        lent = Q(case__procedure=grant.procedure) if grant.procedure else Q()
        found |= Q(role=grant.role, body_id=grant.body_id) & reached & lent
    return found
