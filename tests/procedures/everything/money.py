"""What must hold of the money: it adds up, worked out here from the bookings, and it is what the cashier says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from amur.base.acting import SYSTEM
from amur.ledger import reads as ledger
from amur.procedures.fees.counting import bill_of
from amur.procedures.fees.models import FeeBooking, FeeDemand, FeeRefund
from tests.procedures.everything.cashier import Cashier


def adds_up(today: date, cashier: Cashier) -> None:
    """Assert that what was booked is what the cashier took and gave back, and that each demand stands as it must."""
    booked = Counter(FeeBooking.objects.filter(kind__in=["payment", "refund"]).values_list("kind", "amount"))
    took = cashier.took()
    assert booked <= took if cashier.silent else booked == took, "the books are not those of the cashier"
    confirmed = FeeRefund.objects.filter(state=FeeRefund.State.CONFIRMED).values_list("amount", flat=True)
    assert sorted(confirmed) == sorted(one.amount for one in cashier.reports if one.kind == "refund")
    for row in FeeDemand.objects.select_related("case"):
        _stands(row, today)


def is_told(today: date, cashier: Cashier) -> None:
    """Assert that the cashier knows what is owed, when the worker has done all that was due."""
    for row in FeeDemand.objects.exclude(code=""):
        owed = bill_of(row, today).owed
        assert cashier.told[str(row.pk)] == row.told == owed, f"{row}: {owed} are owed, the cashier knows {row.told}"


def _stands(row: FeeDemand, today: date) -> None:
    rows = list(FeeBooking.objects.filter(demand=row).order_by("on", "pk"))
    leaves = {one.leaf for one in ledger.entries_of(SYSTEM, row.key_subject)}
    assert {row.entry_hash, *(one.entry_hash for one in rows)} <= leaves, "money without an entry"

    def summed(*kinds: str, until: date = today) -> int:
        return sum(one.amount for one in rows if one.kind in kinds and one.on <= until)

    net = summed("payment") - summed("refund")
    waived = min(row.amount, summed("waiver"))
    surcharge = max(0, min(_grown(row, rows, today), row.cap) - summed("lifted"))
    found = bill_of(row, today)
    assert net >= 0, "more was given back than came"
    assert (found.net, found.waived, found.surcharge) == (net, waived, surcharge)
    assert found.owed - found.over == row.amount - waived + surcharge - net
    assert row.settled == (found.owed == 0), f"{row} is settled {row.settled}, and {found.owed} are owed"


def _grown(row: FeeDemand, rows: Sequence[FeeBooking], today: date) -> int:
    """Return what was added for each day that the amount was open after its last day, before any cap."""
    days = [row.due_on + timedelta(days=one) for one in range(max(0, (today - row.due_on).days))]
    moments = {one.on for one in rows}

    def base(at_end_of: date) -> int:
        past = [one for one in rows if one.on <= at_end_of]
        paid = sum(one.amount for one in past if one.kind == "payment")
        paid -= sum(one.amount for one in past if one.kind == "refund")
        return max(0, row.amount - sum(one.amount for one in past if one.kind == "waiver") - max(0, paid))

    total, stretch = 0, 0
    numbered = []
    for day in days:
        stretch += day in moments and day != row.due_on
        numbered.append((stretch, base(day)))
    for (_, open_sum), listed in groupby(numbered):
        total += int(open_sum * len(list(listed)) * Fraction(row.per_day or "0"))
    return total + (row.fixed if days and base(row.due_on) else 0)
