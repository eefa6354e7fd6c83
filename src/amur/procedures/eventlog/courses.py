"""The course of one case as it goes into a log, whether it is real or played; pure.

An event of the case is an event of the log, and so is each start, pause, resumption and stop of a clock. Events are
named after their procedure, as the same word means different acts in two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from amur.procedures.engine import ClockChange
from amur.procedures.eventlog.log import ALWAYS, LogEvent, LogObject, Value

_DONE = {"start": "started", "pause": "paused", "resume": "resumed", "stop": "stopped"}


@dataclass(slots=True)
class Course:
    """A case on its way into a log. ``marks`` stand on all of its events and on the case."""

    procedure: str
    number: str
    about: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    belongs: tuple[tuple[str, str], ...] = ()
    events: list[LogEvent] = field(default_factory=list)
    clocks: list[LogObject] = field(default_factory=list)
    _states: list[tuple[str, Value, datetime]] = field(default_factory=list)
    _running: dict[str, str] = field(default_factory=dict)
    _begun: dict[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return the id of the case in the log."""
        return f"case:{self.number}"

    @property
    def case(self) -> LogObject:
        """Return the case as an object, with each state and since when it was in it."""
        fixed = {"procedure": self.procedure, **self.about, **self.marks}
        attributes = [(name, value, ALWAYS) for name, value in fixed.items() if value]
        return LogObject(self.id, "case", [*attributes, *self._states], self.belongs)

    def happened(
        self,
        version: int,
        event: str,
        target: str,
        time: datetime,
        *,
        said: Mapping[str, str],
        also: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Add an event of the case, with the state that it led to and the other objects that it touched.

        >>> from datetime import UTC
        >>> course = Course("licence", "LAN-1")
        >>> course.happened(1, "submitted", "new", datetime(2026, 3, 9, tzinfo=UTC), said={"role": "applicant"})
        >>> course.events[0].id, course.events[0].type, course.case.attributes[-1][:2]
        ('event:LAN-1:1', 'licence.submitted', ('state', 'new'))
        """
        attributes = {"target": target, **{name: value for name, value in said.items() if value}, **self.marks}
        objects = ((self.id, "case"), *dict.fromkeys(also))
        self.events.append(
            LogEvent(f"event:{self.number}:{version}", f"{self.procedure}.{event}", time, attributes, objects)
        )
        if not self._states or self._states[-1][1] != target:
            self._states.append(("state", target, time))

    def clocks_changed(self, version: int, changes: Iterable[ClockChange], time: datetime) -> None:
        """Add what happened to clocks with an event.

        >>> from datetime import UTC
        >>> course = Course("licence", "LAN-1")
        >>> course.clocks_changed(2, [ClockChange("decision", "start")], datetime(2026, 3, 9, tzinfo=UTC))
        >>> course.events[0].type, course.clocks[0].id
        ('licence.decision.started', 'clock:LAN-1:decision:1')
        """
        for change in changes:
            if change.change == "start":
                self._begun[change.clock] = number = self._begun.get(change.clock, 0) + 1
                name = f"clock:{self.number}:{change.clock}:{number}"
                self._running[change.clock] = name
                fixed = [("clock", change.clock, ALWAYS), ("procedure", self.procedure, ALWAYS)]
                self.clocks.append(LogObject(name, "clock", fixed, ((self.id, "of"),)))
            self.events.append(
                LogEvent(
                    f"event:{self.number}:{version}:{change.clock}:{change.change}",
                    f"{self.procedure}.{change.clock}.{_DONE[change.change]}",
                    time,
                    dict(self.marks),
                    ((self.id, "case"), (self._running[change.clock], "clock")),
                )
            )
