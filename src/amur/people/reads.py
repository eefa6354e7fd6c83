"""Who may see what, and the regions, roles and bodies of the pack. Names of persons are for the office only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, DateField, Q, QuerySet, UUIDField, Value
from django.utils import timezone

from amur.base.acting import PUBLIC, Actor, Mandate, Scope
from amur.base.declared import Text
from amur.base.faults import Refused
from amur.base.once import once
from amur.ledger.prepared import prepared
from amur.people import engine, known
from amur.people.models import (
    Appointment,
    Authorisation,
    Body,
    Card,
    Enterprise,
    Leave,
    Membership,
    Person,
    Region,
    Role,
    StandIn,
)


def day_of(now: datetime) -> date:
    """Return the day of an instant where the authority is."""
    return _day_in(timezone.get_default_timezone(), now)


@lru_cache(maxsize=1024)
def _day_in(zone: tzinfo, now: datetime) -> date:
    return timezone.localtime(now, zone).date()


def scope_of(account: AbstractBaseUser | AnonymousUser | None, now: datetime) -> Scope:
    """Return what an account may see at an instant; a stranger and a closed account see what is public."""
    if account is None or not account.is_authenticated or not account.is_active:
        return PUBLIC
    on = day_of(now)
    reached = _REACHED(on, account.pk)
    appointed = [one for one in reached if one.account_id == account.pk]
    # A stand-in costs two more questions, and nobody else pays for it.
    lent = _lent(_borrowed(on, account.pk)) if len(appointed) < len(reached) else []
    enterprises, mandates = _acts_for(account.pk, on)
    bodies = {one.body_id: one.body.life for one in reached}
    if any(engine.body_on(bodies, body_id, on) != life for body_id, life in bodies.items()):
        bodies = lives()
    held = [one.held for one in appointed]
    carding = _carding(account.pk, frozenset(one.role_id for one in reached if one.role.card))
    found = engine.scope_for(str(account.pk), held, map(str, enterprises), bodies, on, lent=lent, carding=carding)
    return replace(found, mandates=mandates) if mandates else found


def _acts_for(account_id: UUID, on: date) -> tuple[list[UUID], tuple[Mandate, ...]]:
    """Return the enterprises that an account is a member of, and for whom it acts by authorisation: one question."""
    enterprises, mandates = [], []
    for row_id, giver, firm, procedure, case_id, kind in _HELD(on, account_id):
        if kind == "member":
            enterprises.append(row_id)
        else:
            party = str(firm or giver or "") or (f"case:{case_id}" if case_id else "")
            mandates.append(Mandate(str(row_id), party, procedure, case_id, "proxy" if kind == "proxy" else "agent"))
    return enterprises, tuple(sorted(mandates, key=lambda one: one.id))


def _borrowed(on: date, account_id: UUID) -> QuerySet[StandIn]:
    return StandIn.objects.filter(_in_force(on), account_id=account_id, revoked_at=None)


def _reached(on: date, account_id: UUID) -> QuerySet[Appointment]:
    """Return the offices of an account, its own and those that it stands in for."""
    mine = Q(account_id=account_id) | Q(pk__in=_borrowed(on, account_id).values("appointment_id"))
    return Appointment.objects.filter(_in_force(on) & mine).select_related("body", "role")


def _held(on: date, account_id: UUID) -> QuerySet[Any, Any]:
    mine = Membership.objects.filter(account_id=account_id)
    theirs = Q(account_id=account_id) | Q(enterprise_id__in=mine.values("enterprise_id"))
    held = Authorisation.objects.filter(_in_force(on) & theirs, revoked_at=None)
    none = Value(None, output_field=UUIDField())
    words = (Value(""), Value(""), Value("member"))
    return mine.values_list("enterprise_id", none, none, *words).union(
        held.values_list("pk", "giver_id", "giver_enterprise_id", "procedure", "case_id", "kind"), all=True
    )


_REACHED = prepared(_reached, DateField(), UUIDField())
_HELD = prepared(_held, DateField(), UUIDField())
_IN_MATTER = prepared(
    lambda case, procedure: (
        Authorisation.objects.select_related("account__person", "enterprise")
        .filter(Q(case_id=case) | Q(case_id="", procedure=procedure))
        .order_by("given_at", "pk")
    ),
    CharField(),
    CharField(),
)
_ROLES = prepared(lambda: Role.objects.filter(declared=True).order_by("id"))
_BODIES = prepared(lambda: Body.objects.order_by("id"))
_NAMES = prepared(
    lambda accounts: Person.objects.filter(account_id__in=accounts).values_list("account_id", "display_name"),
    UUIDField(),
)


def authorisation_for(authorisation_id: str, account_id: str, procedure: str, on: date) -> Authorisation:
    """Return the authorisation by which an account acts in a matter on a day.

    Raises:
        Refused: if it is over, was revoked, is for another matter, or is not held by this account.
    """
    nobody = UUID(int=0)
    mine = Membership.objects.filter(account_id=account_id or nobody).values("enterprise_id")
    theirs = Q(account_id=account_id or nobody) | Q(enterprise_id__in=mine)
    in_time = Authorisation.objects.filter(_in_force(on) & theirs, revoked_at=None, procedure=procedure)
    found = in_time.filter(pk=authorisation_id).first()
    if found is None:
        raise Refused("authorisation_over", "there is no such authorisation any more; ask for a new one")
    return found


def authorisations(scope: Scope) -> QuerySet[Authorisation]:
    """Return what the reader gave and holds, themselves and for their enterprises, also what is over."""
    related = ("giver__person", "giver_enterprise", "account__person", "enterprise")
    found = Authorisation.objects.select_related(*related).order_by("-given_at", "pk")
    if not scope.account_id:
        return found.none()
    firms = [name for name in scope.parties if not name.startswith("case:")]
    ours = Q(giver_enterprise_id__in=firms) | Q(enterprise_id__in=firms)
    return found.filter(Q(giver_id=scope.account_id) | Q(account_id=scope.account_id) | ours)


def enterprises(scope: Scope) -> QuerySet[Enterprise]:
    """Return the enterprises that the reader is a member of."""
    if not scope.account_id:
        return Enterprise.objects.none()
    return Enterprise.objects.filter(memberships__account_id=scope.account_id).order_by("name", "pk")


def acted_for(scope: Scope, scheme: str, identifier: str) -> str:
    """Return the id of the enterprise of an identifier if somebody acts for it here; strangers and parties get none."""
    if scope.kind not in {"system", "office"}:
        return ""
    found = Enterprise.objects.filter(scheme=scheme, identifier=identifier, memberships__isnull=False).first()
    return str(found.pk) if found else ""


def owned(scope: Scope) -> QuerySet[Enterprise]:
    """Return the enterprises that the reader owns, and so gives authorisations for."""
    return enterprises(scope).filter(memberships__role=Membership.Role.OWNER)


def in_matter(scope: Scope, case_id: str, procedure: str) -> list[Authorisation]:
    """Return all authorisations for one case or its matter, for reads that have decided who is its party."""
    return _IN_MATTER(case_id, procedure) if scope.kind != "public" else []


def _lent(borrowed: QuerySet[StandIn]) -> list[engine.Lent]:
    rows = list(borrowed.select_related("appointment"))
    leaves: dict[UUID, list[tuple[date, date]]] = {}
    holders = {row.appointment.account_id for row in rows if row.is_deputy}
    away = Leave.objects.filter(account__in=holders, revoked_at=None)
    for holder, first, last in away.values_list("account_id", "first_day", "last_day"):
        leaves.setdefault(holder, []).append((first, last))
    return [
        engine.Lent(
            row.appointment.held,
            str(row.appointment.account_id),
            row.procedure,
            row.valid_from,
            row.valid_to,
            row.is_deputy,
            tuple(leaves.get(row.appointment.account_id, ())),
        )
        for row in rows
    ]


def _carding(account_id: UUID, needed: frozenset[str]) -> engine.Carding:
    if not needed:
        return engine.Carding()
    cards: dict[str, list[tuple[date, date]]] = {}
    found = Card.objects.filter(account_id=account_id, role_id__in=needed)
    for role, first, last in found.values_list("role_id", "valid_from", "valid_to"):
        cards.setdefault(role, []).append((first, last))
    return engine.Carding(needed, {role: tuple(periods) for role, periods in cards.items()})


def actor_for(
    account: AbstractBaseUser | AnonymousUser | None,
    scope: Scope,
    *,
    role: str = "",
    body_id: str = "",
    client: str,
    request_id: str = "",
    on_behalf_of: str = "",
    procedure: str = "",
    reads: bool = False,
) -> Actor:
    """Return the actor of an act, with the office it is done in or the enterprise it is done for.

    What is lent for one procedure is held where that is named. Who only ``reads`` needs no card.

    Raises:
        Refused: if the account holds no such office, lacks the card for it, or does not act for that enterprise.
    """
    if on_behalf_of and on_behalf_of not in scope.parties:
        raise Refused("not_your_enterprise", "this account does not act for that enterprise; ask its owner to add it")
    name = str(account.pk) if account is not None and account.is_authenticated else "anonymous"
    if not role:
        return Actor(name, on_behalf_of=on_behalf_of, client=client, request_id=request_id)
    grant = engine.grant_of(scope, role, body_id, procedure)
    if grant is None:
        raise Refused("not_your_office", f"this account does not hold the role {role!r} there", role=role)
    if not reads and (refusal := engine.why_barred(grant)):
        raise refusal
    return Actor(name, on_behalf_of or grant.holder, grant.role, grant.body_id, client, request_id)


def regions(level: str = "", on: date | None = None) -> QuerySet[Region]:
    """Return the regions in the order of their codes: of a level, in force on a day, where they are named."""
    found = Region.objects.order_by("code")
    if level:
        found = found.filter(level=level)
    return found if on is None else found.filter(_in_force(on))


def region_titles() -> dict[str, Text]:
    """Return the titles of all regions by code, also of those that are no more."""
    return known.titles()


def regions_gone(on: date) -> dict[str, tuple[str, ...]]:
    """Return the codes of the regions that are not in force on a day, each with those that carry on after it."""
    return known.gone(on)


def roles() -> QuerySet[Role]:
    """Return the roles that can be given, the three administrators among them."""
    return Role.objects.filter(declared=True).order_by("id")


def bodies(on: date | None = None) -> QuerySet[Body]:
    """Return the bodies, those of a day where one is named."""
    found = Body.objects.order_by("id")
    return found if on is None else found.filter(_in_force(on))


def body_on(body_id: str, on: date) -> Body | None:
    """Return the body that answers on a day for one that was named, itself or its successor."""
    known = {body.id: body for body in _all_bodies()}
    life = engine.body_on({name: body.life for name, body in known.items()}, body_id, on)
    return known[life.id] if life else None


def lives() -> dict[str, engine.BodyLife]:
    """Return all bodies as the rules take them."""
    return {body.id: body.life for body in _all_bodies()}


def answering(bodies: Mapping[str, engine.BodyLife], on: date) -> dict[str, str]:
    """Return which other body answers on a day for each that has ended and was succeeded."""
    found = {name: engine.body_on(bodies, name, on) for name in bodies}
    return {name: life.id for name, life in found.items() if life is not None and life.id != name}


def role_titles() -> dict[str, Text]:
    """Return the titles of the roles that can be given."""
    return {role.id: Text.model_validate(role.titles) for role in _ROLES()}


def overseeing() -> frozenset[str]:
    """Return the roles whose holders are told which cases are late."""
    return frozenset(role.id for role in _ROLES() if role.oversees)


def body_titles() -> dict[str, Text]:
    """Return the titles of all bodies."""
    return {body.id: Text.model_validate(body.titles) for body in _all_bodies()}


def _all_bodies() -> list[Body]:
    return once("people.bodies", _BODIES)


def appointments(scope: Scope, *, on: date | None = None) -> QuerySet[Appointment]:
    """Return appointments: all of them for the machine and the three administrators, otherwise the reader's own."""
    found = Appointment.objects.select_related("account", "body").order_by("account__username", "role", "valid_from")
    if on is not None:
        found = found.filter(_in_force(on))
    if any(scope.holds(role) for role in engine.ADMINISTRATORS):
        return found
    return found.filter(account_id=scope.account_id) if scope.account_id else found.none()


