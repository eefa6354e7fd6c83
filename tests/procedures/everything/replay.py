"""The course of a case, walked anew: from its first state by its events alone, with the declarations of each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from amur.procedures import declared, engine
from amur.procedures.correcting.engine import CORRECTED, VOIDED
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import Position
from amur.procedures.migrating.engine import BROUGHT_BACK, MIGRATED
from amur.procedures.migrating.models import CaseMigration
from amur.procedures.models import Case, CaseEvent
from amur.procedures.standing import chart_of
from amur.procedures.statechart import start
from amur.procedures.ties.engine import UNMERGED

STILL = frozenset({engine.EXTENDED, CORRECTED})
"""Events that move nothing."""
BESIDE = frozenset({engine.SUBMITTED, engine.OPENED, VOIDED, MIGRATED, BROUGHT_BACK, UNMERGED}) | STILL
"""Events that are no arrows of the procedure."""


class Course:
    """Where a case stood after each of its events. It is walked on, and not from the start each time."""

    def __init__(self, case: Case) -> None:
        before = (
            CaseMigration.objects.filter(case=case).order_by("version").values_list("declaration_before", flat=True)
        )
        definition = declared.pinned(before.first() or case.declaration_hash)
        self.case, self.definition = case, definition
        begun = engine.begun_with(definition, case_begins(case, definition))
        self.stood: dict[int, Position] = {1: begun.position}
        self.merged_at = 0

    def walk(self, events: Sequence[CaseEvent]) -> Position:
        """Walk to the last of the events, and say where the case stands then."""
        for event in events[len(self.stood) :]:
            before = self.stood[event.version - 1]
            self.stood[event.version] = replace(self._after(before, event), version=event.version, clocks={})
            assert self.stood[event.version].state == event.target, f"{event.event} led elsewhere"
        return self.stood[events[-1].version]

    def _after(self, before: Position, event: CaseEvent) -> Position:
        if event.event in STILL:
            return before
        if event.event == VOIDED:
            return self._voided(before, int(event.configuration["voids"]))
        if event.event in {MIGRATED, BROUGHT_BACK}:
            return self._moved(before, event)
        if event.event == UNMERGED:
            return self.stood[self.merged_at - 1]
        if event.event == "merged_into":
            self.merged_at = event.version
        return engine.reviewed(self.definition, before, event.event).position

    def _voided(self, now: Position, version: int) -> Position:
        voided = CaseEvent.objects.get(case=self.case, version=version)
        rule = self.definition.correction
        said = rule.of(voided.event) if rule else None
        if said and said.to:
            active = start(chart_of(self.definition, said.to)).configuration.active
            return Position(said.to, active=active if now.active else (), history=now.history)
        return replace(self.stood[version - 1], history=now.history)

    def _moved(self, before: Position, event: CaseEvent) -> Position:
        if event.event == BROUGHT_BACK:
            row = CaseMigration.objects.get(case=self.case, undone_version=event.version)
            self.definition = declared.pinned(row.declaration_before)
            return self.stood[row.version - 1]
        row = CaseMigration.objects.get(case=self.case, version=event.version)
        old, self.definition = self.definition, declared.pinned(row.declaration_after)
        new = {one.id for one in self.definition.every_state}
        gone = sorted({one.id for one in old.every_state} - new)
        names = dict(zip(gone, sorted(new - {one.id for one in old.every_state}), strict=True))
        return _called(before, names)


def case_begins(case: Case, definition: ProcedureDeclaration) -> str:
    """Return the state in which a case begins by what its form says, where that is not the usual one."""
    rule = definition.commitment
    return rule.begins or "" if rule and case.data.get(rule.choice) is True else ""


def _called(position: Position, names: Mapping[str, str]) -> Position:
    history = {name: tuple(names.get(one, one) for one in held) for name, held in position.history.items()}
    active = tuple(names.get(one, one) for one in position.active)
    return replace(position, state=names.get(position.state, position.state), active=active, history=history)
