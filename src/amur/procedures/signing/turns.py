"""Whose turn a draft is, read from its rows: for acts that check it and for pages that show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from amur.base.acting import Scope
from amur.base.expressions import ExpressionError
from amur.base.faults import Refused
from amur.people.reads import day_of
from amur.procedures import moments
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import actors_of, facts_of
from amur.procedures.permission import CaseFacts, permit
from amur.procedures.signing import engine, lines
from amur.procedures.signing.declarations import DRAFTER, ChainStep
from amur.procedures.signing.models import SignOff, SignOffLine


def holds(draft: SignOff, definition: ProcedureDeclaration, source: str, on: date) -> bool:
    """Say whether a condition holds of a case with what its draft proposes; one without value asks for the step.

    That somebody looks at a draft whom nobody needed harms less than that nobody does.
    """
    moment = moments.of_case(draft.case, definition, on)
    try:
        return moment.with_form({**moment.form, **draft.given}).holds(source)
    except (ExpressionError, Refused):
        return True


def facts_for(draft: SignOff) -> CaseFacts:
    """Return the facts of the case of a draft, with the body that holds it."""
    return replace(facts_of(draft.case), body_id=draft.body_id)


def why_not_take(draft: SignOff, step: ChainStep, scope: Scope, actor_id: str) -> Refused | None:
    """Return why somebody may not take the step that a draft is in, or None if they may."""
    did = actors_of(draft.case, step.not_by_actor_of)
    return engine.why_not_take(step, facts_for(draft), scope, actor_id, took=lines.took(draft), did=did)


def why_not_redraft(draft: SignOff, scope: Scope, actor_id: str) -> Refused | None:
    """Return why somebody may not draft again or withdraw, or None if they may."""
    if draft.step != DRAFTER:
        return Refused("with_others", "the draft is in the hands of others; whoever holds it can return it")
    wrong = Refused("wrong_role", f"only a {draft.role} of the body may do this", role=draft.role)
    found = permit(scope, (draft.role,), facts_for(draft), actor_id=actor_id, otherwise=wrong)
    if isinstance(found, Refused):
        return found
    return engine.why_kept_apart(DRAFTER, actor_id, lines.took(draft))


def why_not_urge(draft: SignOff, actor_id: str, now: datetime) -> Refused | None:
    """Return why somebody may not urge whoever holds a draft, or None if they may."""
    steps = lines.took(draft).get(actor_id)
    if not steps:
        return Refused("no_part", "only whoever drafted or signed it urges")
    if draft.step in steps:
        return Refused("holds_it", "it is with you, or with your colleagues in the same step")
    urged = SignOffLine.objects.filter(sign_off=draft, actor_id=actor_id, verb=SignOffLine.Verb.URGED)
    last = urged.order_by("-number").values_list("at", flat=True).first()
    if last is not None and day_of(last) == day_of(now):
        return Refused("urged_today", "you have urged today; once a day is enough")
    return None


def ballots_of(draft: SignOff) -> dict[str, str]:
    """Return who voted how in the discussion that is under way."""
    voted = SignOffLine.objects.filter(
        sign_off=draft, verb=SignOffLine.Verb.VOTED, step=draft.step, version=draft.version
    )
    return dict(voted.order_by("number").values_list("actor_id", "choice"))