def lendable(scope: Scope, *, on: date) -> QuerySet[Appointment]:
    """Return the reader's own offices of a day or later that can be lent: those of an administrator cannot."""
    own = Appointment.objects.select_related("body", "role").filter(_of(scope))
    return own.exclude(role__in=engine.ADMINISTRATORS).exclude(valid_to__lt=on).order_by("role", "valid_from")


def colleagues(scope: Scope, *, on: date) -> dict[str, tuple[UUID, ...]]:
    """Return, for each body in which the reader has an office to lend, whoever else has an office there."""
    found: dict[str, set[UUID]] = {one.body_id: set() for one in lendable(scope, on=on)}
    beside = Appointment.objects.filter(_in_force(on), body__in=found).exclude(_of(scope))
    for body_id, account_id in beside.filter(account__is_active=True).values_list("body_id", "account_id"):
        found[body_id].add(account_id)
    return {body_id: tuple(sorted(accounts)) for body_id, accounts in found.items()}


def stand_ins(scope: Scope, *, on: date) -> QuerySet[StandIn]:
    """Return what the reader has lent and what is lent to them, of a day or later, unless it was revoked."""
    about = _of(scope) | _of(scope, "appointment__account_id")
    found = StandIn.objects.select_related("appointment", "appointment__body", "appointment__role")
    return found.filter(about, revoked_at=None).exclude(valid_to__lt=on).order_by("valid_from", "id")


