from __future__ import annotations

import typing
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.base import fields
from amur.base.canonical import canonical
from amur.base.codelists import CodeList
from amur.base.declared import Text
from amur.base.fields import ERRORS, FieldDeclaration, FieldError, FieldType, Lookups, display, json_schema, parse
from amur.base.identifiers import IdentifierScheme

TITLE = {"zh": "项", "en": "Item"}
TYPES = typing.get_args(FieldType)
OPTIONS = {
    "code": {"codelist": "colours"},
    "identifier": {"scheme": "number"},
    "file": {"media_types": ("application/pdf",)},
    "number": {"minimum": 1, "maximum": 9_000},
}
LOOKUPS = Lookups(
    date(2026, 3, 10),
    codelists={
        "colours": CodeList(
            id="colours",
            title=TITLE,
            source="demo",
            codes=(
                {"code": "red", "title": {"zh": "红", "en": "Red"}},
                {"code": "old", "title": {"zh": "旧", "en": "Old"}, "valid_to": "2020-01-01"},
            ),
        )
    },
    schemes={
        "number": IdentifierScheme(id="number", title=TITLE, alphabet="0123456789", weights=(1, 3), modulus=10),
    },
    regions={"230100": Text(zh="哈尔滨市", en="Harbin")},
)
UPLOAD = "0b5a9c1e-8d6f-4f57-9a57-2f5f1f3c0a11"

# type → (raw, value, shown in Chinese, shown in English)
GOOD = {
    "text": (" 移动 互联\u3000", "移动 互联", "移动 互联", "移动 互联"),
    "long_text": ("一行\r\n二行", "一行\n二行", "一行\n二行", "一行\n二行"),
    "code": ("red", "red", "红", "Red"),
    "identifier": ("１２３", "123", "123", "123"),
    "region": ("230100", "230100", "哈尔滨市", "Harbin"),
    "date": ("２０２６-3-9", "2026-03-09", "2026-03-09", "2026-03-09"),
    "number": (" 1,２34 ", 1234, "1234", "1234"),
    "yes_no": ("no", False, "否", "No"),
    "email": ("name@example.org", "name@example.org", "name@example.org", "name@example.org"),
    "telephone": ("＋86 451-0000000", "+86 451-0000000", "+86 451-0000000", "+86 451-0000000"),
    "url": ("https://例子.example/路?a=1", "https://例子.example/路?a=1", *["https://例子.example/路?a=1"] * 2),
    "file": (UPLOAD, UPLOAD, UPLOAD, UPLOAD),
}
# type → (raw, code) that must be refused
BAD = {
    "text": [("a" * 201, "too_long"), ("a\x00b", "control_characters"), ("a\nb", "control_characters")],
    "long_text": [
        ("a\x07b", "control_characters"),
        ("a\u202eb", "control_characters"),
        ("a\ufffdb", "control_characters"),
        ("a\ud800", "control_characters"),
    ],
    "code": [("blue", "not_in_list"), ("old", "no_longer_in_list"), ("红", "not_in_list")],
    "identifier": [("124", "bad_identifier"), ("1", "bad_identifier"), ("1２x", "bad_identifier")],
    "region": [("230199", "unknown_region"), ("哈尔滨", "unknown_region")],
    "date": [
        ("2026-02-30", "not_a_date"),
        ("0000-01-01", "not_a_date"),
        ("昨天", "not_a_date"),
        ("2026-1", "not_a_date"),
    ],
    "number": [
        ("1.5", "not_a_number"),
        ("一", "not_a_number"),
        ("0", "too_small"),
        ("9001", "too_large"),
        ("-", "not_a_number"),
    ],
    "yes_no": [("true", "not_yes_no"), ("是", "not_yes_no")],
    "email": [("a@b", "bad_email"), ("a b@c.d", "bad_email"), (f"a@{'b' * 600}.c", "bad_email")],
    "telephone": [("12345", "bad_telephone"), ("call me please", "bad_telephone")],
    "url": [("ftp://example.org", "bad_url"), ("javascript:alert(1)", "bad_url"), ("https://localhost", "bad_url")],
    "file": [("../../etc/passwd", "bad_upload"), (UPLOAD.upper(), "bad_upload")],
}
SCHEMAS = {
    "text": {"type": "string", "maxLength": 200},
    "long_text": {"type": "string", "maxLength": 200},
    "code": {"type": "string", "enum": ["red", "old"]},
    "identifier": {"type": "string"},
    "region": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "number": {"type": "integer", "minimum": 1, "maximum": 9_000},
    "yes_no": {"type": "boolean"},
    "email": {"type": "string", "format": "email"},
    "telephone": {"type": "string"},
    "url": {"type": "string", "format": "uri"},
    "file": {"type": "string", "format": "uuid"},
}
JSON_TYPES = {"string": str, "integer": int, "boolean": bool}


