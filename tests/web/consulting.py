"""A case in which two other bodies are asked, for tests of pages: the first pack with a round of opinions in it."""

from __future__ import annotations

import copy
from typing import Any

from django.db import transaction

from amur.base.acting import system
from amur.packs import reads as packs
from amur.packs.declarations import Player
from amur.packs.play.stage import machine
from amur.policy import acts as policy
from amur.procedures.models import Case
from amur.procedures.opinions.models import AskedBody
from tests.web.house import PACK, PASSWORD, PROCEDURE, House

ASKED = ("hlj_public_security", "hlj_cyberspace_office")
ROUND: dict[str, Any] = {
    "id": "neighbours",
    "title": {"zh": "相关部门意见", "en": "Other departments"},
    "question": {"zh": "是否影响贵单位的工作？", "en": "Does it touch your work?"},
    "bodies": list(ASKED),
    "role": "coordinator",
    "working_days": 5,
    "quorum": {"count": 1},
    "silence": "none",
    "shares": ["service_name", "plan"],
    "basis": [{"title": {"zh": "条例", "en": "Act"}}],
}


JOINT: dict[str, Any] = {
    "parts": [
        {
            "id": "traces",
            "title": {"zh": "固定证据", "en": "Secure the traces"},
            "bodies": [ASKED[0]],
            "role": "coordinator",
            "by": ["handler"],
            "working_days": 3,
            "shares": ["service_name", "plan"],
            "basis": [{"title": {"zh": "条例", "en": "Act"}}],
        }
    ],
    "hand_over": {
        "to": list(ASKED),
        "role": "handler",
        "by": ["decider"],
        "working_days": 5,
        "basis": [{"title": {"zh": "条例", "en": "Act"}}],
    },
}


def declare(house: House, **changes: Any) -> None:
    """Sync the first pack with a round that accepting asks and filing needs, and with joint work."""
    items = []
    for one in packs.load(PACK).found:
        if one.kind.released:
            body = copy.deepcopy(one.body)
            if (one.kind.name, one.id) == ("procedure", PROCEDURE):
                body["opinions"], body["joint"] = [ROUND | changes], JOINT
                arrows = {arrow["event"]: arrow for arrow in body["transitions"]}
                arrows["accept"].setdefault("effects", []).append({"do": "ask_opinions", "round": "neighbours"})
                arrows["file"]["needs_opinions"] = ["neighbours"]
            items.append(policy.Item(one.kind.name, one.id, body, one.file))
    with transaction.atomic():
        policy.sync_release("heilongjiang", "9.9.8", items, by=system("sync"), now=house.now)


def consulted(house: House, **changes: Any) -> Case:
    """Return a case in which both bodies are asked, with somebody in each who answers: ``police`` and ``web``."""
    declare(house, **changes)
    for name, body in zip(("police", "web"), ASKED, strict=True):
        player = Player(id=name, name=f"演示 {name}", roles=("coordinator", "handler"), body=body)
        house.stage.enter(player, by=machine(), key="consulting", password=PASSWORD)
    case = house.submit(service_name="演示 征求意见")
    return house.fire(case, "handler", "accept", "handler")


def asked(case: Case, body: str = ASKED[0]) -> AskedBody:
    """Return what a body is asked in a case."""
    return AskedBody.objects.get(asked_round__case=case, body_id=body)
