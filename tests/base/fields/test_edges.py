"""Where a type could go wrong quietly: marks in numbers, clocks that jump, poles, languages, items that are left out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.base.fields import FieldError, Lookups, arrow, table_schema
from tests.base.field_strategies import LOOKUPS, TITLE, declare

NUMBER = {"minimum": None, "maximum": None}
NAME = {"id": "name", "type": "text", "title": {"zh": "姓名", "en": "Name"}}

SEEN = {"id": "seen", "type": "person", "title": TITLE, "of": "name", "purpose": TITLE, "retention_days": 1}


def faults(field, raw) -> list[tuple[str, str]]:
    with pytest.raises(FieldError) as error:
        field.parse(raw, LOOKUPS)
    return [(".".join(part.at), part.code) for part in error.value.parts or (error.value,)]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,234,567.5", "1234567.50"),
        ("1 234", "1234.00"),
        ("1,2345", "12345.00"),
        ("１，２３４", "1234.00"),
        ("+5", "5.00"),
        ("−5.10", "-5.10"),
        ("-0", "0.00"),
        ("0007", "7.00"),
        ("5.", "5.00"),
        ("1.500", "1.50"),
    ],
)
def test_a_number_is_read_as_it_is_written(raw, value):
    assert declare("number", decimals=2, **NUMBER).parse(raw, LOOKUPS) == value


@pytest.mark.parametrize("raw", ["1,5", "1,23", "12,34,567", "1 2", "5,", ".5", "1e3", "0x1f", "1/2", "١٢٣", "1_000"])
def test_what_could_be_another_number_is_none(raw):
    assert faults(declare("number", decimals=2, **NUMBER), raw) == [("", "not_a_number")]


@given(st.decimals(-(10**8), 10**8, places=3, allow_nan=False))
def test_thousands_marks_change_nothing(number):
    field = declare("number", decimals=3, **NUMBER)
    assert field.parse(f"{number:,.3f}", LOOKUPS) == field.parse(f"{number:.3f}", LOOKUPS)


def test_bounds_between_whole_numbers_are_told_as_whole_ones():
    field = declare("number", minimum="0.5", maximum="2.5")
    assert field.json_schema(LOOKUPS) == {"title": "Item", "type": "integer", "minimum": 1, "maximum": 2}
    assert field.constraints() == {"required": True, "minimum": "0.5", "maximum": "2.5"}


@pytest.mark.parametrize(
    ("currency", "raw", "value", "typed"),
    [
        ("CNY", "¥ 1,234.5", 123450, "1234.50"),
        ("CNY", "CNY 5", 500, "5.00"),
        ("EUR", "€5", 500, "5.00"),
        ("JPY", "￥500", 500, "500"),
        ("TND", "1.234", 1234, "1.234"),
    ],
)
def test_money_is_counted_in_its_own_minor_unit(currency, raw, value, typed):
    field = declare("money", currency=currency)
    assert field.parse(raw, LOOKUPS) == value
    assert field.as_typed(value) == typed
    assert field.cell(value) == Decimal(typed)
    assert field.cel_cell(value) == value


def test_money_of_another_currency_is_refused():
    assert faults(declare("money", currency="EUR"), "¥5") == [("", "not_a_number")]
    assert faults(declare("money", currency="JPY"), "0.5") == [("", "not_a_number")]


def test_a_number_that_no_field_lets_in_is_shown_as_it_is():
    assert declare("number").display(10**18, "en", LOOKUPS) == "1" + "0" * 18
    assert declare("number", decimals=2).display("NaN", "zh", LOOKUPS) == "NaN"


def test_what_an_amount_counts_is_told_wherever_it_goes():
    for field, unit in ((declare("money"), "CNY"), (declare("quantity"), "Mbit/s"), (declare("computed"), "CNY")):
        assert table_schema([field], "en", LOOKUPS)["fields"][0]["unit"] == unit
        assert arrow.schema([field]).field("item").metadata[b"unit"] == unit.encode()
        assert unit in field.json_schema(LOOKUPS)["description"]


def test_a_hint_describes_the_column():
    field = declare("text", hint={"zh": "提示", "en": "Hint"})
    assert table_schema([field], "zh", LOOKUPS)["fields"][0]["description"] == "提示"


@pytest.mark.parametrize("raw", ["100 Mbit/s", "100Mbit/s", "１００ 兆", "100"])
def test_a_quantity_may_name_its_unit(raw):
    assert declare("quantity").parse(raw, LOOKUPS) == "100.0"


# Clocks in China went from 02:00 to 03:00 on 4 May 1986 and from 02:00 back to 01:00 on 14 September.
@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1986-05-04 01:59", "1986-05-03T17:59:00Z"),
        ("1986-05-04 03:00", "1986-05-03T18:00:00Z"),
        ("1986-09-14 01:30", "1986-09-13T16:30:00Z"),
        ("1986-05-04 02:30Z", "1986-05-04T02:30:00Z"),
        ("1986-05-04T02:30:15.25+08:00", "1986-05-03T18:30:15Z"),
        ("1986/5/4 9:05", "1986-05-04T00:05:00Z"),
        ("1986年5月4日 09：05", "1986-05-04T00:05:00Z"),
        ("1986-05-04 12:00-0330", "1986-05-04T15:30:00Z"),
    ],
)
def test_a_local_time_is_one_instant(raw, value):
    assert declare("instant").parse(raw, LOOKUPS) == value


def test_a_time_that_the_clocks_skipped_is_refused_at_its_box():
    field = declare("instant")
    assert faults(field, "1986-05-04 02:30") == [("time", "not_an_instant")]
    assert faults(field, {"day": "1986-05-04", "time": "02:30"}) == [("time", "not_an_instant")]
    assert faults(field, {"day": "1986-05-32", "time": "02:30"}) == [("day", "not_a_date")]
    assert faults(field, {"day": "1986-05-04", "time": "noon"}) == [("time", "not_an_instant")]
    assert faults(field, {"day": "1986-05-04", "time": ""}) == [("time", "required")]
    assert faults(field, {"day": "9999-12-31", "time": "23:59-23:59"}) == [("day", "not_an_instant")]
    assert faults(field, {"on": "1986-05-04"}) == [("", "bad_shape")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0001-01-01T00:00:00Z", "0001-01-01 08:05:43"), ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z")],
)
def test_an_instant_at_the_end_of_the_calendar_is_shown(value, shown):
    assert declare("instant").display(value, "en", LOOKUPS) == shown


@given(
    st.datetimes(datetime.fromisoformat("0001-01-03"), datetime.fromisoformat("9999-12-29")),
    st.sampled_from(["Asia/Shanghai", "America/St_Johns"]),
)
def test_an_instant_that_is_shown_is_read_as_itself(at, zone):
    field, found = declare("instant"), Lookups(date(2026, 1, 1), zone=ZoneInfo(zone))
    value = field.parse(at.replace(tzinfo=UTC).isoformat(), found)
    shown = field.display(value, "en", found)
    assert field.display(field.parse(shown, found), "en", found) == shown


def test_both_ends_of_a_period_are_told():
    field = declare("period")
    assert faults(field, {"from": "soon", "to": ""}) == [("from", "not_a_date"), ("to", "required")]
    assert faults(field, {"from": "2026-02-01", "to": "2026-01-01"}) == [("to", "ends_before_it_begins")]
    assert faults(field, {"from": ["2026-02-01"], "to": "2026-03-01"}) == [("from", "bad_shape")]


def test_an_end_may_be_left_open_where_that_is_allowed():
    field = declare("period", may_be_open=True)
    value = field.parse({"from": "2026-01-01", "to": " "}, LOOKUPS)
    assert value == field.parse("2026-01-01/..", LOOKUPS) == {"from": "2026-01-01", "to": None}
    assert field.as_typed(value) == "2026-01-01/.."
    assert (field.display(value, "zh", LOOKUPS), field.display(value, "en", LOOKUPS)) == (
        "2026-01-01 起",
        "from 2026-01-01",
    )
    assert field.cell(value) == {"from": date(2026, 1, 1), "to": None}


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ("90,180", "90.000000,180.000000"),
        ("-90, -180", "-90.000000,-180.000000"),
        ("-0.0000001,0", "0.000000,0.000000"),
        ("45.1234565，126.1234575", "45.123456,126.123458"),
        ("−1,+1", "-1.000000,1.000000"),
    ],
)
def test_a_point_is_kept_to_a_tenth_of_a_metre(raw, typed):
    field = declare("point")
    assert field.as_typed(field.parse(raw, LOOKUPS)) == typed


def test_each_box_of_a_point_has_its_own_fault():
    assert faults(declare("point"), {"lat": "126.64", "lon": ""}) == [("lat", "not_a_point"), ("lon", "required")]
    assert faults(declare("point"), "90.0000001,-180.5") == [("lat", "not_a_point"), ("lon", "not_a_point")]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("linestring(0 0,1 1)", "LINESTRING (0 0, 1 1)"),
        ("LINESTRING (-0.00000001 0, 1.00000049 1)", "LINESTRING (0 0, 1 1)"),
        (
            '{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}',
            "LINESTRING (0 0, 1 1)",
        ),
        (
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[0, 0], [180, 90]]}}
                ],
            },
            "LINESTRING (0 0, 180 90)",
        ),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "LINESTRING (0 0, 1 1)"),
    ],
)
def test_a_shape_is_read_from_text_and_from_geojson(raw, value):
    assert declare("shape").parse(raw, LOOKUPS) == value


def test_a_shape_that_rounding_breaks_is_refused():
    sliver = "POLYGON ((0 0, 1 0, 1 0.0000001, 0 0))"
    assert faults(declare("shape"), sliver) == [("", "not_a_shape")]
    assert faults(declare("shape", shapes=["area"]), "LINESTRING (0 0, 1 1)") == [("", "not_a_shape")]


def test_a_line_is_shown_by_where_it_lies():
    assert (
        declare("shape").display("LINESTRING (126.5 45, 127 46)", "zh", LOOKUPS)
        == "2 个点的线，纬度 45 至 46，经度 126.5 至 127"
    )
    assert declare("shape").display("drawn by hand", "en", LOOKUPS) == "drawn by hand"


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        ({"zh": "名", "ru": "Имя"}, "en", "名"),
        ({"zh": "名", "ru": "Имя"}, "ru-ru", "Имя"),
        ({"zh": "名", "en": "Name"}, "ja", "Name"),
        ({"ru": "Имя"}, "zh-hans", "Имя"),
        ({}, "zh", ""),
        ("old text", "zh", "old text"),
    ],
)
def test_a_text_that_is_not_translated_is_shown_in_another_language(value, language, shown):
    assert declare("texts", languages=["zh", "en", "ru", "ja"]).display(value, language, LOOKUPS) == shown


def test_every_language_that_is_missing_is_told():
    assert faults(declare("texts"), {"zh": "名" * 300}) == [("zh", "too_long"), ("en", "required")]
    assert declare("texts", required=False).parse({"zh": "名", "en": None}, LOOKUPS) == {"zh": "名"}
    assert declare("texts", required=False).parse("{}", LOOKUPS) is None


def test_lines_of_any_system_become_lines():
    field = declare("text", multiline=True)
    assert field.parse("a\rb\r\nc\u2028d", LOOKUPS) == "a\nb\nc\nd"
    assert faults(declare("text"), "a\u2028b") == [("", "control_characters")]


@pytest.mark.parametrize("raw", ["\u200b", "\ufeff \u200e", "\u200d\u200d", "\u00ad"])
def test_what_nobody_sees_fills_in_nothing(raw):
    assert faults(declare("text"), raw) == [("", "required")]


def test_a_person_of_the_telephone_is_not_refused_for_what_a_page_adds():
    assert declare("contact").parse("\ufeff0451-8888000\u200e", LOOKUPS) == "0451-8888000"


def test_codes_are_chosen_once_each():
    field = declare("code", many=True)
    assert field.parse(["red", "green", "red", ""], LOOKUPS) == ["red", "green"]
    assert field.parse("red,green", LOOKUPS) == ["red", "green"]
    assert field.display(["red", "gone"], "zh", LOOKUPS) == "红、gone"
    assert faults(field, " , ") == [("", "required")]
    assert faults(field, ["red", 3]) == [("", "bad_shape")]
    assert faults(field, {"red": "red"}) == [("", "bad_shape")]


def test_a_fault_of_a_group_names_the_item_as_it_was_entered():
    period = {"id": "term", "type": "period", "title": TITLE}
    field = declare("group", fields=[NAME, period])
    raw = [
        {"name": "", "term": {"from": "", "to": ""}},
        {"name": "甲", "term": {"from": "2026-01-01", "to": "soon"}},
        {"name": "", "term": {"from": "never", "to": ""}},
    ]
    assert faults(field, raw) == [
        ("1.term.to", "not_a_date"),
        ("2.name", "required"),
        ("2.term.from", "not_a_date"),
        ("2.term.to", "required"),
    ]
    assert faults(declare("group"), ["甲"]) == [("0", "bad_shape")]


@pytest.mark.parametrize("value", ["A", 7])
def test_one_code_is_no_list_of_codes(value):
    with pytest.raises(FieldError) as error:
        declare("code", many=True).as_typed(value)
    assert error.value.code == "bad_shape"


def test_what_was_not_kept_cannot_be_typed_again_and_stays_seen():
    field = declare("person", of="document", scheme="number", keep=False)
    assert field.parse("1 23", LOOKUPS) is True
    assert field.as_typed(True) == ""
    assert field.display(True, "zh", LOOKUPS) == "已核对，未留存"
    assert field.constraints() == {}


@pytest.mark.parametrize(
    ("raw", "before", "held"),
    [
        ("123", "", True),
        ("124", True, ""),
        ("", True, True),
        (" ", "", ""),
        ("", "123", ""),
        (True, "", ""),
        (["1"], True, ""),
    ],
)
def test_a_draft_holds_of_what_is_not_kept_only_that_it_was_seen(raw, before, held):
    field = declare("person", of="document", scheme="number", keep=False)
    assert field.drafted(raw, before, LOOKUPS) == held
    assert declare("person").drafted(raw, before, LOOKUPS) == raw
    assert declare("text").drafted(raw, before, LOOKUPS) == raw


def test_what_a_draft_holds_is_read_as_it_was_typed_or_as_seen():
    card = declare("person", of="document", scheme="number", keep=False)
    assert card.read_draft(True, LOOKUPS) is True
    assert card.read_draft("123", LOOKUPS) is True
    assert declare("number").read_draft("12", LOOKUPS) == 12
    assert declare("period", required=False).read_draft(None, LOOKUPS) is None
    with pytest.raises(FieldError):
        declare("text").read_draft(True, LOOKUPS)


def test_a_day_of_birth_is_a_day():
    field = declare("person", of="birth_date")
    assert field.parse("1990年1月5日", LOOKUPS) == "1990-01-05"
    assert field.cell("1990-01-05") == date(1990, 1, 5)
    assert field.json_schema(LOOKUPS)["format"] == "date"
    assert declare("person", of="email").json_schema(LOOKUPS)["format"] == "idn-email"
    assert "maxLength" not in declare("person", of="document", scheme="number").json_schema(LOOKUPS)


def test_a_computed_value_is_checked_as_its_result():
    field = declare("computed", required=True, result={"type": "number", "maximum": 5})
    assert field.validate_value(5, LOOKUPS) == 5
    for value, code in ((6, "too_large"), ("5", "bad_shape"), (None, "required")):
        with pytest.raises(FieldError) as error:
            field.validate_value(value, LOOKUPS)
        assert error.value.code == code
    assert field.json_schema(LOOKUPS)["readOnly"] is True
    assert field.index() == "integer"


def test_nothing_is_found_where_no_records_are_known():
    with pytest.raises(FieldError) as error:
        declare("reference").parse("A-1", Lookups(date(2026, 1, 1)))
    assert error.value.code == "no_record"
    assert not Lookups(date(2026, 1, 1)).listed("companies")


@pytest.mark.parametrize(
    ("kind", "options", "why"),
    [
        ("quantity", {"unit": "1000 t"}, "begin it with a letter"),
        ("number", {"maximum": "1e20"}, "at most 15 digits"),
        ("group", {"fields": [{"id": "a", "type": "file", "title": TITLE, "media_types": ["a/b"]}]}, "cannot repeat"),
        ("group", {"fields": [{**NAME, "indexed": True}]}, "cannot repeat"),
        ("group", {"fields": [{**SEEN, "keep": False}]}, "is not kept"),
        ("group", {"openness": "public", "fields": [NAME]}, "make them the same"),
        ("group", {"fields": [{**NAME, "openness": "public"}]}, "make them the same"),
        ("group", {"fields": [{**NAME, "when": "true"}]}, "set it on the whole group"),
    ],
)
def test_a_declaration_that_would_go_wrong_quietly_is_refused(kind, options, why):
    with pytest.raises(ValidationError, match=why):
        declare(kind, **options)
