"""Faults of public lights: a report of the public with a point, a photo and a category, as a pack declares it."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from amur.people.models import Body
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, text

FAULTS: dict[str, Any] = {
    "id": "light_faults",
    "title": text("Faults of a light", "路灯故障"),
    "source": "imaginary",
    "codes": [
        {"code": "dark", "title": text("Dark", "不亮")},
        {"code": "flickers", "title": text("Flickers & blinks", "闪烁")},
        {"code": "old", "title": text("Old"), "valid_to": "2020-01-01"},
    ],
}
PURPOSE = {"purpose": text("To ask back."), "retention_days": 30}
LIGHTS: dict[str, Any] = {
    "id": "light_fault",
    "kind": "procedure",
    "title": text("Fault of a public light", "路灯报修"),
    "carries_out": ["1.1"],
    "summary": text("Say that a light is out, and where.", "说哪盏灯坏了。"),
    "for_whom": text("Everybody."),
    "fee": text("Free."),
    "result": text("The light is mended."),
    "minutes": 2,
    "series": "LFT",
    "body": "bureau",
    "region_field": "region",
    "subject_field": "kind",
    "declaration": text("It is so."),
    "initial": "reported",
    "retention_years": 3,
    "pages": [
        {
            "id": "place",
            "title": text("Where"),
            "fields": [
                {"id": "place", "type": "point", "title": text("Place"), "openness": "public", "required": False},
                {"id": "address", "type": "text", "title": text("Address"), "openness": "public", "required": False},
                {"id": "region", "type": "region", "title": text("Region", "地区"), "required": False},
            ],
        },
        {
            "id": "fault",
            "title": text("What"),
            "fields": [
                {"id": "kind", "type": "code", "codelist": "light_faults", "title": text("Fault", "故障")}
                | {"openness": "public", "hint": text("As you see it.", "您所见的。")},
                {"id": "what", "type": "text", "multiline": True, "title": text("In words"), "max_length": 1000}
                | {"openness": "public", "required": False},
                {"id": "link", "type": "contact", "medium": "url", "title": text("Photo elsewhere")}
                | {"openness": "public", "required": False},
                {"id": "photo", "type": "file", "title": text("Photo"), "required": False}
                | {"media_types": ["image/png"], "max_bytes": 100_000},
                {"id": "since", "type": "date", "title": text("Since"), "required": False},
                {"id": "lights", "type": "number", "minimum": 1, "title": text("How many"), "required": False},
                {"id": "colours", "type": "code", "codelist": "colours", "many": True, "title": text("Colours")}
                | {"required": False},
                {"id": "danger", "type": "yes_no", "title": text("Danger", "是否危险"), "required": False},
                {"id": "why", "type": "text", "title": text("Why"), "max_length": 500, "when": "form.danger"},
            ],
        },
        {
            "id": "reporter",
            "title": text("Who"),
            "fields": [
                {"id": "name", "type": "person", "of": "name", "title": text("Name"), "required": False} | PURPOSE,
                {"id": "email", "type": "contact", "medium": "email", "title": text("E-mail"), "required": False}
                | {"personal": True},
                {"id": "phone", "type": "contact", "medium": "telephone", "title": text("Phone"), "required": False}
                | {"personal": True},
            ],
        },
    ],
    "states": [
        {"id": "reported", "title": text("Reported"), "answer": text("We have it.", "已收到。"), "accepting": True},
        {"id": "working", "title": text("At work"), "answer": text("We are mending it.", "正在修。")},
        {"id": "mended", "title": text("Mended"), "answer": text("It is mended.", "修好了。"), "final": True},
        {"id": "declined", "title": text("Declined"), "answer": text("We do not mend it."), "final": True},
    ],
    "transitions": [
        {"event": "begin", "title": text("Begin"), "from": ["reported"], "to": "working", "by": "handler"},
        {"event": "mend", "title": text("Mend"), "from": ["working"], "to": "mended", "by": "handler"},
        {"event": "decline", "title": text("Decline"), "from": ["reported"], "to": "declined", "by": "handler"}
        | {"reason": "required"},
        {"event": "withdraw", "title": text("Withdraw"), "from": ["reported"], "to": "declined", "by": "applicant"},
    ],
    "clocks": [
        {
            "id": "mending",
            "title": text("Mending"),
            "working_days": 5,
            "start": ["reported"],
            "stop": ["mended", "declined"],
            "basis": [BASIS],
        }
    ],
    "open311": {
        "service_name": text("Light & fault", "路灯报修"),
        "group": text("Streets", "道路"),
        "keywords": [text("lamp", "灯"), text("dark", "黑")],
        "location": "place",
        "address": "address",
        "description": "what",
        "media_url": "link",
        "media": "photo",
        "reporter": {"name": "name", "email": "email", "phone": "phone"},
        "closed": ["mended", "declined"],
    },
    "basis": [BASIS],
    "appeal": {"title": text("Ask again"), "body": text("The bureau"), "within": text("A month"), "basis": [BASIS]},
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
REPORT: dict[str, list[str]] = {
    "lat": ["45.756967"],
    "long": ["126.642464"],
    "attribute[kind]": ["dark"],
    "description": ["暗 <b>&"],
    "email": ["secret@example.org"],
    "first_name": ["Ann"],
    "last_name": ["Sealed"],
    "phone": ["0451-70809010"],
    "device_id": ["device-7Q"],
    "account_id": ["account-8R"],
}


def lights(**said: Any) -> dict[str, Any]:
    """Return the procedure, with something else said of Open311."""
    body = copy.deepcopy(LIGHTS)
    body["open311"] |= said
    return body


def furnish(now: datetime, body: dict[str, Any] | None = None, version: str = "3.0.0") -> None:
    """Declare it beside the licence, which is no service of Open311."""
    Body.objects.update_or_create(
        id="bureau", defaults={"titles": text("The bureau", "灯笼局"), "valid_from": "2020-01-01"}
    )
    items: dict[tuple[str, str], dict[str, Any]] = {("procedure", "light_fault"): body or LIGHTS}
    sync(now, items | {("codelist", "light_faults"): FAULTS}, version=version)
