"""A next edition of the licence, and how running cases come to it; the same for the beacon with its nested states."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.procedures.beacon import BEACON_BODY
from tests.procedures.samples import BASIS, LICENCE_BODY, text


def _renamed(body: dict[str, Any], **names: str) -> dict[str, Any]:
    """Return a body in which whole words are others."""
    told = json.dumps(body)
    for old, new in names.items():
        told = told.replace(f'"{old}"', f'"{new}"').replace(f"form.{old}", f"form.{new}")
    return json.loads(told)


def _next() -> dict[str, Any]:
    body = _renamed(copy.deepcopy(LICENCE_BODY), accepted="examined", colour="hue", decision="handling", name="title_")
    body = json.loads(json.dumps(body).replace('"title_"', '"lamp"'))
    first = body["pages"][0]["fields"]
    body["pages"][0]["fields"] = [one for one in first if one["id"] != "watts"] + [
        {"id": "label", "type": "text", "title": text("Label"), "max_length": 80},
        {"id": "note", "type": "text", "title": text("Note"), "required": False},
    ]
    body["clocks"][0]["working_days"] = 15
    body["transitions"][3]["effects"] = []
    return body


LICENCE_NEXT = _next()
LICENCE_MAP: dict[str, Any] = {
    "id": "licence_next",
    "kind": "migration",
    "title": text("The licence of the next edition", "新版许可"),
    "procedure": "licence",
    "states": [{"from": "accepted", "to": "examined"}],
    "fields": [
        {"from": "name", "to": "lamp"},
        {"from": "colour", "to": "hue"},
        {"from": "watts", "drop": text("Nobody needs it any more.")},
        {"to": "label", "value": "form.name + ' (old)'"},
    ],
    "clocks": [{"from": "decision", "to": "handling", "basis": [BASIS]}],
    "basis": [BASIS],
    "notice": {"subject": text("New rules"), "body": text("{number} goes on by the new rules.")},
}
BEACON_NEXT = _renamed(
    copy.deepcopy(BEACON_BODY), fire_asked="fire_waits", water_opinion="water_answer", look="seeing", work="working"
)
BEACON_MAP: dict[str, Any] = {
    "id": "licence_next",
    "kind": "migration",
    "title": text("The beacon of the next edition", "新版灯标"),
    "procedure": "licence",
    "states": [
        {"from": "fire_asked", "to": "fire_waits"},
        {"from": "look", "to": "seeing"},
        {"from": "work", "to": "working"},
        {"from": ["fire_given", "water_asked"], "to": ["fire_given", "water_asked"]},
    ],
    "clocks": [{"from": "water_opinion", "to": "water_answer"}],
}
