"""A larger imaginary procedure that has almost everything, in two editions, and how its cases come from one to the other.

It has parallel and nested states that remember where a case was left, five clocks that pause, are extended and lapse,
two chains of signatures, items that are asked for, a fee, a round of opinions, an appeal with a review, corrections to
which two agree, and cases that are split, merged, joined and reopened.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.procedures import contests
from tests.procedures.fees.charged import FEE
from tests.procedures.opinions.samples import LAND
from tests.procedures.reminders.ladder import rung
from tests.procedures.samples import BASIS, LICENCE_BODY, text
from tests.procedures.signing.samples import HARBOUR_BODY
from tests.procedures.supplements.missing import REPLY, WITHDRAWN

_OPEN = ["submitted", "work", "supplement"]
_TOLD = {"subject": text("It belongs to another"), "body": text("{number}: {reason}")}
TIES: dict[str, Any] = {
    "split": {"by": ["handler"], "into": ["harbour"], "event": "split_up", "basis": [BASIS]},
    "merge": {"by": ["handler"], "event": "merged_into", "same": ["colour"], "undo": {"working_days": 5}}
    | {"party": "any", "notice": _TOLD, "basis": [BASIS]},
    "reopen": [{"by": ["decider"], "event": "reopened", "within": {"days": 30}, "notice": _TOLD, "basis": [BASIS]}],
    "mass": {"by": ["handler"], "same": ["colour", "lit_on"], "days": 30, "notice": _TOLD, "basis": [BASIS]},
    "duplicates": {"by": ["handler"], "rules": [{"id": "again", "same": ["number"], "days": 30, "party": "any"}]},
}
CORRECTION: dict[str, Any] = {
    "by": ["handler", "decider"],
    "within": 90,
    "basis": [BASIS],
    "separation": True,
    "events": [
        {"event": "grant", "effects": [{"do": "close_record", "register": "licences", "key": "case.number"}]},
        {"event": "refuse", "clocks": "restart"},
        {"event": "accept", "to": "submitted"},
    ],
    "fields": ["name", "email"],
    "notice": {"subject": text("Put right"), "body": text("{number}: {reason}")},
}
_RENAMED = {"look": "seeing", "fire_opinion": "fire_answer"}
"""What is called otherwise in the second edition: a state and a clock."""


def _arrows(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["event"]: one for one in body["transitions"]}


def _tie(event: str, sources: list[str], target: str) -> dict[str, Any]:
    return {"event": event, "title": text(event), "from": sources, "to": target, "by": "tie", "reason": "required"}


def harbour(edition: int = 0) -> dict[str, Any]:
    """Return an edition of the licence of a harbour."""
    body = copy.deepcopy(HARBOUR_BODY) | {"id": "harbour", "series": "HAR", "appeal": copy.deepcopy(contests.APPEAL)}
    body |= copy.deepcopy({"ties": TIES, "correction": CORRECTION, "opinions": [LAND]})
    body |= {"recusal": {"by": "head", "basis": [BASIS]}, "values": ["base_fee", "watt_fee", "late_rate"]}
    body["fees"] = [copy.deepcopy(FEE) | {"id": "harbour"}]
    body["states"] += [
        {"id": name, "title": text(name), "answer": text("Elsewhere."), "final": True} for name in ("merged", "split")
    ]
    _move(body)
    _count(body)
    return _renamed(body, _RENAMED) if edition else body


def _move(body: dict[str, Any]) -> None:
    """Let its events ask, cost and bring about what they do, and add those that nobody fires."""
    arrows = _arrows(body)
    arrows["ask"]["effects"] = [{"do": "ask_opinions", "round": "land"}]
    arrows["grant"] |= {"effects": copy.deepcopy(_arrows(LICENCE_BODY)["grant"]["effects"]), "needs_opinions": ["land"]}
    arrows["grant"] |= {"when": "fees.harbour.settled", "otherwise": text("Pay first.")}
    arrows["surrender"] |= {"executes": True, "effects": copy.deepcopy(_arrows(LICENCE_BODY)["surrender"]["effects"])}
    arrows["request_supplement"] |= {"supplement": {"answer": "answer"}, "reason": "optional"}
    silence = {"event": "fire_is_silent", "title": text("Silence"), "from": ["fire_asked"], "to": "fire_given"}
    body["transitions"] += [
        copy.deepcopy(contests.SENT_BACK) | {"to": "work"},
        copy.deepcopy(contests.CHANGED),
        silence | {"by": "machine", "on_lapse": "fire_opinion", "basis": [BASIS]},
        copy.deepcopy(WITHDRAWN),
        _tie("merged_into", _OPEN, "merged"),
        _tie("split_up", _OPEN, "split"),
        _tie("reopened", ["refused", "withdrawn"], "work"),
    ]


def _count(body: dict[str, Any]) -> None:
    """Give it its clocks."""
    body["clocks"][0] |= {
        "extension": copy.deepcopy(LICENCE_BODY["clocks"][0]["extension"]) | {"by": ["leader"]},
        "remind": [rung(-3, "applicant"), rung(-3, "handler"), rung(0, "handler"), rung(2, "leader")],
    }
    body["clocks"].append(copy.deepcopy(REPLY) | {"stop": ["work", "granted", "refused", "withdrawn"]})
    for clock in body["clocks"]:
        clock["stop"] = [*clock["stop"], "merged", "split"]


def _renamed(body: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    told = json.dumps(body)
    for old, new in names.items():
        told = told.replace(f'"{old}"', f'"{new}"')
    return json.loads(told)


def there(edition: int) -> dict[str, Any]:
    """Return how running cases come to an edition from the other."""
    names = _RENAMED if edition else {new: old for old, new in _RENAMED.items()}
    (state, now), (clock, then) = names.items()
    return {
        "id": "harbour_again",
        "kind": "migration",
        "title": text("The other edition"),
        "procedure": "harbour",
        "states": [{"from": state, "to": now}],
        "clocks": [{"from": clock, "to": then}],
        "basis": [BASIS],
        "notice": {"subject": text("New rules"), "body": text("{number} goes on by the new rules.")},
    }
