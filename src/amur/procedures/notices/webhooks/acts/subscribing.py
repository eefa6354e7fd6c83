"""The acts of whoever wants to be told: subscribe, replace the secret, end it. A secret is shown once, when made."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.procedures.notices import calls, signatures
from amur.procedures.notices.webhooks.engine import MOST_SUBSCRIPTIONS
from amur.procedures.notices.webhooks.models import Dispatch, Subscription
from amur.procedures.notices.webhooks.reads import owners_of
from amur.procedures.transactions import act, check_key

SUBSCRIBED, ROTATED, ENDED = "webhook.subscribed", "webhook.rotated", "webhook.ended"
BOTH_SECRETS = timedelta(days=1)
"""How long a secret that was replaced signs beside the new one."""


def subscribe(
    owner_kind: str,
    owner_id: str,
    endpoint: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> tuple[Subscription, str]:
    """Have an address called when something happens to the owner's cases; return it with its secret.

    The same key again makes nothing, and returns no secret: it was shown.

    Raises:
        NotFound: if the actor does not act for that owner.
        Invalid: if the address cannot be called.
        Refused: if the owner has as many as it may.
    """
    check_key(key)
    if (owner_kind, owner_id) not in owners_of(scope):
        raise NotFound("no_owner", "there is no such enterprise or body that you act for")
    place = _checked(endpoint)
    with act():
        if key and (before := Subscription.objects.filter(ordered_by=by.actor_id, key=key).first()):
            return before, ""
        present = Subscription.objects.filter(owner_kind=owner_kind, owner_id=owner_id, ended_at=None)
        if present.count() >= MOST_SUBSCRIPTIONS:
            raise Refused("too_many", f"at most {MOST_SUBSCRIPTIONS} addresses are called; end one first")
        secret = _fresh()
        made = Subscription(owner_kind=owner_kind, owner_id=owner_id, created_at=now, ordered_by=by.actor_id, key=key)
        made.endpoint, made.secret = place, secret
        made.save(force_insert=True)
        _record(made, SUBSCRIBED, {"endpoint": sealed_for(made, place)}, by=by, now=now)
        return made, secret


def rotate_secret(
    subscription_id: UUID, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> tuple[Subscription, str]:
    """Replace the secret and return the new one; the old one signs beside it for a day.

    Raises:
        NotFound: if there is no such subscription, or it is not the actor's.
    """
    check_key(key)
    with act():
        row = _own(subscription_id, scope)
        row.former_secret, row.former_until = row.secret, now + BOTH_SECRETS
        row.secret = secret = _fresh()
        row.save(update_fields=["secret", "former_secret", "former_until"])
        _record(row, ROTATED, {"former_until": row.former_until.isoformat(), "key": key}, by=by, now=now)
        return row, secret


def end_subscription(
    subscription_id: UUID, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Subscription:
    """Call an address no more; what waits for it is dropped, and its secrets are erased. Twice is once.

    Raises:
        NotFound: if there is no such subscription, or it is not the actor's.
    """
    check_key(key)
    with act():
        row = _own(subscription_id, scope, ended=True)
        if row.ended_at is None:
            row.ended_at, row.secret, row.former_secret, row.former_until = now, "", "", None
            row.save(update_fields=["ended_at", "secret", "former_secret", "former_until"])
            waiting = row.dispatches.filter(state=Dispatch.State.QUEUED)
            waiting.update(state=Dispatch.State.DEAD, settled_at=now, error="the subscription was ended")
            _record(row, ENDED, {"key": key}, by=by, now=now)
        return row


def _checked(endpoint: str) -> str:
    """Return an address that can be called now; where its name leads is looked at again before each call."""
    loopback = settings.WEBHOOK_LOOPBACK
    place = endpoint.strip()
    try:
        calls.checked(calls.target_of(place, loopback=loopback), loopback=loopback)
    except Refused as error:
        raise Invalid({"endpoint": (error.code, error.message)}) from None
    except OSError:
        raise Invalid({"endpoint": ("unknown_host", "this name is not known in the internet")}) from None
    return place


def _fresh() -> str:
    return signatures.secret_text(secrets.token_bytes(signatures.SECRET_BYTES))


def _own(subscription_id: UUID, scope: Scope, *, ended: bool = False) -> Subscription:
    row = Subscription.objects.select_for_update().filter(pk=subscription_id).first()
    if row is None or (row.owner_kind, row.owner_id) not in owners_of(scope) or (row.ended_at and not ended):
        raise NotFound("no_subscription", "there is no such subscription")
    return row


def _record(row: Subscription, kind: str, body: dict[str, Json], *, by: Actor, now: datetime) -> None:
    told: dict[str, Json] = {"owner_kind": row.owner_kind, "owner_id": row.owner_id, **body}
    ledger.record(subject=row.key_subject, kind=kind, by=by, now=now, body=told)
