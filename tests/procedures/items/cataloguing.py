"""A catalogue of items with the licence of a lantern in it."""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any

from amur.base.acting import system
from amur.registers import acts as registers
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, LICENCE_BODY, text

KEY = "L-1"
ITEM = {
    "register": "catalogue",
    "key": KEY,
    "closed_in": ["cancelled", "moved"],
    "handling": text("Within a period"),
    "online": text("Wholly online"),
    "visits": 1,
    "reach": text("In the whole province"),
    "kind_title": text("Licence"),
    "level": text("Of the island"),
    "fee_basis": BASIS,
    "not_known": text("The national code"),
}
CATALOGUE: dict[str, Any] = {
    "id": "catalogue",
    "kind": "register",
    "title": text("Catalogue of items"),
    "carries_out": ["1.1"],
    "summary": text("What can be asked for."),
    "key": "code",
    "shows": ["code", "name"],
    "fields": [
        {"id": "code", "type": "text", "title": text("Code"), "openness": "public"},
        {"id": "name", "type": "text", "title": text("Name"), "openness": "public"},
    ],
    "states": [
        {"id": "kept", "title": text("Kept")},
        {"id": "moved", "title": text("Handed down")},
        {"id": "cancelled", "title": text("Cancelled"), "in_force": False, "final": True},
    ],
    "events": [
        {"event": "move", "title": text("Hand down"), "from": ["kept"], "to": "moved"},
        {"event": "cancel", "title": text("Cancel"), "from": ["kept", "moved"], "to": "cancelled", "does": "end"},
    ],
    "basis": [BASIS],
}
BY = system("test")


def licence(**changes: Any) -> dict[str, Any]:
    """Return the licence as an item of the catalogue."""
    return copy.deepcopy(LICENCE_BODY) | {"item": copy.deepcopy(ITEM) | changes}


def furnish(now: datetime, **more: Any) -> None:
    """Declare both."""
    sync(now, {("procedure", "licence"): licence(), ("register", "catalogue"): CATALOGUE, **more}, version="2.0.0")


def enter(now: datetime, since: date) -> None:
    """Enter the item in the catalogue from a day on."""
    values = {"code": KEY, "name": "灯笼许可"}
    how = {"reason": "列入", "source": "令1号", "through": "decision"}
    registers.write_record("catalogue", KEY, values, by=BY, now=now, valid_from=since, **how)


def happen(now: datetime, event: str, on: date) -> None:
    """Let something happen to the item with effect from a day on."""
    how = {"reason": "调整", "source": "令2号", "through": "decision"}
    registers.change_state("catalogue", KEY, event, by=BY, now=now, on=on, **how)
