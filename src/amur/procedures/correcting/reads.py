"""What of a case may be put right and by whom, what was, and what waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.faults import Refused
from amur.base.fields import FieldDeclaration
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.appeals.models import Appeal
from amur.procedures.correcting import engine
from amur.procedures.correcting.declarations import CorrectionRule
from amur.procedures.correcting.models import Correction
from amur.procedures.correcting.striking import voided_versions
from amur.procedures.declarations import Transition
from amur.procedures.engine import EXTENDED
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, CaseEvent
from amur.procedures.opinions.models import AskedRound
from amur.procedures.seeing import works_on

BESIDE = frozenset({EXTENDED, engine.CORRECTED})
"""Events that move nothing: what happened before them is still the last."""


@dataclass(frozen=True, slots=True)
class Correctable:
    """What somebody may put right: the last event that stands with those that may take its place, and the answers."""

    version: int | None
    title: Text | None
    supersede: tuple[Transition, ...]
    fields: tuple[FieldDeclaration, ...]
    two: bool
    proposal: Correction | None


def course_of(case: Case) -> tuple[engine.Happened, ...]:
    """Return the course of a case as the rules take it."""
    rows = CaseEvent.objects.filter(case=case).order_by("version")
    columns = ("version", "event", "target", "happened_at", "actor_id", "configuration")
    return tuple(
        engine.Happened(version, event, target, day_of(at), actor, tuple(stood.get("active", ())))
        for version, event, target, at, actor, stood in rows.values_list(*columns)
    )


def has_appeal(case: Case) -> bool:
    """Say whether an appeal against a decision of the case is open."""
    return Appeal.objects.filter(first=case, ended_at=None).exists()


def why_not_correct(case: Case, rule: CorrectionRule, version: int | None, event: str, *, on: date) -> Refused | None:
    """Return why this cannot be put right in this way, whoever asks, or None."""
    course, gone = course_of(case), voided_versions(case)
    if version is None:
        last = max(course, key=lambda one: one.version)
        return engine.why_too_late(rule, last.on, on) if rule.fields else _nothing()
    if version in gone:
        return Refused("voided", "this event was voided before", version=version)
    if refusal := engine.why_not_void(rule, course, version, on, beside=BESIDE, gone=gone):
        return refusal
    voided = rule.of(next(one.event for one in course if one.version == version))
    if event and (voided is None or event not in voided.supersede):
        return Refused("cannot_supersede", f"{event!r} may not take its place", event=event)
    if AskedRound.objects.filter(case=case, closed_at=None).exists():
        return Refused("round_open", "a round of opinions is open; close it first")
    return None


def _nothing() -> Refused:
    return Refused("not_correctable", "the procedure names no answer that may be put right")


def correctable(scope: Scope, case_id: UUID, on: date) -> Correctable | None:
    """Return what a reader may put right in a case, None where that is nothing or they do not work on it."""
    case = Case.objects.filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not works_on(scope, case, definition):
        return None
    rule, facts = definition.correction, facts_of(case)
    if rule is None or case.erased_at or engine.why_not(rule, scope, facts, has_appeal=has_appeal(case)):
        return None
    course = {one.version: one for one in course_of(case)}
    last = course[max(engine.standing(tuple(course.values()), beside=BESIDE, gone=voided_versions(case)))]
    can_void = why_not_correct(case, rule, last.version, "", on=on) is None
    voided = rule.of(last.event) if can_void else None
    arrows = {one.event: one for one in definition.transitions}
    fields = () if why_not_correct(case, rule, None, "", on=on) else rule.fields
    known = {field.id: field for field in definition.data_fields}
    return Correctable(
        last.version if voided else None,
        arrows[last.event].title if voided else None,
        tuple(arrows[name] for name in voided.supersede) if voided else (),
        tuple(known[name] for name in fields),
        rule.separation,
        Correction.objects.filter(case=case, version=None, withdrawn_at=None).first(),
    )
