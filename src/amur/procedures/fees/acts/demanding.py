"""How a fee is demanded: with the event that it follows from, its amount and terms frozen with the values they used."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.expressions import ExpressionError, Kind
from amur.base.faults import Refused
from amur.base.legal_time import due
from amur.jobs import acts as jobs
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures import declared, moments
from amur.procedures.conditions import Moment
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.fees.acts.booking import MOST, TELL, book, locked, record
from amur.procedures.fees.counting import bill_of
from amur.procedures.fees.declarations import Exemption, Fee, Surcharge
from amur.procedures.fees.engine import reduced
from amur.procedures.fees.models import FeeBooking, FeeDemand
from amur.procedures.models import Case
from amur.procedures.values import values_of

_PREFIX = "value."


def follow_fees(case: Case, definition: ProcedureDeclaration, event: str, *, by: Actor, now: datetime) -> None:
    """Demand what an event makes due, and let what it ends fall away, in the transaction of the event.

    Raises:
        Refused: ``fee_without_amount`` if it cannot be told how much it is; nothing of the event happens then.
    """
    for fee in definition.fees:
        before = FeeDemand.objects.filter(case=case, fee=fee.id).first()
        if event in fee.on and before is None:
            _demand(case, definition, fee, by=by, now=now)
        elif event in fee.ends_on and before is not None:
            _fall_away(before, fee, event, by=by, now=now)


def _demand(case: Case, definition: ProcedureDeclaration, fee: Fee, *, by: Actor, now: datetime) -> None:
    today = day_of(now)
    moment = moments.of_case(case, definition, today)
    whole = _sum(moment, fee, fee.amount)
    exemption = next((one for one in fee.exemptions if _is_exempt(moment, one)), None)
    amount = reduced(whole, exemption.percent) if exemption else whole
    last = due(today, fee.due.period, declared.calendar(), last_day=fee.due.last_day or "as_is")
    row = FeeDemand(
        id=uuid.uuid4(),
        case=case,
        fee=fee.id,
        currency=fee.currency,
        whole=whole,
        amount=amount,
        exemption=exemption.id if exemption else "",
        due_on=last.on,
        provisional=last.provisional,
        values_used=_used(case, definition, fee, moment),
        demanded_at=now,
        settled=amount == 0,
    )
    if fee.surcharge:
        _freeze(row, fee, fee.surcharge, moment)
    basis = cited((*fee.basis, *(exemption.basis if exemption else ())))
    row.entry_hash = record(row, "fee.demanded", _told(row, fee), by=by, now=now, basis=basis)
    row.save(force_insert=True)
    if amount:
        jobs.enqueue(TELL, {"demand": str(row.pk)}, now=now, key=f"fee:{row.entry_hash}")


def _freeze(row: FeeDemand, fee: Fee, surcharge: Surcharge, moment: Moment) -> None:
    """Keep what being late costs, as it is now."""
    row.per_day = surcharge.per_day
    if surcharge.per_day.startswith(_PREFIX):
        row.per_day = str(moment.dated()[surcharge.per_day.removeprefix(_PREFIX)])
    if row.per_day and not 0 <= Fraction(row.per_day) <= 1:
        raise _unknown(fee, f"the share for each day is {row.per_day}")
    row.fixed = _sum(moment, fee, surcharge.fixed) if surcharge.fixed else 0
    cap = surcharge.cap
    row.cap = _sum(moment, fee, cap.amount) if cap.amount else row.amount * (cap.percent or 0) // 100


def _told(row: FeeDemand, fee: Fee) -> dict[str, Json]:
    """Return what the entry says: sums, days and values; why somebody is exempt is sealed, for it may be personal."""
    return {
        "demand": str(row.pk),
        "kind": fee.kind,
        "whole": row.whole,
        "amount": row.amount,
        "currency": row.currency,
        "due_on": row.due_on.isoformat(),
        "per_day": row.per_day,
        "fixed": row.fixed,
        "cap": row.cap,
        "values": row.values_used,
        "exemption": sealed_for(row.case, row.exemption) if row.exemption else "",
    }


def _used(case: Case, definition: ProcedureDeclaration, fee: Fee, moment: Moment) -> list[Json]:
    """Return the dated values that the amount and the terms read, as they are in force."""
    read = {name for source, kind in sources_of(fee) for name in moment.program(source, kind).reads_of("value")}
    if fee.surcharge and fee.surcharge.per_day.startswith(_PREFIX):
        read.add(fee.surcharge.per_day.removeprefix(_PREFIX))
    return [one.as_json() for name, one in values_of(case, definition).items() if name in read] if read else []


def sources_of(fee: Fee) -> Iterator[tuple[str, Kind]]:
    """Yield the expressions of a fee, each with the kind of its value."""
    yield fee.amount, Kind.INTEGER
    for exemption in fee.exemptions:
        yield exemption.when, Kind.BOOLEAN
    for source in (fee.surcharge.fixed, fee.surcharge.cap.amount) if fee.surcharge else ():
        if source:
            yield source, Kind.INTEGER


def _sum(moment: Moment, fee: Fee, source: str) -> int:
    try:
        found = moment.value(source, Kind.INTEGER)
    except ExpressionError as error:
        raise _unknown(fee, str(error)) from error
    if not isinstance(found, int) or not 0 <= found <= MOST:
        raise _unknown(fee, f"{source!r} is {found}")
    return found


def _is_exempt(moment: Moment, exemption: Exemption) -> bool:
    """Say whether an exemption holds; one that reads an answer which was not given does not."""
    try:
        return moment.holds(exemption.when)
    except ExpressionError as error:
        if error.is_absence:
            return False
        raise Refused("fee_without_amount", f"it cannot be told who is exempt: {error}") from error


def _unknown(fee: Fee, why: str) -> Refused:
    return Refused("fee_without_amount", f"it cannot be told how much {fee.id!r} is: {why}", fee=fee.id)


def _fall_away(found: FeeDemand, fee: Fee, event: str, *, by: Actor, now: datetime) -> None:
    """Let go what is open, the surcharge too."""
    row, today = locked(found.pk) or found, day_of(now)
    basis = [cited(fee.basis)]
    owed = bill_of(row, today)
    of_surcharge = min(owed.surcharge, owed.owed)
    for kind, amount in (
        (FeeBooking.Kind.LIFTED, of_surcharge),
        (FeeBooking.Kind.WAIVER, owed.owed - of_surcharge),
    ):
        if amount:
            book(row, kind, amount, on=today, by=by, now=now, key=f"event:{event}", basis=basis)
