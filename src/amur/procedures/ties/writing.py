"""How a tie is written: its row, an entry on each of the two cases, and what the party is told; and how it ends."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case
from amur.procedures.notices.acts import tell
from amur.procedures.permission import permit
from amur.procedures.seeing import works_on
from amur.procedures.ties.declarations import Ties, Tying
from amur.procedures.ties.models import Tie
from amur.procedures.typed import typed

TIED, TAKEN, ENDED = "case.tied", "case.tied_to_it", "case.tie_ended"
"""The kinds of entries: on the case that is tied, on its lead, and on both when the tie ends."""

_LONGEST_REASON = 5_000
_NOTHING = Ties.model_construct()


def own_case(case_id: UUID, scope: Scope) -> tuple[Case, ProcedureDeclaration, Ties]:
    """Return a case, locked, for an office that works on it, with what its procedure says of ties.

    Raises:
        NotFound: if there is no such case for the reader.
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not works_on(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return case, definition, definition.ties or _NOTHING


def two_cases(case_id: UUID, number: str, scope: Scope) -> tuple[Case, Case, ProcedureDeclaration, Ties]:
    """Return a case and another by its number, both locked, in an order that no two acts take otherwise.

    Raises:
        NotFound: if there is no such case for the reader; which of the two is not said.
    """
    found = Case.objects.filter(number=number.strip().upper()[:60]).values_list("pk", flat=True).first()
    if found is None:
        own_case(case_id, scope)
        raise NotFound("no_case", "there is no such case")
    rows = {one: own_case(one, scope) for one in sorted({case_id, found})}
    case, definition, ties = rows[case_id]
    return case, rows[found][0], definition, ties


def allowed(by: Actor, scope: Scope, roles: Collection[str], *cases: Case) -> Actor:
    """Return an actor as the ledger tells it, in the office by which they may tie these cases.

    Raises:
        Refused: if they may not, in any of them.
    """
    as_said = by
    for case in reversed(cases):
        found = permit(scope, roles, facts_of(case), actor_id=by.actor_id)
        if isinstance(found, Refused):
            raise found
        as_said = found.of(by)
    return as_said


def why(reason: str, now: datetime) -> str:
    """Return a reason as it is kept.

    Raises:
        Invalid: if there is none, or it does not fit.
    """
    return typed("reason", reason, _LONGEST_REASON, day_of(now))


def check_version(case: Case, expected: int) -> None:
    """Refuse an act on what somebody else has moved meanwhile.

    Raises:
        Conflict: ``stale``; ``version`` is the present one.
    """
    if expected != case.version:
        raise Conflict("stale", "somebody else moved this case meanwhile; load it again", version=case.version)


def made_before(case: Case, by: Actor, key: IdempotencyKey) -> Tie | None:
    """Return what the same key has tied before."""
    return Tie.objects.filter(case=case, made_by=by.actor_id, key=key).first() if key else None


def tie(
    kind: Tie.Kind,
    case: Case,
    lead: Case | None,
    said: Tying,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    by_rule: bool = False,
    before: dict[str, Json] | None = None,
    undo_until: date | None = None,
) -> Tie:
    """Write a tie with its entries, and tell the party of the case that is tied."""
    row = Tie(id=uuid.uuid4(), kind=kind, case=case, lead=lead, reason=reason, by_rule=by_rule, key=key)
    row.before, row.undo_until, row.made_by, row.made_at = before or {}, undo_until, by.actor_id, now
    body: dict[str, Json] = {"tie": kind.value, "reason": sealed_for(case, reason) if reason else "", "rule": by_rule}
    basis = cited(said.basis)
    row.entry = record(case, TIED, body, other=lead, basis=basis, by=by, now=now)
    if lead is not None:
        row.lead_entry = record(lead, TAKEN, {"tie": kind.value}, other=case, basis=basis, by=by, now=now)
    row.save(force_insert=True)
    if said.notice:
        definition = declared.pinned(case.declaration_hash)
        tell(case, definition, said.notice, reason, key=f"tie:{row.pk}", now=now)
    return row


def untie(row: Tie, said: Tying, reason: str, *, by: Actor, now: datetime) -> None:
    """End a tie, with an entry on both cases."""
    row.end_reason, row.ended_by, row.ended_at = reason, by.actor_id, now
    body: dict[str, Json] = {"tie": row.kind, "reason": sealed_for(row.case, reason), "tied": row.entry}
    basis = cited(said.basis)
    row.end_entry = record(row.case, ENDED, body, other=row.lead, basis=basis, by=by, now=now)
    if row.lead is not None:
        record(row.lead, ENDED, {"tie": row.kind}, other=row.case, basis=basis, by=by, now=now)
    row.save(update_fields=["end_reason", "ended_by", "ended_at", "end_entry"])


def record(
    case: Case, kind: str, body: dict[str, Json], *, other: Case | None, basis: str, by: Actor, now: datetime
) -> str:
    """Write an entry on a case. Which other it belongs to is sealed: a party shows its own entries to whom it likes."""
    told = {"other": sealed_for(case, other.number)} if other is not None and case.erased_at is None else {}
    return ledger.record(
        subject=case.key_subject,
        kind=kind,
        by=by,
        now=now,
        body={"number": case.number, **told, **body},
        basis=basis,
        release=policy.active_hash(),
    ).leaf
