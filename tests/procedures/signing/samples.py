"""A larger imaginary procedure: nested states, two chains of signatures, a collective discussion, stored phrases."""

from __future__ import annotations

import copy
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.signing.declarations import Chain
from tests.procedures.beacon import BEACON_BODY
from tests.procedures.samples import BASIS, text

CHAIN_BODY: dict[str, Any] = {
    "id": "decision",
    "title": text("Sign-off of the decision", "审签"),
    "steps": [
        {"id": "chief", "title": text("Section chief", "科长审核"), "by": "chief", "within": 2},
        {
            "id": "legal",
            "title": text("Legal review", "法制审核"),
            "by": "lawyer",
            "body": "law_bureau",
            "not_by_actor_of": ["accept"],
        },
        {"id": "leader", "title": text("Leader", "负责人审批"), "by": "leader"},
        {
            "id": "council",
            "title": text("Collective discussion", "集体讨论"),
            "by": "councillor",
            "when": "form.watts > 500",
            "vote": {"members": 3, "quorum": 2},
        },
    ],
}
CHAIN = Chain.model_validate(CHAIN_BODY)
WATER_CHAIN = {
    "id": "water",
    "title": text("Sign-off of the opinion"),
    "steps": [{"id": "chief", "title": text("Section chief"), "by": "chief"}],
}
_TERMS = [
    {"id": "terms", "type": "text", "title": text("Terms"), "required": False, "personal": True},
    {"id": "term_years", "type": "number", "title": text("Years"), "required": False, "minimum": 1},
]
_CHANGES: dict[str, dict[str, Any]] = {
    "water_answers": {"by": "handler", "sign_off": "water"},
    "grant": {"by": "handler", "sign_off": "decision", "reason": "optional", "asks": _TERMS},
    "refuse": {"by": "handler", "sign_off": "decision"},
}
HARBOUR_BODY: dict[str, Any] = copy.deepcopy(BEACON_BODY) | {
    "transitions": [one | _CHANGES.get(one["event"], {}) for one in copy.deepcopy(BEACON_BODY["transitions"])],
    "sign_offs": [CHAIN_BODY, WATER_CHAIN],
    "phrases": [
        {"id": "safe", "title": text("It is safe"), "text": text("{subject} ({number}) is safe.", "{subject}安全。")},
        {"id": "no", "title": text("Not safe"), "text": text("It is not safe."), "events": ["refuse"]},
    ],
    "erasure": {"by": "eraser", "basis": [BASIS]},
}
HARBOUR = ProcedureDeclaration.model_validate(HARBOUR_BODY)
