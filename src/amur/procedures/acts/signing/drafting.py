"""Drafting a decision, drafting it again when it came back, and giving it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import Conflict, Refused
from amur.base.fields import Raw
from amur.people.reads import day_of
from amur.procedures import engine as cases
from amur.procedures.acts import events
from amur.procedures.acts.moves import Move
from amur.procedures.acts.signing.held import Held, locked, under_way, was_done
from amur.procedures.facts import facts_of, history_of
from amur.procedures.models import Case
from amur.procedures.permission import acting
from amur.procedures.signing import engine, lines, turns
from amur.procedures.signing.declarations import DRAFTER, Chain
from amur.procedures.signing.lines import Said, worded
from amur.procedures.signing.models import SignOff, SignOffLine
from amur.procedures.transactions import act, check_key

_Verb = SignOffLine.Verb


def draft_decision(
    case_id: UUID,
    event: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    key: IdempotencyKey = "",
    reason: str = "",
    extra: Mapping[str, Raw] | None = None,
) -> SignOff:
    """Draft what shall happen to a case, and hand it to the first step of its chain; the same key again does nothing.

    A draft that came back is drafted again, with another proposal if need be. ``expected_version`` is the case's.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Conflict: ``stale`` if the case moved meanwhile, ``under_way`` if a draft is in the hands of others.
        Refused: if the event means nothing here, needs no signatures, or is not the actor's to draft.
        Invalid: if a reason or another input is missing or wrong.
    """
    check_key(key)
    with act():
        case, definition = locked(case_id, scope)
        if before := was_done(case, by, key):
            return before
        if expected_version != case.version:
            raise Conflict("stale", "somebody else moved this case meanwhile; load it again", version=case.version)
        move = events.begun(case, definition, event, by=by, now=now)
        arrow = move.stepped.transition
        if arrow.sign_off is None:
            raise Refused("no_sign_off", f"{event!r} needs no signatures; let it happen", event=event)
        refusal = cases.why_not(arrow, scope, by.actor_id, facts_of(case), history_of(case, arrow))
        if refusal:
            raise refusal
        move.by = acting(by, scope, (arrow.by,), facts_of(case))
        draft = _draft(case, arrow.sign_off, by=by, now=move.now)
        if draft.step != DRAFTER:
            raise Conflict("under_way", "a draft is in the hands of others; it comes back or is decided")
        if refusal := engine.why_kept_apart(DRAFTER, by.actor_id, lines.took(draft)):
            raise refusal
        events.take(move, reason, extra or {})
        _hand_on(move, draft, definition.chain(arrow.sign_off), key)
        return draft


def withdraw_draft(
    case_id: UUID,
    chain: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> SignOff:
    """Give up a draft that is with its drafter, and say why; what was done with it stays.

    Raises:
        NotFound: if there is no such case or chain, or the actor may not know of it.
        Refused: if none is under way, it is with others, or it is not the actor's.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        case, definition = locked(case_id, scope)
        if before := was_done(case, by, key):
            return before
        held = under_way(case, definition, chain, by=by, now=now)
        draft = held.draft
        if refusal := turns.why_not_redraft(draft, scope, by.actor_id):
            raise refusal
        held.by = acting(by, scope, (draft.role,), turns.facts_for(draft))
        said = worded("reason", reason, day_of(held.now), required=True)
        held.note(_Verb.WITHDRAWN, Said(said), key)
        draft.ended, draft.ended_at = SignOff.Ended.WITHDRAWN, held.now
        held.store()
        return draft


def changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> dict[str, Json]:
    """Return what of the fields is new, each with what stood there and what stands there now.

    >>> changed({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})
    {'b': [2, 3], 'c': [None, 4]}
    """
    names = dict.fromkeys([*before, *after])
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}


def _hand_on(move: Move, draft: SignOff, chain: Chain, key: IdempotencyKey) -> None:
    """Write down what is proposed, and hand it to the first step."""
    said = Said(before=draft.reason, after=move.reason, changes=changed(draft.given, move.given))
    arrow = move.stepped.transition
    draft.event, draft.reason, draft.given = arrow.event, move.reason, move.given
    draft.drafted_by, draft.case_version = move.by.actor_id, move.case.version
    draft.role, draft.body_id = arrow.by, move.case.body_id
    draft.save()
    held = Held(move.case, move.definition, chain, draft, move.by, move.now)
    held.note(_Verb.DRAFTED, said, key)
    held.go_on()


def _draft(case: Case, chain: str, *, by: Actor, now: datetime) -> SignOff:
    """Return the open draft of a chain, or a new one."""
    found = SignOff.objects.filter(case=case, chain=chain, ended_at=None).first()
    draft = found or SignOff(
        case=case, chain=chain, case_version=case.version, drafted_by=by.actor_id, begun_at=now, held_since=now
    )
    draft.case = case
    return draft
