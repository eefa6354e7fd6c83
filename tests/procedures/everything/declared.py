"""What the random histories are about: the island's own procedures, and two larger imaginary ones beside them.

The harbour has nested and parallel states, two chains of signatures, a lapse in one part, a ladder of reminders, an
extension, an appeal and erasure. The tower asks other bodies, asks for what is missing, and takes silence as withdrawal.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

from amur.packs import acts as packs
from amur.packs import reads
from amur.packs.engine import Pack
from amur.policy import acts as policy
from tests.procedures import contests
from tests.procedures.opinions.samples import NEIGHBOURS, tower
from tests.procedures.reminders.ladder import rung
from tests.procedures.samples import BASIS, CALENDAR_BODY, COLOURS_BODY, KEEPER_BODY, LICENCE_BODY, LICENCES_BODY, text
from tests.procedures.signing.samples import HARBOUR_BODY
from tests.procedures.supplements.missing import REPLY, WITHDRAWN

ISLAND = Path(__file__).resolve().parents[3] / "packs" / "lantern"
SHORT = CALENDAR_BODY | {"published_to": "2026-03-31", "holidays": ["2026-03-19"], "workdays": []}
LONG = CALENDAR_BODY | {"holidays": [*CALENDAR_BODY["holidays"], "2026-03-16", "2026-03-17", "2026-05-06"]}
CALENDARS: tuple[dict[str, Any], ...] = (CALENDAR_BODY, SHORT, LONG)
"""Calendars that replace each other; by the second most dates are provisional."""


def _arrows(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["event"]: one for one in body["transitions"]}


def harbour() -> dict[str, Any]:
    """Return the licence of a harbour."""
    body = copy.deepcopy(HARBOUR_BODY) | {"id": "harbour", "series": "HAR", "appeal": copy.deepcopy(contests.APPEAL)}
    arrows = _arrows(body)
    arrows["grant"]["effects"] = copy.deepcopy(_arrows(LICENCE_BODY)["grant"]["effects"])
    arrows["surrender"] |= {"executes": True, "effects": copy.deepcopy(_arrows(LICENCE_BODY)["surrender"]["effects"])}
    body["transitions"] += [
        copy.deepcopy(contests.SENT_BACK) | {"to": "work"},
        copy.deepcopy(contests.CHANGED),
        {"event": "fire_is_silent", "title": text("Silence"), "from": ["fire_asked"], "to": "fire_given"}
        | {"by": "machine", "on_lapse": "fire_opinion", "basis": [BASIS]},
    ]
    body["clocks"][0] |= {
        "extension": copy.deepcopy(LICENCE_BODY["clocks"][0]["extension"]),
        "remind": [rung(-3, "applicant"), rung(-3, "handler"), rung(0, "handler"), rung(2, "leader")],
    }
    body["clocks"][0]["extension"]["by"] = ["leader"]
    return body


def asking_tower() -> dict[str, Any]:
    """Return the licence of a tower, which asks its party too."""
    body = tower(id="tower", series="TOW")
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
    withdraw = _arrows(body)["withdraw"]
    withdraw["from"] = [*withdraw["from"], "supplement"]
    body["clocks"][0]["pause"] = ["supplement"]
    body["clocks"].append(copy.deepcopy(REPLY) | {"stop": ["review", "granted", "refused", "withdrawn"]})
    return body


@cache
def island() -> Pack:
    """Return the island's pack."""
    return reads.load(ISLAND)


@cache
def items(calendar: int) -> list[policy.Item]:
    """Return everything that is declared, with one of the calendars."""
    added: dict[tuple[str, str], dict[str, Any]] = {
        ("procedure", "harbour"): harbour(),
        ("procedure", "tower"): asking_tower(),
        ("procedure", "reconsideration"): contests.RECONSIDERATION,
        ("codelist", "neighbours"): NEIGHBOURS,
        ("register", "licences"): LICENCES_BODY,
        ("codelist", "colours"): COLOURS_BODY,
        ("scheme", "keeper"): KEEPER_BODY,
        ("calendar", "calendar"): CALENDARS[calendar],
    }
    found = [item for item in packs._items(island()) if (item.kind, item.declared_id) not in added]
    found = [item for item in found if item.kind != "calendar"]
    return found + [policy.Item(kind, name, body, f"{name}.{kind}.yaml") for (kind, name), body in added.items()]
