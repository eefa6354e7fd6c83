from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.base.identifiers import IdentifierScheme

TITLE = {"zh": "代码", "en": "Code"}
ORGANISATION = IdentifierScheme(
    id="organisation",
    title=TITLE,
    alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY",
    weights=tuple(pow(3, place, 31) for place in range(17)),
    modulus=31,
)
PERSON = IdentifierScheme(
    id="person",
    title=TITLE,
    alphabet="0123456789",
    weights=tuple(pow(2, 17 - place, 11) for place in range(17)),
    modulus=11,
    check="table",
    check_alphabet="10X98765432",
    personal=True,
)
DECIMAL = IdentifierScheme(
    id="decimal", title=TITLE, alphabet="0123456789", weights=(1, 3, 1), modulus=10, check="table"
)


@pytest.mark.parametrize(
    ("scheme", "raw", "value"),
    [
        (ORGANISATION, "91350100M000100Y43", "91350100M000100Y43"),
        (ORGANISATION, " 9135 0100 m000100y43 ", "91350100M000100Y43"),
        (PERSON, "11010519491231002X", "11010519491231002X"),
        (PERSON, "11010519491231002x", "11010519491231002X"),
    ],
)
def test_a_valid_identifier_comes_out_plain(scheme, raw, value):
    assert scheme.parse(raw) == value


@pytest.mark.parametrize(
    ("scheme", "raw", "why"),
    [
        (ORGANISATION, "91350100M000100Y4Z", "check character 'Z'"),
        (ORGANISATION, "91350100M000100Y4", "17 characters; 18"),
        (ORGANISATION, "91350100I000100Y43", "'I' at place 9"),
        (ORGANISATION, "   ", "nothing was entered"),
        (PERSON, "110105194912310021", "check character '1'"),
        (PERSON, "一一010519491231002X", "'一' at place 1"),
    ],
)
def test_a_mistake_is_named(scheme, raw, why):
    with pytest.raises(ValueError, match=why):
        scheme.parse(raw)


def test_a_table_without_its_own_alphabet_takes_the_alphabet():
    assert DECIMAL.check_character("123") == "0"


@given(st.data())
def test_whatever_gets_its_check_character_is_valid_and_no_single_slip_is(data):
    payload = data.draw(st.text(ORGANISATION.alphabet, min_size=17, max_size=17))
    whole = payload + ORGANISATION.check_character(payload)
    assert ORGANISATION.parse(whole.lower()) == whole
    place = data.draw(st.integers(0, 16))
    other = data.draw(st.sampled_from(ORGANISATION.alphabet.replace(whole[place], "")))
    with pytest.raises(ValueError, match="check character"):
        ORGANISATION.parse(whole[:place] + other + whole[place + 1 :])


@given(st.text(max_size=30))
def test_any_text_is_an_identifier_or_a_value_error(raw):
    for scheme in (ORGANISATION, PERSON, DECIMAL):
        with suppress(ValueError):
            value = scheme.parse(raw)
            assert scheme.parse(value) == value


def test_a_scheme_needs_one_check_character_for_each_remainder():
    with pytest.raises(ValidationError, match="shorter than the modulus 11"):
        IdentifierScheme(id="x", title=TITLE, alphabet="0123456789", weights=(1,), modulus=11)


def test_an_alphabet_holds_each_character_once():
    with pytest.raises(ValidationError, match="twice"):
        IdentifierScheme(id="x", title=TITLE, alphabet="0012", weights=(1,), modulus=3)
