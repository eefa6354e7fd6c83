"""Where the cases of one thing stand, for its party and for the office, and when all of it is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.procedures import declared, moments
from amur.procedures.declarations import State
from amur.procedures.facts import case_of
from amur.procedures.models import Case, Decision
from amur.procedures.onething.engine import OVER, Standing, latest
from amur.procedures.onething.standing import whole_of
from amur.procedures.seeing import may_see


@dataclass(frozen=True, slots=True)
class Part:
    """One case of one thing: its procedure, where it stands, and the reason if it was refused."""

    title: Text
    standing: Standing
    after: tuple[Text, ...]
    case: Case | None = None
    state: State | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """All cases of one thing, how many of them are over, and when the last is due as far as that is known."""

    parts: tuple[Part, ...]
    over: int
    due_on: date | None

    @property
    def refused(self) -> tuple[Part, ...]:
        """Return those that were refused."""
        return tuple(part for part in self.parts if part.standing == "refused")


def one_thing_of(scope: Scope, case_id: UUID, on: date) -> Together | None:
    """Return where the cases of one thing stand that the reader may see; None for a case that is none."""
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    rule = definition.one_thing if definition else None
    if case is None or definition is None or rule is None or not may_see(scope, case, definition):
        return None
    whole = whole_of(case, rule, moments.of_case(case, definition, on))
    title: Callable[[str], Text] = lambda name: declared.active(name)[1].title  # noqa: E731 -- it is asked in two places below
    parts = []
    for child in rule.children:
        found = whole.cases.get(child.procedure_id)
        own = declared.pinned(found.declaration_hash) if found else None
        parts.append(
            Part(
                title=own.title if own else title(child.procedure_id),
                standing=whole.standings[child.procedure_id],
                after=tuple(title(name) for name in child.after),
                case=found,
                state=own.state(found.state) if own and found else None,
                decision=whole.decided.get(child.procedure_id),
            )
        )
    due = latest(part.case.due_on for part in parts if part.case and part.case.closed_at is None)
    return Together(tuple(parts), sum(part.standing in OVER for part in parts), due)
