"""Why a clock ends when it does: its days line by line, each with a reason, adding up to the due date.

It is derived when somebody asks and never stored: the clock and the calendar say it all. Words stand in ``wording``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from amur.base.declared import Text
from amur.base.legal_time.calendar import WorkCalendar
from amur.base.legal_time.periods import Due, LastDay, Measure, Period, day_at, measured
from amur.base.legal_time.running import Ended, Extension, RunningClock

Why = Literal[
    "begins", "counted", "rest", "holiday", "swapped", "unpublished", "paused", "extended", "moved", "due", "waits"
]
"""What a line is about.

``begins`` is the day that is not counted; ``swapped`` a rest day that is worked; ``moved`` the last-day rule; ``due``
the end; ``waits`` a pause that still lasts. The others say what days counted for.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """One line: from ``first`` to ``last``, both of them days in it, or between two instants for hours.

    ``counted`` is what the line added, in the measure of the derivation, and ``total`` what was counted then.
    ``name`` is that of a holiday, or why a clock waited or was extended; ``amount`` by how many units it was extended;
    ``rule`` the last-day rule that moved the end.
    """

    first: date
    last: date | None
    counted: int
    why: Why
    total: int
    name: Text | None = None
    amount: int = 0
    rule: LastDay = "as_is"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A derivation: its lines, where it ends, and how much of the period was counted."""

    steps: tuple[Step, ...]
    due: Due | None
    period: Period
    measure: Measure
    total: int


def explain(clock: RunningClock, calendar: WorkCalendar) -> Explanation:
    """Return the derivation of a clock's due date, or of how far it came before it began to wait.

    Raises:
        OverflowError: if the end is beyond the last day that a date can name.

    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> from amur.base.legal_time.running import Term
    >>> found = explain(RunningClock(Term(Period(5)), date(2026, 3, 9)), calendar)
    >>> [(step.why, step.first.day, step.last.day, step.total) for step in found.steps]
    [('begins', 9, 9, 0), ('counted', 10, 13, 4), ('rest', 14, 15, 4), ('counted', 16, 16, 5), ('due', 16, 16, 5)]
    """
    end, due = clock.ended(calendar), clock.due(calendar)
    begun = clock.place(clock.started)
    steps = [Step(_moment(clock, begun), _moment(clock, begun), 0, "begins", 0)]
    for part in _parts(clock, end.nominal if end else None):
        for step in [_extended(clock, part)] if isinstance(part, Extension) else _lines(clock, calendar, part):
            _append(steps, step)
    total = steps[-1].total
    if end is not None and due is not None:
        steps += _ending(clock, end, due, total, calendar)
    return Explanation(tuple(steps), due, clock.period, clock.term.period.measure, measured(clock.period, begun))


@dataclass(frozen=True, slots=True)
class _Part:
    """A half-open stretch of a run, after one place up to and with another; a wait that still lasts has no end."""

    after: int
    upto: int | None
    waits: bool


def _parts(clock: RunningClock, nominal: int | None) -> Iterator[_Part | Extension]:
    """Yield the stretches of a run up to the end that no rule has moved, and the extension where it was granted."""
    granted = clock.extension
    for part in _stretches(clock, nominal):
        rest = part
        if granted is not None:
            cut = clock.place(granted.on)
            if part.after < cut and (part.upto is None or cut < part.upto):
                yield replace(part, upto=cut)
                rest = replace(part, after=cut)
            if cut <= rest.after:
                yield granted
                granted = None
        yield rest
    if granted is not None:
        yield granted


def _stretches(clock: RunningClock, nominal: int | None) -> Iterator[_Part]:
    after = clock.place(clock.started)
    for since, until in clock.waits():
        if nominal is not None and since >= nominal:
            break
        if after < since:
            yield _Part(after, since, waits=False)
        yield _Part(since, until, waits=True)
        if until is None:
            return
        after = until
    if nominal is not None and after < nominal:
        yield _Part(after, nominal, waits=False)


def _lines(clock: RunningClock, calendar: WorkCalendar, part: _Part) -> Iterator[Step]:
    """Yield the lines of one stretch; their totals are set when they are put together."""
    measure = clock.term.period.measure
    first = part.after if measure == "seconds" else part.after + 1
    if part.upto is None:
        yield Step(_moment(clock, first), None, 0, "waits", 0, _reason(clock, part.after, part.after + 1))
    elif part.waits:
        yield from _waited(clock, part.after, part.upto)
    elif measure == "working_days":
        for place in range(first, part.upto + 1):
            yield _one_day(day_at(place), calendar)
    else:
        yield Step(_moment(clock, first), _moment(clock, part.upto), part.upto - part.after, "counted", 0)


def _one_day(day: date, calendar: WorkCalendar) -> Step:
    kind = calendar.kind_of(day)
    counted = int(kind in {"counted", "swapped"})
    if not calendar.covers(day):
        return Step(day, day, counted, "unpublished", 0)
    return Step(day, day, counted, kind, 0, calendar.name_of(day))


def _waited(clock: RunningClock, since: int, until: int) -> Iterator[Step]:
    """Yield a time of waiting, parted where another cause begins or ends."""
    ends = {clock.place(moment) for one in clock.pauses for moment in (one.since, one.until) if moment is not None}
    places = sorted({since, until} | {place for place in ends if since < place < until})
    for after, upto in pairwise(places):
        first = after if clock.term.period.measure == "seconds" else after + 1
        yield Step(_moment(clock, first), _moment(clock, upto), 0, "paused", 0, _reason(clock, after, upto))


def _extended(clock: RunningClock, extension: Extension) -> Step:
    on = _moment(clock, clock.place(extension.on))
    return Step(on, on, 0, "extended", 0, extension.reason, extension.amount)


def _reason(clock: RunningClock, after: int, upto: int) -> Text | None:
    """Return why the clock waited between two places: for all causes of that time."""
    reasons = [
        one.reason
        for one in clock.pauses
        if one.reason is not None
        and clock.place(one.since) <= after
        and (one.until is None or clock.place(one.until) >= upto)
    ]
    if len(reasons) < 2:  # noqa: PLR2004 - one reason stands as it is
        return reasons[0] if reasons else None
    return Text(zh="；".join(one.zh for one in reasons), en="; ".join(one.en for one in reasons))


def _append(steps: list[Step], step: Step) -> None:
    """Add a line with its total, joined to the one before where both say the same."""
    before = steps[-1]
    total = before.total + step.counted
    if (before.why, before.name) == (step.why, step.name):
        steps[-1] = replace(before, last=step.last, counted=before.counted + step.counted, total=total)
    else:
        steps.append(replace(step, total=total))


def _ending(clock: RunningClock, end: Ended, due: Due, total: int, calendar: WorkCalendar) -> Iterator[Step]:
    """Yield what the last-day rule did, and the end."""
    if end.place != end.nominal:
        first, last = sorted((end.nominal, end.place))
        yield Step(
            day_at(first),
            day_at(last),
            0,
            "moved",
            total,
            calendar.name_of(day_at(end.nominal)),
            0,
            clock.term.last_day,
        )
    if due.provisional and clock.term.period.measure == "days":
        yield Step(due.on, due.on, 0, "unpublished", total)
    last_moment = _moment(clock, end.place)
    yield Step(last_moment, last_moment, 0, "due", total)


def _moment(clock: RunningClock, place: int) -> date:
    """Return the day of a place, or its instant where the clock is."""
    if clock.term.period.measure == "seconds":
        return (_EPOCH + timedelta(seconds=place)).astimezone(clock.zone)
    return day_at(place)
