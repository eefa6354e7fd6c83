"""A legal clock on the page of a case: the date, the days as blocks, and why it is that day. It is counted below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amur.base.declared import Basis, Text
from amur.base.legal_time import WorkCalendar
from amur.procedures.reads import ClockView
from amur.web import clocks

_MOST_BLOCKS = 60
"""More days than this are not drawn: the blocks would be hairlines."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the derivation of a date."""

    first: date
    last: date
    words: str
    note: str
    count: str


@dataclass(frozen=True, slots=True)
class Key:
    """What a kind of block means, and how many there are."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """What the template of a deadline shows."""

    title: Text
    due_on: date | None
    clock: clocks.ClockView
    days: tuple[str, ...]
    keys: tuple[Key, ...]
    described: str
    steps: tuple[Step, ...]
    working_days: int
    promise: int | None
    promise_on: date | None
    basis: tuple[Basis, ...]


def deadlines(runs: tuple[ClockView, ...], calendar: WorkCalendar, today: date) -> list[Deadline]:
    """Return the open clocks of a case, the earliest first."""
    return [_deadline(view, calendar, today) for view in runs if view.run.ended_on is None]


def _deadline(view: ClockView, calendar: WorkCalendar, today: date) -> Deadline:
    blocks = list(_blocks(view, calendar, today))
    keys = tuple(Key(kind, _counted(kind, blocks.count(kind))) for kind in _CLASSES if kind in blocks)
    return Deadline(
        title=view.clock.title,
        due_on=view.run.due_on,
        clock=_clock(view),
        days=tuple(_CLASSES[block] for block in blocks) if len(blocks) <= _MOST_BLOCKS else (),
        keys=keys,
        described=", ".join(key.words for key in keys),
        steps=tuple(_steps(view)),
        working_days=view.clock.working_days,
        promise=view.clock.promise_working_days,
        promise_on=view.run.promise_on,
        basis=view.clock.basis,
    )


def _clock(view: ClockView) -> clocks.ClockView:
    if view.is_waiting:
        return clocks.paused()
    if view.run.provisional and view.run.due_on and not view.is_late:
        return clocks.provisional(view.run.due_on)
    return clocks.running(view.left)


_CLASSES = {"used": "", "waiting": "p", "today": "t", "left": "r"}


def _counted(kind: str, count: int) -> str:
    """Return what blocks of a kind stand for, with their number."""
    words = {
        "used": ngettext("%(count)s working day used", "%(count)s working days used", count),
        "waiting": ngettext("%(count)s working day not counted", "%(count)s working days not counted", count),
        "today": _("Today"),
        "left": ngettext("%(count)s working day left", "%(count)s working days left", count),
    }
    return words[kind] % {"count": count}


def _blocks(view: ClockView, calendar: WorkCalendar, today: date) -> Iterator[str]:
    """Yield one block for each working day of the derivation, and those still to come while the clock waits."""
    counted = 0
    for first, last, _count, why in view.run.derivation:
        for day in _days(date.fromisoformat(first), date.fromisoformat(last)):
            if not calendar.is_working_day(day):
                continue
            if why == "waiting":
                yield "waiting"
                continue
            counted += 1
            yield "today" if day == today else "used" if day < today else "left"
    yield from ["left"] * (view.clock.working_days - counted)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _steps(view: ClockView) -> Iterator[Step]:
    run = view.run
    yield Step(run.started_on, run.started_on, _("begins"), _("The day itself is not counted."), "0")
    total = 0
    for first, last, count, why in run.derivation:
        total += count
        words, note = _why(why)
        shown = f"+{count} = {total}" if count else _("not counted")
        yield Step(date.fromisoformat(first), date.fromisoformat(last), words, note, shown)
    if run.due_on:
        yield Step(run.due_on, run.due_on, _("at the latest"), "", _("working day %(number)s") % {"number": total})


def _why(why: str) -> tuple[str, str]:
    return {
        "counted": (_("working days"), ""),
        "rest": (_("rest days"), _("Weekend or public holiday")),
        "waiting": (_("waits"), _("It was your turn; the time does not run meanwhile.")),
        "unpublished": (
            _("counted provisionally"),
            _("The holidays of this year are not published yet; the date is counted anew when they are."),
        ),
    }[why]
