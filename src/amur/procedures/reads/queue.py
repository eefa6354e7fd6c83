"""The queue of an office: what waits for it, what is due when. Three queries, however long the queue.

First is counted, and every count stops at a thousand. Then the keys of a page are chosen in an index, from the place
where the page before ended (``queues.reaching`` says how), and only the rows that are shown are fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.legal_time import Measure, WorkCalendar
from amur.base.listing import MOST_COUNTED
from amur.procedures import declared, engine, runs
from amur.procedures.declarations import State
from amur.procedures.queues import reaching
from amur.procedures.queues.asked import Asked, View
from amur.procedures.queues.engine import Place, place_of
from amur.procedures.queues.looking import COLUMNS, Look
from amur.procedures.queues.reaching import Now

_MEASURE: Measure = "working_days"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in the queue. ``left`` is what is left in its ``measure``, None while no clock runs.

    That is working days for all cases, so that they can be compared, but seconds for one that is due at an instant.
    ``is_soon`` says that it is nearly late, by what its procedure declares.
    """

    id: UUID
    number: str
    subject: str
    procedure: Text
    state: State
    version: int
    region: str
    submitted_at: datetime
    due_on: date | None
    due_at: datetime | None
    due_provisional: bool
    left: int | None
    measure: Measure
    is_soon: bool
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue, with the places where the neighbouring pages are, empty where there is none.

    ``counted`` is how many cases all pages hold together and ``counts`` how many each view holds for this reader, at
    most one more than are counted.
    """

    rows: tuple[QueueRow, ...]
    counted: int
    counts: Mapping[View, int]
    previous: str = ""
    next: str = ""

    @property
    def total(self) -> str:
        """Return the total as it is shown."""
        return said(self.counted)


@dataclass(frozen=True, slots=True)
class Choices:
    """By what a reader can narrow a queue: procedures that their offices work on, and the states of each."""

    procedures: Mapping[str, Text]
    states: Mapping[str, Mapping[str, Text]]


def said(counted: int) -> str:
    """Return a count as it is shown.

    >>> said(12), said(1_001)
    ('12', '1000+')
    """
    return f"{MOST_COUNTED}+" if counted > MOST_COUNTED else str(counted)


def queue(
    scope: Scope, *, on: date, at: datetime | None = None, asked: Asked | None = None, place: str = ""
) -> QueuePage:
    """Return one page of the cases that an office works on: what is due first stands first, what ended last if closed.

    ``at`` is the instant by which clocks that count hours are read; without it they are late from the next day on.
    ``place`` is where a page before ended, as it said.
    """
    asked = asked or Asked()
    active, zone = declared.everything(), runs.zone()
    now = reaching.now_of(at or datetime.combine(on, time(), zone), active.procedures, active.calendar, zone)
    look, found = Look(active.release, scope, asked, now.groups, zone, active.procedures), place_of(place)
    counts, counted = look.counts(now)
    chosen, more = _shown(look.page(now, found, gathered=counted <= MOST_COUNTED) if counted else [], asked, found)
    rows = tuple(_row(dict(values), now, on, at, active.calendar) for values in chosen)
    earlier, later = (more, True) if found and found.before else (found is not None, more)
    return QueuePage(
        rows,
        counted,
        counts,
        previous=_place(asked, chosen[0], before=True) if chosen and earlier else "",
        next=_place(asked, chosen[-1], before=False) if chosen and later else "",
    )


def queue_choices(scope: Scope) -> Choices:
    """Return by what a reader can narrow their queue."""
    held = {grant.role for grant in scope.grants}
    mine = {
        name: one
        for name, one in declared.everything().procedures.items()
        if scope.kind == "system" or held & one.roles
    }
    return Choices(
        {name: one.title for name, one in mine.items()},
        {name: {state.id: state.title for state in one.every_state} for name, one in mine.items()},
    )


def _shown(found: list[tuple[Any, ...]], asked: Asked, place: Place | None) -> tuple[list[dict[str, Any]], bool]:
    """Return the rows of a page, and whether more follow in the direction in which it was read."""
    rows = [dict(zip(COLUMNS, values, strict=True)) for values in found[: asked.size]]
    return (rows[::-1] if place is not None and place.before else rows), len(found) > asked.size


def _place(asked: Asked, values: Mapping[str, Any], *, before: bool) -> str:
    """Return the place of a row, as an address says it."""
    by_end = asked.view == "closed"
    rank, at = (0, values["changed_at"]) if by_end else (values["due_rank"], values["submitted_at"])
    return Place(rank, at, values["number"], before=before).said()


def _row(values: dict[str, Any], now: Now, on: date, at: datetime | None, calendar: WorkCalendar) -> QueueRow:
    definition = declared.pinned(str(values.pop("declaration_hash")))
    procedure, rank = str(values.pop("procedure")), int(values.pop("due_rank"))
    del values["changed_at"]
    due_on, due_at = values["due_on"], values["due_at"]
    left, measure = engine.days_left(due_on, on, calendar) if due_on else None, _MEASURE
    if due_at and at:
        left, measure = (due_at - at) // timedelta(seconds=1), "seconds"
    return QueueRow(
        procedure=definition.title,
        state=definition.state(str(values.pop("state"))),
        left=left,
        measure=measure,
        is_soon=now.is_soon(procedure, rank),
        **values,
    )
