"""Why a place is covered or not is told by a code, and said in each language with its point and its number."""

from __future__ import annotations

import re
from itertools import product
from string import Formatter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.declared import LANGUAGES
from amur.methods.coverage.reasons import DIGITS, POINT, SAID, Cause, coded, joined, kind_said, reasons_of, said
from amur.methods.coverage.villages import KINDS

_LETTERS = {"zh": "[\u4e00-\u9fff]", "en": "[a-z]", "ru": "[а-я]", "ja": "[ぁ-ゟァ-ヿ]", "ko": "[가-힣]"}
_UNITS = re.compile("dBm|km")


def _parts(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name}


def _code(cause: Cause, kind: str, value: float = -104.25) -> str:
    number = KINDS.index(kind) if kind in KINDS else -1
    return coded(np.array([cause]), np.array([number]), np.array([value]))[0]


def test_every_cause_has_a_sentence_in_each_language_with_the_same_parts():
    assert set(SAID) == set(Cause)
    for cause, words in SAID.items():
        for language in LANGUAGES:
            form = getattr(words, language)
            assert _parts(form) == _parts(words.en), form
            assert ("value" in _parts(form)) == (cause in DIGITS)


@pytest.mark.parametrize(("cause", "kind"), [*product(Cause, [*KINDS, POINT])])
def test_a_reason_says_its_point_and_its_number_in_the_letters_of_its_language(cause, kind):
    for language in LANGUAGES:
        found = said(_code(cause, kind), language)
        assert re.search(_LETTERS[language], found.lower()), found
        assert language == "en" or not re.search("[A-Za-z]", _UNITS.sub("", found)), found
        assert ("-104." in found) == (cause in DIGITS)
        assert (kind_said(kind, language) in found) >= ("kind" in _parts(SAID[cause].en))


@given(st.lists(st.tuples(st.sampled_from(Cause), st.integers(-1, len(KINDS) - 1), st.floats(-200, 200)), min_size=1))
def test_a_code_tells_what_it_was_made_of(rows):
    causes, kinds, values = (np.array(column) for column in zip(*rows, strict=True))
    for (cause, kind, value), one in zip(rows, reasons_of(joined(coded(causes, kinds, values))), strict=True):
        assert one.cause == cause
        assert one.kind in {"", KINDS[kind] if kind >= 0 else POINT}
        assert one.value == (f"{value:.{DIGITS[cause]}f}" if cause in DIGITS else "")


@pytest.mark.parametrize("other", ["", "because", "the school has -98.2 dBm, too weak", "gone:school:1", "weak:school"])
def test_what_is_no_code_tells_no_reason(other):
    assert (reasons_of(other), said(other, "zh")) == ([], "")


def test_several_reasons_stand_behind_each_other():
    two = "site_far::7.10 no_signal:school:"
    assert said(two, "zh") == "最近的基站在 7.10 公里外，太远；附近没有基站的信号到达学校"
    assert (
        said(two, "en")
        == "the nearest site is 7.10 km away, too far; no site within reach sends a signal to the school"
    )
