"""What an answer of the other side means, how long is waited for the next attempt, when a receipt is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from amur.exchange.declarations import Retry

Outcome: TypeAlias = Literal["received", "sent", "refused", "failed", "again"]
_SERVER_ERROR, _LEAST_FAILURE = 500, 300
_AGAIN = frozenset({0, 408, 423, 425, 429})
"""Answers of a server that is there and cannot take it now; 0 is none at all."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the other side answered: the status, what it says became of the message, its number, and why not.

    ``said`` is empty where the answer could not be read as agreed. ``attachments`` are the hashes of files it has.
    """

    status: int
    said: Literal["received", "taken", "refused", ""] = ""
    number: str = ""
    reason: str = ""
    error: str = ""
    attachments: tuple[str, ...] = ()


def outcome(answered: Answered, attempts: int, retry: Retry) -> Outcome:
    """Return what becomes of a message after an answer: the receipt is here, or comes later; it is refused; try again.

    A message that they say is wrong is not sent again by itself, nor one that has had its attempts.

    >>> retry = Retry(attempts=3)
    >>> outcome(Answered(200, "received", "A1"), 1, retry), outcome(Answered(202, "taken"), 1, retry)
    ('received', 'sent')
    >>> outcome(Answered(200, "refused", reason="no"), 1, retry), outcome(Answered(400), 1, retry)
    ('refused', 'failed')
    >>> outcome(Answered(422, "refused", reason="no such code"), 1, retry)
    'refused'
    >>> [outcome(Answered(status), 1, retry) for status in (0, 200, 429, 503)], outcome(Answered(503), 3, retry)
    (['again', 'again', 'again', 'again'], 'failed')
    """
    if answered.status < _LEAST_FAILURE and answered.status and answered.said:
        return {"received": "received", "taken": "sent", "refused": "refused"}[answered.said]  # type: ignore[return-value]  # the three answers have these three outcomes
    if answered.said == "refused" and answered.status < _SERVER_ERROR and answered.status not in _AGAIN:
        return "refused"
    may_pass = answered.status in _AGAIN or answered.status >= _SERVER_ERROR or answered.status < _LEAST_FAILURE
    return "again" if may_pass and attempts < retry.attempts else "failed"


def wait_after(attempts: int, retry: Retry) -> timedelta:
    """Return how long is waited after a failed attempt, the first being 1: each time twice as long, to a most.

    >>> retry = Retry(first_minutes=1, longest_hours=1)
    >>> [str(wait_after(attempts, retry)) for attempts in (1, 2, 3, 50)]
    ['0:01:00', '0:02:00', '0:04:00', '1:00:00']
    """
    doublings = min(max(attempts, 1) - 1, 16)
    return min(timedelta(minutes=retry.first_minutes) * (1 << doublings), timedelta(hours=retry.longest_hours))


def due_of(sent_at: datetime, hours: int | None, ends_at: datetime | None) -> datetime | None:
    """Return until when a receipt is due: some hours on, or at the end of the last working day.

    >>> at = datetime(2026, 3, 10, 2)
    >>> due_of(at, 4, None), due_of(at, None, datetime(2026, 3, 12, 16))
    (datetime.datetime(2026, 3, 10, 6, 0), datetime.datetime(2026, 3, 12, 16, 0))
    """
    return sent_at + timedelta(hours=hours) if hours else ends_at
