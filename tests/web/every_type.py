"""A procedure whose form asks every field type, the register it writes, and how a browser fills it in."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from amur.packs.declarations import Player
from amur.packs.play.stage import Stage, calendar, machine
from amur.people.models import Body, Role
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCE_BODY, LICENCES_BODY, text
from tests.web.house import House

PURPOSE = text("To reach you about this case.", "就本案联系您。")
OUTLINE = '{"type": "Polygon", "coordinates": [[[126, 45], [127, 45], [127, 46], [126, 45]]]}'


def field(name: str, kind: str, title: str, chinese: str, **options: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "title": text(title, chinese), **options}


OWNERS = field(
    "owners",
    "group",
    "Owners",
    "所有人",
    openness="public",
    most=3,
    fields=[
        field("name", "text", "Name", "名称", openness="public"),
        field("share", "number", "Share", "份额", decimals=1, minimum=0, openness="public", required=False),
        field("since", "period", "Owner", "持有", may_be_open=True, openness="public"),
    ],
)
PAGES: dict[str, list[dict[str, Any]]] = {
    "words": [
        field("name", "text", "Name", "名称", openness="public"),
        field("story", "text", "Story", "说明", multiline=True, max_length=100),
        field("names", "texts", "Names", "各语名称", languages=["zh", "en", "ru"], openness="public"),
        field("number", "identifier", "Number", "编号", scheme="keeper", openness="public"),
        field("site", "contact", "Site", "网址", medium="url", openness="public"),
    ],
    "people": [
        field("contact", "person", "Contact", "联系人", of="name", purpose=PURPOSE, retention_days=90),
        field("born", "person", "Born", "生日", of="birth_date", purpose=PURPOSE, retention_days=30),
        field(
            "card",
            "person",
            "Card",
            "证件",
            of="document",
            scheme="keeper",
            purpose=PURPOSE,
            retention_days=1,
            keep=False,
        ),
    ],
    "choices": [
        field("colour", "code", "Colour", "颜色", codelist="colours", openness="public"),
        field("colours", "code", "Colours", "各颜色", codelist="colours", many=True, openness="public"),
        field("region", "region", "Region", "地区", openness="public"),
        field("like", "reference", "Like", "参照", register_id="licences", required=False, openness="public"),
        field("indoors", "yes_no", "Indoors", "室内", openness="public"),
    ],
    "amounts": [
        field("fee", "money", "Fee", "费用", currency="CNY", openness="public"),
        field("rate", "quantity", "Rate", "速率", unit="Mbit/s", decimals=1, openness="public"),
        field("share", "number", "Share", "份额", decimals=2, minimum=0, maximum=1, openness="public"),
        field(
            "double",
            "computed",
            "Double",
            "两倍",
            expression="form.fee * 2",
            openness="public",
            result={"type": "money", "currency": "CNY"},
        ),
    ],
    "times": [
        field("lit_on", "date", "Lit on", "点亮日", openness="public"),
        field("seen_at", "instant", "Seen at", "看到时间", openness="public"),
        field("term", "period", "Term", "期限", openness="public"),
    ],
    "places": [
        field("mast", "point", "Mast", "位置", openness="public"),
        field("area", "shape", "Area", "范围", openness="public"),
        field("plan", "file", "Plan", "方案", media_types=["application/pdf"]),
    ],
    "owners": [OWNERS],
}
PUBLIC = [one for page in PAGES.values() for one in page if one.get("openness") == "public"]


def everything() -> dict[tuple[str, str], dict[str, Any]]:
    """Return the declarations: the procedure of the sample pack with other pages, and a register of all that is open."""
    procedure = copy.deepcopy(LICENCE_BODY) | {
        "id": "everything",
        "series": "ALL",
        "title": text("Everything", "全部字段"),
        "pages": [{"id": name, "title": text(name.title(), name), "fields": fields} for name, fields in PAGES.items()],
    }
    for transition in procedure["transitions"]:
        transition["effects"] = [one for one in transition.get("effects", []) if one["do"] == "notify"]
        if transition["event"] == "answer":
            transition["asks"] = [OWNERS]
        if transition["event"] == "grant":
            values = {one["id"]: f"form.{one['id']}" for one in PUBLIC if one["type"] != "computed"}
            transition["effects"].append({"do": "write_record", "register": "every_record", "values": values})
    register = copy.deepcopy(LICENCES_BODY) | {
        "id": "every_record",
        "title": text("Every record", "全部登记"),
        "shows": ["name", "fee", "lit_on", "owners"],
        "fields": [_of_record(one) for one in copy.deepcopy(PUBLIC)],
    }
    return {("procedure", "everything"): procedure, ("register", "every_record"): register}


def _of_record(field_of_form: dict[str, Any]) -> dict[str, Any]:
    if field_of_form["type"] != "computed":
        return {**field_of_form, "required": False}
    return field_of_form | {"expression": field_of_form["expression"].replace("form.", "record.")}


def furnish(now: datetime, password: str | None = None) -> House:
    """Sync the sample pack with the procedure of every type, and let in whoever works on it."""
    sync(now, everything(), "9.0.0")
    Body.objects.update_or_create(id="bureau", defaults={"titles": {"zh": "灯塔局", "en": "Bureau"}})
    house = House(Stage(now, calendar()), now)
    for role in ("handler", "decider"):
        Role.objects.update_or_create(id=role, defaults={"titles": {"zh": role, "en": role}, "declared": True})
        player = Player(id=role, name=f"演示 {role}", roles=(role,), body="bureau")
        house.stage.enter(player, by=machine(), key="every", password=password)
    return house


# page → what a browser sends that is right
GOOD: dict[str, dict[str, Any]] = {
    "words": {
        "name": "移动灯一号",
        "story": "第一行\r\n第二行",
        "names-zh": "灯",
        "names-en": "Lamp",
        "names-ru": "Лампа",
        "number": "１23",
        "site": "https://example.org/?a=1",
    },
    "people": {
        "contact": "张三",
        "born-year": "1990",
        "born-month": "1",
        "born-day": "5",
        "card": "123",
    },
    "choices": {"colour": "red", "colours": ["red", "blue"], "region": "230102", "like": "", "indoors": "yes"},
    "amounts": {"fee": "1,234.50", "rate": "100 Mbit/s", "share": "0.5"},
    "times": {
        "lit_on-year": "2026",
        "lit_on-month": "4",
        "lit_on-day": "1",
        "seen_at-day-year": "2026",
        "seen_at-day-month": "3",
        "seen_at-day-day": "9",
        "seen_at-time": "9:30",
        "term-from-year": "2026",
        "term-from-month": "4",
        "term-from-day": "1",
        "term-to-year": "2027",
        "term-to-month": "3",
        "term-to-day": "31",
    },
    "places": {"mast-lat": "45.756967", "mast-lon": "126.642464", "area": OUTLINE},
    "owners": {
        "owners-count": "2",
        "owners-0-name": "甲公司",
        "owners-0-share": "60",
        "owners-0-since-from-year": "2020",
        "owners-0-since-from-month": "1",
        "owners-0-since-from-day": "1",
        "owners-1-name": "Olga",
        "owners-1-since-from-year": "2021",
        "owners-1-since-from-month": "2",
        "owners-1-since-from-day": "3",
        "owners-1-since-to-year": "2025",
        "owners-1-since-to-month": "12",
        "owners-1-since-to-day": "31",
    },
}
# page → what is changed in that to be wrong, and the controls that the error summary then leads to
BAD: dict[str, tuple[dict[str, Any], list[str]]] = {
    "words": (
        {"names-zh": "", "names-ru": "x" * 300, "number": "124", "site": "javascript:alert(1)"},
        ["names-zh", "names-ru", "number", "site"],
    ),
    "people": ({"contact": "", "born-month": "13", "card": "124"}, ["contact", "born-year", "card"]),
    "choices": (
        {"colour": "", "colours": [], "region": "x", "like": "L-9"},
        ["colour-0", "colours-0", "region", "like"],
    ),
    "amounts": ({"fee": "1.005", "rate": "fast", "share": "2"}, ["fee", "rate", "share"]),
    "times": (
        {"lit_on-day": "", "seen_at-time": "noon", "term-to-year": "2025"},
        ["lit_on-year", "seen_at-time", "term-to-year"],
    ),
    "places": ({"mast-lat": "145", "area": "POINT (1 1)"}, ["mast-lat", "area"]),
    "owners": (
        {"owners-0-name": "", "owners-1-since-to-year": "2020"},
        ["owners-0-name", "owners-1-since-to-year"],
    ),
}
