"""What is kept of a play: of each role, state, clock and procedure, and each event for whoever wants to be told."""

from __future__ import annotations

from dataclasses import dataclass, field

from amur.procedures.engine import ClockChange


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a simulated case, as a log tells it. ``number`` counts the cases of a procedure."""

    procedure: str
    number: int
    version: int
    event: str
    role: str
    source: str
    target: str
    time: float
    clocks: tuple[ClockChange, ...]


@dataclass(slots=True)
class Kept:
    """What is kept of a role, or of a state: minutes that work waited, and times that cases stood there, in days."""

    waits: list[float] = field(default_factory=list)
    stays: list[float] = field(default_factory=list)
    waiting_area: float = 0.0
    busy_area: float = 0.0
    unserved: list[float] = field(default_factory=list)


@dataclass(slots=True)
class ClockKept:
    """How many runs of a clock are settled, late by law, after the promise; and how often its lapse did something."""

    settled: int = 0
    late: int = 0
    after_promise: int = 0
    lapsed: int = 0


@dataclass(slots=True)
class CasesKept:
    """What is kept of the cases of a procedure that arrived after the warming up."""

    arrived: int = 0
    promised: int = 0
    ended: int = 0
    late: int = 0
    settled: int = 0
    days: list[float] = field(default_factory=list)


@dataclass(slots=True)
class RoundKept:
    """What is kept of a round of opinions: days until it was closed, how many were asked, were silent, were too few."""

    days: list[float] = field(default_factory=list)
    asked: int = 0
    silent: int = 0
    too_few: int = 0


@dataclass(slots=True)
class Run:
    """What came of one play."""

    roles: dict[str, Kept]
    states: dict[tuple[str, str], Kept]
    clocks: dict[tuple[str, str], ClockKept]
    cases: dict[str, CasesKept]
    rounds: dict[tuple[str, str], RoundKept]
