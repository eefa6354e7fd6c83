"""Acts of recusal: to step back, to withdraw an official, to object to one as the party, to decide about that."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import APPLICANT, MACHINE, ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, CaseEvent
from amur.procedures.permission import acting
from amur.procedures.recusal import engine
from amur.procedures.recusal.models import Objection, Recusal
from amur.procedures.seeing import may_see, works_on
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

LONGEST_REASON = 2_000


def step_back(
    case_id: UUID, *, by: Actor, scope: Scope, now: datetime, reason: str, key: IdempotencyKey = ""
) -> Recusal:
    """Step back from a case for good: the actor neither reads it nor does anything in it any more. Twice is once.

    Raises:
        NotFound: if there is no such case, or no office of the actor works on it.
        Refused: if the actor is the machine, which has nothing to step back from.
        Invalid: if the reason is missing or too long.
    """
    check_key(key)
    with act():
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if before := Recusal.objects.filter(case=case, account_id=by.actor_id, way=Recusal.Way.OWN).first():
            return before
        definition = declared.pinned(case.declaration_hash) if case else None
        if case is None or definition is None or not works_on(scope, case, definition):
            raise NotFound("no_case", "there is no such case")
        if scope.kind == "system":
            raise Refused("not_an_official", "the machine has nothing to step back from")
        by = acting(by, scope, sorted(definition.roles), facts_of(case))
        said = typed("reason", reason, LONGEST_REASON, day_of(now))
        return _recuse(case, definition, by.actor_id, Recusal.Way.OWN, said, by=by, now=now)


def withdraw_official(
    case_id: UUID,
    account_id: UUID | str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> Recusal:
    """Withdraw an official from a case for good, as the role that the procedure names. Twice is once.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor may not, or the official is the actor.
        Invalid: if the reason is missing or too long.
    """
    check_key(key)
    with act():
        case, definition = _locked(case_id, scope)
        by = _deciding(case, definition, str(account_id), scope, by)
        if before := Recusal.objects.filter(case=case, account_id=str(account_id)).first():
            return before
        said = typed("reason", reason, LONGEST_REASON, day_of(now))
        return _recuse(case, definition, str(account_id), Recusal.Way.SUPERIOR, said, by=by, now=now)


def object_to_official(
    case_id: UUID,
    version: int,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> Objection:
    """Object, as the party, to the official who took a step of the case; the role that is named decides.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor is not the party, nobody decides about it, or the official was withdrawn before.
        Invalid: if no official took that step, or the reason is missing or too long.
        Conflict: if an objection to this official waits to be decided.
    """
    check_key(key)
    with act():
        case, definition = _locked(case_id, scope)
        if key and (before := Objection.objects.filter(case=case, key=key, made_by=by.actor_id).first()):
            return before
        event = CaseEvent.objects.filter(case=case, version=version).exclude(role__in=("", APPLICANT, MACHINE)).first()
        official = event.actor_id if event else ""
        if refusal := engine.why_not_object(definition.recusal, scope, facts_of(case), official):
            raise refusal
        if event is None:
            raise Invalid({"step": ("no_official", "no official took this step; choose another")})
        if Objection.objects.filter(case=case, account_id=official, upheld=None).exists():
            raise Conflict("objection_waits", "an objection to this official waits to be decided")
        said = typed("reason", reason, LONGEST_REASON, day_of(now))
        return Objection.objects.create(
            case=case,
            version=version,
            account_id=official,
            reason=said,
            made_by=by.actor_id,
            made_at=now,
            key=key,
            entry_hash=_record(case, definition, "case.objected", {"step": version}, said, by=by, now=now),
        )


def decide_objection(
    case_id: UUID,
    objection_id: int,
    *,
    upheld: bool,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> Objection:
    """Decide about an objection; if it is upheld the official is withdrawn. The party reads the reason.

    Raises:
        NotFound: if there is no such case or objection, or the actor may not know of it.
        Refused: if the actor may not, or it is about them.
        Conflict: if it was decided otherwise before.
        Invalid: if the reason is missing or too long.
    """
    check_key(key)
    with act():
        case, definition = _locked(case_id, scope)
        objection = Objection.objects.select_for_update().filter(pk=objection_id, case=case).first()
        if objection is None:
            raise NotFound("no_objection", "there is no such objection")
        by = _deciding(case, definition, objection.account_id, scope, by)
        if objection.upheld is not None:
            if objection.upheld == upheld:
                return objection
            raise Conflict("objection_decided", "this objection was decided before")
        said = typed("reason", reason, LONGEST_REASON, day_of(now))
        told: dict[str, Json] = {"step": objection.version, "upheld": upheld}
        objection.upheld, objection.answer, objection.decided_by, objection.decided_at = upheld, said, by.actor_id, now
        objection.decided_entry = _record(case, definition, "case.objection_decided", told, said, by=by, now=now)
        objection.save()
        if upheld and objection.account_id not in case.recused:
            _recuse(case, definition, objection.account_id, Recusal.Way.OBJECTION, said, by=by, now=now)
        return objection


def _locked(case_id: UUID, scope: Scope) -> tuple[Case, ProcedureDeclaration]:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return case, definition


def _deciding(case: Case, definition: ProcedureDeclaration, about: str, scope: Scope, by: Actor) -> Actor:
    rule, facts = definition.recusal, facts_of(case)
    if refusal := engine.why_not_decide(rule, scope, facts, about=about, actor_id=by.actor_id):
        raise refusal
    return acting(by, scope, (rule.by,) if rule else (), facts)


def _recuse(
    case: Case,
    definition: ProcedureDeclaration,
    account_id: str,
    way: Recusal.Way,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> Recusal:
    case.recused = sorted({*case.recused, account_id})
    case.save(update_fields=["recused"])
    told: dict[str, Json] = {"account": account_id, "way": way.value}
    return Recusal.objects.create(
        case=case,
        account_id=account_id,
        way=way,
        version=case.version,
        reason=reason,
        by=by.actor_id,
        role=by.role,
        since=now,
        entry_hash=_record(case, definition, "case.recused", told, reason, by=by, now=now),
    )


def _record(
    case: Case,
    definition: ProcedureDeclaration,
    kind: str,
    told: dict[str, Json],
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> str:
    release = policy.active_release()
    entry = ledger.record(
        subject=case.key_subject,
        kind=kind,
        by=by,
        now=max(now, case.changed_at),
        body={
            "number": case.number,
            "version": case.version,
            "reason": sealed_for(case, reason),
            "declaration": case.declaration_hash,
            **told,
        },
        basis=cited(definition.recusal.basis) if definition.recusal else "",
        release=release.hash if release else "",
    )
    return entry.leaf
