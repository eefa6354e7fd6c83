"""The acts of a correction: put a mistake right, or propose it where two must agree; then agree, or withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Conflict, NotFound, Refused
from amur.base.fields import Raw
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.correcting import engine
from amur.procedures.correcting.declarations import CorrectionRule
from amur.procedures.correcting.models import Correction
from amur.procedures.correcting.reads import has_appeal, why_not_correct
from amur.procedures.correcting.voiding import carry_out
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, CaseEvent
from amur.procedures.permission import acting
from amur.procedures.seeing import works_on
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

_LONGEST_REASON = 5_000


def correct(
    case_id: UUID,
    version: int | None,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    key: IdempotencyKey = "",
    reason: str,
    event: str = "",
    said: str = "",
    extra: Mapping[str, Raw] | None = None,
) -> Correction:
    """Void the event that led to a version, and let ``event`` take its place; or put answers right without a version.

    ``said`` and ``extra`` are the reason and the input of that event, or the answers. Where two must agree it is
    proposed only. The same key again changes nothing.

    Raises:
        NotFound: if there is no such case, or the actor does not work on it.
        Conflict: if somebody else moved the case meanwhile, or another proposal is open.
        Refused: if the actor may not, it is too late, or something has followed from it.
        Invalid: if the reason or another input is missing or wrong.
    """
    check_key(key)
    with act():
        case, definition = _locked(case_id, scope)
        if key and (event_before := CaseEvent.objects.filter(case=case, key=key, actor_id=by.actor_id).first()):
            return Correction.objects.get(case=case, version=event_before.version)
        if expected_version != case.version:
            raise Conflict("stale", "somebody else moved this case meanwhile; load it again", version=case.version)
        rule = _rule(case, definition, scope, by)
        if refusal := why_not_correct(case, rule, version, event, on=day_of(now)):
            raise refusal
        _check_asked(case, rule, version, extra or {})
        row = Correction(
            case=case,
            case_version=case.version,
            voided_version=version,
            event=event,
            reason=typed("reason", reason, _LONGEST_REASON, day_of(now)),
            said=said,
            extra=dict(extra or {}),
            proposed_by=by.actor_id,
            proposed_at=now,
        )
        row.save(force_insert=True)
        if not rule.separation:
            carry_out(row, definition, rule, by=_office(by, scope, rule, case), scope=scope, now=now, key=key)
        return row


def agree(
    correction_id: int, *, by: Actor, scope: Scope, now: datetime, expected_version: int, key: IdempotencyKey = ""
) -> Correction:
    """Agree to what another proposed, which carries it out. To agree again changes nothing.

    Raises:
        NotFound: if there is no such proposal, or the actor does not work on its case.
        Conflict: if the case has moved since it was proposed.
        Refused: if the actor may not, proposed it themselves, or it is too late.
    """
    check_key(key)
    with act():
        row, case, definition = _proposal(correction_id, scope)
        if row.version is not None and row.corrected_by == by.actor_id:
            return row
        rule = _rule(case, definition, scope, by)
        if row.version is not None or row.withdrawn_at is not None:
            raise Conflict("ended", "this proposal has ended", version=case.version)
        if row.proposed_by == by.actor_id:
            raise Refused("separation_of_duties", "whoever proposed a correction does not agree to it")
        if case.version != row.case_version or expected_version != case.version:
            raise Conflict("stale", "the case has moved since; withdraw the proposal", version=case.version)
        if refusal := why_not_correct(case, rule, row.voided_version, row.event, on=day_of(now)):
            raise refusal
        carry_out(row, definition, rule, by=_office(by, scope, rule, case), scope=scope, now=now, key=key)
        return row


def withdraw_correction(
    correction_id: int, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Correction:
    """End a proposal of which nothing came; one that has ended stays as it is.

    Raises:
        NotFound: if there is no such proposal, or the actor does not work on its case.
        Refused: if the actor may put nothing right in it.
    """
    check_key(key)
    with act():
        row, case, definition = _proposal(correction_id, scope)
        _rule(case, definition, scope, by)
        if row.version is None and row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
        return row


def _check_asked(case: Case, rule: CorrectionRule, version: int | None, extra: Mapping[str, Raw]) -> None:
    if version is None and set(extra) - set(rule.fields):
        raise Refused("not_correctable", "the procedure does not say that this answer may be put right")
    if Correction.objects.filter(case=case, version=None, withdrawn_at=None).exists():
        raise Conflict("proposed", "a correction of this case waits for a second person already")


def _locked(case_id: UUID, scope: Scope) -> tuple[Case, ProcedureDeclaration]:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not works_on(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return case, definition


def _proposal(correction_id: int, scope: Scope) -> tuple[Correction, Case, ProcedureDeclaration]:
    row = Correction.objects.filter(pk=correction_id).first()
    if row is None:
        raise NotFound("no_correction", "there is no such proposal")
    case, definition = _locked(row.case_id, scope)
    row = Correction.objects.select_for_update().get(pk=correction_id)
    row.case = case
    return row, case, definition


def _rule(case: Case, definition: ProcedureDeclaration, scope: Scope, by: Actor) -> CorrectionRule:
    rule, facts = definition.correction, facts_of(case)
    if refusal := engine.why_not(rule, scope, facts, actor_id=by.actor_id, has_appeal=has_appeal(case)):
        raise refusal
    if rule is None or case.erased_at is not None:
        raise Refused("erased", "what is personal of this case was erased; nothing is put right in it")
    return rule


def _office(by: Actor, scope: Scope, rule: CorrectionRule, case: Case) -> Actor:
    return acting(by, scope, rule.by, facts_of(case))
