"""The queue of an office: what waits for it, what is due when. Three queries, however long the queue.

First is counted, and every count stops at a thousand. Then the keys of a page are chosen in an index, from the place
where the page before ended (``queues.reaching`` says how), and only the rows that are shown are fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.legal_time import Measure, WorkCalendar
from amur.base.listing import MOST_COUNTED
from amur.procedures import declared, engine, runs
from amur.procedures.declarations import ProcedureDeclaration, State
from amur.procedures.models import Case
from amur.procedures.queues import dialect, reaching
from amur.procedures.queues.asked import Asked, View
from amur.procedures.queues.engine import Place, place_of
from amur.procedures.queues.reaching import Now
from amur.procedures.seeing import kept_out

_MEASURE: Measure = "working_days"
_PLAIN = reaching.PLAIN
_NEAR: tuple[View, ...] = ("urgent", "late")
_TURNS = ("office", "applicant", "nobody", "closed")
_BY_DUE = ("due_rank", "submitted_at", "number")
_BY_END = ("-changed_at", "number")
_COLUMNS = (
    "id",
    "number",
    "subject",
    "procedure",
    "declaration_hash",
    "state",
    "version",
    "region",
    "submitted_at",
    "changed_at",
    "due_on",
    "due_at",
    "due_rank",
    "due_provisional",
    "closed_at",
)


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
    look = _Look(scope, active.procedures, asked, now, zone)
    counts, counted = look.counted()
    found = place_of(place)
    chosen, more = look.page(found, gathered=counted <= MOST_COUNTED) if counted else ([], False)
    rows = tuple(_row(dict(values), now, on, at, active.calendar) for values in chosen)
    earlier, later = (more, True) if found and found.before else (found is not None, more)
    return QueuePage(
        rows,
        counted,
        counts,
        previous=look.place(chosen[0], before=True) if chosen and earlier else "",
        next=look.place(chosen[-1], before=False) if chosen and later else "",
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


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a queue: whose, at what, when."""

    scope: Scope
    procedures: Mapping[str, ProcedureDeclaration]
    asked: Asked
    now: Now
    zone: tzinfo

    def counted(self) -> tuple[dict[View, int], int]:
        """Count each view, and what is asked for. Whose turn it is parts all cases, so that "all" is a sum."""
        reach = reaching.reach(self.scope, self.procedures)
        parts: dict[str, QuerySet[Case, Any] | None] = {
            "turns": self._gathered(reach, Q(**{f"{_PLAIN}turn": dialect.ANY_TURN}))
        }
        for view in _NEAR:
            # These are few among all cases and stand together at the beginning of their order.
            parts[view] = self._along(reach, reaching.of_view(view, self.now))
        if self.asked.narrows:
            parts["wanted"] = self._wanted()
        found = dialect.counted(parts, _TURNS)
        counts: dict[View, int] = {
            "open": found["office"],
            "urgent": found["urgent"],
            "late": found["late"],
            "waiting": found["applicant"],
            "closed": found["closed"],
            "all": min(sum(found[name] for name in _TURNS), MOST_COUNTED + 1),
        }
        return counts, found.get("wanted", counts[self.asked.view])

    def page(self, place: Place | None, *, gathered: bool) -> tuple[list[dict[str, Any]], bool]:
        """Return the rows of a page, and whether more follow in the direction in which it was read."""
        keys = self.keys(place, gathered=gathered)
        if keys is None:
            return [], False
        beyond = reaching.after(place, by_end=self._by_end) if place is not None else Q()
        rows = Case.objects.filter(beyond, pk__in=keys) if gathered else Case.objects.filter(pk__in=keys)
        found = list(rows.order_by(*self._order(place)).values(*_COLUMNS)[: self.asked.size + 1])
        more = len(found) > self.asked.size
        found = found[: self.asked.size]
        return (found[::-1] if place is not None and place.before else found), more

    def keys(self, place: Place | None, *, gathered: bool) -> QuerySet[Case, Any] | None:
        """Return the query for the keys of all that is wanted where that is little, or else of a page and one more."""
        if gathered:
            return self._wanted()
        # The order of an index is that of one body, so each body is walked for itself.
        bodies: dict[str, list[reaching.Part]] = {}
        for part in self._asked_reach():
            bodies.setdefault(part.body, []).append(part)
        walks = [walk for reach in bodies.values() if (walk := self._walk(reach, place)) is not None]
        if len(walks) < 2:  # noqa: PLR2004  # one walk needs nothing around it
            return next(iter(walks), None)
        ends = [Case.objects.filter(pk__in=walk).values("pk") for walk in walks]
        return ends[0].union(*ends[1:], all=True)

    def _walk(self, reach: list[reaching.Part], place: Place | None) -> QuerySet[Case, Any] | None:
        """Return the keys of a page and one more, read along the order of an index."""
        found = self._along(reach, reaching.of_view(self.asked.view, self.now))
        if found is None:
            return None
        found = found.filter(reaching.narrowed(self.asked, self.scope, self.now, self.zone))
        if place is not None:
            found = found.filter(reaching.after(place, by_end=self._by_end))
        return found.order_by(*self._order(place))[: self.asked.size + 1]

    @property
    def _by_end(self) -> bool:
        return self.asked.view == "closed"

    def _order(self, place: Place | None) -> tuple[str, ...]:
        order = _BY_END if self._by_end else _BY_DUE
        if place is None or not place.before:
            return order
        return tuple(name.removeprefix("-") if name[0] == "-" else f"-{name}" for name in order)

    def place(self, values: Mapping[str, Any], *, before: bool) -> str:
        """Return the place of a row, as an address says it."""
        rank, at = (0, values["changed_at"]) if self._by_end else (values["due_rank"], values["submitted_at"])
        return Place(rank, at, values["number"], before=before).said()

    def _wanted(self) -> QuerySet[Case, Any] | None:
        """Return the keys of all that is asked for, gathered from what is in reach."""
        view = reaching.of_view(self.asked.view, self.now, _PLAIN)
        narrowed = reaching.narrowed(self.asked, self.scope, self.now, self.zone, _PLAIN)
        return self._gathered(self._asked_reach(), view & narrowed)

    def _gathered(self, reach: list[reaching.Part], condition: Q) -> QuerySet[Case, Any] | None:
        """Return keys of what fulfils a condition, part by part, so that each is a range of the index."""
        cases = reaching.plain(Case.objects.all(), reaching.GATHERED)
        free = ~kept_out(self.scope)
        parts = [cases.filter(part.condition(), condition, free).values("pk") for part in reach]
        return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else next(iter(parts), None)

    def _along(self, reach: list[reaching.Part], condition: Q) -> QuerySet[Case, Any] | None:
        if not reach:
            return None
        cases = reaching.plain(Case.objects.all(), reaching.WALKED)
        return cases.filter(reaching.along(self.scope, reach), condition).values("pk")

    def _asked_reach(self) -> list[reaching.Part]:
        wanted = self.asked.procedure
        procedures = {name: one for name, one in self.procedures.items() if wanted in {"", name}}
        return reaching.reach(self.scope, procedures, self.asked.region)


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
