"""One incident, many cases: they join a lead, stay cases of their own, and are answered together, each its party."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Refused
from amur.procedures.models import Case
from amur.procedures.queues.acts.many import What, begin_many
from amur.procedures.queues.engine import MOST_CHOSEN
from amur.procedures.queues.models import Batch
from amur.procedures.ties.declarations import Mass, Ties
from amur.procedures.ties.engine import why_not_lead
from amur.procedures.ties.models import Tie
from amur.procedures.ties.writing import allowed, made_before, own_case, tie, two_cases, untie, why
from amur.procedures.transactions import act, check_key


def join_case(
    case_id: UUID,
    lead: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> Tie:
    """Join a case to the incident that another leads, by its number; both go on. Twice is once.

    Raises:
        NotFound: if there is no such case for the actor.
        Refused: if the actor may not, one of the two is over, or it belongs to an incident already.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        case, first, _, ties = two_cases(case_id, lead, scope)
        mass = _mass(ties)
        by_office = allowed(by, scope, mass.by, case, first)
        if before := made_before(case, by, key):
            return before
        if standing := _standing(case):
            if standing.lead_id == first.pk:
                return standing
            raise Refused("joined_already", "this case belongs to another incident; take it out of that first")
        refusal = why_not_lead(
            is_same=case.pk == first.pk,
            is_closed=first.closed_at is not None,
            is_other_procedure=case.procedure != first.procedure,
            is_led=_standing(first) is not None,
        )
        if refusal is None and case.closed_at is not None:
            refusal = Refused("case_closed", "the case is over; it joins nothing any more")
        if refusal is None and Tie.objects.filter(lead=case, kind=Tie.Kind.JOINED, ended_at=None).exists():
            refusal = Refused("leads_others", "other cases are led by this one; it joins no other")
        if refusal:
            raise refusal
        return tie(Tie.Kind.JOINED, case, first, mass, why(reason, now), by=by_office, now=now, key=key)


def leave_incident(
    case_id: UUID, *, by: Actor, scope: Scope, now: datetime, reason: str, key: IdempotencyKey = ""
) -> Tie:
    """Take a case out of its incident again. Twice is once.

    Raises:
        NotFound: if there is no such case for the actor.
        Refused: if the actor may not, or it belongs to none.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        case, _, ties = own_case(case_id, scope)
        mass = _mass(ties)
        by_office = allowed(by, scope, mass.by, case)
        row = Tie.objects.filter(case=case, kind=Tie.Kind.JOINED).order_by("-made_at").first()
        if row is None:
            raise Refused("not_joined", "this case belongs to no incident")
        if row.ended_at is None:
            row.case = case
            untie(row, mass, why(reason, now), by=by_office, now=now)
        return row


def answer_joined(
    case_id: UUID,
    event: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str = "",
    key: IdempotencyKey,
) -> tuple[Batch, ...]:
    """Begin to let one event happen to all open cases that a lead leads, each with its own notice; twice is once.

    Each is an act of its own by the rules of acts on many cases, which ``go_on_with_many`` or the machine carries out.

    Raises:
        NotFound: if there is no such case for the actor, or one of those that it leads.
        Refused: if the actor may not, it leads none, or this cannot be done to many.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        case, _, ties = own_case(case_id, scope)
        allowed(by, scope, _mass(ties).by, case)
        joined = Tie.objects.filter(lead=case, kind=Tie.Kind.JOINED, ended_at=None, case__closed_at=None)
        chosen = list(joined.order_by("case__number").values_list("case_id", "case__version"))
        made = Batch.objects.filter(actor_id=by.actor_id, key__startswith=f"{key}:") if key else Batch.objects.none()
        if known := tuple(made.order_by("begun_at", "key")):
            return known
        if not chosen:
            raise Refused("leads_none", "no open case is led by this one")
        return tuple(
            begin_many(
                What(event=event),
                chosen[place : place + MOST_CHOSEN],
                by=by,
                scope=scope,
                now=now,
                reason=reason,
                key=f"{key}:{place}" if key else "",
            )
            for place in range(0, len(chosen), MOST_CHOSEN)
        )


def _mass(ties: Ties) -> Mass:
    if ties.mass is None:
        raise Refused("no_incident", "this procedure does not join cases to incidents")
    return ties.mass


def _standing(case: Case) -> Tie | None:
    return Tie.objects.filter(case=case, kind=Tie.Kind.JOINED, ended_at=None).first()
