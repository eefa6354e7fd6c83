"""How a declared field is asked in a browser, and what comes back from it."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from amur.base.codelists import CodeList
from amur.base.declared import Text
from amur.base.fields import ERRORS, FieldDeclaration, Lookups, field_of
from amur.web.fields import raw_from, view_of
from amur.web.portal.wording import field_error

TITLE = Text(zh="问", en="Question")


def _codes(count: int) -> CodeList:
    codes = [{"code": f"c{n}", "title": {"zh": f"第{n}", "en": f"No {n}"}} for n in range(count)]
    return CodeList(id="list", title=TITLE, source="made up", codes=codes)


REGIONS = {
    code: Text(zh=zh, en=en)
    for code, zh, en in (
        ("230000", "省", "Province"),
        ("230100", "甲市", "First"),
        ("230102", "甲区", "Quarter"),
        ("230200", "乙市", "Second"),
    )
}


def field(kind: str, **options) -> FieldDeclaration:
    return field_of({"id": "question", "type": kind, "title": TITLE, **options})


def view(declaration: FieldDeclaration, raw: str = "", codes: int = 3, **options):
    found = Lookups(date(2026, 3, 10), codelists={"list": _codes(codes)}, regions=REGIONS)
    with translation.override("en"):
        return view_of(declaration, "en", found, raw=raw, **options)


@pytest.mark.parametrize(("count", "control"), [(2, "radios"), (7, "radios"), (8, "select")])
def test_a_few_codes_are_buttons_and_many_are_a_list(count, control):
    shown = view(field("code", codelist="list"), raw="c1", codes=count)
    assert shown.control == control
    options = shown.options or shown.groups[0].options
    assert [option.value for option in options if option.is_chosen] == ["c1"]


def test_a_code_out_of_force_is_offered_only_to_whoever_chose_it():
    old = {"code": "old", "title": {"zh": "旧", "en": "Old"}, "valid_to": "2020-01-01"}
    codes = CodeList(id="list", title=TITLE, source="made up", codes=[*_codes(1).model_dump()["codes"], old])
    found = Lookups(date(2026, 3, 10), codelists={"list": codes})
    declared = field("code", codelist="list")
    assert [o.value for o in view_of(declared, "en", found).options] == ["c0"]
    assert [o.value for o in view_of(declared, "en", found, raw="old").options] == ["c0", "old"]


def test_regions_stand_under_the_one_that_holds_them():
    groups = view(field("region"), raw="230102").groups
    assert [(group.label, [o.value for o in group.options]) for group in groups] == [
        ("Province", ["230000", "230200"]),
        ("First", ["230100", "230102"]),
    ]
    assert [o.value for group in groups for o in group.options if o.is_chosen] == ["230102"]


def test_every_region_can_be_chosen_exactly_once():
    chosen = sorted(option.value for group in view(field("region")).groups for option in group.options)
    assert chosen == sorted(REGIONS)


def test_a_date_is_asked_in_three_boxes_and_comes_back_as_one():
    shown = view(field("date"), raw="2026-13-")
    assert [part.value for part in shown.parts] == ["2026", "13", ""]
    sent = QueryDict("question-year=2026&question-month= 4&question-day=1")
    assert raw_from(field("date"), sent) == "2026-4-1"
    assert raw_from(field("date"), QueryDict("question-year= ")) == ""


def test_yes_and_no_stand_side_by_side():
    shown = view(field("yes_no"), raw="no")
    assert shown.is_inline
    assert [(option.value, option.is_chosen) for option in shown.options] == [("yes", False), ("no", True)]


@pytest.mark.parametrize(
    ("medium", "expected"),
    [("email", ("email", "email")), ("telephone", ("tel", "tel")), ("url", ("url", "url"))],
)
def test_a_phone_brings_the_right_keyboard_and_fills_in_what_it_knows(medium, expected):
    shown = view(field("contact", medium=medium))
    assert (shown.input_type, shown.autocomplete) == expected


def test_a_hint_says_what_the_declaration_knows():
    with translation.override("en"):
        assert view(field("text", multiline=True, max_length=50)).hint == "At most 50 characters."
        said = view(field("file", media_types=["application/pdf", "image/png"], max_bytes=2 * 2**20))
    assert said.hint == "PDF, PNG, at most 2 MB"
    assert said.accept == "application/pdf,image/png"


def test_the_error_summary_leads_to_the_first_control():
    assert view(field("yes_no"), error="x").anchor == "question-0"
    assert view(field("date"), error="x").anchor == "question-year"
    assert view(field("text"), error="x").anchor == "question"
    assert view(field("text", hint=TITLE), error="x").described_by == "question-hint question-error"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", [*ERRORS, "file_too_large", "file_empty", "file_type", "something_new"])
def test_every_refusal_of_a_field_has_words_that_name_it(language, code):
    with translation.override(language):
        words = field_error(field("text"), code, language)
    assert TITLE.say(language) in words
    assert "%(" not in words


@pytest.mark.parametrize("kind", ["region", "yes_no"])
def test_what_has_to_be_chosen_is_not_to_be_filled_in(kind):
    with translation.override("en"):
        assert field_error(field(kind), "required", "en") == "Question: choose one"
