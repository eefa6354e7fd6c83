"""Why a place is covered or not is said in each language by its cause, with its point and its number."""

from __future__ import annotations

import re
from itertools import product
from string import Formatter

import numpy as np
import pytest

from amur.methods.coverage.reasons import LANGUAGES, POINT, SAID, Cause, joined, kind_said, reasons_said
from amur.methods.coverage.villages import KINDS


def test_every_cause_has_a_sentence_in_each_language_with_the_same_parts():
    assert set(SAID) == set(Cause)
    for said in SAID.values():
        parts = [{(name, form) for _, name, form, _ in Formatter().parse(one) if name} for one in said]
        assert len(parts) == len(LANGUAGES)
        assert parts[0] == parts[1], said


@pytest.mark.parametrize(("cause", "kind"), [*product(Cause, [*KINDS, POINT])])
def test_a_reason_says_its_point_and_its_number_in_the_letters_of_its_language(cause, kind):
    number = -1 if kind == POINT else KINDS.index(kind)
    chinese, english = (
        reasons_said(np.array([cause]), np.array([number]), np.array([-104.25]), language)[0] for language in LANGUAGES
    )
    assert not re.search(r"[A-Za-z]", chinese.replace("dBm", "")), chinese
    assert not re.search(r"[\u4e00-\u9fff]", english), english
    assert re.findall(r"-104[.]\d+", chinese) == re.findall(r"-104[.]\d+", english)
    for said, language in ((chinese, "zh"), (english, "en")):
        assert (kind_said(kind, language) in said) >= ("{kind}" in SAID[cause][0])


def test_each_of_many_reasons_has_its_own_point_and_number():
    causes, kinds = np.array([Cause.WEAK, Cause.SITE_FAR, Cause.WEAK]), np.array([1, -1, 3])
    assert reasons_said(causes, kinds, np.array([-110.25, 7.1, -99.0]), "en") == [
        "the school has -110.2 dBm, too weak",
        "the nearest site is 7.10 km away, too far",
        "the settlement has -99.0 dBm, too weak",
    ]
    assert reasons_said(np.array([], int), np.array([], int), np.array([]), "zh") == []


def test_several_reasons_stand_behind_each_other():
    assert joined(["没有基站", "附近没有基站的信号到达学校"], "zh") == "没有基站；附近没有基站的信号到达学校"
    assert joined(["there is no site", "it is far"], "en") == "there is no site; it is far"
    assert joined([], "zh") == ""
