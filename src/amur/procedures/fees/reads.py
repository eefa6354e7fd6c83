"""What is known of the fees of a case: what to pay, until when, why so much, and what came; and the list of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from amur.base.acting import Scope
from amur.base.faults import NotFound
from amur.ledger.kept import prefetch
from amur.procedures import declared
from amur.procedures.facts import facts_of
from amur.procedures.fees.counting import bill_of, declared_fee
from amur.procedures.fees.declarations import Exemption, Fee
from amur.procedures.fees.engine import Bill, Status, status
from amur.procedures.fees.models import FeeBooking, FeeDay, FeeDemand, FeeRefund
from amur.procedures.models import Case
from amur.procedures.permission import Permit, permit
from amur.procedures.seeing import seen, worked_on_by


@dataclass(frozen=True, slots=True)
class FeeView:
    """A demand as somebody sees it; ``role`` is that in which the reader gives back and lets go, empty for others."""

    fee: Fee
    row: FeeDemand
    bill: Bill
    status: Status
    bookings: tuple[FeeBooking, ...]
    refunds: tuple[FeeRefund, ...]
    role: str = ""

    @property
    def exemption(self) -> Exemption | None:
        """Return why less is asked; None where nothing is, or where it was erased."""
        return self.fee.exemption(self.row.exemption)

    @property
    def receipts(self) -> tuple[FeeBooking, ...]:
        """Return what came."""
        return tuple(one for one in self.bookings if one.kind == FeeBooking.Kind.PAYMENT)

    @property
    def let_go(self) -> tuple[FeeBooking, ...]:
        """Return what was let go."""
        return tuple(one for one in self.bookings if one.kind in {FeeBooking.Kind.WAIVER, FeeBooking.Kind.LIFTED})

    @property
    def under_way(self) -> FeeRefund | None:
        """Return the refund that waits for the cashier."""
        return next((one for one in self.refunds if one.state == FeeRefund.State.ASKED), None)


def fees_of(scope: Scope, case_id: UUID, *, on: date) -> tuple[FeeView, ...]:
    """Return what was demanded in a case, the first first.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, definition = seen(scope, case_id)
    if not definition.fees:
        return ()
    rows = prefetch(FeeDemand.objects.filter(case=case).order_by("demanded_at", "fee"))
    return tuple(_view(row, declared_fee(definition, row.fee), scope, case, on) for row in rows)


def fee_of(scope: Scope, case_id: UUID, fee_id: str, *, on: date) -> FeeView:
    """Return one demand of a case.

    Raises:
        NotFound: if it was not demanded, or the reader may not know of the case.
    """
    for found in fees_of(scope, case_id, on=on):
        if found.fee.id == fee_id:
            return found
    raise NotFound("no_demand", "there is no such demand")


def _view(row: FeeDemand, fee: Fee, scope: Scope, case: Case, on: date) -> FeeView:
    found = bill_of(row, on)
    allowed = permit(scope, fee.by, facts_of(case))
    role = allowed.grant.role if isinstance(allowed, Permit) and allowed.grant else ""
    return FeeView(
        fee=fee,
        row=row,
        bill=found,
        status=status(found, row.due_on, on),
        bookings=prefetch(FeeBooking.objects.filter(demand=row).order_by("on", "pk")),
        refunds=prefetch(FeeRefund.objects.filter(demand=row).order_by("asked_at")),
        role=role,
    )


@dataclass(frozen=True, slots=True)
class DayView:
    """What came and went on a day in the cases that a reader works on, and whether the cashier says the same.

    ``sums`` gives, by currency, what came and what went. ``compared`` is of all cases of the house.
    """

    day: date
    bookings: tuple[FeeBooking, ...]
    sums: Mapping[str, tuple[int, int]]
    compared: FeeDay | None


def day_of_fees(scope: Scope, day: date) -> DayView:
    """Return the list of a day, for an office.

    Raises:
        NotFound: if the reader works on no case for which anything is paid.
    """
    known = {name: one for name, one in declared.everything().procedures.items() if one.fees}
    if not looks_after_fees(scope):
        raise NotFound("no_fees", "there are no fees that you look after")
    mine = Case.objects.filter(worked_on_by(scope, known), procedure__in=list(known))
    rows = FeeBooking.objects.filter(on=day, kind__in=("payment", "refund"), case__in=mine)
    bookings = tuple(rows.select_related("case", "demand").order_by("booked_at", "pk"))
    sums: dict[str, tuple[int, int]] = {}
    for one in bookings:
        came, went = sums.get(one.demand.currency, (0, 0))
        is_payment = one.kind == FeeBooking.Kind.PAYMENT
        sums[one.demand.currency] = (came + one.amount * is_payment, went + one.amount * (not is_payment))
    return DayView(day, bookings, sums, FeeDay.objects.filter(day=day).first())


def looks_after_fees(scope: Scope) -> bool:
    """Say whether a reader holds an office that gives back and lets go in any procedure."""
    if scope.kind != "office":
        return scope.kind == "system"
    fees = [
        (one.body_id, role) for one in declared.everything().procedures.values() for fee in one.fees for role in fee.by
    ]
    return any((grant.body_id, grant.role) in fees for grant in scope.grants)
