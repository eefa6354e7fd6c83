"""A licence that asks for what is missing item by item; without a reply within five working days it is withdrawn."""

from __future__ import annotations

import copy
from typing import Any

from tests.procedures.samples import BASIS, LICENCE_BODY, text

REQUEST, ANSWER = 1, 2
WITHDRAWN = {
    "event": "taken_as_withdrawn",
    "title": text("Taken as withdrawn", "视为撤回"),
    "from": ["supplement"],
    "to": "withdrawn",
    "by": "machine",
    "on_lapse": "reply",
    "basis": [BASIS],
}
REPLY = {
    "id": "reply",
    "title": text("Reply", "补正期限"),
    "working_days": 5,
    "start": ["supplement"],
    "stop": ["accepted", "granted", "refused", "withdrawn"],
    "basis": [BASIS],
}


def itemised(**supplement: Any) -> dict[str, Any]:
    """Return the licence whose request for a supplement lists items."""
    body = copy.deepcopy(LICENCE_BODY)
    body["transitions"][REQUEST] |= {"supplement": {"answer": "answer"} | supplement, "reason": "optional"}
    body["transitions"][ANSWER] |= {"asks": []}
    body["transitions"].append(WITHDRAWN)
    body["clocks"].append(REPLY)
    return body


ITEMS: list[dict[str, str]] = [
    {"part": "watts", "wrong": "十二瓦太暗", "how": "整数"},
    {"part": "plan", "wrong": "看不清", "how": "PDF，盖章"},
    {"part": "+paper", "title": "身份证复印件", "wrong": "没有交"},
    {"part": "+words", "wrong": "为什么放在室内", "optional": "yes"},
]
