"""Rows of a case's fees as the rules take them: what is owed on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.fees.declarations import Fee
from amur.procedures.fees.engine import NOT_DEMANDED, Bill, Booked, BookingKind, bill, standing
from amur.procedures.fees.models import FeeBooking, FeeDemand
from amur.procedures.models import Case


def declared_fee(definition: ProcedureDeclaration, name: str) -> Fee:
    """Return a fee that a procedure declares.

    Raises:
        KeyError: if there is none of this id.
    """
    for found in definition.fees:
        if found.id == name:
            return found
    raise KeyError(name)


def bill_of(row: FeeDemand, on: date) -> Bill:
    """Return what is owed of a demand on a day."""
    return bills_of([row], on)[row]


def bills_of(rows: Iterable[FeeDemand], on: date) -> dict[FeeDemand, Bill]:
    """Return what is owed of each of some demands on a day, with one query."""
    listed = list(rows)
    booked: dict[object, list[Booked]] = {row.pk: [] for row in listed}
    columns = FeeBooking.objects.filter(demand__in=listed).values_list("demand_id", "kind", "amount", "on", "pk")
    for demand, kind, amount, day, _ in columns.order_by("on", "pk"):
        booked[demand].append(Booked(_KINDS[kind], amount, day))
    return {row: bill(row.terms, booked[row.pk], on) for row in listed}


_KINDS: Mapping[str, BookingKind] = {
    "payment": "payment",
    "refund": "refund",
    "waiver": "waiver",
    "lifted": "lifted",
}


def standings(case: Case, definition: ProcedureDeclaration, on: date) -> dict[str, Mapping[str, object]]:
    """Return what expressions read of each fee of a procedure; of one that was not demanded, that nothing is paid."""
    found: dict[str, Mapping[str, object]] = {one.id: NOT_DEMANDED for one in definition.fees}
    for row, owed in bills_of(FeeDemand.objects.filter(case=case), on).items():
        found[row.fee] = standing(owed, row.due_on, on)
    return found
