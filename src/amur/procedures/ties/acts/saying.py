"""Saying of two cases that were found alike whether they are one; those that are, are merged or stand as they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import NotFound, Refused
from amur.ledger.kept import sealed_for
from amur.procedures.ties.models import Likeness
from amur.procedures.ties.writing import allowed, record, two_cases, why
from amur.procedures.transactions import act, check_key

SAID = "case.likeness_said"


def say_likeness(
    case_id: UUID,
    earlier: str,
    *,
    is_same: bool,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> Likeness:
    """Say of a case and an earlier one that is like it, by its number, whether they are the same. The last word counts.

    Saying that they are the same moves neither: ``merge_case`` does.

    Raises:
        NotFound: if there is no such case for the actor, or it was not found alike.
        Refused: if the actor may not say so.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        case, first, definition, ties = two_cases(case_id, earlier, scope)
        if ties.duplicates is None:
            raise Refused("no_duplicates", "this procedure does not look for cases that are alike")
        by_office = allowed(by, scope, ties.duplicates.by, case, first)
        row = Likeness.objects.select_for_update().filter(case=case, earlier=first).first()
        if row is None:
            raise NotFound("no_likeness", "this case was not found like that one")
        says = Likeness.Says.SAME if is_same else Likeness.Says.OTHER
        if row.says == says and row.said_by == by.actor_id:
            return row
        row.says, row.reason, row.said_by, row.said_at = says, why(reason, now), by.actor_id, now
        body: dict[str, Json] = {"rule": row.rule, "says": says.value, "reason": sealed_for(case, row.reason)}
        basis = cited(definition.basis)
        row.case = case
        row.entry = record(case, SAID, body, other=first, basis=basis, by=by_office, now=now)
        told: dict[str, Json] = {"rule": row.rule, "says": says.value}
        record(first, SAID, told, other=case, basis=basis, by=by_office, now=now)
        row.save()
        return row
