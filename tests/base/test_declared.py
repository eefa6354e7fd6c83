from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.base.declared import LANGUAGES, Basis, Carrier, Text

TITLE = {"zh": "备案", "en": "Filing"}


def test_a_text_is_said_in_each_language_and_in_english_where_it_is_missing():
    text = Text(zh="备案", en="Filing", ja="届出")
    assert [text.say(language) for language in LANGUAGES] == ["备案", "Filing", "Filing", "届出", "Filing"]
    assert text.say("zh-hans") == "备案"
    assert text.say("xx") == text.say("") == text.say("model_fields") == "Filing"


def test_an_unknown_key_is_a_fault():
    with pytest.raises(ValidationError, match="Extra inputs"):
        Basis(title=TITLE, artikel="7")


def test_a_declaration_cannot_be_changed():
    text = Text(zh="备案", en="Filing")
    with pytest.raises(ValidationError, match="frozen"):
        text.en = "Other"


def test_a_text_of_spaces_is_empty():
    with pytest.raises(ValidationError):
        Text(zh="  ", en="Filing")


@pytest.mark.parametrize("name", ["", "Filing", "1st", "a-b", "备案", "a b", "_a"])
def test_an_id_is_lower_case_ascii_snake_case(name):
    with pytest.raises(ValidationError, match="snake_case"):
        Carrier(id=name, title=TITLE, carries_out=("3.7",))


@pytest.mark.parametrize("number", ["3", "3.07", "03.7", "3.7.1", "3.0", "", "三.七"])
def test_a_commitment_is_clause_dot_serial(number):
    with pytest.raises(ValidationError, match="in quotes"):
        Carrier(id="filing", title=TITLE, carries_out=(number,))


def test_an_unquoted_commitment_is_a_number_and_is_refused():
    with pytest.raises(ValidationError):
        Carrier(id="filing", title=TITLE, carries_out=(13.10,))


def test_a_carrier_carries_something_out():
    with pytest.raises(ValidationError):
        Carrier(id="filing", title=TITLE, carries_out=())
    assert Carrier(id="filing", title=TITLE, carries_out=("13.10",)).system_of_record == "ours"
