"""Which cases are late and why: the list of causes, what was said of one case, and how many of each are open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from amur.base.acting import Scope
from amur.base.codelists import Code, CodeList
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.facts import case_of
from amur.procedures.lateness.models import LateCause
from amur.procedures.models import Case, ClockRun
from amur.procedures.queues.engine import tick
from amur.procedures.seeing import works_on
from amur.registers import lookups

UNSAID = ""
"""In place of a cause: nobody has said yet why it is late."""
_LATE = Q(ended_on__gt=F("due_on")) | Q(ended_at__gt=F("due_at"))
_ENDED_LATE = prepared(
    lambda case: ClockRun.objects.filter(_LATE, case_id=case, ended_on__isnull=False).values_list("clock", flat=True),
    UUIDField(),
)


def late_causes(on: date) -> tuple[Code, ...]:
    """Return the causes that the pack lists and that hold on a day; none where it names no list."""
    pack = next((one.body for one in policy.declarations("pack").values()), None) or {}
    known = lookups.active(CodeList, "codelist").get(str(pack.get("late_causes") or ""))
    return tuple(one for one in (known.codes if known else ()) if one.may_be_chosen(on))


def is_late(case: Case, at: datetime) -> bool:
    """Say whether a clock of a case is over and runs on, or ended after its last day.

    A clock whose lapse the law itself answers is late for nobody: it ends by lapsing.
    """
    if case.closed_at is None and case.due_rank < tick(at):
        return True
    definition = declared.pinned(case.declaration_hash)
    lapsing = {arrow.on_lapse for arrow in definition.transitions if arrow.on_lapse}
    return any(clock not in lapsing for clock in _ENDED_LATE(case.pk))


def cause_of_lateness(scope: Scope, case_id: UUID) -> LateCause | None:
    """Return the newest cause that was said of a case, to whoever works on it."""
    found = LateCause.objects.filter(case_id=case_id).select_related("case").order_by("-said_at", "-id").first()
    if found is None or not works_on(scope, found.case, declared.pinned(found.case.declaration_hash)):
        return None
    return found


def may_say_why_late(scope: Scope, case_id: UUID, *, at: datetime) -> bool:
    """Say whether a case is late, the pack lists causes, and the reader works on it."""
    if not late_causes(day_of(at)):
        return False
    case = case_of(case_id)
    return bool(case and works_on(scope, case, declared.pinned(case.declaration_hash)) and is_late(case, at))


def open_late_by_cause(scope: Scope, *, at: datetime) -> Mapping[str, Mapping[str, int]]:
    """Return for each procedure how many of its open late cases have which cause; the numbers name nobody."""
    del scope
    newest = LateCause.objects.filter(case=OuterRef("pk")).order_by("-said_at", "-id").values("cause")[:1]
    late = Case.objects.filter(due_rank__lt=tick(at)).annotate(cause=Coalesce(Subquery(newest), Value(UNSAID)))
    found: dict[str, dict[str, int]] = {}
    for row in late.order_by().values("procedure", "cause").annotate(count=Count("pk")):
        found.setdefault(row["procedure"], {})[row["cause"]] = row["count"]
    return found
