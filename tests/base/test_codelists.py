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
