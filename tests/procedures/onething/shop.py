"""To open a shop is one thing: the premises, the sign if there is one, and food once the premises are granted."""

from __future__ import annotations

import copy
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from tests.procedures.samples import BASIS, text

NAME = {"id": "name", "type": "text", "title": text("Name", "名称"), "max_length": 60}
REGION = {"id": "region", "type": "region", "title": text("Region", "地区")}
PLAN = {"id": "plan", "type": "file", "title": text("Plan", "平面图"), "media_types": ["application/pdf"]}
_COMMON: dict[str, Any] = {
    "kind": "procedure",
    "carries_out": ["1.1"],
    "summary": text("About a shop."),
    "for_whom": text("Shops."),
    "fee": text("Free."),
    "result": text("A permit."),
    "minutes": 5,
    "body": "bureau",
    "region_field": "region",
    "subject_field": "name",
    "declaration": text("True."),
    "retention_years": 3,
    "basis": [BASIS],
    "appeal": {"title": text("Appeal"), "body": text("The council"), "within": text("60 days"), "basis": [BASIS]},
}


def _state(name: str, title: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": text(title), "answer": text(f"It is {title}.")} | more


def permit(name: str, series: str, days: int, *fields: dict[str, Any]) -> dict[str, Any]:
    """Return a permit that a body grants or refuses within so many working days."""
    decided = {"from": ["looked_at"], "by": "decider", "basis": [BASIS]}
    return _COMMON | {
        "id": name,
        "title": text(f"Permit for {name}"),
        "series": series,
        "initial": "looked_at",
        "pages": [{"id": "all", "title": text("All"), "fields": copy.deepcopy([NAME, REGION, *fields])}],
        "states": [
            _state("looked_at", "looked at", accepting=True),
            _state("granted", "granted", final=True),
            _state("refused", "refused", final=True),
            _state("withdrawn", "withdrawn", final=True),
        ],
        "transitions": [
            decided | {"event": "grant", "title": text("Grant"), "to": "granted", "outcome": "granted"},
            decided
            | {"event": "refuse", "title": text("Refuse"), "to": "refused", "outcome": "refused", "reason": "required"},
            {
                "event": "withdraw",
                "title": text("Withdraw"),
                "from": ["looked_at"],
                "to": "withdrawn",
                "by": "applicant",
            },
        ],
        "clocks": [
            {
                "id": "decision",
                "title": text("Decision"),
                "working_days": days,
                "start": ["looked_at"],
                "stop": ["granted", "refused", "withdrawn"],
                "basis": [BASIS],
            }
        ],
    }


SEATS = {"id": "seats", "type": "number", "minimum": 1, "title": text("Seats")}
PREMISES_BODY = permit("premises", "PRE", 10, PLAN, SEATS)
SIGN_BODY = permit("sign", "SIGN", 3, {"id": "words", "type": "text", "title": text("Words"), "max_length": 20})
FOOD_BODY = permit("food", "FOOD", 15)
RULE: dict[str, Any] = {
    "children": [
        {"procedure": "premises", "values": {"seats": "form.tables * 4"}},
        {"procedure": "sign", "when": "has(form.words)"},
        {"procedure": "food", "after": ["premises"]},
    ],
    "opens": "accept",
    "done": "done",
    "refused": "not_done",
    "withdraws": "take_back",
    "basis": [BASIS],
}


def shop(**changes: Any) -> dict[str, Any]:
    """Return the one thing."""
    tables = {"id": "tables", "type": "number", "minimum": 1, "title": text("Tables")}
    words = {"id": "words", "type": "text", "title": text("Words"), "max_length": 20, "required": False}
    paper = {"do": "issue_document", "document": "result"}
    ends = {"from": ["under_way"], "by": "cases", "basis": [BASIS], "effects": [paper]}
    body = _COMMON | {
        "id": "shop",
        "title": text("Open a shop", "开办小店"),
        "series": "SHOP",
        "initial": "received",
        "pages": [
            {"id": "all", "title": text("The shop"), "fields": copy.deepcopy([NAME, REGION, tables, words, PLAN])}
        ],
        "states": [
            _state("received", "received"),
            _state("under_way", "under way", accepting=True),
            _state("opened", "open", final=True),
            _state("not_opened", "not open", final=True),
            _state("taken_back", "taken back", final=True),
        ],
        "transitions": [
            {"event": "accept", "title": text("Accept"), "from": ["received"], "to": "under_way", "by": "handler"},
            ends | {"event": "done", "title": text("Done"), "to": "opened", "outcome": "granted"},
            ends | {"event": "not_done", "title": text("Not done"), "to": "not_opened", "outcome": "refused"},
            {
                "event": "take_back",
                "title": text("Take all of it back"),
                "from": ["received", "under_way"],
                "to": "taken_back",
                "by": "applicant",
            },
        ],
        "documents": [
            {"id": "result", "title": text("Result"), "series": "RES", "paragraphs": [text("{cases}", "{cases}")]}
        ],
        "one_thing": copy.deepcopy(RULE),
    }
    return body | changes


def items(**changes: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a pack declares of all of it."""
    parts = {"premises": PREMISES_BODY, "sign": SIGN_BODY, "food": FOOD_BODY}
    return {("procedure", name): body for name, body in parts.items()} | {("procedure", "shop"): shop(**changes)}


PREMISES = ProcedureDeclaration.model_validate(PREMISES_BODY)
SHOP = ProcedureDeclaration.model_validate(shop())
