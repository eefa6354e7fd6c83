"""Signing a draft, changing it with the signature, and returning it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Invalid, Refused
from amur.base.fields import Raw
from amur.people.reads import day_of
from amur.procedures.acts import events
from amur.procedures.acts.signing.drafting import changed
from amur.procedures.acts.signing.held import Held, locked, under_way, was_done
from amur.procedures.signing import engine
from amur.procedures.signing.declarations import DRAFTER
from amur.procedures.signing.lines import Said, worded
from amur.procedures.signing.models import SignOff, SignOffLine
from amur.procedures.transactions import act, check_key

_Verb = SignOffLine.Verb


def sign_draft(
    case_id: UUID,
    chain: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    key: IdempotencyKey = "",
    remark: str = "",
    reason: str | None = None,
    extra: Mapping[str, Raw] | None = None,
) -> SignOff:
    """Sign a draft as it is, or with another ``reason`` and other fields; the last signature lets it happen.

    ``expected_version`` is the draft's. What was changed stands in the thread beside what stood there before.

    Raises:
        NotFound: if there is no such case or chain, or the actor may not know of it.
        Conflict: ``stale`` if the draft changed or moved since the actor saw it.
        Refused: if none is under way, it is not the actor's to sign, or what it decides is not possible any more.
        Invalid: if the new reason or another input is missing or wrong.
    """
    check_key(key)
    with act():
        case, definition = locked(case_id, scope)
        if before := was_done(case, by, key):
            return before
        held = under_way(case, definition, chain, by=by, now=now)
        step = held.check_turn(scope, expected_version)
        if step.vote:
            raise Refused("by_vote", "this step votes; it is closed with minutes", step=step.id)
        said = worded("remark", remark, day_of(held.now), required=False)
        if reason is None:
            held.note(_Verb.SIGNED, Said(said), key)
        else:
            _change(held, said, reason, extra or {}, key)
        held.go_on()
        return held.draft


def _change(held: Held, remark: str, reason: str, extra: Mapping[str, Raw], key: IdempotencyKey) -> None:
    """Write the draft anew, with a trace of what stood there."""
    draft = held.draft
    move = events.begun(held.case, held.definition, draft.event, by=held.by, now=held.now)
    events.take(move, reason, extra)
    changes = changed(draft.given, move.given)
    is_same = move.reason == draft.reason
    if is_same and not changes:
        held.note(_Verb.SIGNED, Said(remark), key)
        return
    said = Said(remark, "" if is_same else draft.reason, "" if is_same else move.reason, changes)
    held.note(_Verb.CHANGED, said, key)
    draft.reason, draft.given = move.reason, move.given


def return_draft(
    case_id: UUID,
    chain: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    reason: str,
    to: str = DRAFTER,
    key: IdempotencyKey = "",
) -> SignOff:
    """Return a draft to its drafter or to a step that it came through, and say why; from there it goes on again.

    Raises:
        NotFound: if there is no such case or chain, or the actor may not know of it.
        Conflict: ``stale`` if the draft changed or moved since the actor saw it.
        Refused: if none is under way, or it is not the actor's turn.
        Invalid: if the reason is missing or wrong, or the draft did not come through that step.
    """
    check_key(key)
    with act():
        case, definition = locked(case_id, scope)
        if before := was_done(case, by, key):
            return before
        held = under_way(case, definition, chain, by=by, now=now)
        step = held.check_turn(scope, expected_version)
        said = worded("reason", reason, day_of(held.now), required=True)
        back = {one.id: one for one in engine.back_from(held.chain, step.id, held.holds)}
        if to != DRAFTER and to not in back:
            raise Invalid({"to": ("not_offered", f"the draft did not come through {to!r}")})
        held.note(_Verb.RETURNED, Said(said, to=to), key)
        if to == DRAFTER:
            held.hand_back()
        else:
            held.hand_to(back[to])
        return held.draft
