"""Another larger imaginary procedure: it asks bodies and its party, is worked on together and handed over, and is rated."""

from __future__ import annotations

import copy
from typing import Any

from tests.procedures import contests
from tests.procedures.joint.samples import JOINT_BODY
from tests.procedures.opinions.samples import tower
from tests.procedures.rated import RATING
from tests.procedures.samples import BASIS, text
from tests.procedures.supplements.missing import REPLY, WITHDRAWN

CORRECTION: dict[str, Any] = {
    "by": ["decider"],
    "within": 60,
    "basis": [BASIS],
    "events": [
        {"event": "grant", "supersede": ["refuse"]},
        {"event": "refuse", "supersede": ["grant"], "clocks": "restart"},
        {"event": "accept", "to": "submitted"},
    ],
    "fields": ["name", "watts"],
    "notice": {"subject": text("Put right"), "body": text("{number}: {reason}")},
}
_MOVED = {
    "clocks": "wait",
    "send_back": True,
    "notice": {"subject": text("Handed over"), "body": text("{number}: {reason}")},
}


def asking_tower() -> dict[str, Any]:
    """Return the licence of a tower, which asks its party too."""
    joint = copy.deepcopy(JOINT_BODY)
    joint["hand_over"] |= copy.deepcopy(_MOVED) | {"to": ["police"]}
    hearing = copy.deepcopy(contests.HEARING) | {"by": ["handler"], "asked_in": ["review"]}
    body = tower(id="tower", series="TOW", joint=joint, correction=CORRECTION, hearing=hearing, rating=RATING)
    body["recusal"] = {"by": "head", "basis": [BASIS]}
    review = next(one for one in body["states"] if one["id"] == "review")
    review["history"] = "deep"
    asked = {"id": "supplement", "title": text("Supplement"), "answer": text("We wait."), "needs_applicant": True}
    body["states"].append(asked)
    request = {"event": "request_supplement", "title": text("Ask"), "from": ["review"], "to": "supplement"}
    body["transitions"] += [
        request | {"by": "handler", "reason": "optional", "supplement": {"answer": "answer"}},
        {"event": "answer", "title": text("Answer"), "from": ["supplement"], "to": "review", "by": "applicant"},
        copy.deepcopy(WITHDRAWN),
    ]
    withdraw = next(one for one in body["transitions"] if one["event"] == "withdraw")
    withdraw["from"] = [*withdraw["from"], "supplement"]
    body["clocks"][0]["pause"] = ["supplement"]
    body["clocks"].append(copy.deepcopy(REPLY) | {"stop": ["review", "granted", "refused", "withdrawn"]})
    return body
