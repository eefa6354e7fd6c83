"""Acts on who stands in for whom: delegation from day to day, a deputy, and the leave on whose days a deputy does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from amur.base.acting import SYSTEM, Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people import engine, reads
from amur.people.acts.once import once
from amur.people.models import Account, Appointment, Leave, StandIn

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class _Loan:
    """What is lent, and for how long."""

    kind: str
    appointment_id: int
    to: UUID | str
    first_day: date
    last_day: date | None = None
    procedure: str = ""
    reason: str = ""


def delegate(
    appointment_id: int,
    to: UUID | str,
    *,
    valid_from: date,
    valid_to: date,
    reason: str,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    procedure: str = "",
) -> StandIn:
    """Lend an office of one's own to a colleague from a first to a last day, whole or for the cases of one procedure.

    Only what somebody was appointed to is lent, never what was lent to them.

    Raises:
        NotFound: if there is no such appointment or account.
        Refused: if the office is not the actor's own, or is one of the three administrators'.
        Invalid: if the days are reversed or over, there is no reason, or it is no colleague of the same body.
        Conflict: if the same is lent to the same colleague on some of these days already.
    """
    said = reason.strip()
    if not said or len(said) > _LONGEST_REASON or not said.isprintable():
        raise Invalid({"reason": ("required", f"say why in 1 to {_LONGEST_REASON} characters")})
    _check_days(valid_from, valid_to, reads.day_of(now))
    return _lend(_Loan("delegated", appointment_id, to, valid_from, valid_to, procedure, said), by=by, now=now, key=key)


def name_deputy(appointment_id: int, to: UUID | str, *, by: Actor, now: datetime, key: IdempotencyKey = "") -> StandIn:
    """Name in advance who holds an office of one's own on the days of one's leave, and on no other.

    Raises:
        NotFound, Refused, Invalid: as ``delegate``.
        Conflict: if the office has a deputy; that one is revoked first.
    """
    return _lend(_Loan("deputy_named", appointment_id, to, reads.day_of(now)), by=by, now=now, key=key)


def revoke_stand_in(stand_in_id: int, *, by: Actor, now: datetime, key: IdempotencyKey = "") -> StandIn:
    """End a delegation or a deputy at once; a second call does nothing.

    Raises:
        NotFound: if there is none.
        Refused: if the actor neither holds the office nor is the security administrator.
    """
    with once(by, "revoke_stand_in", key, now) as performed:
        loan = (
            StandIn.objects.select_for_update(of=("self",)).select_related("appointment").filter(pk=stand_in_id).first()
        )
        if loan is None:
            raise NotFound("no_stand_in", "there is no such delegation or deputy")
        _check_own(loan.appointment.account_id, by)
        if loan.revoked_at is None:
            loan.revoked_at = now
            loan.save(update_fields=["revoked_at"])
            _tell(loan, "stand_in_revoked", by, now)
        performed.result = str(loan.pk)
        return loan


def enter_leave(
    account_id: UUID | str, *, first_day: date, last_day: date, by: Actor, now: datetime, key: IdempotencyKey = ""
) -> Leave:
    """Enter that an account is away; the deputies that it named hold its offices on those days.

    Raises:
        NotFound: if there is no such account.
        Refused: if it is not the actor's own, and the actor is not the security administrator.
        Invalid: if the days are reversed or over.
    """
    _check_days(first_day, last_day, reads.day_of(now))
    with once(by, "enter_leave", key, now) as performed:
        if performed.result:
            return Leave.objects.get(pk=performed.result)
        account = Account.objects.filter(pk=account_id, is_active=True).first()
        if account is None:
            raise NotFound("no_account", f"there is no account {account_id}")
        _check_own(account.pk, by)
        leave = Leave.objects.create(account=account, first_day=first_day, last_day=last_day)
        _tell_leave(leave, "leave_entered", by, now)
        performed.result = str(leave.pk)
        return leave


def revoke_leave(leave_id: int, *, by: Actor, now: datetime, key: IdempotencyKey = "") -> Leave:
    """End a leave at once, or one that has not begun; deputies hold nothing by it from now on. Twice is once.

    Raises:
        NotFound: if there is none.
        Refused: as ``enter_leave``.
    """
    with once(by, "revoke_leave", key, now) as performed:
        leave = Leave.objects.select_for_update().filter(pk=leave_id).first()
        if leave is None:
            raise NotFound("no_leave", "there is no such leave")
        _check_own(leave.account_id, by)
        if leave.revoked_at is None:
            leave.revoked_at = now
            leave.save(update_fields=["revoked_at"])
            _tell_leave(leave, "leave_revoked", by, now)
        performed.result = str(leave.pk)
        return leave


def _lend(loan: _Loan, *, by: Actor, now: datetime, key: IdempotencyKey) -> StandIn:
    with once(by, loan.kind, key, now) as performed:
        if performed.result:
            return StandIn.objects.get(pk=performed.result)
        # The lock makes two loans of one office queue, so that neither overlooks the other.
        office = Appointment.objects.select_for_update().filter(pk=loan.appointment_id).first()
        colleague = Account.objects.filter(pk=loan.to, is_active=True).first()
        if office is None or colleague is None:
            raise NotFound("no_appointment", "there is no such office, or no such colleague")
        _check_loan(office, colleague, loan, by)
        lent = StandIn.objects.create(
            appointment=office,
            account=colleague,
            is_deputy=loan.last_day is None,
            procedure=loan.procedure,
            reason=loan.reason,
            valid_from=loan.first_day,
            valid_to=loan.last_day,
        )
        _tell(lent, loan.kind, by, now)
        performed.result = str(lent.pk)
        return lent


def _check_loan(office: Appointment, colleague: Account, loan: _Loan, by: Actor) -> None:
    if by.actor_id != str(office.account_id):
        raise Refused("not_your_office", "only whoever was appointed to an office lends it")
    if office.role_id in engine.ADMINISTRATORS:
        raise Refused("not_lent", "the office of an administrator is lent to nobody", role=office.role_id)
    if not engine.is_in_force(None, office.valid_to, loan.first_day):
        raise Invalid({"valid_from": ("ended", f"the office ends on {office.valid_to}")})
    if colleague.pk == office.account_id:
        raise Invalid({"to": ("yourself", "name a colleague")})
    if not _has_office_in(colleague.pk, office.body_id, loan.first_day):
        raise Invalid({"to": ("no_colleague", "name somebody who has an office in the same body then")})
    others = StandIn.objects.filter(appointment=office, revoked_at=None)
    if loan.last_day is None:
        if others.filter(is_deputy=True).exists():
            raise Conflict("deputy_named", "this office has a deputy; revoke that first")
    elif others.filter(
        is_deputy=False,
        account=colleague,
        procedure=loan.procedure,
        valid_from__lte=loan.last_day,
        valid_to__gte=loan.first_day,
    ).exists():
        raise Conflict("already_delegated", "this is lent to this colleague on some of these days already")


def _has_office_in(account_id: UUID, body_id: str, on: date) -> bool:
    """Say whether an account is appointed in a body, or in one that it has succeeded, on a day."""
    bodies = reads.lives()
    here = engine.body_on(bodies, body_id, on)
    held = reads.appointments(SYSTEM, on=on).filter(account_id=account_id).values_list("body_id", flat=True)
    return here is not None and any(engine.body_on(bodies, one, on) == here for one in held)


def _check_own(account_id: UUID, by: Actor) -> None:
    if by.actor_id != str(account_id) and not engine.may(by, engine.GIVES_RIGHTS):
        raise Refused("not_your_office", "only whoever it is about, or the security administrator, may do this")


def _check_days(first: date, last: date, today: date) -> None:
    if last < first:
        raise Invalid({"valid_to": ("reversed", "the last day lies before the first")})
    if last < today:
        raise Invalid({"valid_to": ("over", "the last day is over")})


def _tell(loan: StandIn, kind: str, by: Actor, now: datetime) -> None:
    office = loan.appointment
    body: dict[str, Json] = {
        "stand_in": loan.pk,
        "appointment": office.pk,
        "role": office.role_id,
        "body": office.body_id,
        "to": str(loan.account_id),
        "procedure": loan.procedure,
        "valid_from": loan.valid_from.isoformat(),
        "valid_to": loan.valid_to.isoformat() if loan.valid_to else None,
    }
    if loan.reason and kind != "stand_in_revoked":
        body["reason"] = sealed_for(loan, loan.reason)
    ledger.record(subject=f"account:{office.account_id}", kind=f"account.{kind}", by=by, now=now, body=body)


def _tell_leave(leave: Leave, kind: str, by: Actor, now: datetime) -> None:
    body: dict[str, Json] = {"first_day": leave.first_day.isoformat(), "last_day": leave.last_day.isoformat()}
    ledger.record(subject=f"account:{leave.account_id}", kind=f"account.{kind}", by=by, now=now, body=body)
