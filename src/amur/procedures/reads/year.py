"""How many cases came in a year, by procedure, and what each body has open: numbers that name nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Count, DateTimeField, OuterRef, Q, Subquery

from amur.base.acting import Scope
from amur.ledger.prepared import prepared
from amur.people.reads import bodies
from amur.procedures import declared
from amur.procedures.lateness.models import LateCause
from amur.procedures.models import Case
from amur.procedures.queues.engine import ENDED, tick

YEAR = timedelta(days=365)
LEAST = 5
"""Fewer cases than this are not told apart, so that nobody is recognised in a number."""
_RECEIVED = prepared(
    lambda names, since, until: (
        Case.objects.filter(procedure__in=names, submitted_at__gt=since, submitted_at__lte=until)
        .order_by()
        .values_list("procedure")
        .annotate(number=Count("*"))
    ),
    CharField(),
    DateTimeField(),
    DateTimeField(),
)


@dataclass(frozen=True, slots=True)
class Load:
    """What lies with a body: open cases, those of them whose time is over, and those that came and ended in a month."""

    body: str
    open: int
    late: int
    received: int = 0
    closed: int = 0


def received(scope: Scope, *, at: datetime) -> Mapping[str, int]:
    """Return how many cases of each procedure of today were handed in during the year before an instant, whoever asks.

    What few handed in is told by ``told``.
    """
    del scope
    names = list(declared.everything().procedures)
    return dict(_RECEIVED(names, at - YEAR, at)) if names else {}


def told(number: int) -> int | None:
    """Return a number of cases as it may be shown: none of them is shown, few of them are not.

    >>> [told(number) for number in (0, 1, 4, 5)]
    [0, None, None, 5]
    """
    return None if 0 < number < LEAST else number


def load(scope: Scope, *, at: datetime) -> tuple[Load, ...]:
    """Return what lies with each body that has open cases, the most late first, whoever asks.

    Late is what the queue calls late. The authority answers for these numbers, and they name nobody.
    """
    del scope
    names = list(bodies().order_by().values_list("id", flat=True))
    reached = Case.objects.filter(body_id__in=names, due_rank__lt=ENDED).order_by().values("body_id")
    counted = reached.annotate(open=Count("pk"), late=Count("pk", filter=Q(due_rank__lt=tick(at))))
    month = at - timedelta(days=30)
    came = _by_body(names, submitted_at__gt=month, submitted_at__lte=at)
    went = _by_body(names, changed_at__gt=month, closed_at__gt=month)
    open_late = {row["body_id"]: (row["open"], row["late"]) for row in counted}
    found = [
        Load(name, *open_late.get(name, (0, 0)), came.get(name, 0), went.get(name, 0))
        for name in names
        if name in open_late or name in came or name in went
    ]
    return tuple(sorted(found, key=lambda one: (-one.late, -one.open, one.body)))


def _by_body(names: list[str], **when: datetime) -> dict[str, int]:
    rows = Case.objects.filter(body_id__in=names, **when).order_by().values_list("body_id")
    return dict(rows.annotate(number=Count("pk")))


def causes_of_a_year(scope: Scope, *, at: datetime) -> Mapping[str, int]:
    """Return how many cases that came in a year are or were late for which cause, whoever asks; the newest said counts.

    It tells only of cases of which somebody said why. The numbers name nobody.
    """
    del scope
    newest = LateCause.objects.filter(case=OuterRef("pk")).order_by("-said_at", "-id").values("cause")[:1]
    said = Case.objects.filter(pk__in=LateCause.objects.values("case"), submitted_at__gt=at - YEAR)
    rows = said.annotate(cause=Subquery(newest)).order_by().values_list("cause").annotate(number=Count("pk"))
    return dict(rows)
