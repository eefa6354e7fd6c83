"""Cases under way, and the desks at which they wait for somebody who may work on them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from random import Random

from amur.procedures import engine
from amur.procedures.clocks import Clock
from amur.procedures.simulating.kept import Kept
from amur.procedures.simulating.plans import Exit, Office, Route


@dataclass(slots=True)
class ClockRun:
    """A run of a clock, with the times in which it waited."""

    clock: Clock
    started: date
    waits: list[tuple[date, date | None]] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """A case: where it stands, what it draws chance from, and what comes next."""

    route: Route
    number: int
    chance: Random
    arrived: float
    position: engine.Position
    counted: bool
    clocks: dict[str, ClockRun] = field(default_factory=dict)
    history: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    late: bool = False
    over: bool = False
    entered: float = 0.0
    way: Exit | None = None
    work: float = 0.0
    queued: float = 0.0


class Desk:
    """The people of a role and the cases that wait for them, in the order in which they came."""

    def __init__(self, office: Office, kept: Kept, counted_from: float) -> None:
        self.office, self.kept = office, kept
        self.free = list(range(office.people))
        self.queue: deque[Case] = deque()
        self._since = self._last = office.time.at(counted_from)

    def pass_to(self, work: float) -> None:
        """Add up who waited and who worked since the last change."""
        if work > self._last:
            passed = work - self._last
            self.kept.waiting_area += passed * len(self.queue)
            self.kept.busy_area += passed * (self.office.people - len(self.free))
            self._last = work

    def person_for(self, case: Case) -> int | None:
        """Return a free person who may do what comes next, None where there is none."""
        barred = self._barred(case)
        for person in self.free:
            if person not in barred:
                return person
        return None

    def next_for(self, person: int) -> Case | None:
        """Take the first case out of the queue that a person may work on."""
        for place, case in enumerate(self.queue):
            if person not in self._barred(case):
                del self.queue[place]
                return case
        return None

    def _barred(self, case: Case) -> set[int]:
        if case.way is None or not case.way.not_by:
            return set()
        return {
            person
            for event in case.way.not_by
            for role, person in case.history.get(event, ())
            if role == self.office.role
        }
