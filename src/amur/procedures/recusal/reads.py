"""What is known of who stepped back from a case and of what its party objects, each for whom it is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from amur.base.acting import SYSTEM, Scope
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.people import reads as people
from amur.procedures import declared
from amur.procedures.declarations import APPLICANT, MACHINE, ProcedureDeclaration
from amur.procedures.facts import case_of, facts_of
from amur.procedures.models import Case, CaseEvent
from amur.procedures.permission import is_party
from amur.procedures.recusal import engine
from amur.procedures.recusal.models import Objection, Recusal
from amur.procedures.seeing import may_see, works_on

_TITLES = {
    Recusal.Way.OWN: Text(zh="一名工作人员自行回避", en="An official stepped back"),
    Recusal.Way.SUPERIOR: Text(zh="一名工作人员被决定回避", en="An official was withdrawn"),
    Recusal.Way.OBJECTION: Text(zh="一名工作人员经申请回避", en="An official was withdrawn at the party's objection"),
}
_OBJECTED = Text(zh="当事人申请工作人员回避", en="The party objected to an official")
_UPHELD = Text(zh="回避申请成立", en="The objection was upheld")
_DISMISSED = Text(zh="回避申请被驳回", en="The objection was dismissed")


@dataclass(frozen=True, slots=True)
class Happened:
    """What the course of a case tells of recusal; ``actor_id`` and ``reason`` are empty for whom they are not meant."""

    at: datetime
    title: Text
    by_applicant: bool
    role: str
    actor_id: str
    reason: str
    entry_hash: str


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection as a reader may see it; ``upheld`` is None while it waits."""

    id: int
    version: int
    account_id: str
    reason: str
    made_at: datetime
    upheld: bool | None
    answer: str


def may_withdraw(scope: Scope, case: Case, definition: ProcedureDeclaration) -> bool:
    """Say whether a reader withdraws officials from a case and decides objections to them."""
    return engine.why_not_decide(definition.recusal, scope, facts_of(case), about="") is None


def objections_of(scope: Scope, case_id: UUID) -> tuple[ObjectionView, ...]:
    """Return the objections of a case for its party, and for who decides; nobody else reads what they say.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, definition = _seen(scope, case_id)
    decides = may_withdraw(scope, case, definition)
    if not decides and not is_party(scope, facts_of(case)):
        return ()
    return tuple(
        ObjectionView(
            id=one.pk,
            version=one.version,
            account_id=one.account_id if decides else "",
            reason=one.reason,
            made_at=one.made_at,
            upheld=one.upheld,
            answer=one.answer,
        )
        for one in Objection.objects.filter(case=case).order_by("made_at", "id")
    )


def contestable(scope: Scope, case_id: UUID) -> tuple[int, ...]:
    """Return the versions of the steps to whose officials the party can object now.

    Raises:
        NotFound: as ``objections_of``.
    """
    case, definition = _seen(scope, case_id)
    if definition.recusal is None or not is_party(scope, facts_of(case)):
        return ()
    waiting = Objection.objects.filter(case=case, upheld=None).values("account_id")
    steps = CaseEvent.objects.filter(case=case).exclude(role__in=("", APPLICANT, MACHINE))
    open_to = steps.exclude(actor_id__in=waiting).exclude(actor_id__in=case.recused)
    return tuple(open_to.order_by("version").values_list("version", flat=True))


def officials_of(scope: Scope, case_id: UUID, *, on: date) -> tuple[str, ...]:
    """Return the accounts that can be withdrawn from a case, for whoever withdraws: all who have an office that works.

    Raises:
        NotFound: as ``objections_of``.
    """
    case, definition = _seen(scope, case_id)
    if not may_withdraw(scope, case, definition):
        return ()
    held = people.appointments(SYSTEM, on=on).filter(body_id=case.body_id)
    found = {str(one) for one in held.values_list("account_id", flat=True)}
    return tuple(sorted(found - {*case.recused, scope.account_id, case.account_id}))


def course_of(case: Case, definition: ProcedureDeclaration, scope: Scope) -> Iterator[Happened]:
    """Yield what the course of a case tells of recusal; the caller has seen that the reader may know of the case.

    The office reads who stepped back, and only who decides reads why. The party reads what it said and was told.
    """
    is_desk, own = works_on(scope, case, definition), is_party(scope, facts_of(case))
    decides = may_withdraw(scope, case, definition)
    for one in Recusal.objects.filter(case=case) if case.recused else ():
        why = one.reason if decides else ""
        yield Happened(
            one.since, _TITLES[Recusal.Way(one.way)], False, one.role, one.by if is_desk else "", why, one.entry_hash
        )
    for said in Objection.objects.filter(case=case) if definition.recusal else ():
        yield Happened(said.made_at, _OBJECTED, True, "", "", said.reason if own or decides else "", said.entry_hash)
        if said.decided_at:
            title, by = _UPHELD if said.upheld else _DISMISSED, said.decided_by if is_desk else ""
            role = definition.recusal.by if definition.recusal else ""
            why = said.answer if own or decides else ""
            yield Happened(said.decided_at, title, False, role, by, why, said.decided_entry)


def _seen(scope: Scope, case_id: UUID) -> tuple[Case, ProcedureDeclaration]:
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return case, definition
