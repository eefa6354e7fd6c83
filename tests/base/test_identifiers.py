from __future__ import annotations

from contextlib import suppress
from datetime import date

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


BORN = {"id": "born", "first": 7, "last": 14, "type": "date", "earliest": "1900-01-01"}
REGION = {"id": "region", "first": 1, "last": 2, "type": "listed", "one_of": ["11", "23"]}
PLAUSIBLE = IdentifierScheme.model_validate(PERSON.model_dump() | {"parts": [REGION, BORN]})
LUHN = IdentifierScheme(id="siren", title=TITLE, alphabet="0123456789", weights=(1, 2) * 4, modulus=10, sum_digits=True)
"""Nine digits by the rule of Luhn, as business registers of another country have them."""


@given(st.data(), st.sampled_from([ORGANISATION, PERSON, DECIMAL, LUHN]))
def test_one_wrong_character_is_found_exactly_where_it_counts_differently(data, scheme):
    payload = data.draw(st.text(scheme.alphabet, min_size=len(scheme.weights), max_size=len(scheme.weights)))
    whole = payload + scheme.check_character(payload)
    place = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.sampled_from(scheme.alphabet))
    slipped = whole[:place] + other + whole[place + 1 :]
    is_seen = (scheme.counts(place, other) - scheme.counts(place, whole[place])) % scheme.modulus != 0
    assert is_valid(scheme, slipped) is not is_seen
    if scheme is not DECIMAL:
        assert is_seen is (other != whole[place])


@given(st.data(), st.sampled_from([ORGANISATION, PERSON, DECIMAL, LUHN]))
def test_two_exchanged_neighbours_are_found_exactly_where_their_sum_differs(data, scheme):
    payload = data.draw(st.text(scheme.alphabet, min_size=len(scheme.weights), max_size=len(scheme.weights)))
    whole = payload + scheme.check_character(payload)
    place = data.draw(st.integers(0, len(payload) - 2))
    left, right = whole[place : place + 2]
    before = scheme.counts(place, left) + scheme.counts(place + 1, right)
    after = scheme.counts(place, right) + scheme.counts(place + 1, left)
    slipped = whole[:place] + right + left + whole[place + 2 :]
    assert is_valid(scheme, slipped) is ((before - after) % scheme.modulus == 0)
    if scheme in {ORGANISATION, PERSON}:
        assert is_valid(scheme, slipped) is (left == right)
    if scheme is LUHN:
        assert is_valid(scheme, slipped) is (left == right or {left, right} == {"0", "9"})


@given(st.data(), st.sampled_from([ORGANISATION, PERSON, LUHN]))
def test_no_other_check_character_is_taken(data, scheme):
    payload = data.draw(st.text(scheme.alphabet, min_size=len(scheme.weights), max_size=len(scheme.weights)))
    right = scheme.check_character(payload)
    others = (scheme.check_alphabet or scheme.alphabet).replace(right, "")
    assert not any(is_valid(scheme, payload + other) for other in others)


def is_valid(scheme, raw):
    try:
        scheme.parse(raw)
    except ValueError:
        return False
    return True


def test_a_published_number_by_the_rule_of_luhn():
    assert LUHN.parse("732 829 320") == "732829320"
    assert not is_valid(LUHN, "732829321")


def with_check(payload):
    return payload + PERSON.check_character(payload)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ("11010519490229001", "which is no date"),
        ("11010518991231002", "a date that cannot be"),
        ("11010520270101002", "a date that cannot be"),
        ("99010519491231002", "which is not on the list"),
    ],
)
def test_a_right_check_character_does_not_make_an_impossible_part_right(payload, why):
    whole = with_check(payload)
    assert is_valid(PERSON, whole)
    with pytest.raises(ValueError, match=why):
        PLAUSIBLE.parse(whole, date(2026, 3, 10))


def test_a_date_in_the_future_is_told_by_the_day_of_reference_alone():
    whole = with_check("11010520270101002")
    assert PLAUSIBLE.parse(whole) == PLAUSIBLE.parse(whole, date(2027, 1, 1)) == whole
    assert PLAUSIBLE.parse("11010519491231002X", date(2026, 3, 10)) == "11010519491231002X"


def test_a_scheme_without_a_check_character_is_a_pattern():
    plate = IdentifierScheme(id="plate", title=TITLE, check="none", pattern="[A-Z]{2}[0-9]{3}", valid=("ab 123",))
    assert list(plate.wrong_examples()) == []
    assert not is_valid(plate, "AB1234")
    assert not is_valid(plate, "A" * 101)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"check": "none"}, "has a pattern"),
        ({"check": "none", "pattern": "("}, "cannot be read"),
        ({"alphabet": "01"}, "needs alphabet, weights and modulus"),
        ({"check": "none", "pattern": "x", "modulus": 7}, "nothing to add up"),
        ({"parts": [BORN | {"last": 13}]}, "has eight"),
        ({"parts": [REGION | {"one_of": []}]}, "on no list"),
        ({"parts": [REGION | {"one_of": ["1"]}]}, "another number"),
    ],
)
def test_a_scheme_says_what_its_rule_lacks(change, why):
    with pytest.raises(ValidationError, match=why):
        IdentifierScheme.model_validate({"id": "x", "title": TITLE} | change)


def test_examples_that_the_rule_contradicts_are_named():
    wrong = ORGANISATION.model_copy(update={"valid": ("91350100M000100Y4Z",), "invalid": ("91350100M000100Y43",)})
    assert [(key, place) for key, place, _ in wrong.wrong_examples()] == [("valid", 0), ("invalid", 0)]
