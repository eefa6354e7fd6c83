"""A licence whose grants and refusals can be put right, with a paper that names the one which it supersedes."""

from __future__ import annotations

import copy
from typing import Any

from amur.procedures.correcting.declarations import CorrectionRule
from tests.procedures.samples import BASIS, LICENCE_BODY, text

RULE_BODY: dict[str, Any] = {
    "by": ["decider"],
    "within": 90,
    "basis": [BASIS],
    "events": [
        {
            "event": "grant",
            "supersede": ["refuse"],
            "clocks": "continue",
            "effects": [{"do": "close_record", "register": "licences", "key": "case.number"}],
        },
        {"event": "refuse", "supersede": ["grant"], "clocks": "restart"},
        {"event": "accept", "to": "submitted"},
    ],
    "fields": ["name", "email"],
    "notice": {
        "subject": text("Put right", "更正"),
        "body": text("{number} was put right: {reason}", "{number}：{reason}"),
    },
}
RULE = CorrectionRule.model_validate(RULE_BODY)
PAPERS: list[dict[str, Any]] = [
    {
        "id": name,
        "title": text(f"Paper of a {name}"),
        "series": series,
        "paragraphs": [text("{subject}: {reason}"), text("It supersedes {superseded}.")],
    }
    for name, series in (("grant", "PAG"), ("refusal", "PAR"))
]


def _body() -> dict[str, Any]:
    body = copy.deepcopy(LICENCE_BODY) | {"correction": RULE_BODY, "documents": PAPERS}
    arrows = {one["event"]: one for one in body["transitions"]}
    arrows["grant"]["effects"].append({"do": "issue_document", "document": "grant"})
    arrows["refuse"]["effects"].append({"do": "issue_document", "document": "refusal"})
    return body


CORRECTABLE = _body()
