"""One small imaginary procedure with its register, as a pack would declare them."""

from __future__ import annotations

from typing import Any

from amur.base.legal_time import WorkCalendar
from amur.procedures.declarations import ProcedureDeclaration

BASIS = {"title": {"zh": "灯塔条例", "en": "Lantern Act"}, "article": "7", "verified": True}


def text(en: str, zh: str = "") -> dict[str, str]:
    return {"zh": zh or f"【{en}】", "en": en}


LICENCE_BODY: dict[str, Any] = {
    "id": "licence",
    "kind": "procedure",
    "title": text("Licence of a lantern", "灯笼许可"),
    "carries_out": ["1.1"],
    "summary": text("Ask for a licence."),
    "for_whom": text("Keepers of lanterns."),
    "fee": text("Free."),
    "result": text("A licence."),
    "minutes": 10,
    "series": "LAN",
    "body": "bureau",
    "region_field": "region",
    "subject_field": "name",
    "declaration": text("What I say is true."),
    "initial": "submitted",
    "retention_years": 10,
    "pages": [
        {
            "id": "lantern",
            "title": text("The lantern"),
            "fields": [
                {"id": "name", "type": "text", "title": text("Name", "名称"), "max_length": 60, "openness": "public"},
                {"id": "colour", "type": "code", "codelist": "colours", "title": text("Colour", "颜色")},
                {"id": "region", "type": "region", "title": text("Region", "地区"), "openness": "public"},
                {"id": "lit_on", "type": "date", "title": text("Lit on"), "required": False},
                {"id": "watts", "type": "number", "minimum": 1, "title": text("Watts"), "required": False},
            ],
        },
        {
            "id": "keeper",
            "title": text("The keeper"),
            "fields": [
                {"id": "number", "type": "identifier", "scheme": "keeper", "title": text("Number")},
                {
                    "id": "email",
                    "type": "contact",
                    "medium": "email",
                    "title": text("E-mail"),
                    "personal": True,
                    "required": False,
                },
                {"id": "indoors", "type": "yes_no", "title": text("Indoors")},
            ],
        },
        {
            "id": "papers",
            "title": text("Papers"),
            "fields": [
                {
                    "id": "plan",
                    "type": "file",
                    "title": text("Plan"),
                    "media_types": ["application/pdf", "image/png", "text/plain"],
                    "max_bytes": 200_000,
                },
            ],
        },
    ],
    "states": [
        {"id": "submitted", "title": text("Handed in", "已收件"), "answer": text("We have it.")},
        {"id": "accepted", "title": text("Accepted", "已受理"), "answer": text("We look at it."), "accepting": True},
        {
            "id": "supplement",
            "title": text("Supplement", "补正"),
            "answer": text("We wait for you."),
            "needs_applicant": True,
        },
        {"id": "granted", "title": text("Granted", "已许可"), "answer": text("You have it.")},
        {"id": "surrendered", "title": text("Surrendered"), "answer": text("You gave it back."), "final": True},
        {"id": "refused", "title": text("Refused", "不予许可"), "answer": text("No."), "final": True},
        {"id": "withdrawn", "title": text("Withdrawn", "已撤回"), "answer": text("You withdrew."), "final": True},
    ],
    "transitions": [
        {
            "event": "accept",
            "title": text("Accept", "受理"),
            "from": ["submitted"],
            "to": "accepted",
            "by": "handler",
            "effects": [{"do": "notify", "subject": text("Accepted"), "body": text("Your case {number} is accepted.")}],
        },
        {
            "event": "request_supplement",
            "title": text("Ask for a supplement", "要求补正"),
            "from": ["accepted"],
            "to": "supplement",
            "by": "handler",
            "reason": "required",
        },
        {
            "event": "answer",
            "title": text("Answer", "提交补正"),
            "from": ["supplement"],
            "to": "accepted",
            "by": "applicant",
            "asks": [
                {"id": "colour", "type": "code", "codelist": "colours", "title": text("Colour"), "required": False},
                {"id": "remark", "type": "text", "title": text("Remark")},
            ],
        },
        {
            "event": "grant",
            "title": text("Grant", "准予许可"),
            "from": ["accepted"],
            "to": "granted",
            "by": "decider",
            "outcome": "granted",
            "not_by_actor_of": ["accept"],
            "basis": [BASIS],
            "effects": [
                {
                    "do": "write_record",
                    "register": "licences",
                    "values": {
                        "name": "form.name",
                        "colour": "form.colour",
                        "keeper": "form.number",
                        "granted_on": "case.decided_on",
                        "state": "'in_force'",
                    },
                },
                {"do": "notify", "subject": text("Granted"), "body": text("Licence {number} is granted.")},
            ],
        },
        {
            "event": "refuse",
            "title": text("Refuse", "不予许可"),
            "from": ["submitted", "accepted"],
            "to": "refused",
            "by": "decider",
            "reason": "required",
            "outcome": "refused",
            "basis": [BASIS],
            "effects": [{"do": "notify", "subject": text("Refused"), "body": text("{number}: {reason}")}],
        },
        {
            "event": "surrender",
            "title": text("Give back", "交回"),
            "from": ["granted"],
            "to": "surrendered",
            "by": "applicant",
            "reason": "optional",
            "effects": [{"do": "close_record", "register": "licences", "key": "case.number"}],
        },
        {
            "event": "withdraw",
            "title": text("Withdraw", "撤回"),
            "from": ["submitted", "accepted", "supplement"],
            "to": "withdrawn",
            "by": "applicant",
        },
    ],
    "clocks": [
        {
            "id": "decision",
            "title": text("Decision", "办理期限"),
            "working_days": 20,
            "promise_working_days": 10,
            "start": ["accepted"],
            "pause": ["supplement"],
            "stop": ["granted", "refused", "withdrawn"],
            "extension": {
                "at_most": 10,
                "by": ["decider"],
                "basis": [BASIS],
                "notice": {
                    "subject": text("More time", "延长期限"),
                    "body": text("{number} is due on {due_on}: {reason}", "{number} 于 {due_on} 到期：{reason}"),
                },
            },
            "basis": [BASIS],
        }
    ],
    "basis": [BASIS],
    "appeal": {"title": text("Appeal"), "body": text("The council."), "within": text("60 days"), "basis": [BASIS]},
}

