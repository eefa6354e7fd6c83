"""A licence that may be had on a promise: decided within two days, verified within thirty, and taken back if it was false."""

from __future__ import annotations

import copy
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from tests.procedures.samples import BASIS, LICENCE_BODY, text

KEEPER = 1
BROKEN_BODY: dict[str, Any] = {
    "id": "broken",
    "kind": "register",
    "title": text("Broken promises of enterprises", "企业失信承诺"),
    "carries_out": ["1.1"],
    "summary": text("Which enterprises broke a promise."),
    "public": False,
    "shows": ["firm"],
    "fields": [
        {"id": "firm", "type": "identifier", "scheme": "keeper", "title": text("Firm")},
        {"id": "case_number", "type": "text", "title": text("Case")},
    ],
    "basis": [BASIS],
}
RULE: dict[str, Any] = {
    "choice": "by_promise",
    "instead_of": ["plan"],
    "conditions": [text("The lantern stands on stone.", "灯立在石头上。")],
    "consequences": [text("If it does not, the licence is taken back.", "不属实的，撤销许可。")],
    "text": text("I promise that it does.", "我承诺属实。"),
    "basis": [BASIS],
    "not_for": [
        {
            "register": "broken",
            "key": "form.firm",
            "otherwise": text("Your firm broke a promise before.", "贵单位曾违背承诺。"),
            "basis": [BASIS],
        },
        {
            "when": "form.watts > 500",
            "otherwise": text("Above 500 watts you must prove it.", "五百瓦以上须提交材料。"),
            "basis": [BASIS],
        },
    ],
    "begins": "promised",
    "clock": "sooner",
    "verification": {
        "clock": "verification",
        "holds": "verify",
        "broken": "found_false",
        "record": {
            "register": "broken",
            "key": "form.firm",
            "values": {"firm": "form.firm", "case_number": "case.number"},
        },
    },
}
_STATES = [
    {"id": "promised", "title": text("Promised", "告知承诺"), "answer": text("We decide at once."), "accepting": True},
    {"id": "to_verify", "title": text("Granted on a promise", "已许可，待核查"), "answer": text("We come and look.")},
    {"id": "revoked", "title": text("Taken back", "已撤销"), "answer": text("It was not true."), "final": True},
]
_ARROWS = [
    {
        "event": "grant_on_promise",
        "title": text("Grant on a promise", "凭承诺准予"),
        "from": ["promised"],
        "to": "to_verify",
        "by": "decider",
        "outcome": "granted",
        "basis": [BASIS],
    },
    {
        "event": "refuse_promise",
        "title": text("Refuse", "不予许可"),
        "from": ["promised"],
        "to": "refused",
        "by": "decider",
        "reason": "required",
        "outcome": "refused",
        "basis": [BASIS],
    },
    {
        "event": "verify",
        "title": text("It held", "核查属实"),
        "from": ["to_verify"],
        "to": "granted",
        "by": "handler",
        "reason": "optional",
    },
    {
        "event": "found_false",
        "title": text("It was false", "核查不实，撤销"),
        "from": ["to_verify"],
        "to": "revoked",
        "by": "decider",
        "reason": "required",
        "outcome": "refused",
        "basis": [BASIS],
    },
]
_CLOCKS = [
    {
        "id": "sooner",
        "title": text("Decision on a promise", "告知承诺办理期限"),
        "working_days": 2,
        "start": ["promised"],
        "stop": ["to_verify", "refused"],
        "basis": [BASIS],
    },
    {
        "id": "verification",
        "title": text("Verification", "事后核查期限"),
        "days": 30,
        "last_day": "next_working_day",
        "start": ["to_verify"],
        "stop": ["granted", "revoked"],
        "remind": [
            {"at": -5, "to": "handler", "subject": text("Verify {number}"), "body": text("{number} by {due_on}.")}
        ],
        "basis": [BASIS],
    },
]


def promising(**changes: Any) -> dict[str, Any]:
    """Return the licence that may be had on a promise."""
    body = copy.deepcopy(LICENCE_BODY)
    choice = {"id": "by_promise", "type": "yes_no", "required": False, "title": text("By promise", "以承诺方式办理")}
    firm = {"id": "firm", "type": "identifier", "scheme": "keeper", "required": False, "title": text("Firm", "单位")}
    body["pages"][KEEPER]["fields"] += [firm, choice]
    body["states"] += copy.deepcopy(_STATES)
    body["transitions"] += copy.deepcopy(_ARROWS)
    body["clocks"] += copy.deepcopy(_CLOCKS)
    return body | {"commitment": copy.deepcopy(RULE)} | changes


PROMISING = ProcedureDeclaration.model_validate(promising())
