"""A licence that is rated, with the list of reasons."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, LICENCE_BODY, text

RATING: dict[str, Any] = {
    "within_days": 30,
    "reasons": "grounds",
    "by": ["handler"],
    "follow_up_working_days": 5,
    "notice": {"subject": text("Followed up", "差评回访"), "body": text("{number}: {reason}", "{number}：{reason}")},
    "publish_from": 3,
    "basis": [BASIS],
}
GROUNDS: dict[str, Any] = {
    "id": "grounds",
    "title": text("Reasons", "评价原因"),
    "source": "imaginary",
    "codes": [
        {"code": "slow", "title": text("Slow", "办事慢")},
        {"code": "polite", "title": text("Polite", "态度好")},
        {"code": "old", "title": text("Old"), "valid_to": "2020-01-01"},
    ],
}


def items(**changes: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a pack declares of it."""
    body = copy.deepcopy(LICENCE_BODY) | {"rating": copy.deepcopy(RATING) | changes}
    return {("procedure", "licence"): body, ("codelist", "grounds"): GROUNDS}


def furnish(now: datetime, **changes: Any) -> None:
    """Declare it."""
    sync(now, items(**changes))
