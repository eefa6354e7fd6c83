"""A legal clock on the page of a case: the date, the days as blocks, and why it is that day. It is counted below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from amur.base.declared import Basis, Text
from amur.base.legal_time import Explanation, Line, Measure, WorkCalendar, amount, lines
from amur.procedures.reads import ClockView
from amur.web import clocks

_MOST_BLOCKS = 60
"""More days than this are not drawn: the blocks would be hairlines."""


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
    steps: tuple[Line, ...]
    statutory: str
    promise: str
    promise_on: date | None
    basis: tuple[Basis, ...]


def deadlines(runs: tuple[ClockView, ...], today: date) -> list[Deadline]:
    """Return the open clocks of a case, the earliest first."""
    return [_deadline(view, today) for view in runs if view.run.ended_on is None]


def _deadline(view: ClockView, today: date) -> Deadline:
    language, explanation = get_language() or "zh-hans", view.explain()
    period, promise = view.running.period, view.clock.promise_working_days
    blocks = list(_blocks(explanation, view.calendar, today))
    keys = tuple(Key(kind, _counted(kind, blocks.count(kind), view.measure)) for kind in _CLASSES if kind in blocks)
    return Deadline(
        title=view.clock.title,
        due_on=explanation.due.on if explanation.due else None,
        clock=_clock(view, explanation),
        days=tuple(_CLASSES[block] for block in blocks) if len(blocks) <= _MOST_BLOCKS else (),
        keys=keys,
        described=", ".join(key.words for key in keys),
        steps=tuple(lines(explanation, language)),
        statutory=amount(period.amount, period.unit, language),
        promise=amount(promise, "working_days", language) if promise else "",
        promise_on=view.run.promise_on,
        basis=view.clock.basis,
    )


def _clock(view: ClockView, explanation: Explanation) -> clocks.ClockView:
    if view.is_waiting:
        return clocks.paused()
    if explanation.due is not None and explanation.due.provisional and not view.is_late:
        return clocks.provisional(explanation.due.on)
    return clocks.running(view.left, view.measure)


_CLASSES = {"used": "", "waiting": "p", "today": "t", "left": "r"}


def _counted(kind: str, count: int, measure: Measure) -> str:
    """Return what blocks of a kind stand for, with their number."""
    if kind == "today":
        return _("Today")
    if measure != "working_days":
        words = {"used": _("%(amount)s used"), "waiting": _("%(amount)s not counted"), "left": _("%(amount)s left")}
        return words[kind] % {"amount": amount(count, "days", get_language() or "zh-hans")}
    words = {
        "used": ngettext("%(count)s working day used", "%(count)s working days used", count),
        "waiting": ngettext("%(count)s working day not counted", "%(count)s working days not counted", count),
        "left": ngettext("%(count)s working day left", "%(count)s working days left", count),
    }
    return words[kind] % {"count": count}


def _blocks(explanation: Explanation, calendar: WorkCalendar, today: date) -> Iterator[str]:
    """Yield one block for each day of the derivation that counts or waits, and for those to come while it waits.

    Hours are no days and have none.
    """
    if explanation.measure == "seconds":
        return
    counted = 0
    for step in explanation.steps:
        if step.last is None or not (step.counted or step.why == "paused"):
            continue
        for day in _days(step.first, step.last):
            if explanation.measure == "working_days" and not calendar.is_working_day(day):
                continue
            if step.why == "paused":
                yield "waiting"
                continue
            counted += 1
            yield "today" if day == today else "used" if day < today else "left"
    yield from ["left"] * (explanation.total - counted)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
