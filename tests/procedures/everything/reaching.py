"""Whether a case can still come to an end: a search over its chart, by the arrows that somebody or a clock can let happen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cache

from amur.base.faults import Refused
from amur.procedures import declared, engine
from amur.procedures.declarations import APPLICANT, CASES, MACHINE, ProcedureDeclaration
from amur.procedures.engine import Position
from amur.procedures.facts import position_of
from amur.procedures.models import Case
from tests.procedures.everything.people import CAST

_ROLES = {one.role for one in CAST}
Stands = tuple[str, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]


def comes_to_an_end(case: Case, definition: ProcedureDeclaration) -> bool:
    """Say whether some way leads from where a case stands to an end."""
    position = position_of(case, definition)
    return _ends(case.declaration_hash, _stands(position))


def _stands(position: Position) -> Stands:
    return position.state, position.active, tuple(sorted((name, tuple(of)) for name, of in position.history.items()))


@cache
def _ends(declaration_hash: str, begins: Stands) -> bool:
    definition = declared.pinned(declaration_hash)
    seen, waiting = {begins}, deque([begins])
    while waiting:
        state, active, history = waiting.popleft()
        if definition.state(state).final:
            return True
        for found in _next(definition, Position(state, 1, {}, active, dict(history))):
            stands = _stands(found)
            if stands not in seen:
                seen.add(stands)
                waiting.append(stands)
    return False


def _next(definition: ProcedureDeclaration, position: Position) -> Iterator[Position]:
    """Yield where a case may stand next."""
    for event in sorted({one.event for one in definition.transitions if _happens(one.by)}):
        try:
            yield engine.step(definition, position, event).position
        except Refused:
            continue


def _happens(by: str) -> bool:
    """Say whether somebody, or a clock, lets such an arrow happen; a review and a tie may never come."""
    return by in _ROLES | {APPLICANT, CASES, MACHINE}
