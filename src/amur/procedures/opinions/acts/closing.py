"""Closing a round: when all have answered, or when its time is over; once, whoever comes first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, system
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.ledger import acts as ledger
from amur.policy import reads as policy
from amur.procedures import declared, runs
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.lapses import end_of
from amur.procedures.models import Case
from amur.procedures.opinions.acts.asking import set_due, watch
from amur.procedures.opinions.counting import declared_round, tally_of
from amur.procedures.opinions.models import AskedRound
from amur.procedures.transactions import act

CLOSED = "case.opinions_closed"
"""The kind of the entry that a round was closed."""


def close_due(round_id: UUID, *, by: Actor, now: datetime) -> AskedRound | None:
    """Close a round whose time is over; return it if this closed it.

    A time that the calendar of today counts otherwise is watched anew. One that is provisional ends for nobody.
    """
    with act():
        row = locked(round_id)
        if row is None or row.closed_at is not None:
            return None
        definition = declared.pinned(row.case.declaration_hash)
        if set_due(row, declared_round(definition, row.round)):
            row.save(update_fields=["due_on", "provisional"])
        if is_over(row, now):
            close(row, definition, by=by, now=now)
            return row
        watch(row, now)
        return None


def look_at_round(payload: Mapping[str, Json], now: datetime) -> None:
    """Close a round if its time is over; what happened meanwhile decides."""
    close_due(UUID(str(payload["round"])), by=system("opinions"), now=now)


def locked(round_id: UUID) -> AskedRound | None:
    """Return a round with its case, both locked, the case first as every act on a case does; None if there is none."""
    case_id = AskedRound.objects.filter(pk=round_id).values_list("case_id", flat=True).first()
    if case_id is None:
        return None
    case = Case.objects.select_for_update().get(pk=case_id)
    row = AskedRound.objects.select_for_update().get(pk=round_id)
    row.case = case
    return row


def is_over(row: AskedRound, now: datetime) -> bool:
    """Say whether the last day to answer is over, as far as that can be known."""
    return not row.provisional and now >= end_of(row.due_on, None, runs.zone())


def close(row: AskedRound, definition: ProcedureDeclaration, *, by: Actor, now: datetime) -> None:
    """Close an open round, in the caller's transaction, and write down what it came to."""
    found = declared_round(definition, row.round)
    row.closed_at, row.closed_version = now, row.case.version
    row.save(update_fields=["closed_at", "closed_version"])
    counted = tally_of(row, definition)
    body: dict[str, Json] = {
        "number": row.case.number,
        "round": row.round,
        "turn": row.turn,
        "asked": counted.asked,
        "answered": counted.answered,
        "silent": counted.silent,
        "silence": found.silence,
        "quorum_met": counted.quorum_met,
    }
    basis = cited(found.silence_basis) if counted.deemed else ""
    ledger.record(
        subject=row.case.key_subject,
        kind=CLOSED,
        by=by,
        now=now,
        body=body,
        basis=basis or cited(found.basis),
        release=policy.active_hash(),
    )
