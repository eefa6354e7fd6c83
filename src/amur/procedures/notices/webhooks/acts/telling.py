"""What the machine does for subscribers: hear of an event once it is sealed, and tell it, in the order of its case.

An event comes into the outbox exactly once, since the cursor of the subscriber moves in the same transaction. It is
told at least once, always under the same id. A later event of a case waits for the one before it, until that was told
or given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from amur.base.canonical import Json
from amur.base.faults import Refused
from amur.jobs import acts as jobs
from amur.jobs.engine import Handler, backoff, outside
from amur.ledger.reads import SealedEntry
from amur.procedures.models import CaseEvent
from amur.procedures.notices import calls, signatures
from amur.procedures.notices.webhooks.engine import MEDIA_TYPE, Happened, body_of, verdict
from amur.procedures.notices.webhooks.models import Call, Dispatch, Subscription
from amur.procedures.notices.webhooks.reads import subscribers_of
from amur.procedures.transactions import act

CALL = "webhook.call"
"""The kind of the job that makes the next call for a case."""

_CLAIM = timedelta(seconds=90)
"""How long a call is in one worker's hands; longer than a call takes, shorter than the lease of a job."""

_SUBJECT = "case:"


def hear_of_cases(entry: SealedEntry, now: datetime) -> None:
    """Put what happened to a case into the outbox of each subscriber of its owner; the ledger tells of it once."""
    if not entry.subject.startswith(_SUBJECT) or not Subscription.objects.filter(ended_at=None).exists():
        return
    case_id = UUID(entry.subject.removeprefix(_SUBJECT))
    of_case = CaseEvent.objects.filter(case=case_id, entry_hash=entry.leaf)
    event = of_case.select_related("case").first()
    if event is None:
        return
    for one in subscribers_of(event.case).filter(created_at__lte=event.happened_at):
        made, is_new = Dispatch.objects.get_or_create(
            subscription=one,
            entry_hash=entry.leaf,
            defaults={
                "case": event.case,
                "sequence": event.version,
                "event": event.event,
                "target": event.target,
                "happened_at": event.happened_at,
            },
        )
        if is_new:
            _queue(made, now, f"webhook:{made.pk}")


def _queue(row: Dispatch, now: datetime, key: str, run_at: datetime | None = None) -> None:
    payload: dict[str, Json] = {"subscription": str(row.subscription_id), "case": str(row.case_id)}
    jobs.enqueue(CALL, payload, now=now, run_at=run_at, key=key)


def send_event(payload: Mapping[str, Json], now: datetime, _: str) -> None:
    """Tell the first event of a case that waits for a subscriber; the next is queued when that is settled."""
    row = _claimed(payload, now)
    if row is None:
        return
    answered = _call(row, now)
    with act():
        row = Dispatch.objects.select_for_update().get(pk=row.pk)
        if row.state != Dispatch.State.QUEUED:
            return  # the subscription was ended meanwhile
        row.attempts, row.claimed_until, row.error = row.attempts + 1, None, answered.error
        outcome = verdict(answered.status, row.attempts)
        Call.objects.create(dispatch=row, at=now, outcome=outcome, status=answered.status, error=answered.error)
        if outcome == "deferred":
            row.next_at = now + backoff(row.attempts)
            _queue(row, now, f"webhook:{row.pk}:{row.attempts}", row.next_at)
        else:
            row.state = Dispatch.State.SENT if outcome == "accepted" else Dispatch.State.DEAD
            row.settled_at = now
        row.save(update_fields=["state", "attempts", "next_at", "claimed_until", "error", "settled_at"])
        if outcome != "deferred" and (following := _waiting(payload).first()):
            _queue(following, now, f"webhook:{following.pk}:after")


def _waiting(payload: Mapping[str, Json]) -> QuerySet[Dispatch]:
    subscription, case = UUID(str(payload["subscription"])), UUID(str(payload["case"]))
    found = Dispatch.objects.filter(subscription=subscription, case=case)
    return found.filter(state=Dispatch.State.QUEUED).order_by("sequence")


def _claimed(payload: Mapping[str, Json], now: datetime) -> Dispatch | None:
    """Return the first that waits, taken by this worker; none if it is not due, or another has it."""
    with act():
        row = _waiting(payload).select_for_update().first()
        if row is None or any(at is not None and at > now for at in (row.next_at, row.claimed_until)):
            return None
        row.claimed_until = now + _CLAIM
        row.save(update_fields=["claimed_until"])
    found = Dispatch.objects.select_related("subscription", "case").get(pk=row.pk)
    return found if found.subscription.ended_at is None else None


@dataclass(frozen=True, slots=True)
class _Answered:
    """The status of an answer, 0 for none, and what went wrong."""

    status: int
    error: str = ""


def _call(row: Dispatch, now: datetime) -> _Answered:
    subscription, loopback = row.subscription, settings.WEBHOOK_LOOPBACK
    told = Happened(
        str(row.pk), row.case.number, row.case.procedure, row.event, row.target, row.sequence, row.happened_at
    )
    body = body_of(told, settings.LEDGER_ORIGIN or "amur")
    former = subscription.former_until is not None and subscription.former_until > now
    keys = [subscription.secret, *([subscription.former_secret] if former else [])]
    signed = signatures.headers(keys, str(row.pk), int(now.timestamp()), body)
    try:
        target = calls.target_of(subscription.endpoint, loopback=loopback)
        address = calls.checked(target, loopback=loopback)
        answer = calls.post(target, address, body, {"content-type": f"{MEDIA_TYPE}; charset=utf-8", **signed})
    except (OSError, Refused) as error:
        return _Answered(0, _words(error))
    return _Answered(answer.status, "" if answer.status // 100 == 2 else f"it answered {answer.status}")  # noqa: PLR2004 -- the class of answers that say yes


def _words(error: OSError | Refused) -> str:
    return error.message if isinstance(error, Refused) else f"{type(error).__name__}: {error}"[:500]


CALLING: Mapping[str, Handler] = {CALL: outside(send_event)}
"""What the worker does for webhooks."""
