"""An imaginary hotline, a national system and two keepers of lamps, as a pack would declare what goes to and fro."""

from __future__ import annotations

from typing import Any

from tests.procedures.samples import BASIS, text

_APPEAL = {"title": text("Appeal"), "body": text("The council."), "within": text("60 days"), "basis": [BASIS]}


def word(name: str, zh: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "type": "text",
        "title": text(name.replace("_", " ").capitalize(), zh),
        "max_length": 200,
    } | more


def arrow(event: str, sources: list[str], target: str, by: str = "handler", **more: Any) -> dict[str, Any]:
    return {"event": event, "title": text(event.replace("_", " ")), "from": sources, "to": target, "by": by} | more


def state(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": text(name.capitalize()), "answer": text("So it is.")} | more


def procedure(name: str, series: str, fields: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "procedure",
        "title": text(name.replace("_", " ").capitalize()),
        "carries_out": ["1.1"],
        "summary": text("Something is done."),
        "for_whom": text("Everybody."),
        "fee": text("Free."),
        "result": text("It is done."),
        "minutes": 5,
        "series": series,
        "body": "bureau",
        "subject_field": fields[0]["id"],
        "declaration": text("True."),
        "pages": [{"id": "all", "title": text("All"), "fields": fields}],
        "retention_years": 3,
        "basis": [BASIS],
        "appeal": _APPEAL,
    } | more


BODIES = {
    "id": "bodies_there",
    "title": text("Bodies as the hotline has them"),
    "source": "imaginary",
    "codes": [
        {"code": "bureau", "title": text("The bureau")},
        {"code": "council", "title": text("The council")},
    ],
}
LAMP_KEEPERS = {
    "id": "lamp_keepers",
    "title": text("Keepers of lamps"),
    "source": "imaginary",
    "codes": [{"code": "keeper_a", "title": text("Keeper A")}, {"code": "keeper_b", "title": text("Keeper B")}],
}
WORK_ORDER = procedure(
    "work_order",
    "ORD",
    [
        word("matter", "事项"),
        word("caller", "来电人", personal=True, required=False),
        {"id": "keeper", "type": "code", "codelist": "lamp_keepers", "title": text("Keeper"), "required": False},
    ],
    system_of_record={"exchange": "hotline"},
    initial="sent_out",
    states=[
        state("sent_out"),
        state("signed"),
        state("replied"),
        state("returned", final=True),
        state("closed", final=True),
    ],
    transitions=[
        arrow("sign", ["sent_out"], "signed"),
        arrow(
            "send_back",
            ["sent_out", "signed"],
            "returned",
            reason="required",
            asks=[{"id": "proposed", "type": "code", "codelist": "bodies_there", "title": text("Proposed body")}],
        ),
        arrow("ask_more_time", ["signed"], "signed", reason="required", asks=[word("until")]),
        arrow("more_time", ["signed"], "signed", "exchange"),
        arrow("answer_of_keeper", ["signed"], "signed", "keeper", reason="required", asks=[word("found")]),
        arrow("reply", ["signed"], "replied", reason="required", asks=[word("answer", "答复", personal=True)]),
        arrow("redo", ["replied"], "signed", "exchange", reason="required"),
        arrow("close", ["replied"], "closed", "exchange"),
    ],
)
DESK_TASK = procedure(
    "desk_task",
    "TSK",
    [word("what"), word("whose", required=False)],
    initial="open",
    states=[state("open"), state("done", final=True)],
    transitions=[arrow("finish", ["open"], "done")],
)
HOTLINE: dict[str, Any] = {
    "id": "hotline",
    "kind": "exchange",
    "title": text("Work orders of the hotline", "热线工单往来"),
    "carries_out": ["1.1"],
    "whose": "provincial",
    "system": text("The hotline's platform", "热线平台"),
    "decides": text("The hotline sends out and closes", "热线派单并办结"),
    "summary": text("Orders come, answers go."),
    "body": "bureau",
    "by": ["handler"],
    "codes": [
        {"id": "bodies", "codelist": "bodies_there", "codes": {"bureau": "D01", "council": "D02"}},
        {"id": "kinds", "codes": {"dark": "01", "broken": "02"}},
        {"id": "states", "codes": {"sent_out": "1", "signed": "2", "replied": "3", "returned": "8", "closed": "9"}},
    ],
    "retry": {"attempts": 3, "first_minutes": 1, "longest_hours": 1},
    "outbound": [
        {
            "id": "signed",
            "title": text("Signed"),
            "procedure": "work_order",
            "on": ["sign"],
            "fields": [
                {"name": "order_no", "value": "theirs.number"},
                {"name": "ours", "value": "case.number"},
                {"name": "at", "value": "event.at", "type": "instant"},
            ],
            "receipt": {"hours": 2},
        },
        {
            "id": "sent_back",
            "title": text("Sent back", "退单"),
            "procedure": "work_order",
            "on": ["send_back"],
            "fields": [
                {"name": "order_no", "value": "theirs.number"},
                {"name": "why", "value": "event.reason"},
                {"name": "to", "value": "form.proposed", "codes": "bodies"},
            ],
            "receipt": {"hours": 2},
        },
        {
            "id": "more_time",
            "title": text("More time asked"),
            "procedure": "work_order",
            "on": ["ask_more_time"],
            "fields": [
                {"name": "order_no", "value": "theirs.number"},
                {"name": "why", "value": "event.reason"},
                {"name": "until", "value": "form.until"},
            ],
            "receipt": {"hours": 2, "fires": "more_time"},
        },
        {
            "id": "reply",
            "title": text("Reply"),
            "procedure": "work_order",
            "on": ["reply"],
            "fields": [
                {"name": "order_no", "value": "theirs.number"},
                {"name": "answer", "value": "form.answer"},
                {"name": "caller", "value": "form.caller", "required": False},
            ],
            "receipt": {"working_days": 1},
        },
    ],
    "inbound": [
        {
            "id": "order",
            "title": text("Order", "派单"),
            "message_id": "serial",
            "columns": {"serial": "流水号", "order_no": "工单编号", "kind": "类别"},
            "codes": {"kind": "kinds"},
            "fields": [
                word("serial"),
                word("order_no"),
                word("matter", "诉求内容"),
                word("kind"),
                word("caller", "来电人", required=False),
                word("keeper", required=False),
            ],
            "does": {
                "do": "open_case",
                "procedure": "work_order",
                "their_number": "message.order_no",
                "values": {
                    "matter": "message.kind + ': ' + message.matter",
                    "caller": "message.caller",
                    "keeper": "message.keeper",
                },
                "channel": "hotline",
            },
        },
        {
            "id": "redo",
            "title": text("To be done again", "重办"),
            "message_id": "serial",
            "fields": [word("serial"), word("order_no"), word("why")],
            "does": {
                "do": "fire_event",
                "procedure": "work_order",
                "event": "redo",
                "case": "message.order_no",
                "reason": "message.why",
            },
        },
        {
            "id": "closed",
            "title": text("Closed"),
            "message_id": "serial",
            "by": ["api"],
            "fields": [word("serial"), word("order_no")],
            "does": {"do": "fire_event", "procedure": "work_order", "event": "close", "case": "message.order_no"},
        },
        {
            "id": "answers",
            "title": text("Answers of keepers", "办理结果"),
            "message_id": "serial",
            "senders": "lamp_keepers",
            "fields": [word("serial"), word("number"), word("found"), word("why")],
            "does": {
                "do": "fire_event",
                "procedure": "work_order",
                "event": "answer_of_keeper",
                "case": "message.number",
                "known_by": "number",
                "acts_as": "keeper",
                "asks": {"found": "message.found"},
                "reason": "message.why",
                "when": "form.keeper == sender",
            },
        },
    ],
    "reconciliation": [
        {
            "id": "orders",
            "title": text("Orders compared", "工单对账"),
            "procedure": "work_order",
            "key": "order_no",
            "ours": "their_number",
            "expected": "case.state != 'returned'",
            "columns": {"order_no": "工单编号"},
            "codes": {"state": "states"},
            "fields": [word("order_no"), word("state")],
            "compare": [{"field": "state", "ours": "case.state"}],
            "daily_at": 3,
            "opens": {
                "procedure": "desk_task",
                "values": {"what": "difference.kind + ' ' + difference.key", "whose": "difference.theirs"},
            },
        }
    ],
}
LAMPS = {
    "id": "lamps",
    "kind": "register",
    "title": text("Lamps", "灯"),
    "carries_out": ["1.1"],
    "summary": text("Which lamps there are."),
    "system_of_record": {"exchange": "national"},
    "key": "number",
    "shows": ["number"],
    "kept_by": ["handler"],
    "fields": [
        word("number", openness="public"),
        word("colour", openness="public"),
        word("keeper_name", personal=True, required=False),
        {"id": "until", "type": "date", "title": text("Until"), "openness": "public", "required": False},
    ],
}
NATIONAL: dict[str, Any] = {
    "id": "national",
    "kind": "exchange",
    "title": text("Lamps of the whole country"),
    "carries_out": ["1.1"],
    "whose": "national",
    "system": text("The national list of lamps", "全国灯册"),
    "decides": text("The ministry of lamps"),
    "summary": text("What is listed there is what counts."),
    "body": "bureau",
    "by": ["handler"],
    "ways": ["file"],
    "outbound": [
        {
            "id": "lamp",
            "title": text("A lamp"),
            "register": "lamps",
            "on": ["written", "ended"],
            "when": "record.colour != 'grey'",
            "fields": [
                {"name": "key", "value": "entry.key"},
                {"name": "colour", "value": "record.colour"},
                {"name": "since", "value": "entry.valid_from", "type": "date"},
                {"name": "keeper", "value": "record.keeper_name", "required": False},
            ],
            "receipt": {"working_days": 2},
        }
    ],
    "inbound": [
        {
            "id": "lamp_there",
            "title": text("A lamp as it is listed there"),
            "message_id": "serial",
            "fields": [
                word("serial"),
                word("number"),
                word("colour"),
                {"id": "until", "type": "date", "title": text("Until"), "required": False},
            ],
            "does": {
                "do": "write_record",
                "register": "lamps",
                "key": "message.number",
                "acts_as": "handler",
                "values": {"number": "message.number", "colour": "message.colour", "until": "message.until"},
            },
        }
    ],
    "reconciliation": [
        {
            "id": "lamps",
            "title": text("Lamps compared"),
            "register": "lamps",
            "by": ["file"],
            "key": "number",
            "ours": "key",
            "fields": [word("number"), word("colour")],
            "compare": [{"field": "colour", "ours": "record.colour"}],
        }
    ],
}
PACK: dict[tuple[str, str], dict[str, Any]] = {
    ("procedure", "work_order"): WORK_ORDER,
    ("procedure", "desk_task"): DESK_TASK,
    ("register", "lamps"): LAMPS,
    ("codelist", "bodies_there"): BODIES,
    ("codelist", "lamp_keepers"): LAMP_KEEPERS,
    ("exchange", "hotline"): HOTLINE,
    ("exchange", "national"): NATIONAL,
}
