"""What a call says of an event of a case: a CloudEvent 1.0 in structured JSON, with nothing personal in it; pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from amur.jobs.engine import MOST_ATTEMPTS

MEDIA_TYPE = "application/cloudevents+json"
MOST_SUBSCRIPTIONS = 5
"""How many addresses one owner may have called."""

_GONE = 410

Verdict = Literal["accepted", "deferred", "dead"]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a case as it is told: numbers, names of the pack and instants, and nobody's data."""

    id: str
    number: str
    procedure: str
    event: str
    state: str
    sequence: int
    at: datetime


def body_of(told: Happened, source: str) -> bytes:
    """Return the body of the call. ``sequence`` counts the events of the case and sorts as text.

    >>> told = Happened("7", "LAN-1", "licence", "accept", "accepted", 2, datetime(2026, 3, 10, 2, tzinfo=UTC))
    >>> event = json.loads(body_of(told, "amur.example"))
    >>> event["type"], event["subject"], event["sequence"], event["time"]
    ('amur.case.accept', 'LAN-1', '0000000002', '2026-03-10T02:00:00Z')
    >>> sorted(event["data"])
    ['event', 'number', 'procedure', 'state']
    """
    event = {
        "specversion": "1.0",
        "id": told.id,
        "source": f"/{source}/cases",
        "type": f"amur.case.{told.event}",
        "subject": told.number,
        "time": told.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "sequence": f"{told.sequence:010}",
        "datacontenttype": "application/json",
        "data": {"number": told.number, "procedure": told.procedure, "event": told.event, "state": told.state},
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def verdict(status: int, attempts: int) -> Verdict:
    """Return what follows from an answer, 0 for none, at the given attempt, the first being 1.

    A redirect is not followed, and is no answer. Whoever says that the address is gone is not asked again.

    >>> verdict(204, 1), verdict(500, 1), verdict(301, 1), verdict(0, 8), verdict(410, 1)
    ('accepted', 'deferred', 'deferred', 'dead', 'dead')
    """
    if status // 100 == 2:  # noqa: PLR2004 -- the class of answers that say yes
        return "accepted"
    return "dead" if status == _GONE or attempts >= MOST_ATTEMPTS else "deferred"
