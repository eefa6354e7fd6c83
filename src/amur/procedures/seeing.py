"""Who may know of a case: its party, and the offices that work on it where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q

from amur.base.acting import Scope, region_prefix
from amur.base.faults import NotFound, Refused
from amur.procedures import declared
from amur.procedures.channels import OWN_MOTION
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import case_of, facts_of
from amur.procedures.models import Case
from amur.procedures.permission import CaseFacts, is_party, permit, why_kept_out, works
from amur.procedures.recusal.models import Recusal
from amur.procedures.signing.seeing import has_come_to


def may_see(scope: Scope, case: Case, definition: ProcedureDeclaration) -> bool:
    """Say whether a reader may know of a case."""
    return knows(scope, facts_of(case), case.pk, definition)


def seen(scope: Scope, case_id: UUID) -> tuple[Case, ProcedureDeclaration]:
    """Return a case with its declaration, for a reader who may know of it.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case = case_of(case_id)
    if case is None:
        raise NotFound("no_case", "there is no such case")
    definition = declared.pinned(case.declaration_hash)
    if not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return case, definition


def knows(scope: Scope, facts: CaseFacts, case_id: UUID, definition: ProcedureDeclaration) -> bool:
    """Say whether a reader may know of a case whose facts are known."""
    return is_party(scope, facts) or _works(scope, facts, case_id, definition)


def works_on(scope: Scope, case: Case, definition: ProcedureDeclaration) -> bool:
    """Say whether a reader holds an office that works on a case, or that signs a draft about it."""
    return _works(scope, facts_of(case), case.pk, definition)


def _works(scope: Scope, facts: CaseFacts, case_id: UUID, definition: ProcedureDeclaration) -> bool:
    if works(scope, definition.roles, facts):
        return True
    is_free = scope.kind == "office" and why_kept_out(scope, facts) is None
    return is_free and bool(definition.sign_offs) and has_come_to(scope, case_id)


def why_only_reads(scope: Scope, case: Case, definition: ProcedureDeclaration) -> Refused | None:
    """Return why an office that works on a case may only read it, or None: for want of a card that is valid today.

    Acts that no single role is named for ask this beside ``works_on``.
    """
    found = permit(scope, sorted(definition.roles), facts_of(case))
    return found if isinstance(found, Refused) and found.code in {"no_card", "card_expired"} else None


def kept_out(scope: Scope) -> Q:
    """Return the condition of the cases that an official has nothing to do with, as ``permission.why_kept_out`` says.

    It compares ids alone, so that an index which holds them need not be left.
    """
    if scope.kind != "office":
        return Q(pk=None)
    found = Q(pk__in=Recusal.objects.filter(account_id=scope.account_id).values("case_id"))
    if scope.account_id:
        found |= Q(pk__in=Case.objects.filter(account_id=scope.account_id).values("pk"))
    if scope.parties:
        found |= Q(pk__in=Case.objects.filter(enterprise_id__in=scope.parties).values("pk"))
    if scope.mandates:
        found |= Q(pk__in=Case.objects.filter(acted_for(scope)).values("pk"))
    return found


def acted_for(scope: Scope) -> Q:
    """Return the condition of the cases that a reader acts in for others; ``mandate_for`` for the database."""
    found = Q(pk=None)
    for one in scope.mandates:
        if one.party.startswith("case:"):
            mine = Q(pk=one.case_id)
        else:
            mine = Q(enterprise_id=one.party) | Q(account_id=one.party)
            mine &= Q(pk=one.case_id) if one.case_id else Q()
        found |= mine & Q(procedure=one.procedure) if one.party else Q(pk=None)
    return found


def worked_on_by(scope: Scope, procedures: Mapping[str, ProcedureDeclaration]) -> Q:
    """Return the condition of the cases that a reader's offices work on; ``works_on`` for the database."""
    if scope.kind == "system":
        return Q()
    found = Q(pk=None)
    for grant in scope.grants if scope.kind == "office" else ():
        named = {grant.procedure} if grant.procedure else set(procedures)
        mine = [name for name in named & set(procedures) if grant.role in procedures[name].roles]
        reached = Q(region="") | Q(region__startswith=region_prefix(grant.region))
        found |= Q(procedure__in=mine, body_id=grant.body_id) & reached
    return found & ~kept_out(scope)


def has_no_holder(case: Case) -> bool:
    """Say whether nobody's account holds a case that the authority opened, so that only its code leads there."""
    return case.channel == OWN_MOTION and not case.account_id and not case.enterprise_id and case.erased_at is None
