"""How an offer of a case ends: confirmed with a receipt, refused with a reason, withdrawn, or over unanswered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope, system
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures import declared, runs
from amur.procedures.joint import moving
from amur.procedures.joint.acts import offering
from amur.procedures.joint.acts.offering import watch
from amur.procedures.joint.acts.parts import LONGEST_TEXT, record
from amur.procedures.joint.declarations import HandingOver
from amur.procedures.joint.models import HandOver
from amur.procedures.joint.seeing import may_not, takes_over
from amur.procedures.lapses import end_of
from amur.procedures.models import Case
from amur.procedures.opinions.acts.asking import due_by
from amur.procedures.seeing import works_on
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed


def confirm_hand_over(
    hand_over_id: UUID, manifest_hash: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> HandOver:
    """Take a case over: the receipt names the manifest that was checked, and the case is the receiver's from then on.

    A second call of whoever took it over changes nothing, whatever its key.

    Raises:
        NotFound: if nothing is offered to the actor's office.
        Invalid: if the hash is not that of the offered pack.
        Conflict: if the offer is not open any more, or the case moved since.
        Refused: if the actor's card is not in force.
    """
    check_key(key)
    with act():
        row = _offered_to(hand_over_id, scope)
        if row.state == HandOver.State.CONFIRMED and row.ended_by == by.actor_id:
            return row
        if manifest_hash != row.manifest_hash:
            raise Invalid(
                {"manifest": ("other_pack", "this is the hash of another pack; verify the one that is offered")}
            )
        _check_open(row, now)
        if row.version != row.case.version or row.case.closed_at is not None:
            raise Conflict("hand_over_stale", "the case moved since it was offered; it has to be offered anew")
        moving.take_over(row, declared.pinned(row.case.declaration_hash), _declared(row), by=by, now=now)
        return row


def send_case_back(
    hand_over_id: UUID, *, by: Actor, scope: Scope, now: datetime, reason: str, key: IdempotencyKey = ""
) -> HandOver:
    """Return a case to the body that handed it over, with a reason: once, within the time that the pack gives for it.

    Raises:
        NotFound: if nothing was handed over to the actor's office.
        Invalid: if the reason is missing or wrong.
        Conflict: if the case is not theirs any more, or was sent back before.
        Refused: if the pack does not allow it, its time is over, or the actor's card is not in force.
        AmurError: if the pack of the case cannot be stored.
    """
    check_key(key)
    with act():
        row = _offered_to(hand_over_id, scope)
        found, definition = _declared(row), declared.pinned(row.case.declaration_hash)
        before = HandOver.objects.filter(case=row.case, sends_back=True, offered_at__gte=row.offered_at).first()
        if before is not None and before.offered_by == by.actor_id and before.from_body == row.to_body:
            return before
        if refusal := moving.why_not_back(row, found, sent_back=before is not None, on=day_of(now)):
            raise refusal
        why = typed("text", reason, LONGEST_TEXT, day_of(now))
        back = offering.made(row.case, found, row.from_body, why, by=by, now=now, key=key, sends_back=True)
        moving.take_over(back, definition, found, by=by, now=now)
        return back


def refuse_hand_over(
    hand_over_id: UUID, *, by: Actor, scope: Scope, now: datetime, reason: str, key: IdempotencyKey = ""
) -> HandOver:
    """Refuse a case that is offered, with a reason; it stays where it was. The second refusal changes nothing.

    Raises:
        NotFound: if nothing is offered to the actor's office.
        Invalid: if the reason is missing or wrong.
        Conflict: if the offer is not open any more.
        Refused: if the actor's card is not in force.
    """
    check_key(key)
    with act():
        row = _offered_to(hand_over_id, scope)
        if row.state == HandOver.State.REFUSED and row.ended_by == by.actor_id:
            return row
        _check_open(row, now)
        row.reason = typed("text", reason, LONGEST_TEXT, day_of(now))
        end(row, HandOver.State.REFUSED, by=by, now=now)
        return row


def withdraw_hand_over(
    hand_over_id: UUID, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> HandOver:
    """Take an offer back before it is confirmed. The second time changes nothing.

    Raises:
        NotFound: if there is no such offer of the actor's office.
        Conflict: if it is not open any more.
        Refused: if the actor may not hand the case over.
    """
    check_key(key)
    with act():
        row = _locked(hand_over_id)
        if row is None or not works_on(scope, row.case, declared.pinned(row.case.declaration_hash)):
            raise NotFound("no_hand_over", "there is no such offer")
        if refusal := may_not(scope, _declared(row).by, row.from_body, row.case):
            raise refusal
        if row.state == HandOver.State.WITHDRAWN:
            return row
        _check_open(row, now)
        end(row, HandOver.State.WITHDRAWN, by=by, now=now)
        return row


def lapse_hand_over(hand_over_id: UUID, *, by: Actor, now: datetime) -> HandOver | None:
    """End an offer that nobody answered in time; return it if this ended it.

    A time that the calendar of today counts otherwise is watched anew. One that is provisional ends for nobody.
    """
    with act():
        row = _locked(hand_over_id)
        if row is None or row.state != HandOver.State.OFFERED:
            return None
        before = row.due_on, row.provisional
        row.due_on, row.provisional = due_by(_declared(row), day_of(row.offered_at))
        if (row.due_on, row.provisional) != before:
            row.save(update_fields=["due_on", "provisional"])
        if is_over(row, now):
            end(row, HandOver.State.LAPSED, by=by, now=now)
            return row
        watch(row, now)
        return None


def look_at_hand_over(payload: Mapping[str, Json], now: datetime) -> None:
    """End an offer if its time is over; what happened meanwhile decides."""
    lapse_hand_over(UUID(str(payload["hand_over"])), by=system("joint"), now=now)


def end(row: HandOver, state: HandOver.State, *, by: Actor, now: datetime) -> None:
    """Let an open offer end, in the caller's transaction, with the entry that is its receipt."""
    body: dict[str, Json] = {
        "from": row.from_body,
        "to": row.to_body,
        "version": row.version,
        "manifest": row.manifest_hash,
        "offered": row.offered_entry,
        "reason": sealed_for(row.case, row.reason) if row.reason else "",
    }
    row.state, row.ended_by, row.ended_at = state, by.actor_id, now
    moving.go_on(row.case, declared.pinned(row.case.declaration_hash), now)
    kind = f"case.hand_over_{state.value}"
    row.ended_entry = record(row.case, kind, body, basis=cited(_declared(row).basis), by=by, now=now)
    row.save(update_fields=["state", "reason", "ended_by", "ended_at", "ended_entry"])


