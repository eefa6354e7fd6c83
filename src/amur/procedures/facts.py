"""What the rules need to know of a case, as plain values from its rows."""

from __future__ import annotations

from datetime import date, datetime

from amur.people.reads import day_of
from amur.procedures.declarations import Transition
from amur.procedures.engine import CaseFacts, ClockStatus, Position
from amur.procedures.models import Case, CaseEvent, ClockRun


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
    )


def parties_of(case: Case) -> frozenset[str]:
    """Return under which names somebody is the party: by the code of the case, or for the enterprise."""
    return frozenset({party_by_code(case)} | ({case.enterprise_id} - {""}))


def party_by_code(case: Case) -> str:
    """Return the party name of whoever holds the query code of a case."""
    return f"case:{case.id}"


def _day(instant: datetime | None) -> date | None:
    return day_of(instant) if instant else None


def position_of(case: Case) -> Position:
    """Return where a case stands, as the rules take it."""
    runs = ClockRun.objects.filter(case=case, ended_on=None).values_list("clock", "paused_on")
    clocks: dict[str, ClockStatus] = {clock: "waiting" if paused else "running" for clock, paused in runs}
    return Position(case.state, case.version, clocks)


def history_of(case: Case, *transitions: Transition) -> dict[str, frozenset[str]]:
    """Return who fired the events that bind whoever fires these transitions."""
    names = {name for transition in transitions for name in transition.not_by_actor_of}
    if not names:
        return {}
    found: dict[str, set[str]] = {}
    for name, actor in CaseEvent.objects.filter(case=case, event__in=names).values_list("event", "actor_id"):
        found.setdefault(name, set()).add(actor)
    return {name: frozenset(actors) for name, actors in found.items()}
