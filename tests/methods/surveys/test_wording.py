"""What a survey says of itself stands in each language, with the same numbers and names."""

from __future__ import annotations

import re
from itertools import product
from string import Formatter

import pytest

from amur.base.declared import LANGUAGES, Text
from amur.methods.surveys.wording import FORMS, INPUTS, kept, sentence

_LETTERS = {"zh": "[\u4e00-\u9fff]", "en": "[a-z]", "ru": "[а-я]", "ja": "[ぁ-ゟァ-ヿ]", "ko": "[가-힣]"}


def _fields(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize(("name", "language"), [*product(sorted(FORMS), LANGUAGES)])
def test_each_sentence_says_the_same_in_each_language_in_its_own_letters(name, language):
    fields = _fields(FORMS[name].en)
    values = {field: f"<{field}>" for field in fields}
    said = getattr(sentence(name, **values), language)
    assert sorted(re.findall(r"<\w+>", said)) == sorted(values.values())
    own = re.sub(r"<\w+>", "", said)
    assert re.search(_LETTERS[language], own)
    assert language == "en" or not re.search("[A-Za-z]{2,}", own)
    assert language in {"zh", "ja"} or not re.search("[\u4e00-\u9fff]", own)


@pytest.mark.parametrize("name", ["marked", "declared"])
def test_an_input_is_called_by_its_name_in_each_language(name):
    said = sentence(name, what=INPUTS["villages"], count="1,204", file="村.csv", how="drawn")
    assert said.zh.startswith("村：")
    assert said.en.startswith("villages: ")
    assert said.ru.startswith("сёла: ")


def test_a_summary_keeps_the_languages_that_there_are():
    both = {"zh": "基站是编的。", "en": "The sites are made up."}
    assert kept([Text(**both)]) == [both]
    (said,) = kept([sentence("radius", radius="10 km")])
    assert set(said) == set(LANGUAGES)
    assert Text.model_validate(said) == sentence("radius", radius="10 km")
