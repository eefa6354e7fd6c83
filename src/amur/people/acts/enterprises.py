"""Acts on enterprises: whoever brings one in owns it here; nobody joins it later but by its owner."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey
from amur.base.faults import Invalid, NotFound, Refused
from amur.base.identifiers import IdentifierScheme
from amur.ledger import acts as ledger
from amur.people import engine
from amur.people.acts.once import once
from amur.people.models import Account, Enterprise, Membership

_LONGEST_NAME = 200


def join_enterprise(
    account_id: UUID | str,
    scheme: IdentifierScheme,
    identifier: str,
    *,
    name: str,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
) -> Membership:
    """Let an account act for an enterprise.

    An enterprise that is not known yet is brought in by an account for itself, which becomes its owner. From then on
    its owners let others in, as agents; who knows its identifier alone sees none of its cases. A member who comes again
    is answered with the membership there is. ``name`` counts only when the enterprise is brought in.

    Raises:
        Invalid: if the identifier or the name cannot be accepted.
        NotFound: if there is no such account.
        Refused: if the enterprise has an owner and the actor is none.
    """
    value = _checked(scheme, identifier)
    with once(by, "join_enterprise", key, now) as performed:
        if performed.result:
            return Membership.objects.get(pk=performed.result)
        account = Account.objects.filter(pk=account_id, is_active=True).first()
        if account is None:
            raise NotFound("no_account", f"there is no account {account_id}")
        enterprise = Enterprise.objects.filter(scheme=scheme.id, identifier=value).first()
        if enterprise is None:
            enterprise, _ = Enterprise.objects.get_or_create(
                scheme=scheme.id, identifier=value, defaults={"name": _name(name)}
            )
        # The lock makes two who bring in the same enterprise queue: one owns it.
        enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        membership = enterprise.memberships.filter(account=account).first()
        if membership is None:
            role = _role_of_newcomer(enterprise, account, by)
            membership = Membership.objects.create(account=account, enterprise=enterprise, role=role, since=now)
            body = {"enterprise": str(enterprise.pk), "role": str(role)}
            ledger.record(subject=account.subject, kind="account.joined_enterprise", by=by, now=now, body=body)
        performed.result = str(membership.pk)
        return membership


def _role_of_newcomer(enterprise: Enterprise, account: Account, by: Actor) -> Membership.Role:
    owners = {str(owner) for owner in enterprise.memberships.filter(role="owner").values_list("account_id", flat=True)}
    if not owners:
        if by.actor_id != str(account.pk) and not engine.is_machine(by):
            raise Refused("not_allowed", "an account brings in an enterprise for itself only")
        return Membership.Role.OWNER
    if by.actor_id not in owners and not engine.is_machine(by):
        raise Refused("enterprise_has_owner", "this enterprise is known here; ask its owner to add you")
    return Membership.Role.AGENT


def _checked(scheme: IdentifierScheme, identifier: str) -> str:
    try:
        return scheme.parse(identifier)
    except ValueError as error:
        raise Invalid({"identifier": ("bad_identifier", str(error))}) from None


def _name(name: str) -> str:
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= _LONGEST_NAME or not plain.isprintable():
        raise Invalid({"name": ("required", f"enter the name of the enterprise in 1 to {_LONGEST_NAME} characters")})
    return plain
