"""What the worker does with a notice: one attempt over its channel, and a row for what became of it.

A notice is in the outbox exactly once. To the outside it goes at least once: a worker that dies between the server's
answer and our note of it sends again, with the same message id, by which the receiver knows the repetition.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from amur.base.canonical import Json
from amur.base.faults import AmurError, NotFound
from amur.jobs.engine import Handler, outside
from amur.procedures.notices import mail, sms
from amur.procedures.notices.acts.telling import NOTICE
from amur.procedures.notices.engine import EMAIL, MOST_ATTEMPTS, Outcome
from amur.procedures.notices.models import Attempt, Delivery
from amur.procedures.transactions import act

_ARRIVED = (Delivery.State.SENT, Delivery.State.DELIVERED)


def send_notice(payload: Mapping[str, Json], now: datetime, _: str) -> None:
    """Make one attempt. What is refused for good is not tried again; what only failed is, later.

    Raises:
        NotFound: if there is no such delivery.
        NotSent: if it is to be tried again; it says what the channel said, without the address.
    """
    delivery = _delivery(payload)
    if delivery.state in _ARRIVED or not delivery.address:
        return  # it was sent, or erased with its case before it could be
    outcome = mail.send(delivery) if delivery.channel == EMAIL else sms.send(delivery, now)
    _note(delivery, outcome, now)
    if outcome.kind == "deferred":
        # The job keeps what it is told, and it is no place for an address.
        raise NotSent("notice_not_sent", outcome.error)


class NotSent(AmurError):
    """A channel did not take a notice now; what it said, without the address."""


def _delivery(payload: Mapping[str, Json]) -> Delivery:
    """Return what is to be sent; a job that an earlier version queued names the notice alone."""
    rows = Delivery.objects.select_related("notice")
    if "delivery" in payload:
        found = rows.filter(pk=str(payload["delivery"])).first()
    else:
        found = rows.filter(notice=int(str(payload["notice"]))).order_by("created_at").first()
    if found is None:
        raise NotFound("no_notice", f"there is no delivery {payload}")
    return found


def _note(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Keep what became of an attempt, and how far the delivery has come. A report may have been faster than we."""
    with act():
        row = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if not row.address:
            return  # its case was erased meanwhile, and nothing is added to it
        Attempt.objects.create(delivery=row, at=now, outcome=outcome.kind, receipt=outcome.receipt, error=outcome.error)
        if row.state == Delivery.State.DELIVERED:
            return
        row.error = outcome.error
        if outcome.kind == "accepted":
            row.state, row.sent_at, row.receipt = Delivery.State.SENT, now, outcome.receipt
        elif outcome.kind == "refused" or row.attempts.filter(outcome="deferred").count() >= MOST_ATTEMPTS:
            row.state = Delivery.State.FAILED
        row.save(update_fields=["state", "sent_at", "receipt", "error"])


SENDING: Mapping[str, Handler] = {NOTICE: outside(send_notice)}
"""What the worker does for notices."""
