"""A licence that tells by short message too, and what tests do with it."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from amur.jobs import acts as jobs
from amur.procedures import acts
from amur.procedures.models import Case
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.samples import LICENCE_BODY, text

PHONE = "13800001234"
SHORT = text("{number}: {state}. See your case page.", "{number}：{state}。详见办件页。")


def licence(**changes: Any) -> dict[str, Any]:
    """Return the licence with a field for each channel, and a short text for each notice."""
    body = copy.deepcopy(LICENCE_BODY)
    body["pages"][1]["fields"].append(
        {
            "id": "mobile",
            "type": "contact",
            "medium": "telephone",
            "title": text("Number for short messages"),
            "personal": True,
            "required": False,
        }
    )
    body["notices"] = {"email": "email", "sms": "mobile"}
    for arrow in body["transitions"]:
        for effect in arrow.get("effects", ()):
            if effect["do"] == "notify":
                effect["short"] = SHORT
    return body | changes


def submit(now: datetime, **answers: str) -> Case:
    """Hand in a licence whose party gives an address and a number."""
    sync(now, {("procedure", "licence"): licence()})
    draft = fill(now, **({"mobile": PHONE} | answers))
    return acts.submit(draft.id, by=STRANGER, now=now)


def work(now: datetime) -> int:
    """Do the jobs that are due."""
    return jobs.run_due(acts.HANDLERS, now, 50)
