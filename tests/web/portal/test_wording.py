"""What a person is told about a refused field: a sentence for each code, in both languages, that names the field."""

from __future__ import annotations

import pytest
from django.utils import translation

from amur.base.fields import ERRORS, TYPES
from amur.web.portal.wording import field_error
from tests.base.field_strategies import TITLE, declare

UPLOADS = ("file_too_large", "file_empty", "file_type")


def said(kind: str, code: str, language: str, place: tuple[str, ...] = (), **options) -> str:
    with translation.override(language):
        return field_error(declare(kind, **options), code, language, place)


@pytest.mark.parametrize("code", [*ERRORS, *UPLOADS])
def test_every_code_has_a_sentence_of_its_own_in_both_languages(code):
    english, chinese = said("text", code, "en"), said("text", code, "zh-hans")
    assert english.startswith(f"{TITLE['en']}: ")
    assert TITLE["zh"] in chinese
    assert english != said("text", "something_new", "en")
    assert chinese != said("text", "something_new", "zh-hans")
    assert "%(" not in english + chinese


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_sentence_of_any_type_has_a_blank(language):
    told = {(kind, code): said(kind, code, language) for kind in TYPES for code in (*ERRORS, *UPLOADS, "something_new")}
    assert {which: text for which, text in told.items() if "%(" in text} == {}


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("yes_no", {}, "Item: choose one"),
        ("region", {}, "Item: choose one"),
        ("code", {"many": True}, "Item: choose at least one"),
        ("file", {}, "Item: choose a file"),
        ("group", {}, "Item: fill in at least one"),
        ("text", {}, "Item: fill this in"),
    ],
)
def test_what_is_missing_is_asked_for_as_it_is_given(kind, options, words):
    assert said(kind, "required", "en", **options) == words


@pytest.mark.parametrize(
    ("kind", "place", "code", "words"),
    [
        ("period", ("to",), "required", "Item: Last day: fill this in"),
        ("texts", ("ru",), "too_long", "Item: In Russian: shorten it to at most 200 characters"),
        ("point", ("lat",), "required", "Item: Latitude: fill this in"),
        ("instant", ("time",), "required", "Item: Time of day: fill this in"),
        ("group", ("1", "name"), "too_long", "Item 2: Name: shorten it to at most 200 characters"),
        ("group", ("0", "share"), "too_precise", "Item 1: Share: give at most 2 digits after the point"),
        ("group", ("0",), "bad_shape", "Item 1: fill this in again; it did not arrive as the form sends it"),
        ("group", ("x",), "bad_shape", "Item 1: fill this in again; it did not arrive as the form sends it"),
        ("texts", ("fr",), "bad_language", "Item: fr: write in the languages that are asked for"),
    ],
)
def test_a_part_is_named_with_its_whole(kind, place, code, words):
    assert said(kind, code, "en", place) == words


def test_a_number_is_asked_for_as_precisely_as_it_is_kept():
    assert said("number", "not_a_number", "en") == "Item: give a whole number in digits"
    assert said("number", "not_a_number", "en", decimals=1) == "Item: give a number in digits, such as 1234.5"
    assert said("money", "not_a_number", "zh-hans") == "项：请用数字填写，例如 1234.5"
