"""How an act of this room answers a call that comes again with its key: with the same, doing nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.ledger import rows
from amur.people.models import Performed


@contextmanager
def once(by: Actor, act: str, key: IdempotencyKey, now: datetime) -> Iterator[Performed]:
    """Open the act's transaction; ``result`` is what the act answered before, or empty, and then the act sets it.

    The key is claimed first, so that of two calls at once the second waits for the answer of the first. Keys are each
    actor's own. Without a key, every call is a new one.
    """
    with transaction.atomic():
        if not key:
            yield Performed(result="")
            return
        performed = Performed(actor_id=by.actor_id, act=act, key=key, result="", performed_at=now)
        if not rows.store_if_new(performed):
            performed = Performed.objects.get(actor_id=by.actor_id, act=act, key=key)
        yield performed
        performed.save(update_fields=["result"])
