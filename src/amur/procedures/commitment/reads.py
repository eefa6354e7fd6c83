"""What was promised in a case and whether it held, for its party and for the office; what stands against a promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.declared import Basis, Text
from amur.base.fields import FieldDeclaration
from amur.ledger import reads as ledger
from amur.procedures import declared
from amur.procedures.commitment.declarations import Commitment
from amur.procedures.commitment.engine import Fate, fate, is_promised
from amur.procedures.commitment.keeping import PROMISED, bar_of
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import case_of
from amur.procedures.models import CaseEvent, ClockRun
from amur.procedures.seeing import may_see


@dataclass(frozen=True, slots=True)
class Promise:
    """What a party promised: in place of what, whether it held so far, by when that is verified, and the proof."""

    rule: Commitment
    instead_of: tuple[FieldDeclaration, ...]
    fate: Fate
    verify_by: date | None
    entry_hash: str

    @property
    def basis(self) -> tuple[Basis, ...]:
        """Return the basis on which it was promised."""
        return self.rule.basis


def promise_of(scope: Scope, case_id: UUID) -> Promise | None:
    """Return what was promised in a case that the reader may see; None where nothing was."""
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    rule = definition.commitment if definition else None
    if case is None or definition is None or rule is None or not may_see(scope, case, definition):
        return None
    if not is_promised(rule, case.data):
        return None
    events = CaseEvent.objects.filter(case=case).order_by("version").values_list("event", flat=True)
    due = ClockRun.objects.filter(case=case, clock=rule.verification.clock, ended_on=None)
    return Promise(
        rule=rule,
        instead_of=tuple(field for field in definition.fields if field.id in rule.instead_of),
        fate=fate(rule, events),
        verify_by=due.values_list("due_on", flat=True).first(),
        entry_hash=next((one.leaf for one in ledger.entries_of(scope, case.key_subject) if one.kind == PROMISED), ""),
    )


def why_not_promise(scope: Scope, definition: ProcedureDeclaration, form: Mapping[str, Json], on: date) -> Text | None:
    """Return why whoever fills in a form may not promise, in the words of the pack, or None."""
    del scope  # what stands against a promise is told to whoever makes it, and names nothing of a record
    bar = bar_of(definition, form, on)
    return bar.otherwise if bar else None
