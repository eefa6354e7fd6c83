"""What an official keeps and has begun: saved views, and what became of acts on many cases; each sees their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import CharField

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.faults import NotFound, Refused
from amur.base.legal_time import Unit
from amur.ledger.prepared import prepared
from amur.procedures import declared, engine
from amur.procedures.clocks import why_not_extend
from amur.procedures.declarations import ProcedureDeclaration, State
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, ClockRun
from amur.procedures.permission import permit
from amur.procedures.queues.acts.many import arrow_of
from amur.procedures.queues.asked import Asked, asked_from
from amur.procedures.queues.engine import MOST_CHOSEN
from amur.procedures.queues.models import Batch, SavedView
from amur.procedures.seeing import works_on


@dataclass(frozen=True, slots=True)
class KeptView:
    """A view that an official keeps."""

    id: UUID
    name: str
    asked: Asked
    is_default: bool


@dataclass(frozen=True, slots=True)
class BatchCase:
    """One case of a batch and what became of it; ``outcome`` is empty while it waits."""

    number: str
    subject: str
    state: State
    outcome: str
    code: str
    details: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class BatchView:
    """An act on many cases: what was to be done, and what became of each."""

    id: UUID
    title: Text | None
    procedure: Text
    begun_at: datetime
    ended_at: datetime | None
    cases: tuple[BatchCase, ...]

    def count(self, outcome: str) -> int:
        """Return of how many cases this became."""
        return sum(case.outcome == outcome for case in self.cases)


@dataclass(frozen=True, slots=True)
class ChosenCase:
    """A case that was chosen, with the version that was seen when it was."""

    id: UUID
    number: str
    subject: str
    state: State
    seen: int
    version: int


@dataclass(frozen=True, slots=True)
class ManyEvent:
    """An event that some of the chosen cases can take, and in how many of them it means something."""

    event: str
    title: Text
    reason: str
    is_ending: bool
    fits: int


@dataclass(frozen=True, slots=True)
class ManyExtension:
    """A clock that runs in some of the chosen cases and can be made longer by this person."""

    clock: str
    title: Text
    at_most: int
    unit: Unit
    fits: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cases that were chosen together, and what can be done to them at once."""

    cases: tuple[ChosenCase, ...]
    procedures: tuple[Text, ...]
    events: tuple[ManyEvent, ...] = ()
    asking: tuple[Text, ...] = ()
    extensions: tuple[ManyExtension, ...] = ()


_KEPT = prepared(lambda account: SavedView.objects.filter(account_id=account).order_by("name"), CharField())


def saved_views(scope: Scope) -> list[KeptView]:
    """Return the views that a reader keeps, by name."""
    if not scope.account_id:
        return []
    return [KeptView(one.pk, one.name, asked_from(one.asked), one.is_default) for one in _KEPT(scope.account_id)]


def batch_of(scope: Scope, batch_id: UUID) -> BatchView:
    """Return an act on many cases that the reader began, with what became of each case.

    Raises:
        NotFound: if there is no such batch of this reader.
    """
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None or (scope.kind != "system" and scope.account_id != batch.actor_id):
        raise NotFound("no_batch", "there is no such act on many cases")
    lines = list(batch.lines.select_related("case").defer("case__data").order_by("place"))
    known = {line.case.declaration_hash: declared.pinned(line.case.declaration_hash) for line in lines}
    first = known[lines[0].case.declaration_hash]
    cases = tuple(
        BatchCase(
            line.case.number,
            line.case.subject,
            known[line.case.declaration_hash].state(line.case.state),
            line.outcome,
            line.code,
            line.details,
        )
        for line in lines
    )
    return BatchView(batch.pk, _title(batch, first), first.title, batch.begun_at, batch.ended_at, cases)


def chosen_cases(scope: Scope, seen: Mapping[UUID, int]) -> Chosen:
    """Return the chosen cases that a reader works on, at most as many as can be taken together, and what they can do.

    Rules that look at one case alone, such as who did what before, decide when it has its turn.
    """
    wanted = list(seen)[:MOST_CHOSEN]
    rows = {case.pk: case for case in Case.objects.filter(pk__in=wanted).defer("data")}
    known = {case.declaration_hash: declared.pinned(case.declaration_hash) for case in rows.values()}
    mine = [case for one in wanted if (case := rows.get(one)) and works_on(scope, case, known[case.declaration_hash])]
    cases = tuple(
        ChosenCase(
            case.pk,
            case.number,
            case.subject,
            known[case.declaration_hash].state(case.state),
            seen[case.pk],
            case.version,
        )
        for case in mine
    )
    titles = {case.procedure: known[case.declaration_hash].title for case in mine}
    if len(titles) != 1:
        return Chosen(cases, tuple(titles.values()))
    events, asking = _events(scope, mine, known)
    return Chosen(cases, tuple(titles.values()), events, asking, _extensions(scope, mine, known))


def _events(
    scope: Scope, cases: Sequence[Case], known: Mapping[str, ProcedureDeclaration]
) -> tuple[tuple[ManyEvent, ...], tuple[Text, ...]]:
    """Return what can be done to many, and what asks for more than a reason and is done case by case."""
    found: dict[str, ManyEvent] = {}
    asking: dict[str, Text] = {}
    for case in cases:
        definition = known[case.declaration_hash]
        for event in dict.fromkeys(one.event for one in definition.transitions):
            arrow = arrow_of(definition, event, case.state)
            if arrow is None or isinstance(permit(scope, [arrow.by], facts_of(case)), Refused):
                continue
            if arrow.asks_more:
                asking[event] = arrow.title
                continue
            fits = found[event].fits + 1 if event in found else 1
            found[event] = ManyEvent(event, arrow.title, arrow.reason, arrow.outcome == "refused", fits)
    return tuple(one for name, one in found.items() if name not in asking), tuple(asking.values())


def _extensions(
    scope: Scope, cases: Sequence[Case], known: Mapping[str, ProcedureDeclaration]
) -> tuple[ManyExtension, ...]:
    hashes = {case.pk: case for case in cases}
    found: dict[str, ManyExtension] = {}
    for run in ClockRun.objects.filter(case__in=list(hashes), ended_on=None, extension__isnull=True).order_by("id"):
        case = hashes[run.case_id]
        clock = known[case.declaration_hash].clock(run.clock)
        if clock.extension is None or why_not_extend(clock, scope, facts_of(case)) is not None:
            continue
        before = found.get(clock.id)
        most = min(clock.extension.at_most, before.at_most) if before else clock.extension.at_most
        fits = before.fits + 1 if before else 1
        found[clock.id] = ManyExtension(clock.id, clock.title, most, clock.period.unit, fits)
    return tuple(found.values())


def _title(batch: Batch, definition: ProcedureDeclaration) -> Text | None:
    if batch.event == engine.EXTENDED:
        return next((clock.title for clock in definition.clocks if clock.id == batch.clock), None)
    return next((one.title for one in definition.transitions if one.event == batch.event), None)
