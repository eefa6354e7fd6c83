"""A licence that issues a document and opens a second case when it is granted."""

from __future__ import annotations

import copy
from typing import Any

from tests.procedures.samples import BASIS, LICENCE_BODY, text

GRANT = 3
SECOND_LOOK: dict[str, Any] = {
    "id": "second_look",
    "kind": "procedure",
    "title": text("A second look", "复看"),
    "carries_out": ["1.1"],
    "summary": text("We look again."),
    "for_whom": text("Keepers of lanterns."),
    "fee": text("Free."),
    "result": text("It was looked at."),
    "minutes": 1,
    "series": "LOOK",
    "body": "bureau",
    "region_field": "region",
    "subject_field": "name",
    "opened_only": True,
    "declaration": text("True."),
    "initial": "waiting",
    "retention_years": 3,
    "pages": [
        {
            "id": "lantern",
            "title": text("The lantern"),
            "fields": [
                {"id": "name", "type": "text", "title": text("Name", "名称"), "max_length": 60},
                {"id": "region", "type": "region", "title": text("Region", "地区")},
                {"id": "look_on", "type": "date", "title": text("Look on")},
                {"id": "watts", "type": "number", "minimum": 10, "title": text("Watts"), "required": False},
                {"id": "email", "type": "contact", "medium": "email", "title": text("E-mail"), "required": False}
                | {"personal": True},
                {"id": "lamp", "type": "text", "max_length": 9, "title": text("Lamp"), "when": "form.watts > 500"},
            ],
        },
    ],
    "states": [
        {"id": "waiting", "title": text("Waiting"), "answer": text("We come."), "accepting": True},
        {"id": "seen", "title": text("Seen"), "answer": text("We came."), "final": True},
    ],
    "transitions": [{"event": "look", "title": text("Look"), "from": ["waiting"], "to": "seen", "by": "handler"}],
    "clocks": [
        {
            "id": "look",
            "title": text("The look"),
            "months": 7,
            "last_day": "as_is",
            "start": ["waiting"],
            "stop": ["seen"],
            "basis": [BASIS],
        }
    ],
    "basis": [BASIS],
    "appeal": {
        "title": text("Ask again"),
        "body": text("The bureau"),
        "within": text("A month"),
        "basis": [BASIS],
    },
}
OPENS: dict[str, Any] = {
    "do": "open_case",
    "procedure": "second_look",
    "values": {
        "name": "form.name",
        "region": "form.region",
        "look_on": "add_months(case.decided_on, 6)",
        "watts": "form.watts",
        "email": "form.email",
    },
}
LICENCE_PAPER: dict[str, Any] = {
    "id": "paper",
    "title": {"zh": "灯笼许可证", "en": "Licence of a lantern", "ja": "提灯許可証"},
    "series": "LIC",
    "values": {
        "name": "form.name",
        "colour": "form.colour",
        "since": "case.accepted_on",
        "double": "string(form.watts * 2)",
        "email": "form.email",
        "mark": "'甲'",
    },
    "paragraphs": [
        text("{name} ({colour}), {double} watts.", "{name}（{colour}），{double}瓦。"),
        text("Accepted on {since}, licensed on {issued_on}.", "{since}受理，{issued_on}许可。"),
        text(
            "{document} {number} {body} {email} {mark}: {reason}", "{document} {number} {body} {email} {mark}：{reason}"
        ),
    ],
}
ISSUES = {"do": "issue_document", "document": "paper"}


def licence(*effects: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the licence with these effects at the end of its granting arrow."""
    body = copy.deepcopy(LICENCE_BODY | {"documents": [LICENCE_PAPER]} | changes)
    body["transitions"][GRANT]["reason"] = "optional"
    body["transitions"][GRANT]["effects"] += copy.deepcopy(list(effects))
    return body


def items(*effects: dict[str, Any], second: dict[str, Any] | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what a pack declares of the two."""
    return {("procedure", "licence"): licence(*effects), ("procedure", "second_look"): second or SECOND_LOOK}
