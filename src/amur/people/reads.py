"""Who may see what, and the regions, roles and bodies of the pack. Names of persons are for the office only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from amur.base.acting import PUBLIC, Actor, Scope
from amur.base.declared import Text
from amur.base.faults import Refused
from amur.people import engine
from amur.people.models import Appointment, Body, Membership, Person, Region, Role


def day_of(now: datetime) -> date:
    """Return the day of an instant where the authority is."""
    return timezone.localtime(now, timezone.get_default_timezone()).date()


def scope_of(account: AbstractBaseUser | AnonymousUser | None, now: datetime) -> Scope:
    """Return what an account may see at an instant; a stranger and a closed account see what is public."""
    if account is None or not account.is_authenticated or not account.is_active:
        return PUBLIC
    on = day_of(now)
    appointed = list(Appointment.objects.filter(_in_force(on), account_id=account.pk).select_related("body"))
    enterprises = Membership.objects.filter(account_id=account.pk).values_list("enterprise_id", flat=True)
    bodies = {one.body_id: one.body.life for one in appointed}
    if any(engine.body_on(bodies, body_id, on) != life for body_id, life in bodies.items()):
        bodies = lives()
    held = [one.held for one in appointed]
    return engine.scope_for(str(account.pk), held, map(str, enterprises), bodies, on)


def actor_for(
    account: AbstractBaseUser | AnonymousUser | None,
    scope: Scope,
    *,
    role: str = "",
    body_id: str = "",
    client: str,
    request_id: str = "",
    on_behalf_of: str = "",
) -> Actor:
    """Return the actor of an act, with the office it is done in or the enterprise it is done for.

    Raises:
        Refused: if the account holds no such office, or does not act for that enterprise.
    """
    if on_behalf_of and on_behalf_of not in scope.parties:
        raise Refused("not_your_enterprise", "this account does not act for that enterprise; ask its owner to add it")
    name = str(account.pk) if account is not None and account.is_authenticated else "anonymous"
    if not role:
        return Actor(name, on_behalf_of=on_behalf_of, client=client, request_id=request_id)
    grant = engine.grant_of(scope, role, body_id)
    if grant is None:
        raise Refused("not_your_office", f"this account does not hold the role {role!r} there", role=role)
    return Actor(name, on_behalf_of, grant.role, grant.body_id, client, request_id)


def regions(level: str = "", on: date | None = None) -> QuerySet[Region]:
    """Return the regions in the order of their codes: of a level, in force on a day, where they are named."""
    found = Region.objects.order_by("code")
    if level:
        found = found.filter(level=level)
    return found if on is None else found.filter(_in_force(on))


def region_titles() -> dict[str, Text]:
    """Return the titles of all regions by code, also of those that are no more."""
    return {code: Text.model_validate(titles) for code, titles in Region.objects.values_list("code", "titles")}


def roles() -> QuerySet[Role]:
    """Return the roles that can be given, the three administrators among them."""
    return Role.objects.filter(declared=True).order_by("id")


def bodies(on: date | None = None) -> QuerySet[Body]:
    """Return the bodies, those of a day where one is named."""
    found = Body.objects.order_by("id")
    return found if on is None else found.filter(_in_force(on))


def body_on(body_id: str, on: date) -> Body | None:
    """Return the body that answers on a day for one that was named, itself or its successor."""
    life = engine.body_on(lives(), body_id, on)
    return Body.objects.get(pk=life.id) if life else None


def lives() -> dict[str, engine.BodyLife]:
    """Return all bodies as the rules take them."""
    return {body.id: body.life for body in Body.objects.all()}


def appointments(scope: Scope, *, on: date | None = None) -> QuerySet[Appointment]:
    """Return appointments: all of them for the machine and the three administrators, otherwise the reader's own."""
    found = Appointment.objects.select_related("account", "body").order_by("account__username", "role", "valid_from")
    if on is not None:
        found = found.filter(_in_force(on))
    if any(scope.holds(role) for role in engine.ADMINISTRATORS):
        return found
    return found.filter(account_id=scope.account_id) if scope.account_id else found.none()


def names(scope: Scope, account_ids: Collection[str]) -> Mapping[str, str]:
    """Return the names of persons by account, as an office sees its colleagues; nobody else sees any but their own."""
    wanted = set(account_ids)
    if scope.kind not in {"office", "system"}:
        wanted &= {scope.account_id} - {""}
    found = Person.objects.filter(account_id__in=wanted).values_list("account_id", "display_name")
    return {str(account_id): name for account_id, name in found}


def _in_force(on: date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))
