"""The act that hands out the query code of a case that the authority opened for somebody without an account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger import rows
from amur.procedures import declared
from amur.procedures.models import Case
from amur.procedures.seeing import has_no_holder, why_only_reads, works_on
from amur.procedures.transactions import act, check_key

HANDED_OUT = "case.code_handed_out"


def hand_out_code(case_id: UUID, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "") -> Case:
    """Record that the code of such a case goes to its party on paper, and by whom; whoever asks prints it then.

    Each slip is recorded: one that was lost is printed again.

    Raises:
        NotFound: if there is no such case, or the actor's office does not work on it.
        Refused: if somebody holds the case, or the actor only reads it.
    """
    check_key(key)
    with act():
        case = rows.locked(Case, case_id)
        definition = declared.pinned(case.declaration_hash) if case else None
        if case is None or definition is None or not works_on(scope, case, definition):
            raise NotFound("no_case", "there is no such case")
        if refusal := why_only_reads(scope, case, definition):
            raise refusal
        if not has_no_holder(case):
            raise Refused("case_is_held", "somebody holds this case here, or handed it in; the code is theirs")
        body = {"number": case.number}
        ledger.record(subject=case.key_subject, kind=HANDED_OUT, by=by, now=max(now, case.changed_at), body=body)
        return case
