"""By which edition of its procedure a case ran when: what happened is read by the rules of its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from amur.procedures import declared

if TYPE_CHECKING:
    from amur.procedures.declarations import ProcedureDeclaration
    from amur.procedures.models import Case, ClockRun


@dataclass(frozen=True, slots=True)
class Past:
    """An edition by which a case ran: up to which of its versions, until when, and what it was pinned to."""

    until: int
    at: datetime
    declaration: str
    closure: str = ""

    def kept(self) -> dict[str, str | int]:
        """Return it as a case keeps it."""
        return {
            "until": self.until,
            "at": self.at.isoformat(),
            "declaration": self.declaration,
            "closure": self.closure,
        }


def past_of(case: Case) -> tuple[Past, ...]:
    """Return the editions by which a case ran before, the earliest first; of most cases there are none."""
    return tuple(
        Past(int(one["until"]), datetime.fromisoformat(one["at"]), one["declaration"], one["closure"])
        for one in case.editions
    )


def hashes_of(case: Case) -> tuple[str, ...]:
    """Return the hashes of all editions by which a case ran, each once, the one of now last."""
    hashes = {str(one["declaration"]): None for one in case.editions}
    hashes.pop(case.declaration_hash, None)
    return (*hashes, case.declaration_hash)


def edition_at(case: Case, version: int) -> ProcedureDeclaration:
    """Return the edition by which an event happened that led to this version."""
    for past in past_of(case) if case.editions else ():
        if version <= past.until:
            return declared.pinned(past.declaration)
    return declared.pinned(case.declaration_hash)


def edition_of_run(case: Case, run: ClockRun, now: ProcedureDeclaration) -> ProcedureDeclaration:
    """Return the edition by which a run of a clock is read: the one under which it ended, ``now`` where it is open."""
    if run.ended_at is not None and case.editions:
        for past in past_of(case):
            if run.ended_at <= past.at and any(
                clock.id == run.clock for clock in declared.pinned(past.declaration).clocks
            ):
                return declared.pinned(past.declaration)
    return now
