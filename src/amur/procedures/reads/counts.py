"""How many cases of each procedure are open, and how many of them late: what everybody may know; one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Q, QuerySet

from amur.base.acting import Scope
from amur.ledger.prepared import Slot, prepared
from amur.people.reads import bodies
from amur.procedures.models import Case
from amur.procedures.queues.engine import ENDED, tick


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Cases of a procedure that are not closed, and those of them whose time is over."""

    open: int = 0
    late: int = 0


def open_cases(scope: Scope, *, at: datetime) -> dict[str, OpenCases]:
    """Return for each procedure how many of its cases are open and late at an instant, whoever asks.

    Late is what the queue calls late. The number names nobody, and the authority answers for it.
    """
    del scope
    return {name: OpenCases(count, late) for name, count, late in _COUNTED(tick(at))}


def open_query(scope: Scope, *, at: datetime) -> str:
    """Return the query of ``open_cases`` in the words of the database, for whoever asks how it is counted."""
    del scope
    return str(_counted(tick(at)).query)


def _counted(at: int | Slot) -> QuerySet[Case, tuple[Any, ...]]:
    # By body, since the index of what is due begins with it: so no closed case is looked at.
    reached = Case.objects.filter(body_id__in=bodies().order_by().values("id"), due_rank__lt=ENDED)
    late = Count("pk", filter=Q(due_rank__lt=at))
    return reached.order_by("procedure").values_list("procedure").annotate(open=Count("pk"), late=late)


_COUNTED = prepared(_counted, BigIntegerField())
