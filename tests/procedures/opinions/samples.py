"""A licence of a tower that asks three bodies, and two more that its handler chooses; its states are nested."""

from __future__ import annotations

import copy
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from tests.procedures.samples import BASIS, LICENCE_BODY, text

SILENCE = {"title": {"zh": "灯塔条例", "en": "Lantern Act"}, "article": "9", "verified": True}
LAND: dict[str, Any] = {
    "id": "land",
    "title": text("Land, water and fire", "国土、水务、消防意见"),
    "question": text("Does the place of the tower allow it?", "塔址是否可行？"),
    "bodies": ["land_office", "water_office", "fire_office"],
    "role": "reviewer",
    "working_days": 5,
    "quorum": {"count": 2},
    "silence": "none",
    "shares": ["name", "region", "plan"],
    "basis": [BASIS],
}
EXPERTS: dict[str, Any] = {
    "id": "experts",
    "title": text("Neighbours", "相邻单位意见"),
    "question": text("Does it disturb you?", "是否有影响？"),
    "bodies": ["harbour", "airport", "railway"],
    "chosen_in": {"field": "neighbours", "least": 1, "most": 2},
    "role": "reviewer",
    "days": 10,
    "quorum": {"share": 50},
    "silence": "no_objection",
    "silence_basis": [SILENCE],
    "answers": ["agree", "object"],
    "shares": ["name"],
    "late": "counts",
    "public": True,
    "basis": [BASIS],
}
NEIGHBOURS: dict[str, Any] = {
    "id": "neighbours",
    "title": text("Neighbours"),
    "source": "imaginary",
    "codes": [{"code": code, "title": text(code)} for code in ("harbour", "airport", "railway", "market")],
}


def _state(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": text(name.title()), "answer": text(f"It is {name}.")} | more


STATES = [
    _state("submitted"),
    _state(
        "review",
        accepting=True,
        initial="screening",
        states=[_state("screening"), _state("consulting"), _state("weighing")],
    ),
    _state("granted", final=True),
    _state("refused", final=True),
    _state("withdrawn", final=True),
]


def _arrow(event: str, sources: str, target: str, by: str = "handler", **more: Any) -> dict[str, Any]:
    return {"event": event, "title": text(event.title()), "from": sources.split(), "to": target, "by": by} | more


ASKS_LAND = {"do": "ask_opinions", "round": "land"}
ASKS_EXPERTS = {"do": "ask_opinions", "round": "experts"}
CHOOSES = {
    "id": "neighbours",
    "type": "code",
    "codelist": "neighbours",
    "many": True,
    "title": text("Who is asked", "征求哪些单位意见"),
}
ARROWS = [
    _arrow("accept", "submitted", "review"),
    _arrow("consult", "screening", "consulting", effects=[ASKS_LAND]),
    _arrow("ask_neighbours", "consulting", "consulting", asks=[CHOOSES], effects=[ASKS_EXPERTS]),
    _arrow(
        "consult_again",
        "consulting",
        "consulting",
        when="opinions.land.closed && !opinions.land.quorum_met",
        otherwise=text("Enough have answered, or may still answer.", "答复已够，或仍可答复。"),
        effects=[ASKS_LAND],
    ),
    _arrow("weigh", "consulting", "weighing", needs_opinions=["land"]),
    _arrow(
        "grant",
        "weighing",
        "granted",
        "decider",
        outcome="granted",
        basis=[BASIS],
        when="opinions.land.objections == 0",
        otherwise=text("A body objects.", "有单位反对。"),
    ),
    _arrow(
        "grant_with_neighbours",
        "weighing",
        "granted",
        "decider",
        outcome="granted",
        basis=[BASIS],
        when="opinions.experts.objections == 0 && opinions.experts.no_objection >= 1",
        otherwise=text("A neighbour objects.", "相邻单位反对。"),
    ),
    _arrow("refuse", "submitted review", "refused", "decider", outcome="refused", reason="required", basis=[BASIS]),
    _arrow("withdraw", "submitted review", "withdrawn", "applicant"),
]


def tower(**changes: Any) -> dict[str, Any]:
    """Return the licence of a tower, with changes."""
    clock = LICENCE_BODY["clocks"][0] | {"start": ["review"], "pause": [], "stop": ["granted", "refused", "withdrawn"]}
    body = {
        "id": "licence",
        "states": STATES,
        "transitions": ARROWS,
        "clocks": [clock],
        "opinions": [LAND, EXPERTS],
        "retention_years": 3,
        "erasure": {"by": "eraser", "basis": [BASIS]},
    }
    return copy.deepcopy(LICENCE_BODY | body | changes)


def items(**changes: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a pack declares of it."""
    return {("procedure", "licence"): tower(**changes), ("codelist", "neighbours"): NEIGHBOURS}


TOWER = ProcedureDeclaration.model_validate(tower())
ROUND = TOWER.opinions[0]
