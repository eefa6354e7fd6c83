"""The course of a case: what happened, what was said, why it is due on that day, and the proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.base.declared import Basis, Text
from amur.base.legal_time import WorkCalendar
from amur.ledger import reads as ledger
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.procedures import declared, engine, lapses, runs
from amur.procedures.correcting.engine import CORRECTED, VOIDED
from amur.procedures.correcting.striking import Struck, struck
from amur.procedures.declarations import (
    APPLICANT,
    CASES,
    EXCHANGE,
    MACHINE,
    REVIEW,
    ProcedureDeclaration,
    State,
    Transition,
)
from amur.procedures.editions import edition_at
from amur.procedures.migrating.engine import BROUGHT_BACK, BY_EDITIONS, MIGRATED
from amur.procedures.models import CaseEvent, ClockRun, Decision, Notice
from amur.procedures.reads.clocks import ClockView, clock_views
from amur.procedures.recusal import reads as recusal
from amur.procedures.seeing import seen, works_on
from amur.procedures.ties.engine import UNMERGED, UNMERGED_TITLE

_FURTHER = Text(
    zh="改按本程序的新版规则办理，此前事项仍按原版规则解释",
    en="Goes on by the rules of the new edition; what happened before stands by those of its day",
)
_BACK = Text(zh="恢复按原版规则办理", en="Goes on by the rules of the earlier edition again")
_TITLES = {
    engine.OPENED: Text(zh="机关依职权启动", en="Opened by the authority itself"),
    MIGRATED: _FURTHER,
    BROUGHT_BACK: _BACK,
    VOIDED: Text(zh="撤销有误的事项", en="A mistake was voided"),
    CORRECTED: Text(zh="更正填报内容", en="Answers were put right"),
}
_NO_ROLE = frozenset({MACHINE, REVIEW, CASES, EXCHANGE})
_HANDED_IN = Text(zh="提交", en="Submitted", ru="Подано", ja="提出", ko="제출")


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of the course of a case, in the words of the pack.

    ``actor_id`` is empty for everybody but the office: a party deals with the authority, not with an official's name.
    ``moved`` says whether the case went from state to state, as it does but for what happens to its clocks alone.
    ``lapsed_at`` is since when it holds by law, where a clock that was over did it and nobody else. ``struck`` says
    that it was a mistake and was voided: by whom, why, and what took its place.
    """

    at: datetime
    version: int
    title: Text
    state: State
    moved: bool
    by_applicant: bool
    role: str
    actor_id: str
    reason: str
    outcome: str
    basis: tuple[Basis, ...]
    entry_hash: str
    lapsed_at: datetime | None = None
    struck: Struck | None = None
    event: str = ""


_DECISIONS = prepared(lambda case: Decision.objects.filter(case_id=case), UUIDField())
_EVENTS = prepared(lambda case: CaseEvent.objects.filter(case_id=case).order_by("version"), UUIDField())
_NOTICES = prepared(lambda case: Notice.objects.filter(case_id=case).order_by("id"), UUIDField())


def timeline(scope: Scope, case_id: UUID) -> tuple[TimelineLine, ...]:
    """Return what happened to a case, the earliest first.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, definition = seen(scope, case_id)
    decisions = {one.entry_hash: one for one in _DECISIONS(case.pk)}
    is_desk = works_on(scope, case, definition)
    lines = tuple(
        _line(edition_at(case, event.version), event, decisions.get(event.entry_hash), is_desk=is_desk)
        for event in prefetch(_EVENTS(case.pk))
    )
    if definition.correction and (voided := struck(case, names_officials=is_desk)):
        lines = tuple(replace(line, struck=voided.get(line.version)) for line in lines)
    beside = [_beside(lines, one) for one in recusal.course_of(case, definition, scope)]
    return tuple(sorted((*lines, *beside), key=lambda line: line.at)) if beside else lines


def notices_of(scope: Scope, case_id: UUID) -> tuple[Notice, ...]:
    """Return what the party was told, the earliest first.

    Raises:
        NotFound: as ``timeline``.
    """
    case, _ = seen(scope, case_id)
    return prefetch(_NOTICES(case.pk))


def why_due(scope: Scope, case_id: UUID) -> tuple[tuple[ClockView, ...], WorkCalendar]:
    """Return the runs of the clocks with their derivation, and the calendar by which they were counted.

    Raises:
        NotFound: as ``timeline``.
    """
    case, definition = seen(scope, case_id)
    return clock_views(case, definition, None), declared.calendar()


def receipt_of(scope: Scope, case_id: UUID) -> dict[str, Any]:
    """Return the receipt by which a stranger verifies that the case was begun; it discloses the number only.

    Raises:
        NotFound: as ``timeline``.
        Conflict: if the entry waits for the next seal.
    """
    case, _ = seen(scope, case_id)
    first = CaseEvent.objects.get(case=case, version=1)
    return ledger.receipt(scope, first.entry_hash, disclose=["body"])


def _line(
    definition: ProcedureDeclaration, event: CaseEvent, decision: Decision | None, *, is_desk: bool
) -> TimelineLine:
    transition = definition.transition(event.event, event.source)
    by_applicant = event.event == engine.SUBMITTED or (transition is not None and transition.by == APPLICANT)
    return TimelineLine(
        at=event.happened_at,
        version=event.version,
        event=event.event,
        title=transition.title if transition else _title(definition, event),
        state=definition.state(event.target),
        moved=event.event not in {engine.EXTENDED, CORRECTED, *BY_EDITIONS},
        by_applicant=by_applicant,
        role="" if by_applicant or event.role in _NO_ROLE else event.role,
        actor_id=event.actor_id if is_desk and event.role not in _NO_ROLE else "",
        reason=event.reason,
        outcome=decision.outcome if decision else "",
        basis=transition.basis if transition else (),
        entry_hash=event.entry_hash,
        lapsed_at=_lapsed_at(transition, event) if transition and transition.on_lapse else None,
    )


def _beside(lines: Sequence[TimelineLine], said: recusal.Happened) -> TimelineLine:
    """Return a line of what happened beside the states of a case: it stands where the case stood then."""
    before = max((line for line in lines if line.at <= said.at), key=lambda line: line.version, default=lines[0])
    return TimelineLine(
        at=said.at,
        version=before.version,
        title=said.title,
        state=before.state,
        moved=False,
        by_applicant=said.by_applicant,
        role=said.role,
        actor_id=said.actor_id,
        reason=said.reason,
        outcome="",
        basis=(),
        entry_hash=said.entry_hash,
    )


def _lapsed_at(transition: Transition, event: CaseEvent) -> datetime | None:
    """Return when the clock was over whose lapse did this; the run that it ended keeps its date."""
    run = ClockRun.objects.filter(case_id=event.case_id, clock=transition.on_lapse, ended_at=event.happened_at).first()
    return lapses.end_of(run.due_on, run.due_at, runs.zone()) if run and run.due_on else None


def _title(definition: ProcedureDeclaration, event: CaseEvent) -> Text:
    """Return the title of what no arrow of the pack is."""
    if event.event == engine.OPENED and event.case.origin:
        number = event.case.origin.number
        return Text(zh=f"由 {number} 引出", en=f"Opened by {number}")
    if found := _TITLES.get(event.event):
        return found
    if event.event == UNMERGED:
        return UNMERGED_TITLE
    if event.event != engine.EXTENDED:
        return _HANDED_IN
    title = definition.clock(str(event.given["clock"])).title
    return Text(zh=f"延长期限：{title.zh}", en=f"Period extended: {title.en}")
