"""What is known of appeals: for the party and the office of a case, and for the body that hears one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.base.declared import Basis, Text
from amur.base.faults import NotFound, Refused
from amur.base.legal_time import Due, Explanation, explain
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.people import reads as people
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.appeals import engine
from amur.procedures.appeals import models as tables
from amur.procedures.appeals.declarations import UNDOING, Appeal
from amur.procedures.correcting.aside import laid_aside
from amur.procedures.correcting.striking import voided_entries
from amur.procedures.editions import edition_at
from amur.procedures.engine import is_party
from amur.procedures.facts import case_of, facts_of
from amur.procedures.models import Case, CaseEvent, Decision, Document, Notice
from amur.procedures.notices.models import Delivery
from amur.procedures.seeing import may_see


@dataclass(frozen=True, slots=True)
class Lodged:
    """An appeal as whoever sees one of its two cases reads it; ``state`` is where the hearing case stands."""

    row: tables.Appeal
    number: str
    title: Text
    state: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Contestable:
    """A decision with until when it can be contested and why, what came of that, and whether this reader still can.

    ``why`` is empty where the period has not begun. ``refusal`` is None where this reader may lodge an appeal now.
    """

    decision: Decision
    appeal: Appeal
    begun_on: date | None
    why: Explanation | None
    is_late: bool
    lodged: tuple[Lodged, ...]
    refusal: Refused | None

    @property
    def due(self) -> Due | None:
        """Return the last day."""
        return self.why.due if self.why else None

    @property
    def stands(self) -> bool:
        """Say whether no review has undone it."""
        return not any(one.row.result in UNDOING for one in self.lodged)

    @property
    def waits(self) -> bool:
        """Say whether its effect is suspended."""
        return any(one.row.is_suspended for one in self.lodged)


@dataclass(frozen=True, slots=True)
class Heard:
    """What an appeal is about, for whoever hears it and for its party: the decision and the case it was made in."""

    row: tables.Appeal
    number: str
    title: Text
    decided: Text
    reason: str
    basis: tuple[Basis, ...]


_LODGED = prepared(
    lambda case: tables.Appeal.objects.filter(first_id=case).select_related("case").order_by("lodged_at", "pk"),
    UUIDField(),
)
_DECISIONS = prepared(lambda case: Decision.objects.filter(case_id=case).order_by("pk"), UUIDField())


def contests_of(scope: Scope, case_id: UUID, *, on: date) -> tuple[Contestable, ...]:
    """Return the decisions of a case, the earliest first, each with its period and its appeals.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    is_partys = is_party(scope, facts_of(case))
    lodged = [(row, _lodged(row)) for row in prefetch(_LODGED(case.pk))]
    found = []
    gone = {*laid_aside(case, definition), *(voided_entries(case) if definition.correction else ())}
    for decision in prefetch(_DECISIONS(case.pk)):
        own = tuple(view for row, view in lodged if row.decision_id == decision.pk)
        if decision.entry_hash in gone and not own:
            continue
        refusal = engine.why_not_contest(definition.appeal, [one.row.result for one in own])
        if refusal is None and not is_partys:
            refusal = Refused("not_the_applicant", "only the party contests a decision")
        begun, why = period_of(definition.appeal, decision)
        late = engine.is_late(why.due if why else None, on)
        found.append(Contestable(decision, definition.appeal, begun, why, late, own, refusal))
    return tuple(found)


def heard(scope: Scope, case_id: UUID) -> Heard | None:
    """Return what the appeal that is heard in a case is about; None where the case hears none.

    Raises:
        NotFound: as ``contests_of``.
    """
    row = tables.Appeal.objects.filter(case=case_id).select_related("case", "first", "decision").first()
    if row is None:
        return None
    if not may_see(scope, row.case, declared.pinned(row.case.declaration_hash)):
        raise NotFound("no_case", "there is no such case")
    definition = declared.pinned(row.first.declaration_hash)
    event = CaseEvent.objects.get(case=row.decision.case_id, entry_hash=row.decision.entry_hash)
    then = edition_at(row.first, event.version)
    arrow = then.transition(event.event, event.source)
    return Heard(
        row,
        row.first.number,
        definition.title,
        arrow.title if arrow else then.state(event.target).title,
        row.decision.reason,
        tuple(Basis.model_validate(one) for one in row.decision.basis),
    )


def bodies_of(scope: Scope, appeal: Appeal, *, on: date) -> tuple[tuple[str, Text], ...]:
    """Return the bodies before which a decision can be contested on a day, with their names, whoever asks."""
    del scope  # where one can complain is for everybody to know
    found = ((name, people.body_on(name, on)) for name in appeal.bodies)
    return tuple((name, Text.model_validate(body.titles) if body else Text(zh=name, en=name)) for name, body in found)


def period_of(appeal: Appeal, decision: Decision) -> tuple[date | None, Explanation | None]:
    """Return when the period for contesting a decision began, and why it ends when it does; None where it has not."""
    if appeal.period is None:
        return None, None
    begun = day_of(decision.decided_at) if appeal.period.runs_from == "decision" else served_on(decision)
    if begun is None:
        return None, None
    return begun, explain(engine.clock_of(appeal.period, begun), declared.calendar())


def served_on(decision: Decision) -> date | None:
    """Return when a decision was served: with a paper that must be, or else when its party was told or read it."""
    version = CaseEvent.objects.get(case=decision.case_id, entry_hash=decision.entry_hash).version
    papers = Document.objects.filter(case=decision.case_id, version=version, must_be_served=True)
    served = [*papers.values_list("served_at", flat=True)]
    if not served:
        sent = Delivery.objects.filter(notice__case=decision.case_id, notice__version=version)
        read = Notice.objects.filter(case=decision.case_id, version=version)
        served = [*sent.values_list("sent_at", flat=True), *read.values_list("read_at", flat=True)]
    first = min((one for one in served if one is not None), default=None)
    return day_of(first) if first else None


def is_suspended(case: Case) -> bool:
    """Say whether an appeal keeps a decision of a case from being carried out."""
    return tables.Appeal.objects.filter(first=case, lifted_at=None).exclude(suspended_at=None).exists()


def _lodged(row: tables.Appeal) -> Lodged:
    hearing = declared.pinned(row.case.declaration_hash)
    body = people.body_on(row.case.body_id, day_of(row.lodged_at))
    name = Text.model_validate(body.titles) if body else Text(zh=row.case.body_id, en=row.case.body_id)
    return Lodged(row, row.case.number, hearing.title, hearing.state(row.case.state).title, name)
