"""What is asked of the cashier, by the worker: a code for a demand, money back, and the list of a day.

The cashier hears of each at least once, with our id, by which it knows a repetition. What it answers is booked once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from amur.base.acting import system
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs import acts as jobs
from amur.jobs.engine import Handler, outside
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.fees import cashier
from amur.procedures.fees.acts.booking import TELL, end_refund, hear_cashier, locked
from amur.procedures.fees.acts.office import REFUND
from amur.procedures.fees.cashier import Away, Coded, Day, GivingBack, Report
from amur.procedures.fees.counting import bill_of, bills_of, declared_fee
from amur.procedures.fees.models import FeeBooking, FeeDay, FeeDemand, FeeRefund
from amur.procedures.transactions import act

COMPARE = "fee.compare_day"
"""The kind of the job that compares a day with the cashier's list of it."""

_LONGEST_CODE, _LONGEST_ERROR = 64, 200
_MOST_PAGES = 1000


def tell_cashier(payload: Mapping[str, Json], now: datetime, _: str) -> None:
    """Tell the cashier what is owed of a demand, and keep the code that it gives. Nothing new is not told.

    Raises:
        Away: if it is to be tried again.
        Conflict: if the cashier gives a code that another demand has, or another than before.
    """
    row = FeeDemand.objects.select_related("case").get(pk=str(payload["demand"]))
    owed = bill_of(row, day_of(now)).owed
    if row.told == owed or (owed == 0 and not row.code):
        return
    told = _told(row, owed)
    try:
        found = cashier.ask("/demands", told, Coded, message=f"{row.pk}:{owed}:{day_of(now)}", now=now)
    except (Away, Refused) as error:
        FeeDemand.objects.filter(pk=row.pk).update(error=error.message[:_LONGEST_ERROR])
        if isinstance(error, Away):
            raise
        return
    with act():
        row = locked(row.pk) or row
        if row.code not in {"", found.code} or not found.code or len(found.code) > _LONGEST_CODE:
            raise Conflict("fee_contradiction", "the cashier gave no code, or another than before")
        if FeeDemand.objects.filter(code=found.code).exclude(pk=row.pk).exists():
            raise Conflict("fee_contradiction", "the cashier gave a code that another demand has")
        row.code, row.told, row.error = found.code, owed, ""
        row.save(update_fields=["code", "told", "error"])


def _told(row: FeeDemand, owed: int) -> dict[str, Json]:
    """Return what the cashier is told: what is owed, of what and until when; nothing of whom."""
    fee = declared_fee(declared.pinned(row.case.declaration_hash), row.fee)
    return {
        "id": str(row.pk),
        "number": row.case.number,
        "item": f"{row.case.procedure}.{row.fee}",
        "title": fee.title.model_dump(mode="json", exclude_none=True),
        "kind": fee.kind,
        "owed": owed,
        "currency": row.currency,
        "due_on": row.due_on.isoformat(),
    }


def give_back(payload: Mapping[str, Json], now: datetime, _: str) -> None:
    """Ask the cashier to give money back; it does so at once, reports it later, or refuses.

    Raises:
        Away: if it is to be tried again.
    """
    refund = FeeRefund.objects.select_related("demand").get(pk=str(payload["refund"]))
    if refund.state != FeeRefund.State.ASKED:
        return
    row = refund.demand
    told: dict[str, Json] = {
        "id": str(refund.pk),
        "demand": str(row.pk),
        "code": row.code,
        "amount": refund.amount,
        "currency": row.currency,
    }
    report = Report("refund", refund=str(refund.pk), amount=refund.amount, currency=row.currency)
    try:
        found = cashier.ask("/refunds", told, GivingBack, message=str(refund.pk), now=now)
    except Refused as error:
        _refuse(refund, error.message, now)
        return
    if found.state == "confirmed":
        report.id, report.on = found.id, found.on
        hear_cashier(report, now=now)


def _refuse(refund: FeeRefund, why: str, now: datetime) -> None:
    with act():
        row = locked(refund.demand_id) or refund.demand
        fresh = FeeRefund.objects.get(pk=refund.pk)
        if fresh.state == FeeRefund.State.ASKED:
            end_refund(fresh, row, Report("refund_refused", error=why), now)


def compare_day(payload: Mapping[str, Json], now: datetime, _: str) -> None:
    """Compare a day with what the cashier says of it: book what we have not heard of, and keep what differs.

    Raises:
        Away: if it is to be tried again.
    """
    day = date.fromisoformat(str(payload["day"]))
    reports = list(_list_of(day, now))
    differences: list[Json] = []
    theirs: set[tuple[str, str]] = set()
    found = 0
    for report in reports:
        theirs.add((report.kind, report.id))
        known = FeeBooking.objects.filter(kind=report.kind, reference=report.id).exists()
        try:
            hear_cashier(report, now=now)
            found += not known
        except (Conflict, Invalid, NotFound) as error:
            differences.append({"what": error.code, "reference": report.id, "amount": report.amount})
    ours = FeeBooking.objects.filter(on=day, kind__in=("payment", "refund"))
    for kind, reference, amount in ours.values_list("kind", "reference", "amount"):
        if (kind, reference) not in theirs:
            differences.append({"what": "not_at_cashier", "reference": reference, "amount": amount})
    with act():
        values = {"compared_at": now, "count": len(reports), "found": found, "differences": differences}
        FeeDay.objects.update_or_create(day=day, defaults=values)
        ledger.record(
            subject=f"fees:{day.isoformat()}",
            kind="fee.day_compared",
            by=system("cashier"),
            now=now,
            body={"day": day.isoformat(), "count": len(reports), "found": found, "differences": len(differences)},
            release=policy.active_hash(),
        )


def _list_of(day: date, now: datetime) -> Iterator[Report]:
    """Yield what the cashier says of a day, page by page."""
    after = ""
    for place in range(_MOST_PAGES):
        told: dict[str, Json] = {"day": day.isoformat(), "after": after}
        try:
            page = cashier.ask("/days", told, Day, message=f"{day}:{place}:{int(now.timestamp())}", now=now)
        except Refused as error:
            raise Away("cashier_away", error.message) from error
        yield from page.items
        if not page.next:
            return
        after = page.next
    raise Away("cashier_away", "its list of a day does not end")


def look_after_fees(now: datetime) -> None:
    """Queue what each day brings: yesterday is compared, and what grew or has no code yet is told."""
    if not cashier.is_set_up():
        return
    today = day_of(now)
    yesterday = (today - timedelta(days=1)).isoformat()
    with act():
        jobs.enqueue(COMPARE, {"day": yesterday}, now=now, key=f"fee:compare:{yesterday}")
    rows = FeeDemand.objects.filter(settled=False)
    late = rows.filter(due_on__lt=today) | rows.filter(code="")
    for row, found in bills_of(late, today).items():
        if row.told != found.owed:
            with act():
                jobs.enqueue(TELL, {"demand": str(row.pk)}, now=now, key=f"fee:{row.pk}:{today}")


ASKING: Mapping[str, Handler] = {
    TELL: outside(tell_cashier),
    REFUND: outside(give_back),
    COMPARE: outside(compare_day),
}
"""What the worker does for fees."""
