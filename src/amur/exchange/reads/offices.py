"""Who looks after an exchange: whoever holds one of its roles in its body."""

from __future__ import annotations

from dataclasses import replace

from amur.base.acting import Actor, Grant, Scope
from amur.base.faults import NotFound, Refused
from amur.exchange import declared
from amur.exchange.declarations import ExchangeDeclaration


def grant_for(scope: Scope, exchange: ExchangeDeclaration) -> Grant | None:
    """Return the grant by which a reader looks after an exchange, or None; one that is barred lets them only read."""
    found = [grant for role in exchange.by for grant in scope.grants_of(role, body_id=exchange.body_id)]
    return min(found, key=lambda grant: bool(grant.barred), default=None)


def looks_after(scope: Scope, exchange: ExchangeDeclaration) -> bool:
    """Say whether a reader may see what went to and fro."""
    return scope.kind == "system" or (scope.kind == "office" and grant_for(scope, exchange) is not None)


def check_office(scope: Scope, exchange_id: str, by: Actor) -> Actor:
    """Return the actor in the office that looks after an exchange; the machine needs none.

    Raises:
        NotFound: if there is no such exchange, or the actor may not know of it.
        Refused: if the actor lacks a card that is valid today.
    """
    _, exchange = declared.exchange(exchange_id)
    if scope.kind == "system":
        return by
    found = grant_for(scope, exchange) if scope.kind == "office" else None
    if found is None:
        raise NotFound("no_exchange", "there is no such exchange")
    if found.barred:
        raise Refused(found.barred, "this role acts with a card that is valid today")
    return replace(by, role=found.role, body_id=found.body_id, on_behalf_of=found.holder or by.on_behalf_of)
