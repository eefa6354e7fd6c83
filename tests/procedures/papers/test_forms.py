"""The form on paper: every type of field has a face, blank and filled; scanners read which form or draft it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.codelists import CodeList
from amur.base.declared import Text
from amur.base.fields import TYPES, Lookups, field_of
from amur.base.identifiers import IdentifierScheme
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.papers.faces import face_of, sample_of
from amur.procedures.papers.forms import Edition, Filled, form_pdf
from tests.procedures.followups import licence
from tests.procedures.papers.judges import codes_on, plain, read
from tests.procedures.samples import COLOURS_BODY, KEEPER_BODY, text

AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
EDITION, BODY = Edition("0123456789abcdef", "1.0.0"), Text(zh="灯塔局", en="Bureau of Lanterns")
LOOKUPS = Lookups(
    date(2026, 3, 10),
    codelists={"colours": CodeList.model_validate(COLOURS_BODY)},
    schemes={"keeper": IdentifierScheme.model_validate(KEEPER_BODY | {"valid": ["123"]})},
    regions={"230000": Text(zh="省", en="Province")},
    listed=lambda register: {"a": Text(zh="甲塔", en="Tower A")} if register == "towers" else {},
)
NAMED = {"title": text("It", "项"), "id": "it"}
DAY = {"kind": "boxes", "groups": [4, 2, 2], "texts": ["2026", "04", "01"], "after": ["年", "月", "日"]}
NO_DAY = DAY | {"texts": ["", "", ""]}
FACES = {
    "text": ({}, "甲", {"kind": "lines", "lines": 2, "text": "甲"}),
    "texts": (
        {},
        {"zh": "甲"},
        {
            "kind": "parts",
            "parts": [
                {"title": "中文", "face": {"kind": "lines", "lines": 1, "text": "甲"}},
                {"title": "英文", "face": {"kind": "lines", "lines": 1, "text": ""}},
            ],
        },
    ),
    "code": ({"codelist": "colours"}, "red", None),
    "identifier": (
        {"scheme": "keeper"},
        "123",
        {"kind": "boxes", "groups": [3], "texts": ["123"], "after": [""]},
    ),
    "reference": (
        {"register_id": "towers"},
        "a",
        {"kind": "choices", "options": [{"title": "甲塔", "chosen": True}]},
    ),
    "money": ({"currency": "CNY"}, 120050, None),
    "quantity": ({"unit": "km"}, None, {"kind": "lines", "lines": 1, "text": "", "note": "km"}),
    "number": ({}, 12, {"kind": "lines", "lines": 1, "text": "12"}),
    "yes_no": (
        {},
        True,
        {"kind": "choices", "options": [{"title": "是", "chosen": True}, {"title": "否", "chosen": False}]},
    ),
    "date": ({}, "2026-04-01", DAY),
    "instant": (
        {},
        "2026-04-01T09:30:00+08:00",
        {
            "kind": "parts",
            "parts": [
                {"title": "日期", "face": DAY},
                {
                    "title": "时间",
                    "face": {"kind": "boxes", "groups": [2, 2], "texts": ["09", "30"], "after": [":", ""]},
                },
            ],
        },
    ),
    "period": (
        {"may_be_open": True},
        {"from": "2026-04-01"},
        {"kind": "parts", "parts": [{"title": "自", "face": DAY}, {"title": "至", "face": NO_DAY}]},
    ),
    "region": ({}, "230000", {"kind": "lines", "lines": 1, "text": "省"}),
    "point": (
        {},
        {"lat": "45.75", "lon": "126.64"},
        {
            "kind": "parts",
            "parts": [
                {"title": "纬度", "face": {"kind": "lines", "lines": 1, "text": "45.75"}},
                {"title": "经度", "face": {"kind": "lines", "lines": 1, "text": "126.64"}},
            ],
        },
    ),
    "shape": ({}, None, {"kind": "lines", "lines": 4, "text": "", "note": "范围图附在后面。"}),
    "file": ({"media_types": ["application/pdf"]}, True, {"kind": "file", "chosen": True}),
    "contact": (
        {"medium": "address", "personal": True},
        "街一号",
        {"kind": "lines", "lines": 2, "text": "街一号"},
    ),
    "person": (
        {"of": "birth_date", "purpose": text("To know"), "retention_days": 9},
        "2026-04-01",
        DAY,
    ),
    "group": (
        {"fields": [{"id": "name", "type": "text", "title": text("Name", "名称")}], "least": 1, "most": 2},
        [{"name": "甲"}],
        {"kind": "table", "columns": ["名称"], "rows": [["甲"]]},
    ),
    "computed": (
        {"expression": "1 + 1", "result": {"type": "number"}},
        2,
        {"kind": "lines", "lines": 1, "text": "2"},
    ),
}


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_face_that_shows_its_value(kind):
    options, value, face = FACES[kind]
    field = field_of(NAMED | {"type": kind} | options)
    found = face_of(field, value, "zh", LOOKUPS)
    assert found == face if face else found["kind"] in {"lines", "choices"}
    assert face_of(field, None, "zh", LOOKUPS)["kind"] == found["kind"]


def test_a_choice_is_crossed_and_a_long_list_is_a_line():
    field = field_of(NAMED | {"type": "code", "codelist": "colours"})
    crossed = [one["title"] for one in face_of(field, "red", "en", LOOKUPS)["options"] if one["chosen"]]
    assert len(crossed) == 1
    many = [{"code": str(number), "title": text(str(number))} for number in range(31)]
    long = Lookups(LOOKUPS.on, codelists={"colours": CodeList.model_validate(COLOURS_BODY | {"codes": many})})
    assert face_of(field, "7", "en", long) == {"kind": "lines", "lines": 1, "text": "7"}


def test_amounts_say_their_unit_and_numbers_of_documents_have_boxes():
    money = field_of(NAMED | {"type": "money", "currency": "CNY"})
    assert face_of(money, None, "en", LOOKUPS)["note"]
    document = {"type": "person", "of": "document", "scheme": "keeper", "purpose": text("To know"), "retention_days": 9}
    assert face_of(field_of(NAMED | document), None, "en", LOOKUPS)["groups"] == [3]
    nameless = field_of(NAMED | {"type": "identifier", "scheme": "unknown"})
    assert face_of(nameless, None, "en", LOOKUPS)["kind"] == "lines"


def test_a_sample_stands_where_one_can_be_known():
    assert sample_of(field_of(NAMED | {"type": "identifier", "scheme": "keeper"}), LOOKUPS) == "123"
    assert sample_of(field_of(NAMED | {"type": "region"}), LOOKUPS) == "省"
    assert sample_of(field_of(NAMED | {"type": "text"}), LOOKUPS) == ""


def form(language="zh", filled=None, **changes):
    service = ProcedureDeclaration.model_validate(licence(**changes))
    return form_pdf(service, EDITION, BODY, language=language, lookups=LOOKUPS, made_at=AT, filled=filled)


def test_a_blank_form_asks_everything_and_its_code_names_it_and_its_edition():
    made = form("en")
    said = plain(made)
    for one in ("BureauofLanterns", "LicenceofaLantern".lower(), "Number", "Whattohandin", "Plan", "WhatIsayistrue."):
        assert one.lower() in said.lower()
    assert "123" in said
    assert codes_on(made)["Code128"] == "licence/01234567"
    assert "Edition1.0.001234567" in said
    assert read(made).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert form("en") == made


def test_a_draft_on_paper_holds_what_was_typed_and_its_code_is_the_drafts():
    held = Filled(
        draft="0b1c2d3e-1111-4222-8333-444455556666",
        answers={"name": '#panic("x") \\ 移动灯', "colour": "red", "lit_on": "2026-04-01"},
        asked={"name", "colour", "region", "lit_on", "number", "plan", "watts"},
        typed={"number": "not a number", "watts": ""},
        files={"plan"},
    )
    made = form(filled=held)
    said = plain(made)
    assert '#panic("x")\\移动灯' in said
    assert "notanumber" in said
    assert "20260401" in said.replace("年", "").replace("月", "").replace("日", "")
    assert codes_on(made)["Code128"] == "0b1c2d3e111142228333444455556666"
    assert "草稿" in said


@settings(max_examples=8, deadline=None)
@given(st.text(max_size=200))
def test_any_answer_becomes_a_sheet(said):
    held = Filled("0" * 32, {"name": said}, {"name"}, {"number": said}, frozenset())
    assert form(filled=held).startswith(b"%PDF")
