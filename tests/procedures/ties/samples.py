"""A licence whose cases are split, merged, reopened, joined in one incident, and found alike."""

from __future__ import annotations

import copy
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from tests.procedures.samples import BASIS, LICENCE_BODY, text

TOLD = {"subject": text("It belongs to another", "并案通知"), "body": text("{number}: {reason}", "{number}：{reason}")}
_END = ["granted", "refused", "withdrawn", "merged", "split"]
_OPEN = ["submitted", "accepted", "supplement"]
TIES_BODY: dict[str, Any] = {
    "split": {"by": ["handler"], "into": ["licence"], "event": "split_up", "basis": [BASIS]},
    "merge": {
        "by": ["handler"],
        "event": "merged_into",
        "same": ["name"],
        "undo": {"working_days": 5},
        "notice": TOLD,
        "basis": [BASIS],
    },
    "reopen": [
        {"by": ["decider"], "event": "reopened", "within": {"days": 30}, "notice": TOLD, "basis": [BASIS]},
    ],
    "mass": {"by": ["handler"], "same": ["colour", "lit_on"], "days": 30, "notice": TOLD, "basis": [BASIS]},
    "duplicates": {
        "by": ["handler"],
        "rules": [
            {"id": "again", "same": ["name"], "days": 30},
            {"id": "number", "same": ["number", "name"], "days": 60, "party": "any"},
        ],
    },
}


def _arrow(event: str, sources: list[str], target: str) -> dict[str, Any]:
    named = text(event.replace("_", " "))
    return {"event": event, "title": named, "from": sources, "to": target, "by": "tie", "reason": "required"}


def body(**changes: Any) -> dict[str, Any]:
    """Return the licence with ties; ``changes`` replace parts of them, None takes one out."""
    found = copy.deepcopy(LICENCE_BODY)
    for name in ("merged", "split"):
        found["states"].append({"id": name, "title": text(name), "answer": text("Elsewhere."), "final": True})
    found["transitions"] += [
        _arrow("merged_into", _OPEN, "merged"),
        _arrow("split_up", _OPEN, "split"),
        _arrow("reopened", ["refused", "withdrawn"], "accepted"),
    ]
    found["clocks"][0]["stop"] = _END
    ties = copy.deepcopy(TIES_BODY) | changes
    found["ties"] = {name: one for name, one in ties.items() if one is not None}
    return found


LICENCE = ProcedureDeclaration.model_validate(body())
TIES = LICENCE.ties
assert TIES is not None
