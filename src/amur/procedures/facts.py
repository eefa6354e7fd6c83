"""What the rules need to know of a case, as plain values from its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, UUIDField

from amur.base.canonical import Json
from amur.base.once import once
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.procedures import declared, engine
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.engine import CaseFacts, ClockChange, ClockStatus, Position
from amur.procedures.models import Case, CaseEvent, ClockRun
from amur.procedures.signing.models import TAKES, SignOff, SignOffLine
from amur.procedures.standing import around

_BY_ID = prepared(lambda key: Case.objects.filter(pk=key), UUIDField())
_BY_NUMBER = prepared(lambda number: Case.objects.filter(number=number)[:1], CharField())
_OPEN_CLOCKS = prepared(
    lambda case: ClockRun.objects.filter(case_id=case, ended_on=None).values_list("clock", "paused_on"), UUIDField()
)
_ACTORS = prepared(
    lambda case, events: CaseEvent.objects.filter(case_id=case, event__in=events).values_list("event", "actor_id"),
    UUIDField(),
    CharField(),
)


def case_of(case_id: UUID) -> Case | None:
    """Return a case by its id, for reads: the panels of one page are about one and the same row."""
    return once(("case", case_id), lambda: _BY_ID.first(case_id))


def case_numbered(number: str) -> Case | None:
    """Return a case by its number, for reads."""
    found = _BY_NUMBER.first(number)
    return None if found is None else once(("case", found.pk), lambda: found)


def facts_of(case: Case) -> CaseFacts:
    """Return the facts of a case."""
    return CaseFacts(
        id=str(case.id),
        number=case.number,
        region=case.region,
        body_id=case.body_id,
        account_id=case.account_id,
        parties=parties_of(case),
        dates={
            "submitted_on": _day(case.submitted_at),
            "accepted_on": _day(case.accepted_at),
            "decided_on": _day(case.decided_at),
        },
        procedure=case.procedure,
        recused=frozenset(case.recused),
    )


def parties_of(case: Case) -> frozenset[str]:
    """Return under which names somebody is the party: by the code of the case, or for the enterprise."""
    return frozenset({party_by_code(case)} | ({case.enterprise_id} - {""}))


def party_by_code(case: Case) -> str:
    """Return the party name of whoever holds the query code of a case."""
    return f"case:{case.id}"


def _day(instant: datetime | None) -> date | None:
    return day_of(instant) if instant else None


def position_of(case: Case, definition: ProcedureDeclaration) -> Position:
    """Return where a case stands, as the rules take it."""
    clocks: dict[str, ClockStatus] = {}
    if definition.clocks:
        clocks = {clock: "waiting" if paused else "running" for clock, paused in _OPEN_CLOCKS(case.pk)}
    history = {name: tuple(states) for name, states in case.configuration.get("history", {}).items()}
    return Position(case.state, case.version, clocks, tuple(case.configuration.get("active", ())), history)


def active_in(case: Case) -> tuple[str, ...]:
    """Return the innermost active states of a case."""
    return tuple(case.configuration.get("active", ())) or (case.state,)


def kept(position: Position) -> dict[str, Json]:
    """Return what a case keeps of where it stands beside its state: nothing in a flat procedure."""
    if not position.active:
        return {}
    history: dict[str, Json] = {name: list(states) for name, states in position.history.items()}
    return {"active": list(position.active), "history": history}


def told(definition: ProcedureDeclaration, position: Position, entered: tuple[str, ...]) -> dict[str, Json]:
    """Return what an event keeps of the states that it entered: nothing in a flat procedure."""
    if not position.active and entered == (position.state,):
        return {}
    return {"entered": list(entered), "active": list(around(definition, position.innermost))}


def clock_changes(
    definition: ProcedureDeclaration, open_clocks: Mapping[str, ClockStatus], event: CaseEvent
) -> tuple[ClockChange, ...]:
    """Return what an event that happened did to clocks."""
    active = tuple(event.configuration.get("active", ()))
    changes = engine.clock_changes(definition, open_clocks, *entered_by(event), active=active)
    rule = definition.may_be_missing
    if rule and not ClockRun.objects.filter(case_id=event.case_id, clock=rule.clock).exists():
        # Nothing was missing, so that nothing was waited for.
        return tuple(one for one in changes if one.clock != rule.clock)
    return changes


def entered_by(event: CaseEvent) -> tuple[str, ...]:
    """Return the states that an event entered."""
    return tuple(event.configuration.get("entered", ())) or (event.target,)


def history_of(case: Case, *transitions: Transition) -> dict[str, frozenset[str]]:
    """Return who fired the events that bind whoever fires these transitions."""
    return actors_of(case, {name for transition in transitions for name in transition.not_by_actor_of})


def actors_of(case: Case, events: Collection[str]) -> dict[str, frozenset[str]]:
    """Return who fired events of a case; what a chain decided was done by all who drafted, signed or voted."""
    if not events:
        return {}
    found: dict[str, set[str]] = {}
    for name, actor in _ACTORS(case.pk, sorted(events)):
        found.setdefault(name, set()).add(actor)
    if found and declared.pinned(case.declaration_hash).sign_offs:
        decided = SignOffLine.objects.filter(case=case, sign_off__ended=SignOff.Ended.DECIDED, verb__in=TAKES)
        for name, actor in decided.filter(sign_off__event__in=found).values_list("sign_off__event", "actor_id"):
            found[name].add(actor)
    return {name: frozenset(actors) for name, actors in found.items()}
