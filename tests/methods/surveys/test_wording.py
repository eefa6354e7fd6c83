"""What a survey says of itself can be read in both languages, with the same numbers and names."""

from __future__ import annotations

import re

import pytest

from amur.methods.surveys.wording import FORMS, in_language, sentence


@pytest.mark.parametrize("name", sorted(FORMS))
def test_each_sentence_is_found_again_and_says_the_same_in_chinese(name):
    english, chinese = FORMS[name]
    fields = set(re.findall(r"\{(\w+)\}", english))
    assert fields == set(re.findall(r"\{(\w+)\}", chinese))
    values = {field: f"({field} 1,0.5: a)" for field in fields}
    of_input = {"what": "census"} if name in {"marked", "declared"} else {}
    said = sentence(name, **values | of_input)
    assert in_language(said, "zh") == chinese.format(**values | dict.fromkeys(of_input, "人口普查"))
    assert in_language(said, "en") == said


def test_what_is_marked_is_called_by_its_name():
    said = sentence("marked", what="villages", count="1,204", file="村.csv")
    assert in_language(said, "zh") == "村：村.csv中有1,204行标明为模拟数据"


def test_a_sentence_of_nobody_here_stays():
    assert in_language("Sites are followed for 10 km.", "zh") == "Sites are followed for 10 km."
