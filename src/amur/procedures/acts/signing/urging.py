"""Urging whoever holds a draft: once a day, by those through whose hands it came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.people.reads import day_of
from amur.procedures.acts.signing.held import locked, under_way, was_done
from amur.procedures.signing import turns
from amur.procedures.signing.lines import Said, note, worded
from amur.procedures.signing.models import SignOff, SignOffLine
from amur.procedures.transactions import act, check_key


def urge_draft(
    case_id: UUID,
    chain: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    remark: str = "",
    key: IdempotencyKey = "",
) -> SignOff:
    """Urge whoever holds a draft; whoever drafted or signed it may, once a day.

    Raises:
        NotFound: if there is no such case or chain, or the actor may not know of it.
        Refused: if none is under way, the actor had no part in it, holds it themselves, or urged today.
        Invalid: if the remark is wrong.
    """
    check_key(key)
    with act():
        case, definition = locked(case_id, scope)
        if before := was_done(case, by, key):
            return before
        held = under_way(case, definition, chain, by=by, now=now)
        if refusal := turns.why_not_urge(held.draft, by.actor_id, held.now):
            raise refusal
        said = worded("remark", remark, day_of(held.now), required=False)
        note(held.draft, SignOffLine.Verb.URGED, Said(said), by=by, role=by.role, now=held.now, key=key)
        return held.draft
