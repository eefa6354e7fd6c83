"""That an official read a case is recorded, once an hour: reading restricted data is an act too."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import CharField, DateTimeField, UUIDField

from amur.base.acting import Actor
from amur.ledger import acts as ledger
from amur.ledger.prepared import prepared
from amur.procedures.models import DeskRead
from amur.procedures.transactions import act

PURPOSE = "work on the case"
_READ = prepared(
    lambda case, actor, hour: DeskRead.objects.filter(case_id=case, actor_id=actor, hour=hour).values_list("pk")[:1],
    UUIDField(),
    CharField(),
    DateTimeField(),
)


def log_desk_read(case_id: UUID, *, by: Actor, now: datetime) -> bool:
    """Record that an official opened a case; say whether it was the first time in this hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    # Most pages are opened again within the hour, which a look without a lock can tell.
    if _READ(case_id, by.actor_id, hour):
        return False
    with act():
        _, is_first = DeskRead.objects.get_or_create(case_id=case_id, actor_id=by.actor_id, hour=hour)
        if is_first:
            ledger.log_read(subject=f"case:{case_id}", by=by, now=now, purpose=PURPOSE)
    return is_first
