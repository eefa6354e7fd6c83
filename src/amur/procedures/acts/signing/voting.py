"""A collective discussion: each member votes once, somebody closes it with minutes, and the votes decide."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Invalid, Refused
from amur.people.reads import day_of
from amur.procedures.acts.signing.held import Held, locked, under_way, was_done
from amur.procedures.signing import engine, turns
from amur.procedures.signing.declarations import Vote
from amur.procedures.signing.lines import Said, worded
from amur.procedures.signing.models import SignOff, SignOffLine
from amur.procedures.transactions import act, check_key

CARRIED, FAILED = "carried", "failed"
_Verb = SignOffLine.Verb


def vote_on_draft(
    case_id: UUID,
    chain: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    choice: str,
    remark: str = "",
    key: IdempotencyKey = "",
) -> SignOff:
    """Vote on a draft, once; whoever is against it says why, and that stays as their dissent.

    Raises:
        NotFound: if there is no such case or chain, or the actor may not know of it.
        Conflict: ``stale`` if the draft changed or moved since the actor saw it.
        Refused: if no vote is under way, the actor is no member or has voted, or all seats have.
        Invalid: if the choice is none, or a dissent says nothing.
    """
    check_key(key)
    with act():
        case, definition = locked(case_id, scope)
        if before := was_done(case, by, key):
            return before
        held = under_way(case, definition, chain, by=by, now=now)
        vote = _voting(held, scope, expected_version)
        ballots = turns.ballots_of(held.draft)
        if by.actor_id in ballots:
            raise Refused("voted", "you have voted; a vote is given once")
        if len(ballots) >= vote.members:
            raise Refused("all_voted", f"all {vote.members} who sit have voted")
        if choice not in engine.CHOICES:
            raise Invalid({"choice": ("not_offered", f"choose from {', '.join(engine.CHOICES)}")})
        said = worded("remark", remark, day_of(held.now), required=choice == "against")
        held.note(_Verb.VOTED, Said(said, choice=choice), key)
        return held.draft


def conclude_vote(
    case_id: UUID,
    chain: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    minutes: str,
    key: IdempotencyKey = "",
) -> SignOff:
    """Close a discussion with its minutes. What it decides follows from the votes: the draft goes on, or back.

    Raises:
        NotFound: if there is no such case or chain, or the actor may not know of it.
        Conflict: ``stale`` if the draft changed or moved since the actor saw it.
        Refused: if no vote is under way, the actor is no member, or there is no quorum.
        Invalid: if the minutes are missing or wrong.
    """
    check_key(key)
    with act():
        case, definition = locked(case_id, scope)
        if before := was_done(case, by, key):
            return before
        held = under_way(case, definition, chain, by=by, now=now)
        vote = _voting(held, scope, expected_version)
        found = engine.tally(vote, list(turns.ballots_of(held.draft).values()))
        if not found.is_quorate:
            said = f"{found.cast} have voted; at least {vote.quorum} must"
            raise Refused("no_quorum", said, cast=found.cast, quorum=vote.quorum)
        written = worded("minutes", minutes, day_of(held.now), required=True)
        held.note(_Verb.CONCLUDED, Said(written, choice=CARRIED if found.is_carried else FAILED), key)
        if found.is_carried:
            held.go_on()
        else:
            held.hand_back()
        return held.draft


def _voting(held: Held, scope: Scope, expected_version: int) -> Vote:
    step = held.check_turn(scope, expected_version)
    if step.vote is None:
        raise Refused("not_by_vote", "this step is signed by one alone", step=step.id)
    return step.vote
