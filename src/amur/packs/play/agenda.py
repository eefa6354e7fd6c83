"""The agenda of a year: what happens next, whoever it happens to, and what the time itself brings in between."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone

from amur.jobs import acts as jobs
from amur.jobs.engine import Handler
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.procedures.acts import HANDLERS as OF_CASES
from amur.registers import acts as registers

Turn = Callable[[datetime], Iterator[tuple[datetime, "Turn"]]]
"""What is done at a moment; it gives what is to be done later, and when."""

_SEALED_EVERY = timedelta(days=7)
_TIMERS: dict[str, Handler] = {
    kind: handler for kind, handler in {**OF_CASES, **registers.HANDLERS}.items() if handler.effect == "inside"
}
"""What the time brings by itself; what leaves the house waits for the worker."""


@dataclass(slots=True)
class Agenda:
    """What is still to happen, in its order; of two at one moment what was entered first comes first."""

    until: datetime
    waiting: list[tuple[datetime, int, Turn]] = field(default_factory=list)
    entered: int = 0
    turned_on: datetime | None = None
    sealed_at: datetime | None = None

    def enter(self, when: datetime, turn: Turn) -> None:
        """Note what is to happen; what lies behind the end never does."""
        if when <= self.until:
            heapq.heappush(self.waiting, (when, self.entered, turn))
            self.entered += 1

    def run(self, told: Callable[[datetime], None]) -> None:
        """Let everything happen up to the end; ``told`` hears of each moment."""
        while self.waiting:
            when, _, turn = heapq.heappop(self.waiting)
            self._pass(when)
            for later, following in turn(when):
                self.enter(later, following)
            told(when)
        self._pass(self.until)
        ledger.seal(self.until)

    def _pass(self, when: datetime) -> None:
        """Let the time pass: records turn, timers go off at their own moment, the ledger is sealed each week."""
        if self.turned_on is None or day_of(self.turned_on) != day_of(when):
            self.turned_on = when
            midnight = datetime.combine(day_of(when), time(), timezone.get_default_timezone())
            # What lapses at midnight is renewed before its record would turn: one entry, and none behind another.
            jobs.run_timers(_TIMERS, midnight)
            registers.turn_due(midnight)
        jobs.run_timers(_TIMERS, when)
        if self.sealed_at is None or when - self.sealed_at >= _SEALED_EVERY:
            self.sealed_at = when
            ledger.seal(when)
