"""Filings that are split, merged, reopened and joined, for tests of pages: the first pack with ties in it."""

from __future__ import annotations

import copy
from typing import Any

from django.db import transaction

from amur.base.acting import system
from amur.packs import reads as packs
from amur.policy import acts as policy
from tests.web.house import PACK, PROCEDURE, House

BASIS = [{"title": {"zh": "条例", "en": "Act"}}]
TIES: dict[str, Any] = {
    "split": {"by": ["handler"], "into": [PROCEDURE], "basis": BASIS},
    "merge": {"by": ["handler"], "event": "merged_into", "undo": {"working_days": 5}, "basis": BASIS},
    "reopen": [{"by": ["decider"], "event": "reopened", "within": {"days": 30}, "basis": BASIS}],
    "mass": {"by": ["handler"], "basis": BASIS},
    "duplicates": {"by": ["handler"], "rules": [{"id": "twice", "same": ["service_name"], "days": 30}]},
}


def _arrow(event: str, zh: str, en: str, sources: list[str], target: str) -> dict[str, Any]:
    return {"event": event, "title": {"zh": zh, "en": en}, "from": sources, "to": target, "by": "tie"}


def tied(house: House) -> None:
    """Sync the first pack with ties of its filing."""
    items = []
    for one in packs.load(PACK).found:
        if one.kind.released:
            body = copy.deepcopy(one.body)
            if (one.kind.name, one.id) == ("procedure", PROCEDURE):
                final = [state["id"] for state in body["states"] if state.get("final")]
                others = [state["id"] for state in body["states"] if not state.get("final")]
                name = {"zh": "已并案", "en": "Merged"}
                body["states"].append({"id": "merged", "title": name, "answer": name, "final": True})
                target = next(arrow["to"] for arrow in body["transitions"] if arrow["event"] == "accept")
                body["transitions"].append(_arrow("merged_into", "并案", "Merged into another", others, "merged"))
                body["transitions"].append(_arrow("reopened", "重新办理", "Taken up again", final, target))
                body["ties"] = TIES
            items.append(policy.Item(one.kind.name, one.id, body, one.file))
    with transaction.atomic():
        policy.sync_release("heilongjiang", "9.9.7", items, by=system("sync"), now=house.now)
