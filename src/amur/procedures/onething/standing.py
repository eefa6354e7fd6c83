"""Where the cases of one thing stand, from its rows: for what follows from that, for pages and for papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F

from amur.base.expressions import ExpressionError
from amur.procedures.conditions import Moment
from amur.procedures.models import Case, Decision
from amur.procedures.onething.declarations import OneThing
from amur.procedures.onething.engine import Opened, Standing, standings


@dataclass(frozen=True, slots=True)
class Whole:
    """The cases of one thing that were opened, by procedure, how each was decided, and where all of them stand."""

    cases: Mapping[str, Case]
    decided: Mapping[str, Decision]
    standings: Mapping[str, Standing]


def whole_of(case: Case, rule: OneThing, moment: Moment) -> Whole:
    """Return where the cases of one thing stand; ``moment`` is that of the one form."""
    names = {child.procedure_id for child in rule.children}
    rows = Case.objects.filter(origin=case, procedure__in=names).order_by("submitted_at")
    cases = {one.procedure: one for one in rows}
    # A decision that was voided, taken up by a review or set aside when its case was reopened is the case's no more.
    stands = Decision.objects.filter(case__in=cases.values(), decided_at=F("case__decided_at"))
    decided = {one.case_id: one for one in stands.order_by("id")}
    last = {name: decided[one.pk] for name, one in cases.items() if one.pk in decided}
    opened = {
        name: Opened(last[name].outcome if name in last else "", one.closed_at is not None)
        for name, one in cases.items()
    }
    unneeded = {child.procedure_id for child in rule.children if child.when and not _is_needed(child.when, moment)}
    return Whole(cases, last, standings(rule, opened, unneeded))


def _is_needed(when: str, moment: Moment) -> bool:
    try:
        return moment.holds(when)
    except ExpressionError as error:
        if error.is_absence:
            return False
        raise
