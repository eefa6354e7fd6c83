"""What is forgotten with a case or a record: what was told of it and came about it, with copies, and their numbers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from amur.exchange.acts.attaching import forget_attachments
from amur.exchange.models import Difference, Link, Message, Received
from amur.jobs import acts as jobs
from amur.ledger.reads import is_forgotten

_DROPPED = "what is personal of this was erased"


def forget_messages(subject: str, now: datetime) -> None:
    """Clear away what is left of sealed values of a subject that was forgotten; what was not sent stays unsent."""
    kind, _, rest = subject.partition(":")
    if not is_forgotten(subject):
        return  # of an undertaking only a part was forgotten
    about = Q(case=rest) if kind == "case" else Q(record=rest.rpartition(":")[2])
    for row in Message.objects.select_for_update().filter(about):
        if row.state in {Message.State.WAITING, Message.State.FAILED}:
            row.state, row.error, row.settled_at = Message.State.DROPPED, _DROPPED, now
            jobs.cancel(f"exchange:{row.pk}:{row.tries}")
        row.body, row.reason, row.their_number = {}, "", ""
        row.save()
    for difference in Difference.objects.filter(about):
        difference.ours, difference.theirs, difference.reason = "", "", ""
        difference.save()
    Received.objects.filter(about).update(message_id="")
    if kind == "case":
        forget_attachments(UUID(rest), now)
        Link.objects.filter(case=UUID(rest)).delete()
