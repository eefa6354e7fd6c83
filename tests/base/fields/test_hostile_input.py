"""Whatever is sent becomes a value or a listed fault: never another exception, a dead process, or minutes of work."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.canonical import canonical
from amur.base.fields import ERRORS, TYPES, FieldDeclaration, FieldError, Lookups, field_of
from tests.base.field_strategies import LANGUAGES, LOOKUPS, RAW, TITLE, declarations, declare

FEW = settings(max_examples=15, deadline=None)
MEGABYTE = 2**20
DEEP = 100_000
NASTY = {
    "a NUL": "a\x00",
    "half a character": "\ud800",
    "more than any float": "1e999",
    "no number": "NaN",
    "endless": "-Infinity",
    "Arabic digits": "١٢٣",
    "full width": "１２３．４５",
    "a mark that reorders": "\u202e123",
    "marks of direction": "\u200f12\u200e",
    "only what nobody sees": "\u200b\ufeff\u200d",
    "a superscript": "1²",
    "a minus of typography": "−5",
    "a comma for a point": "1,5",
    "thousands by fours": "1,2345,6789",
    "JSON of nothing": "null",
    "JSON of no number": '{"zh": NaN, "en": 1e999}',
    "JSON with half a character": '{"zh": "\\ud800", "en": "\\u0000"}',
    "JSON of items": '[{"name": "x", "share": 1e999}, [], null]',
    "JSON of a long number": f'[{{"name": {"9" * 5000}}}]',
    "a point at the pole": "90,180",
    "beyond the pole": "90.0000001,0",
    "the antimeridian": "-90,-180",
    "a long way round": "POLYGON ((170 0, -170 0, -170 1, 170 1, 170 0))",
    "no numbers in a shape": "LINESTRING (NaN NaN, 1 1)",
    "a shape that is endless": "LINESTRING (1e999 0, 1 1)",
    "heights": "POLYGON ((0 0 1, 1 0 1, 1 1 1, 0 0 1))",
    "measures": "POLYGON M ((0 0 1, 1 0 1, 1 1 1, 0 0 1))",
    "a collection": '{"type": "GeometryCollection", "geometries": []}',
    "a feature of nothing": '{"type": "Feature", "geometry": null}',
    "features of two": '{"type": "FeatureCollection", "features": [{}, {}]}',
    "a shape of words": '{"type": "Polygon", "coordinates": [[["a", "b"]]]}',
    "a shape of a wrong type": '{"type": ["Polygon"], "coordinates": 1}',
    "before the calendar": "0001-01-01T00:00+14:00",
    "after the calendar": "9999-12-31 23:59-12:00",
    "no such offset": "2026-01-01T00:00+99:99",
    "a second that was put in": "2016-12-31T23:59:60Z",
}
HUGE = {
    "letters": "x" * MEGABYTE,
    "digits": "9" * MEGABYTE,
    "space inside": "a" + " " * MEGABYTE + "b",
    "commas": "," * MEGABYTE,
    "marks on one character": "a" + "\u0316\u0301" * (MEGABYTE // 4),
    "what grows when folded": "\ufdfa" * (MEGABYTE // 3),
    "nested lists": "[" * DEEP + "]" * DEEP,
    "nested objects": '{"zh":' * DEEP + "1" + "}" * DEEP,
    "a nested shape": '{"type":"Polygon","coordinates":' + "[" * DEEP + "]" * DEEP + "}",
    "nested collections": "GEOMETRYCOLLECTION(" * DEEP + "POINT(0 0)" + ")" * DEEP,
    "nested brackets": "POLYGON " + "(" * DEEP + ")" * DEEP,
    "a million points": "LINESTRING (" + ",".join(["0 0"] * 1_000_000) + ")",
    "items without end": "[" + ",".join(["{}"] * 200_000) + "]",
    "an address without end": "a@" + "b." * (MEGABYTE // 2),
}


def fault(read: Callable[[Any, Lookups], Any], found: Any) -> tuple[Any, FieldError | None]:
    """Return the value that reading gives, or the listed fault; anything else that is raised fails the test."""
    try:
        return read(found, LOOKUPS), None
    except FieldError as error:
        return None, error


def becomes(field: FieldDeclaration, raw: Any) -> Any:
    """Return the value of raw input after checking it, or the fault after checking that."""
    value, error = fault(field.parse, raw)
    if error is not None:
        assert {part.code for part in (error, *error.parts)} <= set(ERRORS)
        assert all(isinstance(step, str) for part in (error, *error.parts) for step in part.at)
        assert len(str(error)) < 5_000
        return error
    canonical(value)
    for language in LANGUAGES:
        assert isinstance(field.display(value, language, LOOKUPS), str)
    assert value is None or field.validate_value(value, LOOKUPS) == value
    return value


@pytest.mark.parametrize("kind", TYPES)
def test_a_nasty_text_is_a_value_or_a_fault(kind):
    for text in NASTY.values():
        becomes(declare(kind, required=False), text)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.timeout(60)  # what is quadratic takes minutes
def test_a_huge_text_is_a_value_or_a_fault_and_holds_nobody_up(kind):
    for text in HUGE.values():
        becomes(declare(kind, required=False), text)


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data(), raw=st.text(st.characters(exclude_categories=[]), max_size=60))
@FEW
def test_any_text_is_a_value_or_a_fault(kind, data, raw):
    becomes(data.draw(declarations(kind)), raw)


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data(), raw=RAW)
@FEW
def test_any_nesting_of_anything_is_a_value_or_a_fault(kind, data, raw):
    becomes(data.draw(declarations(kind)), raw)


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data(), value=RAW)
@FEW
def test_anything_sent_as_a_value_is_kept_or_refused(kind, data, value):
    field = data.draw(declarations(kind))
    kept, error = fault(field.validate_value, value)
    canonical(kept)
    assert error is None or error.code in ERRORS


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_nested_a_thousand_times_is_a_fault(kind):
    nested: Any = "x"
    for _ in range(900):
        nested = [{"part": nested}]
    field = declare(kind)
    for read in (field.parse, field.validate_value):
        with pytest.raises(FieldError):
            read(nested, LOOKUPS)
        with pytest.raises(FieldError):
            read({"type": "Polygon", "coordinates": nested, "zh": nested}, LOOKUPS)
    assert isinstance(field.display(nested, "en", LOOKUPS), str)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("code", {"codelist": "gone"}),
        ("identifier", {"scheme": "gone"}),
        ("person", {"of": "document", "scheme": "gone"}),
    ],
)
def test_a_list_or_a_scheme_that_is_not_there_lets_nothing_in(kind, options):
    assert isinstance(becomes(declare(kind, **options), "123"), FieldError)


def test_a_fault_about_a_person_does_not_repeat_what_was_entered():
    for of, entered in (("email", "zhang-at-home"), ("birth_date", "1990-13-77"), ("telephone", "12ab")):
        fault = becomes(declare("person", of=of), entered)
        assert isinstance(fault, FieldError)
        assert entered not in str(fault)
    document = declare("person", of="document", scheme="number", keep=False)
    assert "124" not in str(becomes(document, "124"))
    with pytest.raises(FieldError) as error:
        document.validate_value("123", LOOKUPS)
    assert "123" not in str(error.value)


def test_a_declared_group_cannot_nest_and_a_result_is_simple():
    for declared in (
        {"type": "group", "fields": [{"id": "a", "type": "group", "title": TITLE, "fields": []}]},
        {"type": "computed", "expression": "1", "result": {"type": ["text"]}},
        {"type": "computed", "expression": "1", "result": {"type": "money", "currency": "XXQ"}},
    ):
        with pytest.raises(ValueError, match="validation error"):
            field_of({"id": "item", "title": TITLE, **declared})


def test_json_texts_are_read_as_they_were_written():
    texts = declare("texts", multiline=True)
    value = {"zh": "一\n\u0303二", "en": 'a"\t\\n'}
    assert texts.parse(json.dumps(value, ensure_ascii=False), LOOKUPS) == value
    assert texts.parse(texts.as_typed(value), LOOKUPS) == value
