"""Cases that are not closed, counted by procedure and state: what a change of the pack would touch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from amur.base.acting import Scope
from amur.procedures import declared
from amur.procedures.models import Case
from amur.procedures.seeing import worked_on_by

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Running:
    """The running cases of a procedure in one state; ``numbers`` names the first of them."""

    procedure: str
    state: str
    count: int
    numbers: tuple[str, ...]


def running(scope: Scope, procedures: Collection[str]) -> tuple[Running, ...]:
    """Return the running cases of some procedures that a reader works on, by procedure and state."""
    reached = Case.objects.filter(worked_on_by(scope, declared.everything().procedures))
    rows = reached.filter(closed_at=None, procedure__in=procedures).order_by("procedure", "state", "number")
    numbers: dict[tuple[str, str], list[str]] = {}
    for procedure, state, number in rows.values_list("procedure", "state", "number").iterator():
        numbers.setdefault((procedure, state), []).append(number)
    return tuple(
        Running(procedure, state, len(found), tuple(found[:_MOST_NAMED]))
        for (procedure, state), found in numbers.items()
    )