LICENCES_BODY: dict[str, Any] = {
    "id": "licences",
    "kind": "register",
    "title": text("Licences of lanterns", "灯笼许可登记"),
    "carries_out": ["1.1"],
    "summary": text("Who may keep a lantern."),
    "shows": ["name", "colour"],
    "fields": [
        {"id": "name", "type": "text", "title": text("Name", "名称"), "openness": "public"},
        {"id": "colour", "type": "code", "codelist": "colours", "title": text("Colour"), "openness": "public"},
        {"id": "keeper", "type": "identifier", "scheme": "keeper", "title": text("Keeper")},
        {"id": "granted_on", "type": "date", "title": text("Granted on"), "openness": "public"},
        {"id": "state", "type": "text", "title": text("State"), "openness": "public"},
        {"id": "remark", "type": "text", "multiline": True, "title": text("Remark"), "required": False},
    ],
    "basis": [BASIS],
}

COLOURS_BODY: dict[str, Any] = {
    "id": "colours",
    "title": text("Colours"),
    "source": "imaginary",
    "codes": [
        {"code": "red", "title": text("Red", "红")},
        {"code": "blue", "title": text("Blue", "蓝")},
        {"code": "old", "title": text("Old", "旧"), "valid_to": "2020-01-01"},
    ],
}

KEEPER_BODY: dict[str, Any] = {
    "id": "keeper",
    "title": text("Keeper's number"),
    "alphabet": "0123456789",
    "weights": [1, 3],
    "modulus": 10,
}

CALENDAR_BODY: dict[str, Any] = {
    "title": text("Working days"),
    "published_from": "2026-01-01",
    "published_to": "2026-12-31",
    "holidays": ["2026-01-01", "2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05"],
    "workdays": ["2026-05-09"],
    "source": "imaginary",
}

CALENDAR = WorkCalendar.model_validate(CALENDAR_BODY)
LICENCE = ProcedureDeclaration.model_validate(LICENCE_BODY)
