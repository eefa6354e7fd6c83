"""Cases under way, the work on them, and the desks at which it waits for somebody who may do it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from random import Random

from amur.procedures import engine
from amur.procedures.clocks import Clock
from amur.procedures.effects import Effect
from amur.procedures.simulating.asking import Round
from amur.procedures.simulating.kept import Kept
from amur.procedures.simulating.plans import Exit, Hand, Office, Route


@dataclass(frozen=True, slots=True)
class Move:
    """What an event does to a case: its effects and clocks, what is entered and then active, and how it was decided.

    With ``keep`` what is done about the case goes on.
    """

    event: str
    role: str
    effects: tuple[Effect, ...]
    clocks: tuple[engine.ClockChange, ...]
    entered: tuple[str, ...]
    active: tuple[str, ...]
    source: str = ""
    outcome: str = "none"
    keep: bool = False


@dataclass(slots=True)
class ClockRun:
    """A run of a clock, with the times in which it waited; ``longer`` is by how much it is extended."""

    clock: Clock
    started: date
    waits: list[tuple[date, date | None]] = field(default_factory=list)
    longer: int = 0


@dataclass(slots=True, eq=False)
class Case:
    """A case: where it stands, what it draws chance from, and what is done about it.

    ``since`` says when each active state was entered. ``part_of`` is the one thing to which it belongs, and ``parts``
    are the cases of a one thing by their procedure. It ``rests`` where the scenario says so, and ``lapses`` where the
    law will act if nobody does.
    """

    route: Route
    name: str
    number: int
    chance: Random
    arrived: float
    counted: bool
    position: engine.Position
    part_of: Case | None = None
    clocks: dict[str, ClockRun] = field(default_factory=dict)
    history: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    rounds: dict[str, Round] = field(default_factory=dict)
    asked_once: set[str] = field(default_factory=set)
    parts: dict[str, Case] = field(default_factory=dict)
    missing: bool = False
    late: bool = False
    over: bool = False
    rests: bool = False
    lapses: bool = False
    outcome: str = ""

    @property
    def is_closed(self) -> bool:
        """Say whether it has come to an end of its procedure."""
        return self.route.definition.state(self.position.state).final

    @property
    def statuses(self) -> dict[str, engine.ClockStatus]:
        """Return which of its clocks run and which wait."""
        return {
            name: "waiting" if run.waits and run.waits[-1][1] is None else "running"
            for name, run in self.clocks.items()
        }

    def works_in(self, state: str) -> bool:
        """Say whether something is done in a state, or waits to be."""
        return any(task.state == state for task in self.tasks)

    def allows(self, way: Exit) -> bool:
        """Say whether a way out is possible, now or later, as far as opinions and requests for supplements go."""
        if way.is_free:
            return True
        rounds = self.rounds
        return not (
            (way.once and way.event in self.asked_once)
            or any(name in rounds and not rounds[name].closed for name in way.asks)
            or any(name not in rounds for name in way.reads)
            or any(rounds[name].closed and not rounds[name].enough for name in way.needs)
        )

    def is_ready(self, way: Exit) -> bool:
        """Say whether a way out is possible now."""
        return all(self.rounds[name].closed for name in way.reads) and not (way.whole and self.missing)


@dataclass(slots=True, eq=False)
class Task:
    """What somebody does about a case: the way out of a state that was chosen, and through how many hands it went."""

    case: Case
    state: str
    way: Exit
    hand: int = 0
    work: float = 0.0
    queued: float = 0.0
    since: float = 0.0
    took: list[tuple[str, int]] = field(default_factory=list)
    desk: Desk | None = None
    person: int | None = None
    parked: bool = False
    dropped: bool = False

    @property
    def next_hand(self) -> Hand:
        """Return through whose hands it goes next."""
        return self.way.hands[self.hand]


class Desk:
    """The people of a role and the work that waits for them, in the order in which it came."""

    def __init__(self, office: Office, kept: Kept, counted_from: float) -> None:
        self.office, self.kept = office, kept
        self.free = list(range(office.people))
        self.queue: deque[Task] = deque()
        self._since = self._last = office.time.at(counted_from)

    def pass_to(self, work: float) -> None:
        """Add up who waited and who worked since the last change."""
        if work > self._last:
            passed = work - self._last
            self.kept.waiting_area += passed * len(self.queue)
            self.kept.busy_area += passed * (self.office.people - len(self.free))
            self._last = work

    def person_for(self, task: Task) -> int | None:
        """Return a free person who may do what comes next, None where there is none."""
        barred = self._barred(task)
        for person in self.free:
            if person not in barred:
                return person
        return None

    def next_for(self, person: int) -> Task | None:
        """Take the first work out of the queue that a person may do."""
        for place, task in enumerate(self.queue):
            if person not in self._barred(task):
                del self.queue[place]
                return task
        return None

    def _barred(self, task: Task) -> set[int]:
        """Return who may not: those who did what forbids it, and those who took a step of the same chain."""
        hand = task.next_hand
        if not hand.not_by and not task.took:
            return set()
        doers = [*task.took, *(one for event in hand.not_by for one in task.case.history.get(event, ()))]
        return {person for office, person in doers if office == self.office.role}
