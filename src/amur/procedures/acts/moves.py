"""One event under way, and what is kept of it: the entry that proves it, the event, the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.declared import Basis, cited
from amur.ledger import acts as ledger
from amur.ledger import rows
from amur.ledger.kept import sealed_for, sealed_values
from amur.policy import reads as policy
from amur.procedures import engine
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import told
from amur.procedures.lapses import Lapse
from amur.procedures.models import Case, CaseEvent, Decision
from amur.procedures.supplements.moving import Supplementing


@dataclass(slots=True)
class Move:
    """One event under way. ``role`` and ``signed`` say whose the last signature is, where a chain decided it."""

    case: Case
    definition: ProcedureDeclaration
    stepped: engine.Stepped
    source: str
    by: Actor
    now: datetime
    reason: str
    key: IdempotencyKey
    given: dict[str, Json] = field(default_factory=dict)
    values: list[Json] = field(default_factory=list)
    lapse: Lapse | None = None
    supplement: Supplementing = field(default_factory=Supplementing)
    role: str = ""
    signed: Mapping[str, Json] | None = None


def keep(move: Move) -> None:
    """Record an event that has moved its case, and keep it; if it is a decision, that too."""
    entry_hash = _record(move)
    _note(move, entry_hash)
    if move.stepped.transition.outcome != "none":
        _note_decision(move, entry_hash)


def _record(move: Move) -> str:
    transition = move.stepped.transition
    entry = ledger.record(
        subject=move.case.key_subject,
        kind=f"case.{transition.event}",
        by=move.by,
        now=move.now,
        body={
            "number": move.case.number,
            "event": transition.event,
            "from": move.source,
            "to": move.case.state,
            "version": move.case.version,
            "outcome": transition.outcome,
            "reason": sealed_for(move.case, move.reason) if move.reason else "",
            "given": sealed_values(move.case, move.given, move.case.key_parts),
            "declaration": move.case.declaration_hash,
            **({"values": move.values} if move.values else {}),
            **({"lapse": move.lapse.said()} if move.lapse else {}),
            **move.supplement.told(move.case),
            **({"signed": dict(move.signed)} if move.signed else {}),
        },
        basis=cited(transition.basis),
        release=policy.active_hash(),
    )
    return entry.leaf


def _note(move: Move, entry_hash: str) -> None:
    """Keep the event."""
    stepped = move.stepped
    event = rows.made(
        CaseEvent,
        case=move.case,
        version=move.case.version,
        event=stepped.transition.event,
        source=move.source,
        target=move.case.state,
        configuration=told(move.definition, stepped.position, stepped.entered),
        actor_id=move.by.actor_id,
        role=move.role or stepped.transition.by,
        reason=move.reason,
        given=move.given,
        happened_at=move.now,
        key=move.key,
        entry_hash=entry_hash,
    )
    rows.store(event)


def _note_decision(move: Move, entry_hash: str) -> None:
    """Keep the decision that an event is."""
    transition = move.stepped.transition
    decision = rows.made(
        Decision,
        case=move.case,
        outcome=transition.outcome,
        reason=move.reason,
        basis=_told(transition.basis),
        values_used=move.values,
        by=move.by.actor_id,
        decided_at=move.now,
        entry_hash=entry_hash,
    )
    rows.store(decision)


@lru_cache(maxsize=1024)
def _told(basis: tuple[Basis, ...]) -> list[Json]:
    """Return legal bases as a decision keeps them."""
    return [one.model_dump(mode="json") for one in basis]