def leaves(scope: Scope, *, on: date) -> QuerySet[Leave]:
    """Return the reader's own leave of a day or later."""
    found = Leave.objects.filter(_of(scope), revoked_at=None, last_day__gte=on)
    return found.order_by("first_day", "id")


def cards(scope: Scope) -> QuerySet[Card]:
    """Return cards: all of them for the machine and the security administrator, otherwise the reader's own."""
    found = Card.objects.select_related("role", "account").order_by("account__username", "role", "valid_from")
    if scope.kind == "system" or scope.holds(engine.GIVES_RIGHTS):
        return found
    return found.filter(_of(scope))


def needing_cards(scope: Scope, *, on: date) -> QuerySet[Appointment]:
    """Return the offices that need a card, for whoever enters cards, and nothing for anybody else."""
    found = appointments(scope, on=on).exclude(role__card={}).select_related("account", "body", "role")
    return found if scope.kind == "system" or scope.holds(engine.GIVES_RIGHTS) else found.none()


def names(scope: Scope, account_ids: Collection[str]) -> Mapping[str, str]:
    """Return the names of persons by account, as an office sees its colleagues; nobody else sees any but their own."""
    wanted = set(account_ids)
    if scope.kind not in {"office", "system"}:
        wanted &= {scope.account_id} - {""}
    return {str(account_id): name for account_id, name in _NAMES(sorted(wanted))}


def consents_for(case_id: str) -> list[str]:
    """Return under which subjects is sealed what was said of consents to one case."""
    without_account = Authorisation.objects.filter(case_id=case_id).exclude(consent=Authorisation.Consent.ACCOUNT)
    return [one.key_subject for one in without_account.defer("said")]


def acts_by(held: Authorisation, account_id: str) -> bool:
    """Say whether an account is whom an authorisation lets act: its holder, or a member of the agency."""
    if held.account_id:
        return str(held.account_id) == account_id
    members = Membership.objects.filter(enterprise=held.enterprise).values_list("account_id", flat=True)
    return any(str(one) == account_id for one in members)


def _of(scope: Scope, path: str = "account_id") -> Q:
    """Return the condition of what is the reader's own; nothing is a stranger's."""
    return Q(**{path: scope.account_id}) if scope.account_id else Q(pk=None)


def _in_force(on: date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))
