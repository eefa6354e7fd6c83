"""A clock of law that runs, waits, is extended once and stops: a plain value, and what can be read off it.

Days are half-open and belong to what was before: of the day on which a clock starts nothing is counted; the day on
which it is paused still counts; the day on which it goes on does not, the next one does. A clock in hours counts
whole seconds between instants, whatever the hour of the day. How a date came about stands in ``explaining``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Self

from amur.base.declared import Text
from amur.base.faults import Refused
from amur.base.legal_time.calendar import WorkCalendar
from amur.base.legal_time.periods import (
    Axis,
    Due,
    LastDay,
    Measure,
    Period,
    axis_of,
    check_moment,
    day_at,
    is_published,
    measured,
    settled,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Term:
    """What the law says of a period: how long, what becomes of a last day of rest, by how much it may be extended."""

    period: Period
    last_day: LastDay = "as_is"
    extendable_by: int = 0

    def __post_init__(self) -> None:
        if self.period.unit in {"hours", "working_days"} and self.last_day != "as_is":
            unit = self.period.unit.replace("_", " ")
            raise ValueError(f"found {self.last_day!r} for {unit}; only a last day of days, months or years can move")


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that is not counted: after ``since`` up to and with ``until``; it still lasts where that is None.

    Several may overlap; ``cause`` tells them apart.
    """

    since: date
    until: date | None = None
    cause: str = ""
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """By how much a period was made longer, in its own unit, when and why."""

    amount: int
    on: date
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock says at a moment, in what it counts (``measure``).

    ``total`` is the period with its extension, ``moved`` what a last day of rest adds or takes away. ``left`` is
    negative once the clock has run out; consumed and left always make up total and moved.
    """

    measure: Measure
    total: int
    moved: int
    consumed: int
    left: int


@dataclass(frozen=True, slots=True)
class Ended:
    """Where a clock ends on its axis: ``place`` after the last-day rule, ``nominal`` before it."""

    place: int
    nominal: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One run of a period. Moments are days, or aware instants where the unit is hours; ``zone`` is where their day is.

    The verbs check what they are given. A value that is built of stored rows is taken as it is.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> clock = RunningClock(Term(Period(5), extendable_by=2), date(2026, 3, 9))
    >>> clock.due(calendar).on
    datetime.date(2026, 3, 16)
    >>> clock = clock.paused(date(2026, 3, 10))
    >>> clock.due(calendar) is None, clock.read(date(2026, 3, 12), calendar).left
    (True, 4)
    >>> clock = clock.resumed(date(2026, 3, 12)).extended(2, date(2026, 3, 13), calendar)
    >>> clock.due(calendar)
    Due(on=datetime.date(2026, 3, 20), provisional=False, at=None)
    """

    term: Term
    started: date
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    stopped: date | None = None
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        check_moment(self.started, self.term.period.unit)

    @property
    def period(self) -> Period:
        """Return the period with its extension."""
        return self.term.period.plus(self.extension.amount) if self.extension else self.term.period

    @property
    def is_paused(self) -> bool:
        """Say whether it waits now, for whatever cause."""
        return self.stopped is None and any(pause.until is None for pause in self.pauses)

    def paused(self, on: date, reason: Text | None = None, cause: str = "") -> Self:
        """Let the clock wait. It may wait for several causes at a time, and runs when none is left.

        Raises:
            Refused: if it was stopped, waits for this cause already, or something later happened before.
        """
        self._check(on)
        if any(pause.until is None and pause.cause == cause for pause in self.pauses):
            raise Refused("already_paused", "the clock waits for this already; let it go on first", cause=cause)
        return replace(self, pauses=(*self.pauses, Pause(on, None, cause, reason)))

    def resumed(self, on: date, cause: str = "") -> Self:
        """End the wait for a cause.

        Raises:
            Refused: if it was stopped, does not wait for this cause, or something later happened before.
        """
        self._check(on)
        place = next((n for n, one in enumerate(self.pauses) if one.until is None and one.cause == cause), None)
        if place is None:
            raise Refused("not_paused", "the clock does not wait for this, so it cannot go on", cause=cause)
        ended = replace(self.pauses[place], until=on)
        return replace(self, pauses=(*self.pauses[:place], ended, *self.pauses[place + 1 :]))

    def extended(self, amount: int, on: date, calendar: WorkCalendar, reason: Text | None = None) -> Self:
        """Make the period longer by an amount of its unit: once, within its limit, and before it has run out.

        Raises:
            Refused: if it was stopped, was extended before, may not be, may be by less only, or has run out.
        """
        self._check(on)
        most = self.term.extendable_by
        if self.extension is not None:
            raise Refused("already_extended", f"the period was extended on {self.extension.on}; that is done once only")
        if not most:
            raise Refused("not_extendable", "nothing allows this period to be extended")
        if not 1 <= amount <= most:
            raise Refused("extension_too_long", f"found {amount}; at most {most} can be added", most=most)
        if (end := self.ended(calendar)) is not None and self.place(on) > end.place:
            raise Refused("clock_ended", "the period has run out; what is over cannot be extended")
        return replace(self, extension=Extension(amount, on, reason))

    def stop(self, on: date) -> Self:
        """Stop the clock for good; what it waits for ends with it.

        Raises:
            Refused: if it was stopped, or something later happened before.
        """
        self._check(on)
        pauses = tuple(replace(pause, until=on) if pause.until is None else pause for pause in self.pauses)
        return replace(self, stopped=on, pauses=pauses)

    def due(self, calendar: WorkCalendar) -> Due | None:
        """Return when the period ends; None while the clock waits before it has run out.

        Raises:
            OverflowError: if that is beyond the last day that a date can name.
        """
        end = self.ended(calendar)
        if end is None:
            return None
        if self.term.period.unit == "hours":
            at = _EPOCH + end.place * _SECOND
            return Due(at.astimezone(self.zone).date(), at=at)
        return Due(day_at(end.place), end.provisional)

    def read(self, on: date, calendar: WorkCalendar) -> Reading:
        """Return what is consumed and left at a moment; after the stop, what was so then.

        Raises:
            Refused: if the moment lies before the start.
        """
        if self.place(on) < self.place(self.started):
            raise Refused("before_start", f"the clock started on {self.started}; nothing can be read before")
        upto = self.place(on if self.stopped is None else min(on, self.stopped))
        axis, begun = axis_of(self.term.period.measure, calendar), self.place(self.started)
        consumed = sum(axis.between(after, last) for after, last in running_spans(begun, self.waits(), upto))
        total, end = measured(self.period, begun), self.ended(calendar)
        moved = axis.between(end.nominal, end.place) if end else 0
        return Reading(self.term.period.measure, total, moved, consumed, total + moved - consumed)

    def ended(self, calendar: WorkCalendar) -> Ended | None:
        """Return where the clock ends on its axis, None while it waits before that."""
        begun, waits, measure = self.place(self.started), self.waits(), self.term.period.measure
        nominal = _reached(axis_of(measure, calendar), begun, measured(self.period, begun), waits)
        if nominal is None:
            return None
        if measure == "seconds":
            return Ended(nominal, nominal, provisional=False)
        if measure == "working_days":
            spans = running_spans(begun, waits, nominal)
            relied_on = all(is_published(after + 1, upto, calendar) for after, upto in spans)
            return Ended(nominal, nominal, provisional=not relied_on)
        end = settled(nominal, begun, self.term.last_day, calendar)
        return Ended(end.day, nominal, provisional=not is_published(end.asked_from, end.asked_to, calendar))

    def waits(self) -> list[tuple[int, int | None]]:
        """Return the times that are not counted as places, joined where they overlap, the earliest first."""
        begun, joined = self.place(self.started), list[tuple[int, int | None]]()
        places = sorted(
            (
                (max(self.place(one.since), begun), None if one.until is None else self.place(one.until))
                for one in self.pauses
            ),
            key=lambda wait: wait[0],
        )
        for since, until in places:
            if until is not None and until <= since:
                continue
            before = joined[-1] if joined else None
            if before is None or (before[1] is not None and before[1] < since):
                joined.append((since, until))
            elif before[1] is not None:
                joined[-1] = (before[0], None if until is None else max(before[1], until))
        return joined

    def place(self, moment: date) -> int:
        """Return where a moment stands on the axis: the ordinal of a day, the second of an instant."""
        if isinstance(moment, datetime):
            return (moment - _EPOCH) // _SECOND
        return moment.toordinal()

    def _check(self, on: date) -> None:
        """Refuse what comes after the stop, or before what happened."""
        check_moment(on, self.term.period.unit)
        if self.stopped is not None:
            raise Refused("clock_stopped", f"the clock was stopped on {self.stopped}; nothing more can happen to it")
        if self.place(on) < self.place(self.started):
            raise Refused("before_start", f"the clock started on {self.started}; {on} lies before")
        latest = max(self._moments(), key=self.place)
        if self.place(on) < self.place(latest):
            raise Refused("out_of_order", f"something happened to the clock on {latest}; {on} lies before")

    def _moments(self) -> Iterable[date]:
        yield self.started
        for pause in self.pauses:
            yield pause.until or pause.since
        if self.extension is not None:
            yield self.extension.on


def running_spans(begun: int, waits: Iterable[tuple[int, int | None]], upto: int) -> list[tuple[int, int]]:
    """Return the half-open spans (after, up to and with) in which a clock ran, as far as a place.

    >>> running_spans(0, [(3, 5), (8, None)], 20)
    [(0, 3), (5, 8)]
    """
    spans, after = list[tuple[int, int]](), begun
    for since, until in waits:
        if after < min(since, upto):
            spans.append((after, min(since, upto)))
        if until is None:
            return spans
        after = until
    if after < upto:
        spans.append((after, upto))
    return spans


def _reached(axis: Axis, begun: int, amount: int, waits: Iterable[tuple[int, int | None]]) -> int | None:
    """Return where an amount is reached that is counted outside of the waits only; None if a wait lasts before."""
    after, left = begun, amount
    for since, until in waits:
        within = axis.between(after, since)
        if left <= within:
            break
        left -= within
        if until is None:
            return None
        after = until
    return axis.reach(after, left)
