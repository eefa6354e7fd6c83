"""When a rung is due and which rungs fire: pure.

A ladder only goes up: of one addressee, a rung at or below one that has fired does not fire any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from amur.base.legal_time import WorkCalendar
from amur.procedures.reminders.declarations import Rung

MORNING = time(8)
"""When a rung that is counted in days fires, where the authority is: nobody is woken for it."""


def instant(at: int, due_on: date, due_at: datetime | None, calendar: WorkCalendar, zone: tzinfo) -> datetime:
    """Return when a rung fires: so many hours from the due instant, or in the morning so many working days from it.

    >>> from datetime import UTC
    >>> from tests.procedures.samples import CALENDAR
    >>> [f"{instant(at, date(2026, 4, 8), None, CALENDAR, UTC):%m-%d %H}" for at in (-2, 0, 1)]
    ['04-03 08', '04-08 08', '04-09 08']
    >>> instant(-6, date(2026, 4, 8), datetime(2026, 4, 8, 9, tzinfo=UTC), CALENDAR, UTC).hour
    3
    """
    if due_at is not None:
        return due_at + timedelta(hours=at)
    return datetime.combine(date.fromordinal(calendar.index.reach(due_on.toordinal(), at)), MORNING, zone)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs that a run of a clock can still fire, each with its instant, the lowest first."""

    rungs: tuple[tuple[datetime, Rung], ...]

    @classmethod
    def of(cls, instants: Mapping[Rung, datetime], began: datetime, fired: Collection[tuple[int, str]]) -> Ladder:
        """Return the ladder of a run that began at an instant; what would fire at or before that does not fire."""
        highest: dict[str, int] = {}
        for at, to in fired:
            highest[to] = max(at, highest.get(to, at))
        left = [
            (when, rung)
            for rung, when in instants.items()
            if when > began and (rung.to not in highest or rung.at > highest[rung.to])
        ]
        return cls(tuple(sorted(left, key=lambda one: (one[1].at, one[1].to))))

    def due(self, now: datetime) -> tuple[Rung, ...]:
        """Return what fires now: where several rungs of one addressee are due, the highest of them alone.

        >>> from datetime import UTC
        >>> from amur.base.declared import Text
        >>> said = Text(zh="时", en="Time")
        >>> low, high = (Rung(at=at, to="handler", subject=said, body=said) for at in (-3, 0))
        >>> began, hour = datetime(2026, 3, 9, tzinfo=UTC), timedelta(hours=1)
        >>> ladder = Ladder.of({low: began + hour, high: began + 2 * hour}, began, ())
        >>> [[rung.at for rung in ladder.due(began + n * hour)] for n in range(3)]
        [[], [-3], [0]]
        >>> Ladder.of({low: began + hour, high: began + 2 * hour}, began, {(0, "handler")}).rungs
        ()
        """
        found = {rung.to: rung for when, rung in self.rungs if when <= now}
        return tuple(found.values())

    def next(self, now: datetime) -> datetime | None:
        """Return when the next rung fires after an instant.

        >>> Ladder(()).next(datetime.now()) is None
        True
        """
        return min((when for when, _ in self.rungs if when > now), default=None)


def earliest(ladders: Iterable[Ladder], now: datetime) -> datetime | None:
    """Return when the next rung of any of some ladders fires; now, where one is due.

    >>> earliest([Ladder(())], datetime.now()) is None
    True
    """
    found = [now if ladder.due(now) else ladder.next(now) for ladder in ladders]
    return min((one for one in found if one is not None), default=None)
