from __future__ import annotations

import hashlib
import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.canonical import CanonicalError, canonical, digest

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_LARGEST = 2**53 - 1
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-_LARGEST, _LARGEST) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_a_value_survives_its_canonical_form(value):
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(_TEXTS, st.integers(0, 9), min_size=1, max_size=6))
def test_the_order_of_keys_changes_nothing(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(st.dictionaries(_TEXTS, st.none(), max_size=6))
def test_keys_stand_in_the_order_of_their_utf_16_code_units(value):
    keys = list(json.loads(canonical(value)))
    assert keys == sorted(keys, key=lambda key: key.encode("utf-16-be"))


def test_the_example_of_rfc_8785_for_sorting_comes_out():
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\u00f6"]
    ordered = ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys)))) == ordered


def test_control_characters_are_escaped_and_nothing_else_is():
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@given(VALUES)
def test_what_is_simple_is_written_as_everything_else(value):
    class Other(dict):
        """Not simple, and equal."""

    assert canonical([value, Other(a=value)]) == canonical([value, {"a": value}])


def test_tuples_are_lists():
    assert canonical((1, ("a",))) == b'[1,["a"]]'


@pytest.mark.parametrize(
    ("value", "place", "found"),
    [
        ({"a": [1, 0.5]}, "$.a[1]", "float 0.5"),
        ({"a": 2**53}, "$.a", str(2**53)),
        ({1: "a"}, "$", "key 1"),
        ([b"x"], "$[0]", "bytes"),
        ({"a": "\ud800"}, "$", "surrogate"),
        ({"\ud800": 1}, "$", "surrogate"),
        ({"a": {1, 2}}, "$.a", "set"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value, place, found):
    with pytest.raises(CanonicalError) as error:
        canonical(value)
    assert str(error.value).startswith(place)
    assert found in str(error.value)


def test_the_digest_is_that_of_the_canonical_bytes():
    value = {letter: ord(letter) for letter in string.ascii_letters}
    assert digest(value) == hashlib.sha256(canonical(value)).hexdigest()
    assert digest(value, "sha512") == hashlib.sha512(canonical(value)).hexdigest()
