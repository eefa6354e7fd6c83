"""A chain of signatures for tests of pages: the first pack, whose filing is drafted by a handler and signed twice."""

from __future__ import annotations

import copy
from typing import Any

from django.db import transaction

from amur.base.acting import system
from amur.packs import reads as packs
from amur.policy import acts as policy
from amur.procedures.models import Case
from tests.web.house import PACK, PROCEDURE, House

CHAIN: dict[str, Any] = {
    "id": "decision",
    "title": {"zh": "备案审签", "en": "Sign-off of a filing"},
    "steps": [
        {"id": "chief", "title": {"zh": "科长审核", "en": "Section chief"}, "by": "decider", "within": 2},
        {"id": "leader", "title": {"zh": "负责人审批", "en": "Leader"}, "by": "coordinator"},
    ],
}
COUNCIL: dict[str, Any] = {
    "id": "council",
    "title": {"zh": "集体讨论", "en": "Collective discussion"},
    "by": "coordinator",
    "vote": {"members": 2, "quorum": 1},
}
PHRASES = [
    {"id": "whole", "title": {"zh": "齐全", "en": "Whole"}, "text": {"zh": "{number}齐全。", "en": "{number} is."}}
]


def declare(house: House, *steps: dict[str, Any]) -> None:
    """Sync the first pack with a chain in its filing; with ``steps``, one of these."""
    found = packs.load(PACK).found
    items = [
        policy.Item(one.kind.name, one.id, _signed(one.body, steps), one.file) for one in found if one.kind.released
    ]
    with transaction.atomic():
        policy.sync_release("heilongjiang", "9.9.9", items, by=system("sync"), now=house.now)


def _signed(body: Any, steps: tuple[dict[str, Any], ...]) -> Any:
    if body.get("kind") != "procedure" or body["id"] != PROCEDURE:
        return body
    changed = copy.deepcopy(body)
    for arrow in changed["transitions"]:
        if arrow["event"] in {"file", "refuse"}:
            arrow.update(by="handler", sign_off="decision", not_by_actor_of=[])
    return changed | {"sign_offs": [CHAIN | {"steps": list(steps) or CHAIN["steps"]}], "phrases": PHRASES}


def accepted(house: House) -> Case:
    """Return a new case of that filing that can be decided."""
    return house.fire(house.submit(), "handler", "accept", "handler")
