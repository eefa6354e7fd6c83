"""What each field type makes of good and of bad input, by example; its properties are under ``fields/``."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.base.fields import ERRORS, TYPES, FieldDeclaration, FieldError, field_of
from tests.base.field_strategies import LOOKUPS, OPTIONS, UPLOAD, declare

TRIANGLE = "POLYGON ((126 45, 127 45, 127 46, 126 45))"
BOW_TIE = "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"
PEOPLE = [{"name": "张三", "share": "12.50"}, {"name": "Olga"}]

# type → (raw, value, shown in Chinese, shown in English)
GOOD = {
    "text": (" 移动 互联\u3000", "移动 互联", "移动 互联", "移动 互联"),
    "texts": ({"zh": " 名 ", "en": "Name"}, {"zh": "名", "en": "Name"}, "名", "Name"),
    "code": ("red", "red", "红", "Red"),
    "identifier": ("１２３", "123", "123", "123"),
    "reference": ("A-1", "A-1", "甲公司", "Company A"),
    "money": ("￥1,234.5", 123450, "¥1,234.50", "CN¥1,234.50"),
    "quantity": ("100.5 Mbit/s", "100.5", "100.5 兆", "100.5 Mbit/s"),
    "number": (" 1,２34 ", 1234, "1,234", "1,234"),
    "yes_no": ("no", False, "否", "No"),
    "date": ("２０２６-3-9", "2026-03-09", "2026-03-09", "2026-03-09"),
    "instant": ("2026-03-09 09:30", "2026-03-09T01:30:00Z", "2026-03-09 09:30", "2026-03-09 09:30"),
    "period": (
        {"from": "2026-3-9", "to": "2026-4-1"},
        {"from": "2026-03-09", "to": "2026-04-01"},
        "2026-03-09 至 2026-04-01",
        "2026-03-09 to 2026-04-01",
    ),
    "region": ("230100", "230100", "哈尔滨市", "Harbin"),
    "point": (
        {"lat": "45.75", "lon": "126.6424641"},
        {"lat": "45.750000", "lon": "126.642464"},
        *["45.750000, 126.642464"] * 2,
    ),
    "shape": (
        '{"type": "Polygon", "coordinates": [[[126, 45], [127, 45], [127, 46], [126, 45]]]}',
        TRIANGLE,
        "4 个点的面，纬度 45 至 46，经度 126 至 127",
        "Area of 4 points, latitude 45 to 46, longitude 126 to 127",
    ),
    "file": (UPLOAD, UPLOAD, UPLOAD, UPLOAD),
    "contact": ("＋86 451-0000000", "+86 451-0000000", "+86 451-0000000", "+86 451-0000000"),
    "person": ("张 三", "张 三", "张 三", "张 三"),
    "group": (
        [{"name": " 张三 ", "share": "12.5"}, {"name": "", "share": ""}, {"name": "Olga", "share": ""}],
        PEOPLE,
        "姓名：张三；份额：12.50\n姓名：Olga",
        "Name: 张三; Share: 12.50\nName: Olga",
    ),
    "computed": ("", None, "", ""),
}
# type → (raw, code) that must be refused
BAD = {
    "text": [("a" * 201, "too_long"), ("a\x00b", "control_characters"), ("a\nb", "control_characters")],
    "texts": [
        ("name", "bad_shape"),
        ('{"zh": 1}', "bad_shape"),
        (["名"], "bad_shape"),
        ({"zh": "名"}, "required"),
        ({"fr": "nom", "zh": "名", "en": "name"}, "bad_language"),
        ({"zh": ["名"], "en": "Name"}, "bad_shape"),
        ({"zh": "名" * 201, "en": "Name"}, "too_long"),
    ],
    "code": [
        ("blue", "not_in_list"),
        ("colour", "not_in_list"),
        ("old", "no_longer_in_list"),
        ("红", "not_in_list"),
        (["red"], "bad_shape"),
    ],
    "identifier": [("124", "bad_identifier"), ("1", "bad_identifier"), ("1２x", "bad_identifier")],
    "reference": [("A-2", "no_record")],
    "money": [("0.001", "too_precise"), ("-1", "too_small"), ("5000.01", "too_large"), ("ten", "not_a_number")],
    "quantity": [("100 Gbit/s", "not_a_number"), ("Mbit/s", "not_a_number"), ("1.55", "too_precise")],
    "number": [
        ("1.5", "not_a_number"),
        ("一", "not_a_number"),
        ("0", "too_small"),
        ("9001", "too_large"),
        ("-", "not_a_number"),
        ("1e3", "not_a_number"),
        ("NaN", "not_a_number"),
        ("9" * 16, "not_a_number"),
    ],
    "yes_no": [("perhaps", "not_yes_no")],
    "date": [
        ("2026-02-30", "not_a_date"),
        ("0000-01-01", "not_a_date"),
        ("昨天", "not_a_date"),
        ("2026-1", "not_a_date"),
    ],
    "instant": [
        ("2026-03-09", "not_an_instant"),
        ("2026-03-09T25:00", "not_an_instant"),
        ("0001-01-01T00:00+14:00", "not_an_instant"),
    ],
    "period": [
        ("2026-03-09", "not_a_period"),
        ("2026-03-09/2026-03-08", "ends_before_it_begins"),
        ("2026-03-09/..", "required"),
        ("2026-03-09/soon", "not_a_date"),
        ({"since": "2026-03-09"}, "bad_shape"),
    ],
    "region": [("230199", "unknown_region"), ("哈尔滨", "unknown_region"), ("231121", "no_longer_in_list")],
    "point": [
        ("45.75", "not_a_point"),
        ("91,0", "not_a_point"),
        ("0,181", "not_a_point"),
        ({"lat": "1"}, "required"),
        ({"x": "1"}, "bad_shape"),
    ],
    "shape": [
        ("here", "not_a_shape"),
        ("POINT (1 1)", "not_a_shape"),
        (BOW_TIE, "not_a_shape"),
        ("POLYGON ((0 0, 200 0, 200 1, 0 0))", "not_a_shape"),
        ("POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))", "not_a_shape"),
        ("POLYGON EMPTY", "not_a_shape"),
        (f"LINESTRING ({', '.join(f'{n / 1000} 0' for n in range(30))})", "too_many_points"),
        ([TRIANGLE], "bad_shape"),
    ],
    "file": [("../../etc/passwd", "bad_upload"), (UPLOAD.upper(), "bad_upload")],
    "contact": [("12345", "bad_telephone"), ("call me please", "bad_telephone")],
    "person": [("x" * 201, "too_long")],
    "group": [
        ("none", "bad_shape"),
        ({"name": "张三"}, "bad_shape"),
        ([{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}], "too_many"),
        ([{"share": "1"}], "bad_item"),
        (["张三"], "bad_item"),
        ([{"name": "张三", "age": "3"}], "bad_item"),
    ],
    "computed": [("12", "computed")],
}
CONTACTS = {
    "email": ("name@example.org", [("a@b", "bad_email"), ("a b@c.d", "bad_email"), (f"a@{'b' * 600}.c", "bad_email")]),
    "url": (
        "https://例子.example/路?a=1",
        [("ftp://example.org", "bad_url"), ("javascript:alert(1)", "bad_url"), ("https://localhost", "bad_url")],
    ),
    "telephone": ("0451-8888000", [("12", "bad_telephone")]),
    "address": ("中山路 1 号", [("x" * 201, "too_long")]),
}


@pytest.mark.parametrize("table", [GOOD, BAD])
def test_every_type_has_good_and_bad_examples(table):
    assert set(table) == set(TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_good_input_becomes_its_value_and_is_shown(kind):
    raw, value, chinese, english = GOOD[kind]
    field = declare(kind)
    assert field.parse(raw, LOOKUPS) == value
    assert field.display(value, "zh-hans", LOOKUPS) == chinese
    assert field.display(value, "en", LOOKUPS) == english


@pytest.mark.parametrize(("kind", "raw", "code"), [(kind, *case) for kind in TYPES for case in BAD[kind]])
def test_bad_input_is_refused_with_a_stable_code(kind, raw, code):
    with pytest.raises(FieldError) as error:
        declare(kind).parse(raw, LOOKUPS)
    assert error.value.code == code
    assert str(error.value)


@pytest.mark.parametrize("kind", sorted(set(TYPES) - {"computed"}))
def test_an_empty_field_is_required_or_none(kind):
    with pytest.raises(FieldError) as error:
        declare(kind).parse(" \u3000\r\n", LOOKUPS)
    assert error.value.code == "required"
    assert declare(kind, required=False).parse("", LOOKUPS) is None
    assert declare(kind, required=False).parse([], LOOKUPS) is None
    assert declare(kind).display(None, "en", LOOKUPS) == ""
    assert declare(kind).as_typed(None) == ""


@pytest.mark.parametrize("medium", CONTACTS)
def test_a_contact_is_checked_as_its_medium(medium):
    good, bad = CONTACTS[medium]
    field = declare("contact", medium=medium)
    assert field.parse(good, LOOKUPS) == good
    for raw, code in bad:
        with pytest.raises(FieldError) as error:
            field.parse(raw, LOOKUPS)
        assert error.value.code == code


@pytest.mark.parametrize("entered", [[], [{"name": "", "share": ""}]])
def test_a_group_in_which_nothing_was_entered_is_left_out_or_missing(entered):
    assert declare("group", required=False).parse(entered, LOOKUPS) is None
    assert declare("group", required=False).validate_value([], LOOKUPS) is None
    with pytest.raises(FieldError) as error:
        declare("group", required=True).parse(entered, LOOKUPS)
    assert error.value.code == "required"


def test_a_group_of_which_too_few_were_entered_is_refused():
    with pytest.raises(FieldError) as error:
        declare("group", least=2).parse([{"name": "张三", "share": ""}], LOOKUPS)
    assert error.value.code == "too_few"


def outcome(field: FieldDeclaration, raw: str) -> tuple[str, object]:
    try:
        return "", field.parse(raw, LOOKUPS)
    except FieldError as error:
        return error.code, None


@given(st.text(st.characters(categories=["Nd"]), min_size=1, max_size=8))
def test_digits_of_any_width_make_one_number(raw):
    error, value = outcome(declare("number", minimum=None, maximum=None), raw)
    assert error == "not_a_number" or value == int(unicodedata.normalize("NFKC", raw))


def test_every_listed_error_can_happen():
    raised = {code for cases in BAD.values() for _, code in cases} | {"required"}
    raised |= {code for _, bad in CONTACTS.values() for _, code in bad} | {"too_few"}
    assert raised == set(ERRORS)


def test_what_is_no_longer_listed_is_still_shown():
    assert declare("code").display("gone", "zh", LOOKUPS) == "gone"
    assert declare("code").display("old", "zh", LOOKUPS) == "旧"
    assert declare("region").display("999999", "zh", LOOKUPS) == "999999"
    assert declare("reference").display("Z-9", "zh", LOOKUPS) == "Z-9"
    assert declare("code", codelist="unknown").display("red", "zh", LOOKUPS) == "red"


def test_the_schema_of_an_unknown_list_has_no_enumeration():
    assert "enum" not in declare("code", codelist="unknown").json_schema(LOOKUPS)


@pytest.mark.parametrize(
    ("kind", "options", "why"),
    [
        ("code", {"codelist": None}, "codelist"),
        ("identifier", {"scheme": None}, "scheme"),
        ("file", {"media_types": ()}, "media_types"),
        ("text", {"personal": True, "openness": "public"}, "make it restricted"),
        ("text", {"personal": True, "indexed": True}, "nobody may search people by it"),
        ("shape", {"indexed": True}, "take the index away"),
        ("text", {"max_length": 0}, "greater than 0"),
        ("money", {"currency": "XXQ"}, "ISO 4217"),
        ("number", {"minimum": 2, "maximum": 1}, "exchange them"),
        ("group", {"least": 4}, "exchange them"),
        ("group", {"fields": [OPTIONS["group"]["fields"][0]] * 2}, "give each field one id"),
        ("person", {"of": "document"}, "a document has a scheme"),
        ("computed", {"result": {"type": "file"}}, "name a simple type"),
        ("long_text", {}, "does not match any of the expected tags"),
    ],
)
def test_a_field_whose_options_do_not_fit_is_refused(kind, options, why):
    declared = {"id": "item", "type": kind, "title": {"zh": "项", "en": "Item"}, **OPTIONS.get(kind, {}), **options}
    with pytest.raises(ValidationError, match=why):
        field_of(declared)
