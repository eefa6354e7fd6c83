"""Drafts as the desk reads them: the thread of a chain, what this reader may do now, what waits for their signature.

A party is told of none: a draft is not yet a decision, and who signed what is the office's own business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from amur.base.acting import Scope
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.ledger.kept import prefetch
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.facts import case_of
from amur.procedures.models import Case
from amur.procedures.seeing import kept_out, works_on
from amur.procedures.signing import engine, turns
from amur.procedures.signing.declarations import Chain, ChainStep
from amur.procedures.signing.lines import drafting
from amur.procedures.signing.models import SignOff, SignOffLine
from amur.procedures.signing.seeing import waits_for


@dataclass(frozen=True, slots=True)
class SignOffView:
    """One course of a chain, as this reader may know and use it.

    ``step`` is the one whose turn it is, None while the drafter holds the draft or when it has ended; ``coming`` are
    those that follow. ``may`` names what the reader may do: draft, withdraw, sign, return, vote, conclude, urge.
    ``urged`` is how often the holder was urged since they have it.
    """

    draft: SignOff
    chain: Chain
    arrow: Transition
    lines: tuple[SignOffLine, ...]
    step: ChainStep | None
    coming: tuple[ChainStep, ...]
    may: frozenset[str]
    back: tuple[ChainStep, ...]
    tally: engine.Tally | None
    urged: int
    is_late: bool

    @property
    def is_open(self) -> bool:
        """Say whether it is under way."""
        return self.draft.ended_at is None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that waits for a reader."""

    draft: SignOff
    case: Case
    procedure: ProcedureDeclaration
    chain: Chain
    step: ChainStep | None
    urged: int
    is_late: bool


def sign_offs(scope: Scope, case_id: UUID, *, now: datetime) -> tuple[SignOffView, ...]:
    """Return the courses of all chains about a case, the earliest first; whoever does not work on it reads none."""
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not definition.sign_offs or not works_on(scope, case, definition):
        return ()
    rows = prefetch(SignOff.objects.filter(case=case).order_by("begun_at", "id"))
    lines: dict[UUID, list[SignOffLine]] = {row.id: [] for row in rows}
    for line in prefetch(SignOffLine.objects.filter(case=case).order_by("number")):
        line.case = case
        lines[line.sign_off_id].append(line)
    for row in rows:
        row.case = case
    return tuple(_view(row, definition, tuple(lines[row.id]), scope, now) for row in rows)


def to_draft(scope: Scope, case_id: UUID) -> Mapping[str, tuple[Transition, ...]]:
    """Return what can be drafted about a case where nothing is under way, by chain, whoever may."""
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not works_on(scope, case, definition):
        return {}
    taken = set(SignOff.objects.filter(case=case, ended_at=None).values_list("chain", flat=True))
    found = {chain.id: drafting(definition, case, chain.id) for chain in definition.sign_offs if chain.id not in taken}
    return {chain: arrows for chain, arrows in found.items() if arrows}


def waiting(scope: Scope, *, on: date, page: int = 1) -> Listing[Waiting]:
    """Return the drafts that wait for a reader: what is due first stands first, then what has lain longest."""
    found = _waits_for(scope)
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    ordered = found.select_related("case").order_by("due_on", "held_since", "id")
    rows = tuple(_waiting(row, on) for row in prefetch(ordered[bounds(page)]))
    return Listing(rows, valid_page(page), counted)


def count_waiting(scope: Scope) -> int | None:
    """Return how many drafts wait for a reader, at most one more than are counted; None where nothing is signed."""
    if not any(definition.sign_offs for definition in declared.everything().procedures.values()):
        return None
    return _waits_for(scope).order_by()[: MOST_COUNTED + 1].count()


def _waits_for(scope: Scope) -> QuerySet[SignOff]:
    return SignOff.objects.filter(waits_for(scope)).exclude(case__in=Case.objects.filter(kept_out(scope)))


def _waiting(row: SignOff, on: date) -> Waiting:
    definition = declared.pinned(row.case.declaration_hash)
    chain = definition.chain(row.chain)
    step = chain.step(row.step) if row.step else None
    return Waiting(row, row.case, definition, chain, step, _urged(row), _is_late(row, on))


def _view(
    draft: SignOff, definition: ProcedureDeclaration, lines: tuple[SignOffLine, ...], scope: Scope, now: datetime
) -> SignOffView:
    chain, on = definition.chain(draft.chain), day_of(now)
    step = chain.step(draft.step) if draft.step and draft.ended_at is None else None

    def holds(source: str) -> bool:
        return turns.holds(draft, definition, source, on)

    asked = engine.asked(chain, holds) if draft.ended_at is None else ()
    places = {one.id: place for place, one in enumerate(chain.steps)}
    here = places[step.id] if step else -1
    ballots = turns.ballots_of(draft) if step and step.vote else {}
    return SignOffView(
        draft=draft,
        chain=chain,
        arrow=next(one for one in definition.transitions if one.event == draft.event),
        lines=lines,
        step=step,
        coming=tuple(one for one in asked if places[one.id] > here),
        may=_may(draft, step, scope, ballots, now),
        back=engine.back_from(chain, step.id, holds) if step else (),
        tally=engine.tally(step.vote, list(ballots.values())) if step and step.vote else None,
        urged=_urged(draft),
        is_late=_is_late(draft, on),
    )


def _may(
    draft: SignOff, step: ChainStep | None, scope: Scope, ballots: Mapping[str, str], now: datetime
) -> frozenset[str]:
    if draft.ended_at is not None:
        return frozenset()
    me = scope.account_id
    may = set() if turns.why_not_urge(draft, me, now) else {"urge"}
    if step is None:
        return frozenset(may | (set() if turns.why_not_redraft(draft, scope, me) else {"draft", "withdraw"}))
    if turns.why_not_take(draft, step, scope, me):
        return frozenset(may)
    if step.vote is None:
        return frozenset(may | {"sign", "return"})
    found = engine.tally(step.vote, list(ballots.values()))
    votes = {"vote"} if me not in ballots and found.cast < step.vote.members else set()
    return frozenset(may | votes | {"return"} | ({"conclude"} if found.is_quorate else set()))


def _urged(draft: SignOff) -> int:
    urged = SignOffLine.Verb.URGED
    return SignOffLine.objects.filter(sign_off=draft, verb=urged, version=draft.version, step=draft.step).count()


def _is_late(draft: SignOff, on: date) -> bool:
    return draft.ended_at is None and draft.due_on is not None and draft.due_on < on
