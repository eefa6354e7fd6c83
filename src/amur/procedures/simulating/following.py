"""What an event of a simulated case brings about: opinions are asked, other cases begin, all of it is over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

from amur.base.faults import Refused
from amur.procedures.declarations import APPLICANT, CASES
from amur.procedures.engine import ClockChange
from amur.procedures.onething.engine import Opened, Standing, result, standings, to_open
from amur.procedures.simulating.asking import Round, answers, closed_with
from amur.procedures.simulating.desks import Case, Move
from amur.procedures.simulating.hours import MINUTES_A_DAY
from amur.procedures.simulating.kept import Run
from amur.procedures.simulating.plans import Plan, Route
from amur.procedures.simulating.timing import Timing


class Stage(Protocol):
    """What a play lets happen."""

    def push(self, time: float, happens: Callable[[float], None]) -> None:
        """Let something happen at a time."""

    def arrives(self, route: Route, name: str, time: float, part_of: Case | None = None) -> Case:
        """Let a case begin."""

    def fire(self, case: Case, event: str, role: str, time: float, *, keep: bool = False) -> None:
        """Let an event happen to a case."""

    def wake(self, case: Case, time: float) -> None:
        """Look again at what a case waited for."""


class Following:
    """Lets happen what follows from events, in their order."""

    def __init__(self, plan: Plan, kept: Run, timing: Timing, stage: Stage) -> None:
        self._kept, self._timing, self._stage = kept, timing, stage
        self._routes = {route.definition.id: route for route in plan.routes}

    def follow(self, case: Case, move: Move, changes: tuple[ClockChange, ...], time: float) -> None:
        """Let opinions be asked, cases be opened, and what is missing be brought later."""
        for place, effect in enumerate(move.effects):
            if effect.do == "ask_opinions":
                self._ask(case, effect.round, time)
            elif effect.do == "open_case" and effect.procedure_id in self._routes:
                name = f"{case.route.definition.id}/{case.name}/{case.position.version}/{place}"
                self._stage.arrives(self._routes[effect.procedure_id], name, time)
        rule = case.route.definition.may_be_missing
        if rule is None or not case.missing or ClockChange(rule.clock, "start") not in changes:
            return
        self._stage.push(time + case.route.brings(case.chance) * MINUTES_A_DAY, partial(self._brings, case, rule.bring))
        if rule.late == "continue":
            self._stage.push(self._timing.end_of(case, rule.clock), partial(self._goes_on_without, case))

    def expects(self, case: Case) -> bool:
        """Say whether something will still happen to a case about which nobody does anything."""
        rule = case.route.definition.may_be_missing
        brings = case.missing and rule is not None and rule.clock in case.clocks
        whole = not case.route.together.isdisjoint(case.since)
        return whole or brings or case.lapses or any(not one.closed for one in case.rounds.values())

    def tell(self, case: Case, move: Move, time: float) -> None:
        """Let happen what an event means for the one thing that a case is, or to which it belongs."""
        rule = case.route.definition.one_thing
        if rule is not None and move.event == rule.opens:
            self._go_on(case, time)
        elif rule is not None and move.event == rule.withdraws:
            withdraw = {child.procedure_id: child.withdraw for child in rule.children}
            for name, part in case.parts.items():
                self._try(part, withdraw[name], APPLICANT, time)
        if case.part_of is not None and (move.outcome != "none" or case.is_closed) and not case.part_of.over:
            self._go_on(case.part_of, time)

    def _go_on(self, whole: Case, time: float) -> None:
        """Open the cases of a one thing whose turn it is, or let all of it be over."""
        rule = whole.route.definition.one_thing
        if rule is None:
            return
        for child in to_open(rule, self._standings(whole)):
            name = child.procedure_id
            if name not in whole.parts:
                part = f"{whole.route.definition.id}/{whole.name}"
                whole.parts[name] = self._stage.arrives(self._routes[name], part, time, whole)
        event = result(rule, self._standings(whole).values())
        if event and not whole.over:
            self._try(whole, event, CASES, time)

    def _standings(self, whole: Case) -> dict[str, Standing]:
        rule = whole.route.definition.one_thing
        opened = {name: Opened(part.outcome, part.is_closed) for name, part in whole.parts.items()}
        return standings(rule, opened, ()) if rule else {}

    def _try(self, case: Case, event: str, role: str, time: float) -> None:
        """Let an event happen where it means something; a case that is over is left alone."""
        if not case.over:
            with suppress(Refused):
                self._stage.fire(case, event, role, time)

    def _ask(self, case: Case, name: str, time: float) -> None:
        asking = case.route.rounds[name]
        given = [None if days is None else time + days * MINUTES_A_DAY for days in answers(asking, case.chance)]
        asked = closed_with(asking.declared, given, self._timing.deadline(asking.declared, time))
        case.rounds[name] = asked
        self._stage.push(asked.closes, partial(self._closes, case, name, asked, time))

    def _closes(self, case: Case, name: str, asked: Round, since: float, time: float) -> None:
        """Close a round; what came of it counts, and the case goes on, unless it is over."""
        asked.closed = True
        if case.over:
            return
        if case.counted:
            kept = self._kept.rounds[case.route.definition.id, name]
            kept.days.append((time - since) / MINUTES_A_DAY)
            kept.asked += asked.asked
            kept.silent += asked.asked - asked.answered
            kept.too_few += not asked.enough
        self._stage.wake(case, time)

    def _brings(self, case: Case, event: str, time: float) -> None:
        """Let the party bring what is missing, where its time is not over and the case still asks for it."""
        if case.over or not case.missing or case.route.definition.transition(event, case.position.state) is None:
            return
        case.missing = False
        self._stage.fire(case, event, APPLICANT, time, keep=True)
        self._stage.wake(case, time)

    def _goes_on_without(self, case: Case, time: float) -> None:
        case.missing = False
        self._stage.wake(case, time)
