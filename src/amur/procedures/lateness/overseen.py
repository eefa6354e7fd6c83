"""Which cases are late, for whoever oversees the offices: number, place, day, cause, and nothing of what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from amur.base.acting import Scope, region_prefix
from amur.people import reads as people
from amur.procedures import declared
from amur.procedures.declarations import State
from amur.procedures.lateness.models import LateCause
from amur.procedures.lateness.reads import UNSAID
from amur.procedures.models import Case, CaseEvent
from amur.procedures.queues.engine import tick

MOST = 200
"""So many are listed, those that are late for the longest time first."""


@dataclass(frozen=True, slots=True)
class LateCase:
    """A late case as overseers know it: with the entries that prove when it came and what happened to it last."""

    number: str
    body: str
    state: State
    due_on: date | None
    due_at: datetime | None
    cause: str
    came_at: datetime
    came: str
    moved_at: datetime
    moved: str


def late_cases(scope: Scope, procedure: str, *, at: datetime) -> tuple[LateCase, ...] | None:
    """Return the late cases of a procedure, the longest first; None for whoever oversees nothing."""
    roles = people.overseeing() if scope.kind == "office" else frozenset[str]()
    regions = {one.region for one in scope.grants if one.role in roles and one.procedure in {"", procedure}}
    if not regions:
        return None
    events = CaseEvent.objects.filter(case=OuterRef("pk"))
    cause = LateCause.objects.filter(case=OuterRef("pk")).order_by("-said_at", "-id").values("cause")[:1]
    found = (
        Case.objects.filter(_within(regions), procedure=procedure, due_rank__lt=tick(at))
        .annotate(
            cause=Coalesce(Subquery(cause), Value(UNSAID)),
            came=Subquery(events.order_by("version").values("entry_hash")[:1]),
            moved=Subquery(events.order_by("-version").values("entry_hash")[:1]),
            moved_at=Subquery(events.order_by("-version").values("happened_at")[:1]),
        )
        .order_by("due_rank", "number")[:MOST]
    )
    return tuple(
        LateCase(
            number=case.number,
            body=case.body_id,
            state=declared.pinned(case.declaration_hash).state(case.state),
            due_on=case.due_on,
            due_at=case.due_at,
            cause=case.cause,
            came_at=case.submitted_at,
            came=case.came,
            moved_at=case.moved_at,
            moved=case.moved,
        )
        for case in found
    )


def _within(regions: set[str]) -> Q:
    """Return the condition of what lies in one of these regions; an empty one is all of them."""
    if "" in regions:
        return Q()
    found = Q(pk=None)
    for region in regions:
        found |= Q(region__startswith=region_prefix(region))
    return found
