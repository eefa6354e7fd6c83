"""What the law attaches to the lapse of a clock: which arrow, and since which instant; pure.

A waiting clock has no due date and so never lapses. Neither does one whose date is provisional: until the calendar is
published nobody knows whether its last day is over, and what the law does cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from amur.base.canonical import Json
from amur.procedures.declarations import ProcedureDeclaration, Transition


@dataclass(frozen=True, slots=True)
class Lapse:
    """That a clock is over at an instant, and what then follows."""

    at: datetime
    clock: str
    event: str

    def said(self) -> dict[str, Json]:
        """Return it as an entry tells it.

        >>> from datetime import UTC
        >>> Lapse(datetime(2026, 4, 9, tzinfo=UTC), "decision", "grant_by_silence").said()
        {'clock': 'decision', 'took_effect_at': '2026-04-09T00:00:00+00:00'}
        """
        return {"clock": self.clock, "took_effect_at": self.at.isoformat()}


def arrows_of(definition: ProcedureDeclaration, *active: str) -> tuple[Transition, ...]:
    """Return the arrows that a lapse fires out of the active states.

    >>> from tests.procedures.samples import LICENCE
    >>> arrows_of(LICENCE, "accepted")
    ()
    """
    return tuple(
        arrow for arrow in definition.transitions if arrow.on_lapse and not {*active}.isdisjoint(arrow.sources)
    )


def end_of(due_on: date, due_at: datetime | None, zone: tzinfo) -> datetime:
    """Return the instant at which a period is over: its last hour, or the midnight that ends its last day.

    >>> from zoneinfo import ZoneInfo
    >>> end_of(date(2026, 4, 8), None, ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-04-09T00:00:00+08:00'
    >>> from datetime import UTC
    >>> end_of(date(2026, 4, 8), datetime(2026, 4, 8, 9, 30, tzinfo=UTC), UTC).isoformat()
    '2026-04-08T09:30:00+00:00'
    """
    return due_at or datetime.combine(due_on + timedelta(days=1), time(), zone)


def look_at(due_on: date, *, provisional: bool, now: datetime, zone: tzinfo) -> datetime:
    """Return when to look whether a last day is over: when it is; and if it was, but only as far as is known, tomorrow.

    The calendar of next year is published on some day; until then nobody asks for it again and again.

    >>> from datetime import UTC
    >>> due, late = date(2026, 4, 8), datetime(2026, 4, 10, 9, tzinfo=UTC)
    >>> [look_at(due, provisional=one, now=late, zone=UTC).day for one in (True, False)]
    [11, 10]
    """
    end = end_of(due_on, None, zone)
    return now + timedelta(days=1) if provisional and end <= now else max(end, now)


def first(arrows: Iterable[Transition], ends: Mapping[str, datetime]) -> Lapse | None:
    """Return the lapse that comes first, of clocks that run; of two at one instant that of the arrow declared first.

    >>> from datetime import UTC
    >>> from tests.procedures.samples import LICENCE
    >>> arrow = LICENCE.transition("accept", "submitted").model_copy(update={"on_lapse": "decision"})
    >>> first([arrow], {"decision": datetime(2026, 4, 9, tzinfo=UTC)}).event
    'accept'
    >>> first([arrow], {}) is None
    True
    """
    found = [
        Lapse(ends[arrow.on_lapse], arrow.on_lapse, arrow.event)
        for arrow in arrows
        if arrow.on_lapse and arrow.on_lapse in ends
    ]
    return min(found, key=lambda one: one.at, default=None)
