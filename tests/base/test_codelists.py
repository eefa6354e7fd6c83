from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from amur.base.codelists import Code, CodeList

TITLE = {"zh": "甲", "en": "A"}


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2020, 12, 31), True),
        (date(2021, 1, 1), False),
    ],
)
def test_a_code_may_be_chosen_between_its_dates(day, allowed):
    code = Code(code="a", title=TITLE, valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31))
    assert code.may_be_chosen(day) is allowed


def test_a_code_without_dates_may_always_be_chosen():
    assert Code(code="a", title=TITLE).may_be_chosen(date(1900, 1, 1))


def test_a_code_out_of_force_is_still_found():
    codes = CodeList(
        id="l", title=TITLE, source="demo", codes=({"code": "a", "title": TITLE, "valid_to": "2000-01-01"},)
    )
    assert codes.find("a").title.zh == "甲"
    assert codes.find("b") is None


def test_a_code_given_twice_is_refused():
    with pytest.raises(ValidationError, match="'a' twice"):
        CodeList(id="l", title=TITLE, source="demo", codes=({"code": "a", "title": TITLE},) * 2)


def test_a_list_without_codes_or_source_is_refused():
    with pytest.raises(ValidationError) as error:
        CodeList(id="l", title=TITLE, source="", codes=())
    assert {fault["loc"][0] for fault in error.value.errors()} == {"source", "codes"}


@pytest.mark.parametrize("code", ["a,b", "a\u200bb", "a\nb", "e\u0301"])
def test_a_code_that_cannot_be_told_from_another_is_refused(code):
    with pytest.raises(ValidationError, match="no comma"):
        Code(code=code, title=TITLE)


def _list(*codes, **rest):
    return CodeList(id="l", title=TITLE, source="demo", codes=[{"title": TITLE, **code} for code in codes], **rest)


def test_an_edition_gives_its_codes_their_first_day_unless_they_have_their_own():
    edition = {"id": "2015", "title": TITLE, "valid_from": "2016-03-01"}
    found = _list(
        {"code": "a", "edition": "2015"},
        {"code": "b", "edition": "2015", "valid_from": "2017-01-01"},
        {"code": "c"},
        editions=[edition],
    )
    assert [code.valid_from for code in found.codes] == [date(2016, 3, 1), date(2017, 1, 1), None]
    assert CodeList.model_validate(found.model_dump(mode="json")) == found


def test_a_heading_is_read_and_never_chosen():
    heading = Code(code="A", title=TITLE, heading=True, valid_from=date(2020, 1, 1))
    assert heading.in_force(date(2020, 1, 1))
    assert not heading.may_be_chosen(date(2020, 1, 1))


def test_a_list_that_is_no_list_is_refused_and_does_not_fall_over():
    for wrong in ("text", {"editions": [1], "codes": 5}, {"editions": ["2015"], "codes": ["a"]}):
        with pytest.raises(ValidationError):
            CodeList.model_validate(wrong)


def test_a_code_that_there_never_was_has_nothing_above_it_and_nothing_after_it():
    found = _list({"code": "a"})
    assert (found.above("z"), found.carried_on("z", date(2026, 1, 1))) == ((), ())


ENDED = {"code": "a", "valid_to": "2020-12-31"}


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([{"code": "a", "edition": "2015"}], "unknown edition '2015'"),
        ([{"code": "a", "parent": "z"}], "unknown code 'z'"),
        ([{"code": "a", "parent": "b"}, {"code": "b", "parent": "a"}], "lies under itself"),
        ([ENDED | {"successors": ["z"]}], "unknown successor 'z'"),
        ([{"code": "a", "successors": ["b"]}, {"code": "b"}], "no last day"),
        ([ENDED | {"successors": ["b"]}, {"code": "b", "valid_to": "2020-12-31"}], "cannot carry on"),
        ([ENDED | {"successors": ["b"]}, {"code": "b", "heading": True}], "cannot carry on"),
    ],
)
def test_what_a_code_names_must_be_there_and_come_after_it(codes, said):
    with pytest.raises(ValidationError, match=said):
        _list(*codes)
