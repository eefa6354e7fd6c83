"""What a migration makes of a case, told in a line of a table or as JSON: names of fields, and never an answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from amur.procedures.migrating.engine import Obstacle, Staying
from amur.procedures.migrating.planning import Plan
from amur.procedures.models import Case

Becomes = Literal["moves", "stays", "refused"]


@dataclass(frozen=True, slots=True)
class ClockLine:
    """What becomes of an open clock, or one that begins: its name and last day before and after."""

    before: str
    after: str
    due_before: date | None
    due_after: date | None


@dataclass(frozen=True, slots=True)
class Report:
    """What becomes of a case; ``why`` are the obstacles where it is refused, or why it stays."""

    number: str
    becomes: Becomes
    edition: str
    state: str
    to: str = ""
    active: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    clocks: tuple[ClockLine, ...] = ()
    why: tuple[Obstacle, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        told = asdict(self)
        for clock in told["clocks"]:
            for name in ("due_before", "due_after"):
                clock[name] = clock[name].isoformat() if clock[name] else None
        return told | {"renamed": dict(self.renamed)}


def report_of(case: Case, plan: Plan | Staying | tuple[Obstacle, ...]) -> Report:
    """Return what a plan says of a case, before it is carried out."""
    if isinstance(plan, Staying):
        why = (Obstacle("stays", case.state, plan.why.en),)
        return Report(case.number, "stays", case.declaration_hash, case.state, why=why)
    if isinstance(plan, tuple):
        return Report(case.number, "refused", case.declaration_hash, case.state, why=plan)
    lines = [
        ClockLine(one.before, "" if one.ends else one.row.clock, one.due_before, None if one.ends else one.row.due_on)
        for one in plan.clocks
    ]
    lines += [ClockLine("", clock.id, None, None) for clock in plan.begun]
    return Report(
        case.number,
        "moves",
        case.declaration_hash,
        case.state,
        plan.position.state,
        plan.position.innermost,
        tuple(sorted(plan.answers.renamed.items())),
        tuple(sorted(plan.answers.dropped)),
        tuple(sorted(plan.answers.computed)),
        tuple(lines),
    )
