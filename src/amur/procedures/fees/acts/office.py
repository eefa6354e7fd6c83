"""What an office does about money: it lets a fee go with a basis, or gives money back with a reason."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Literal
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs import acts as jobs
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.facts import facts_of
from amur.procedures.fees.acts.booking import book, locked, record
from amur.procedures.fees.counting import bill_of, declared_fee
from amur.procedures.fees.models import FeeBooking, FeeDemand, FeeRefund
from amur.procedures.permission import permit
from amur.procedures.seeing import may_see
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

REFUND = "fee.give_back"
"""The kind of the job that asks the cashier to give money back."""

_LONGEST_REASON, _LONGEST_BASIS = 2000, 200


def waive_fee(
    demand_id: UUID,
    amount: int,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    of: Literal["amount", "surcharge"],
    reason: str,
    basis: str,
    key: IdempotencyKey = "",
) -> FeeBooking:
    """Let go a part of the amount or of the surcharge, with a reason and the rule that allows it.

    Raises:
        NotFound: if there is no such demand, or the actor may not know of it.
        Refused: if the actor may not, or the case was erased.
        Invalid: if the reason or the basis is missing, or nothing or more than is owed is let go.
    """
    check_key(key)
    with act():
        row, by = _office(demand_id, by, scope)
        said = typed("reason", reason, _LONGEST_REASON, day_of(now))
        rule = typed("basis", basis, _LONGEST_BASIS, day_of(now))
        kind = FeeBooking.Kind.WAIVER if of == "amount" else FeeBooking.Kind.LIFTED
        if key and (before := FeeBooking.objects.filter(demand=row, kind=kind, key=key).first()):
            return before
        found = bill_of(row, day_of(now))
        most = min(found.owed, found.surcharge if of == "surcharge" else found.amount - found.waived)
        _check_sum(amount, most)
        return book(row, kind, amount, on=day_of(now), by=by, now=now, key=key, basis=[rule], reason=said)


def refund_fee(
    demand_id: UUID,
    amount: int,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> FeeRefund:
    """Ask the cashier to give money back, all that came or a part; it is booked when the cashier confirms it.

    The same again while it is under way is the same refund.

    Raises:
        NotFound: if there is no such demand, or the actor may not know of it.
        Refused: if the actor may not, or the case was erased.
        Invalid: if the reason is missing, or nothing or more than came is given back.
        Conflict: ``refund_under_way`` if another refund waits for the cashier.
    """
    check_key(key)
    with act():
        row, by = _office(demand_id, by, scope)
        said = typed("reason", reason, _LONGEST_REASON, day_of(now))
        if key and (before := FeeRefund.objects.filter(demand=row, key=key).first()):
            return before
        waiting = FeeRefund.objects.filter(demand=row, state=FeeRefund.State.ASKED).first()
        if waiting is not None:
            if (waiting.amount, waiting.reason) == (amount, said):
                return waiting
            raise Conflict("refund_under_way", "a refund waits for the cashier; wait until it is confirmed or refused")
        _check_sum(amount, bill_of(row, day_of(now)).net)
        body: dict[str, Json] = {"amount": amount, "currency": row.currency, "reason": sealed_for(row.case, said)}
        refund = FeeRefund.objects.create(
            id=uuid.uuid4(),
            case=row.case,
            demand=row,
            state=FeeRefund.State.ASKED,
            amount=amount,
            reason=said,
            by=by.actor_id,
            asked_at=now,
            key=key,
            entry_hash=record(row, "fee.refund_asked", body, by=by, now=now),
        )
        jobs.enqueue(REFUND, {"refund": str(refund.pk)}, now=now, key=f"fee:{refund.entry_hash}")
        return refund


def _office(demand_id: UUID, by: Actor, scope: Scope) -> tuple[FeeDemand, Actor]:
    """Return a demand, locked, and the actor in the office that permits the act."""
    row = locked(demand_id)
    definition = declared.pinned(row.case.declaration_hash) if row else None
    if row is None or definition is None or not may_see(scope, row.case, definition):
        raise NotFound("no_demand", "there is no such demand")
    found = permit(scope, declared_fee(definition, row.fee).by, facts_of(row.case), actor_id=by.actor_id)
    if isinstance(found, Refused):
        raise found
    if row.case.erased_at is not None:
        raise Refused("case_erased", "what is personal of this case was erased, and no reason can be kept")
    return row, found.of(by)


def _check_sum(amount: int, most: int) -> None:
    if not 0 < amount <= most:
        raise Invalid({"amount": ("out_of_range", f"found {amount}; give a sum above 0 and at most {most}")})
