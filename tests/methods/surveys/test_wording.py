"""What a survey says of itself stands in both languages, with the same numbers and names."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from amur.methods.surveys.wording import FORMS, INPUTS, kept, sentence


def _fields(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_each_sentence_says_the_same_in_both_languages(name):
    english, chinese = FORMS[name]
    assert _fields(english) == _fields(chinese)
    values = {field: f"<{field}>" for field in _fields(english)}
    said = sentence(name, **values)
    for field in values.values():
        assert field in said.en
        assert field in said.zh
    assert not re.search(r"[\u4e00-\u9fff]", said.en)
    assert not re.search(r"[A-Za-z]{2,}", re.sub(r"<\w+>", "", said.zh))


@pytest.mark.parametrize("name", ["marked", "declared"])
def test_an_input_is_called_by_its_name_in_each_language(name):
    said = sentence(name, what=INPUTS["villages"], count="1,204", file="村.csv", how="drawn")
    assert said.zh.startswith("村：")
    assert said.en.startswith("villages: ")


def test_a_summary_keeps_both_languages_and_no_other():
    assert kept([sentence("radius", radius="10 km")]) == [
        {
            "zh": "每个站点只计算10 km以内的信号，更远处不计入",
            "en": "sites are followed for 10 km: what one reaches beyond is not counted",
        }
    ]
