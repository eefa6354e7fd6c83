"""The act on lateness: whoever works on a late case says why it is late."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.lateness.models import LateCause
from amur.procedures.lateness.reads import is_late, late_causes
from amur.procedures.models import Case
from amur.procedures.seeing import why_only_reads, works_on
from amur.procedures.transactions import act, check_key


def say_why_late(
    case_id: UUID, cause: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> LateCause:
    """Say why a case is late, or was when it ended, by a code of the pack's list; what was said before stays readable.

    Raises:
        NotFound: if there is no such case, or the actor's office does not work on it.
        Refused: if the case is not late, or the actor only reads it.
        Invalid: if the list has no such cause today.
    """
    check_key(key)
    with act():
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        definition = declared.pinned(case.declaration_hash) if case else None
        if case is None or definition is None or not works_on(scope, case, definition):
            raise NotFound("no_case", "there is no such case")
        if refusal := why_only_reads(scope, case, definition):
            raise refusal
        if key and (before := LateCause.objects.filter(case=case, actor_id=by.actor_id, key=key).first()):
            return before
        if not is_late(case, now):
            raise Refused("not_late", "the case is in time; there is nothing to explain")
        if cause not in {one.code for one in late_causes(day_of(now))}:
            raise Invalid({"cause": ("unknown_code", f"found {cause!r}; choose a cause of the list")})
        entry = ledger.record(
            subject=case.key_subject,
            kind="case.late_because",
            by=by,
            now=max(now, case.changed_at),
            body={"number": case.number, "cause": cause},
            release=policy.active_hash(),
        )
        return LateCause.objects.create(
            case=case, cause=cause, actor_id=by.actor_id, role=by.role, said_at=now, key=key, entry_hash=entry.leaf
        )
