"""What is booked: money that came or went back as the cashier reports it, each once, and what is let go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, system
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures.fees.cashier import Report
from amur.procedures.fees.counting import bill_of
from amur.procedures.fees.engine import let_go
from amur.procedures.fees.models import FeeBooking, FeeDemand, FeeRefund
from amur.procedures.transactions import act

TELL = "fee.tell_cashier"
"""The kind of the job that tells the cashier what is owed."""

MOST = 10**15
"""The largest sum, in minor units."""

_LONGEST, _LONGEST_ERROR = 100, 200
_Kind = FeeBooking.Kind
_State = FeeRefund.State


def hear_cashier(report: Report, *, now: datetime) -> FeeDemand:
    """Book what the cashier reports: a payment or a refund once, however often and late it is reported.

    Raises:
        NotFound: if we have no such demand or refund.
        Invalid: naming each part that cannot be: no sum, another currency, a day to come, no receipt.
        Conflict: ``fee_contradiction`` if it was reported otherwise before; nothing is booked then.
    """
    with act():
        if report.kind == "payment":
            return _payment(report, now)
        return _given_back(report, now)


def _payment(report: Report, now: datetime) -> FeeDemand:
    row = _demand(report)
    _check(report, row, now)
    before = FeeBooking.objects.filter(kind=_Kind.PAYMENT, reference=report.id).first()
    if before is not None:
        if (before.demand_id, before.amount) != (row.pk, report.amount):
            said = f"the payment {report.id!r} was reported before, for another demand or sum"
            raise Conflict("fee_contradiction", said)
        return row
    day = report.on or day_of(now)
    sealed = {"payer": report.payer, "receipt_check": report.receipt_check} if row.case.erased_at is None else {}
    book(
        row,
        _Kind.PAYMENT,
        report.amount,
        on=max(day, day_of(row.demanded_at)),
        by=system("cashier"),
        now=now,
        reference=report.id,
        receipt=report.receipt,
        **sealed,
    )
    return row


def _check(report: Report, row: FeeDemand, now: datetime) -> None:
    """Refuse a report of money that cannot be."""
    faults: dict[str, tuple[str, str]] = {}
    if not 0 < report.amount <= MOST:
        faults["amount"] = ("bad_value", f"found {report.amount}; a sum is a whole number of minor units above 0")
    if report.currency != row.currency:
        faults["currency"] = ("bad_value", f"found {report.currency!r}; this is demanded in {row.currency}")
    if report.on is not None and report.on > day_of(now):
        faults["on"] = ("bad_value", f"found {report.on}, which is to come")
    named = {"id": report.id} | ({"receipt": report.receipt} if report.kind == "payment" else {})
    for name, said in named.items():
        if not said or len(said) > _LONGEST or not said.isprintable():
            faults[name] = ("required", f"give 1 to {_LONGEST} characters that can be printed")
    if faults:
        raise Invalid(faults)


def _given_back(report: Report, now: datetime) -> FeeDemand:
    name = _uuid(report.refund)
    refund = FeeRefund.objects.filter(pk=name).first() if name else None
    if refund is None:
        raise NotFound("no_refund", "we asked for no such refund")
    row = FeeDemand.objects.select_for_update().select_related("case").get(pk=refund.demand_id)
    refund = FeeRefund.objects.get(pk=refund.pk)
    wanted = _State.CONFIRMED if report.kind == "refund" else _State.REFUSED
    if report.kind == "refund":
        _check(report, row, now)
    if refund.state != _State.ASKED or (wanted == _State.CONFIRMED and report.amount != refund.amount):
        if refund.state == wanted and (wanted == _State.REFUSED or report.amount == refund.amount):
            return row
        raise Conflict("fee_contradiction", "this refund has another sum, or it was reported otherwise before")
    end_refund(refund, row, report, now)
    return row


def end_refund(refund: FeeRefund, row: FeeDemand, report: Report, now: datetime) -> None:
    """Keep what became of a refund that was under way, of a locked demand, and book what went back."""
    by = system("cashier")
    refund.ended_at = now
    if report.kind != "refund":
        refund.state, refund.error = _State.REFUSED, report.error[:_LONGEST_ERROR]
        refund.save(update_fields=["state", "error", "ended_at"])
        record(row, "fee.refund_refused", {"refund": str(refund.pk)}, by=by, now=now)
        return
    refund.state = _State.CONFIRMED
    refund.save(update_fields=["state", "ended_at"])
    on = max(report.on or day_of(now), day_of(refund.asked_at))
    of_amount, of_surcharge = let_go(bill_of(row, day_of(now)), refund.amount)
    book(row, _Kind.REFUND, refund.amount, on=on, by=by, now=now, reference=report.id, receipt=report.receipt)
    for kind, amount in ((_Kind.WAIVER, of_amount), (_Kind.LIFTED, of_surcharge)):
        if amount:
            book(row, kind, amount, on=on, by=by, now=now, key=f"refund:{refund.pk}")


def book(
    row: FeeDemand,
    kind: FeeBooking.Kind,
    amount: int,
    *,
    on: date,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    basis: Iterable[str] = (),
    **said: str,
) -> FeeBooking:
    """Book a sum of a locked demand, with its entry, and let the cashier know what is owed now.

    ``said`` are the reference and the number of the receipt, the payer, the check, the reason; the entry seals them.
    """
    secret: dict[str, Json] = {name: text for name, text in said.items() if text}
    cited = list(basis)
    body: dict[str, Json] = {"amount": amount, "currency": row.currency, "on": on.isoformat()}
    if secret and row.case.erased_at is None:
        body["sealed"] = sealed_for(row.case, secret)
    entry = record(row, f"fee.{kind}", body, by=by, now=now, basis="; ".join(cited))
    made = FeeBooking.objects.create(
        case=row.case,
        demand=row,
        kind=kind,
        amount=amount,
        on=on,
        booked_at=now,
        basis=cited,
        by=by.actor_id,
        key=key,
        entry_hash=entry,
        **said,
    )
    row.settled = bill_of(row, day_of(now)).owed == 0
    row.save(update_fields=["settled"])
    jobs.enqueue(TELL, {"demand": str(row.pk)}, now=now, key=f"fee:{entry}")
    return made


def record(row: FeeDemand, kind: str, body: Mapping[str, Json], *, by: Actor, now: datetime, basis: str = "") -> str:
    """Write an entry about a demand; it names sums and days, and nobody."""
    entry = ledger.record(
        subject=row.key_subject,
        kind=kind,
        by=by,
        now=now,
        body={"number": row.case.number, "fee": row.fee, **body},
        basis=basis,
        release=policy.active_hash(),
    )
    return entry.leaf


def locked(demand_id: UUID) -> FeeDemand | None:
    """Return a demand with its case, locked until the act is over."""
    return FeeDemand.objects.select_for_update().filter(pk=demand_id).select_related("case").first()


def _demand(report: Report) -> FeeDemand:
    """Return the demand that a report names, locked."""
    name = _uuid(report.demand)
    rows = FeeDemand.objects.filter(pk=name) if name else FeeDemand.objects.filter(code=report.code).exclude(code="")
    found = rows.first()
    row = locked(found.pk) if found else None
    if row is None or (report.code and row.code and report.code != row.code):
        raise NotFound("no_demand", "we demanded nothing under this code")
    return row


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