def declare(kind: str, **more: object) -> FieldDeclaration:
    return FieldDeclaration(id="item", type=kind, title=TITLE, **{**OPTIONS.get(kind, {}), **more})


@pytest.mark.parametrize("table", [GOOD, BAD, SCHEMAS, fields._PARSERS])
def test_every_type_has_every_face(table):
    assert set(table) == set(TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_good_input_becomes_its_value_and_is_shown(kind):
    raw, value, chinese, english = GOOD[kind]
    field = declare(kind)
    assert parse(field, raw, LOOKUPS) == value
    assert display(field, value, "zh-hans", LOOKUPS) == chinese
    assert display(field, value, "en", LOOKUPS) == english


@pytest.mark.parametrize(("kind", "raw", "code"), [(kind, *case) for kind in TYPES for case in BAD[kind]])
def test_bad_input_is_refused_with_a_stable_code(kind, raw, code):
    with pytest.raises(FieldError) as error:
        parse(declare(kind), raw, LOOKUPS)
    assert error.value.code == code
    assert str(error.value)


@pytest.mark.parametrize("kind", TYPES)
def test_an_empty_field_is_required_or_none(kind):
    with pytest.raises(FieldError) as error:
        parse(declare(kind), " \u3000\r\n", LOOKUPS)
    assert error.value.code == "required"
    assert parse(declare(kind, required=False), "", LOOKUPS) is None
    assert display(declare(kind), None, "en", LOOKUPS) == ""


@pytest.mark.parametrize("kind", TYPES)
def test_the_schema_describes_the_value(kind):
    schema = json_schema(declare(kind), LOOKUPS)
    assert schema == {"title": "Item", **SCHEMAS[kind]}
    assert type(GOOD[kind][1]) is JSON_TYPES[schema["type"]]


def outcome(field: FieldDeclaration, raw: str) -> tuple[str, object]:
    try:
        return "", parse(field, raw, LOOKUPS)
    except FieldError as error:
        return error.code, None


@pytest.mark.parametrize("kind", TYPES)
@given(raw=st.text(max_size=60))
def test_any_input_becomes_a_canonical_value_or_a_listed_error(kind, raw):
    field = declare(kind, required=False)
    error, value = outcome(field, raw)
    assert error in ("", *ERRORS)
    canonical(value)
    assert isinstance(display(field, value, "zh", LOOKUPS), str)
    if isinstance(value, str):
        assert outcome(field, value) == ("", value)


@given(st.text(st.characters(categories=["Nd"]), min_size=1, max_size=8))
def test_digits_of_any_width_make_one_number(raw):
    error, value = outcome(declare("number", minimum=None, maximum=None), raw)
    assert error == "not_a_number" or value == int(unicodedata.normalize("NFKC", raw))


def test_every_listed_error_can_happen():
    raised = {code for cases in BAD.values() for _, code in cases} | {"required"}
    assert raised == set(ERRORS)


def test_what_is_no_longer_listed_is_still_shown():
    assert display(declare("code"), "gone", "zh", LOOKUPS) == "gone"
    assert display(declare("code"), "old", "zh", LOOKUPS) == "旧"
    assert display(declare("region"), "999999", "zh", LOOKUPS) == "999999"
    assert display(declare("code", codelist="unknown"), "red", "zh", LOOKUPS) == "red"


def test_the_schema_of_an_unknown_list_has_no_enumeration():
    assert "enum" not in json_schema(declare("code", codelist="unknown"), LOOKUPS)


@pytest.mark.parametrize(
    ("kind", "options", "why"),
    [
        ("code", {"codelist": None}, "name its codelist"),
        ("identifier", {"scheme": None}, "name its scheme"),
        ("file", {"media_types": ()}, "list those"),
        ("text", {"personal": True, "openness": "public"}, "make it restricted"),
        ("text", {"max_length": 0}, "greater than 0"),
    ],
)
def test_a_field_whose_options_do_not_fit_is_refused(kind, options, why):
    with pytest.raises(ValidationError, match=why):
        declare(kind, **options)
