"""What stands beside a running case – rounds, drafts, fees, ties, promises – and would break if its edition changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from amur.people.reads import day_of
from amur.procedures.acts.clocks import next_lapse
from amur.procedures.appeals.models import Appeal
from amur.procedures.commitment.engine import is_promised
from amur.procedures.correcting.models import Correction
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.fees.models import FeeDemand
from amur.procedures.hearings.models import Hearing
from amur.procedures.joint.models import AskedPart, HandOver
from amur.procedures.migrating.engine import Obstacle
from amur.procedures.missing import engine as missing
from amur.procedures.models import Case, ClockRun, Document
from amur.procedures.opinions.models import AskedRound
from amur.procedures.signing.models import SignOff, SignOffLine
from amur.procedures.ties.models import Tie
from amur.procedures.window.models import Intake


def under_way(case: Case, old: ProcedureDeclaration, now: datetime, open_runs: list[ClockRun]) -> Iterator[Obstacle]:
    """Find what others have under way by the old rules; it ends first."""
    for chain in SignOff.objects.filter(case=case, ended_at=None).values_list("chain", flat=True):
        yield Obstacle("open.sign_off", chain, f"a draft is being signed by {chain!r}")
    for name in AskedRound.objects.filter(case=case, closed_at=None).values_list("round", flat=True):
        yield Obstacle("open.round", name, f"the round {name!r} is open")
    if Correction.objects.filter(case=case, version=None, withdrawn_at=None).exists():
        yield Obstacle("open.correction", "", "a correction waits for a second person")
    for body in HandOver.objects.filter(case=case, state=HandOver.State.OFFERED).values_list("to_body", flat=True):
        yield Obstacle("open.hand_over", body, f"the case is offered to {body!r}")
    merged = Tie.objects.filter(lead=case, kind=Tie.Kind.MERGED, ended_at=None, undo_until__gte=day_of(now))
    for until in merged.values_list("undo_until", flat=True):
        yield Obstacle("open.merge", "", f"another case was merged into it, which may be undone until {until}")
    if (lapse := next_lapse(case, old, open_runs)) and lapse.at <= max(now, case.changed_at):
        yield Obstacle("lapsed", lapse.event, "a period is over; the law moves the case first")


def without_words(case: Case, old: ProcedureDeclaration, new: ProcedureDeclaration) -> Iterator[Obstacle]:
    """Find what the case holds and the new edition has no words or no rules for any more."""
    held: tuple[tuple[str, list[str], set[str]], ...] = (
        ("round", _names(AskedRound.objects.all(), case, "round"), {one.id for one in new.opinions}),
        ("sign_off", _names(SignOff.objects.all(), case, "chain"), {one.id for one in new.sign_offs}),
        ("document", _names(Document.objects.all(), case, "document"), {one.id for one in new.documents}),
        ("fee", _names(FeeDemand.objects.all(), case, "fee"), {one.id for one in new.fees}),
    )
    for what, names, known in held:
        for name in names:
            if name not in known:
                yield _gone(what, name)
    yield from _signed(case, new)
    if old.joint != new.joint and AskedPart.objects.filter(case=case).exists():
        yield Obstacle("joint.changed", "joint", "parts were asked of other bodies by rules that change")
    yield from _rules(case, old, new)


def _names(rows: QuerySet[Any], case: Case, column: str) -> list[str]:
    return sorted(set(rows.filter(case=case).values_list(column, flat=True)))


def _gone(what: str, name: str) -> Obstacle:
    return Obstacle(f"{what}.no_place", name, f"the case holds {name!r}, which the new edition does not know")


def _signed(case: Case, new: ProcedureDeclaration) -> Iterator[Obstacle]:
    """Find drafts that were signed, and could not be read any more: their event or a step has another name."""
    known = {arrow.event for arrow in new.transitions}
    steps = {one.id: {step.id for step in one.steps} for one in new.sign_offs}
    for draft in SignOff.objects.filter(case=case, chain__in=steps).order_by("id"):
        taken = set(SignOffLine.objects.filter(sign_off=draft).exclude(step="").values_list("step", flat=True))
        for name in sorted(({draft.event} - known) | (taken - steps[draft.chain])):
            yield _gone("sign_off", name)


def _rules(case: Case, old: ProcedureDeclaration, new: ProcedureDeclaration) -> Iterator[Obstacle]:
    """Find what the case stands in by a rule of the old edition that the new one does not have."""
    ties = Tie.objects.filter(ended_at=None).values_list("kind", flat=True)
    joins = Tie.Kind.JOINED in {*ties.filter(lead=case), *ties.filter(case=case)}
    opened = {one.procedure_id for one in old.one_thing.children} if old.one_thing else set()
    children = {one.procedure_id for one in new.one_thing.children} if new.one_thing else set()
    begun = set(Case.objects.filter(origin=case, procedure__in=opened).values_list("procedure", flat=True))
    promises = old.commitment is not None and is_promised(old.commitment, case.data)
    hears = not new.hears_appeals and Appeal.objects.filter(case=case, ended_at=None).exists()
    later = missing.to_bring(old.may_be_missing, case.data)
    lacking = (
        ("tie", "mass", joins and not (new.ties and new.ties.mass)),
        ("hearing", "hearing", new.hearing is None and Hearing.objects.filter(case=case).exists()),
        ("window", "window", new.window is None and Intake.objects.filter(case=case).exists()),
        ("commitment", "commitment", promises and new.commitment is None),
        ("missing", "may_be_missing", bool(later) and new.may_be_missing is None),
        ("one_thing", "one_thing", bool(begun - children)),
        ("appeal", "appeal", hears),
    )
    for what, name, is_lacking in lacking:
        if is_lacking:
            yield _gone(what, name)