def is_over(row: HandOver, now: datetime) -> bool:
    """Say whether the last day of an offer is over, as far as that can be known."""
    return not row.provisional and now >= end_of(row.due_on, None, runs.zone())


def _locked(hand_over_id: UUID) -> HandOver | None:
    """Return an offer with its case, both locked, the case first as every act on a case does."""
    case_id = HandOver.objects.filter(pk=hand_over_id).values_list("case_id", flat=True).first()
    if case_id is None:
        return None
    case = Case.objects.select_for_update().get(pk=case_id)
    row = HandOver.objects.select_for_update().get(pk=hand_over_id)
    row.case = case
    return row


def _offered_to(hand_over_id: UUID, scope: Scope) -> HandOver:
    row = _locked(hand_over_id)
    if row is None or not takes_over(scope, row):
        raise NotFound("no_hand_over", "nothing is offered to your office here")
    if refusal := may_not(scope, (row.role,), row.to_body, row.case):
        raise refusal
    return row


def _check_open(row: HandOver, now: datetime) -> None:
    if row.state != HandOver.State.OFFERED:
        raise Conflict("hand_over_ended", f"this offer is {row.state} already", state=row.state)
    if is_over(row, now):
        raise Conflict("hand_over_ended", "the time to answer this offer is over", state=HandOver.State.LAPSED.value)


def _declared(row: HandOver) -> HandingOver:
    joint = declared.pinned(row.case.declaration_hash).joint
    if joint is None or joint.hand_over is None:
        raise Refused("no_hand_over", "this procedure does not let a case be handed over")
    return joint.hand_over
