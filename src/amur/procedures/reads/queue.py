"""The queue of an office: what waits for it, what is due when. Three queries, however long the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.base.legal_time import Measure, WorkCalendar
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.procedures import declared, engine
from amur.procedures.declarations import ProcedureDeclaration, State
from amur.procedures.models import Case
from amur.procedures.seeing import worked_on_by

VIEWS = ("open", "late", "waiting", "closed", "all")
"""What can be looked at; ``waiting`` are the cases that wait for their party.

A case in whose state no office can do anything is in none of the first three: nothing is asked of anybody.
"""

_MEASURE: Measure = "working_days"
_COLUMNS = (
    "id",
    "number",
    "subject",
    "declaration_hash",
    "state",
    "version",
    "region",
    "submitted_at",
    "due_on",
    "due_at",
    "due_provisional",
    "closed_at",
)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in the queue. ``left`` is what is left in its ``measure``, None while no clock runs.

    That is working days for all cases, so that they can be compared, but seconds for one that is due at an instant.
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
    closed_at: datetime | None


def queue(
    scope: Scope, *, on: date, at: datetime | None = None, view: str = "open", page: int = 1, query: str = ""
) -> Listing[QueueRow]:
    """Return one page of the cases that an office works on: what is due first stands first.

    ``at`` is the instant by which clocks that count hours are read; without it they are late from the next day on.

    Raises:
        NotFound: if there is no such view.
    """
    active = declared.everything()
    found = _seen_in(view, _reached(scope, active.procedures), active.procedures, on, at)
    for word in query.split():
        found = found.filter(Q(number__icontains=word) | Q(subject__icontains=word))
    due = [F("due_on").asc(nulls_last=True), F("due_at").asc(nulls_last=True)]
    order = ["-changed_at", "number"] if view == "closed" else [*due, "submitted_at", "number"]
    first = bounds(page)
    rows = [_row(values, on, at, active.calendar) for values in found.order_by(*order).values(*_COLUMNS)[first]]
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    return Listing(tuple(rows), valid_page(page), counted)


def counts(scope: Scope, *, on: date, at: datetime | None = None) -> dict[str, int]:
    """Return how many cases each view holds, in one query beside that of the declarations."""
    active = declared.everything()
    reached = _reached(scope, active.procedures)
    conditions = {view: _condition(view, active.procedures, on, at) for view in VIEWS}
    return reached.aggregate(**{view: Count("pk", filter=condition) for view, condition in conditions.items()})


def _reached(scope: Scope, procedures: Mapping[str, ProcedureDeclaration]) -> QuerySet[Case]:
    return Case.objects.filter(worked_on_by(scope, procedures))


def _seen_in(
    view: str, found: QuerySet[Case], procedures: Mapping[str, ProcedureDeclaration], on: date, at: datetime | None
) -> QuerySet[Case]:
    if view not in VIEWS:
        raise NotFound("no_view", f"there is no view {view!r}; choose from {', '.join(VIEWS)}")
    return found.filter(_condition(view, procedures, on, at))


def _condition(view: str, procedures: Mapping[str, ProcedureDeclaration], on: date, at: datetime | None) -> Q:
    if view == "closed":
        return Q(closed_at__isnull=False)
    if view == "all":
        return Q(pk__isnull=False)
    still_open = Q(closed_at=None)
    if view == "late":
        return still_open & (Q(due_on__lt=on) | Q(due_at__lt=at) if at else Q(due_on__lt=on))
    found = Q(pk=None)
    for name, definition in procedures.items():
        waits = {state.id for state in definition.every_state if state.needs_applicant}
        states = waits if view == "waiting" else definition.office_states - waits
        found |= Q(procedure=name, state__in=sorted(states))
    return still_open & found


def _row(values: dict[str, Any], on: date, at: datetime | None, calendar: WorkCalendar) -> QueueRow:
    definition = declared.pinned(str(values.pop("declaration_hash")))
    due_on, due_at = values["due_on"], values["due_at"]
    left, measure = engine.days_left(due_on, on, calendar) if due_on else None, _MEASURE
    if due_at and at:
        left, measure = (due_at - at) // timedelta(seconds=1), "seconds"
    state = definition.state(str(values.pop("state")))
    return QueueRow(procedure=definition.title, state=state, left=left, measure=measure, **values)
