"""What a party has still to bring to its case, and by when; for the party and for the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from amur.base.acting import Scope
from amur.base.fields import FieldDeclaration
from amur.procedures import declared
from amur.procedures.facts import case_of
from amur.procedures.missing.declarations import MayBeMissing
from amur.procedures.missing.engine import to_bring
from amur.procedures.models import ClockRun
from amur.procedures.seeing import may_see


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing in a case: what is to come, until when, and by which event the party brings it."""

    rule: MayBeMissing
    to_come: tuple[FieldDeclaration, ...]
    brought: tuple[FieldDeclaration, ...]
    due_on: date | None
    is_accepted: bool


def missing_of(scope: Scope, case_id: UUID) -> Missing | None:
    """Return what is or was missing in a case that the reader may see; None where everything came at once."""
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    rule = definition.may_be_missing if definition else None
    if case is None or definition is None or rule is None or not may_see(scope, case, definition):
        return None
    left = to_bring(rule, case.data)
    given = {name for row in case.events.filter(event=rule.bring) for name in row.given}
    came = {one.field for one in rule.items} & given
    if not left and not came:
        return None
    run = ClockRun.objects.filter(case=case, clock=rule.clock, ended_on=None).first()
    return Missing(
        rule=rule,
        to_come=tuple(field for field in definition.fields if field.id in left and case.closed_at is None),
        brought=tuple(field for field in definition.fields if field.id in came),
        due_on=run.due_on if run else None,
        is_accepted=case.accepted_at is not None,
    )
