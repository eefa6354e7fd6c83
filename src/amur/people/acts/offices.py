"""Acts on appointments: the security administrator gives an office and ends it, never for themselves."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.people import engine, reads
from amur.people.acts.once import once
from amur.people.models import Account, Appointment, Body, Region, Role

_LONGEST_REASON = 500


def appoint(
    account_id: UUID | str,
    role: str,
    body_id: str,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    region: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Appointment:
    """Give an account a role in a body, for a region of it or for all, from today unless another day is named.

    Raises:
        Refused: if the actor is not the security administrator or appoints themselves, or if the account is another of
            the three administrators at that time.
        NotFound: if there is no such account.
        Invalid: if the role, body or region is unknown, does not fit, or the days are reversed.
        Conflict: if the account holds this very office at that time.
    """
    _may_give_rights(by, str(account_id))
    held = engine.Held(role, body_id, region, valid_from or reads.day_of(now), valid_to)
    with once(by, "appoint", key, now) as performed:
        if performed.result:
            return Appointment.objects.get(pk=performed.result)
        _check(held)
        # The lock makes two appointments of one account queue, so that neither overlooks the other.
        account = Account.objects.select_for_update().filter(pk=account_id).first()
        if account is None:
            raise NotFound("no_account", f"there is no account {account_id}")
        _check_beside(held, [one.held for one in Appointment.objects.filter(account=account)])
        appointment = Appointment.objects.create(
            account=account,
            role_id=role,
            body_id=body_id,
            region_id=region or None,
            valid_from=held.valid_from,
            valid_to=valid_to,
        )
        body = {"appointment": appointment.pk, **_as_body(held)}
        ledger.record(subject=account.subject, kind="account.appointed", by=by, now=now, body=body)
        performed.result = str(appointment.pk)
        return appointment


def end_appointment(
    appointment_id: int, *, on: date, reason: str, by: Actor, now: datetime, key: IdempotencyKey = ""
) -> Appointment:
    """End an appointment with a day as its last; an end is never put off by this.

    Raises:
        Refused: if the actor is not the security administrator or ends their own office.
        NotFound: if there is no such appointment.
        Invalid: if the reason is missing or too long, or the day lies before the first.
        Conflict: if it ends on that day or earlier already.
    """
    said = reason.strip()
    if not said or len(said) > _LONGEST_REASON:
        raise Invalid({"reason": ("required", f"say why in 1 to {_LONGEST_REASON} characters; it goes to the ledger")})
    with once(by, "end_appointment", key, now) as performed:
        appointment = Appointment.objects.select_for_update().filter(pk=appointment_id).first()
        if appointment is None:
            raise NotFound("no_appointment", f"there is no appointment {appointment_id}")
        _may_give_rights(by, str(appointment.account_id))
        if performed.result:
            return appointment
        if on < appointment.valid_from:
            raise Invalid(
                {"on": ("too_early", f"the appointment begins on {appointment.valid_from}; name a later day")}
            )
        if appointment.valid_to is not None and appointment.valid_to <= on:
            raise Conflict("appointment_ended", f"this appointment ends on {appointment.valid_to} already")
        appointment.valid_to = on
        appointment.save(update_fields=["valid_to"])
        body = {"appointment": appointment.pk, "reason": said, **_as_body(appointment.held)}
        subject = f"account:{appointment.account_id}"
        ledger.record(subject=subject, kind="account.appointment_ended", by=by, now=now, body=body)
        performed.result = str(appointment.pk)
        return appointment


def _may_give_rights(by: Actor, account_id: str) -> None:
    if not engine.may(by, engine.GIVES_RIGHTS):
        raise Refused("not_allowed", "only the security administrator appoints", role=engine.GIVES_RIGHTS)
    if by.actor_id == account_id:
        raise Refused("own_office", "nobody gives or takes their own office; ask another security administrator")


def _check(held: engine.Held) -> None:
    """Refuse an office that does not exist."""
    faults: dict[str, tuple[str, str]] = {}
    body = Body.objects.filter(pk=held.body_id).first()
    if not Role.objects.filter(pk=held.role, declared=True).exists():
        faults["role"] = ("unknown", f"there is no role {held.role!r}")
    if body is None:
        faults["body"] = ("unknown", f"there is no body {held.body_id!r}")
    elif body.roles and held.role not in (*body.roles, *engine.ADMINISTRATORS):
        faults["role"] = ("not_in_body", f"{held.body_id} has the roles {', '.join(body.roles)}")
    elif not engine.is_in_force(None, body.valid_to, held.valid_from):
        faults["body"] = ("ended", f"{held.body_id} ended on {body.valid_to}; appoint in its successor")
    if held.region and not Region.objects.filter(pk=held.region).exists():
        faults["region"] = ("unknown", f"there is no region {held.region!r}")
    elif held.region and body is not None and not engine.is_within(held.region, body.region_id or ""):
        faults["region"] = (
            "not_in_body",
            f"{held.body_id} answers for {body.region_id}, which {held.region} is not in",
        )
    if held.valid_to is not None and held.valid_to < held.valid_from:
        faults["valid_to"] = ("reversed", "the last day lies before the first")
    if faults:
        raise Invalid(faults)


def _check_beside(held: engine.Held, others: list[engine.Held]) -> None:
    """Refuse an office that cannot stand beside those the account has."""
    if against := engine.conflicts(others, held):
        raise Refused(
            "administrators_apart",
            f"this account is {against[0].role} at that time; the three administrators are three accounts",
            role=against[0].role,
        )
    office = (held.role, held.body_id, held.region)
    if any((one.role, one.body_id, one.region) == office and engine.overlap(one, held) for one in others):
        raise Conflict("already_appointed", "this account holds this office at that time already")


def _as_body(held: engine.Held) -> dict[str, str | None]:
    return {
        "role": held.role,
        "body": held.body_id,
        "region": held.region,
        "valid_from": held.valid_from.isoformat(),
        "valid_to": held.valid_to.isoformat() if held.valid_to else None,
    }
