"""What is wrong with a row says itself in English and in Chinese, with the same values."""

from __future__ import annotations

import copy
import json
import re
from string import Formatter

import pytest

from amur.base.faults import Fault
from amur.methods.filing.columns import Column
from amur.methods.filing.tables import TableError, table_of
from amur.methods.filing.worded import FORMS, Worded, spoken, worded


def _fields(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_each_sentence_says_the_same_in_both_languages(name):
    given = _fields(FORMS[name].en)
    assert given == _fields(FORMS[name].zh)
    said = worded(name, **{field: f"<{field}>" for field in given})
    assert sorted(re.findall(r"<\w+>", said)) == sorted(re.findall(r"<\w+>", said.text.zh))
    assert re.search("[\u4e00-\u9fff]", said.text.zh)
    assert not re.search("[\u4e00-\u9fff]", said)


def test_a_sentence_within_another_is_in_its_language():
    said = worded("twice", what=worded("village"), row=3)
    assert (said, said.text.zh) == ("this village stands in row 3 already", "这个 村 在第 3 行已经出现过")
    assert json.dumps(said) == '"this village stands in row 3 already"'
    assert copy.deepcopy(said).text == said.text


def test_every_fault_of_a_table_has_its_chinese_words():
    columns = [Column("id", kind="text", is_unique=True), Column("size", least=0), Column("open", kind="flag")]
    text = "id,size,open\na,-1,yes\na,much,perhaps\n,,\nb,1,no,more\nb,2,no\nb,3,no\n,1,no\n"
    with pytest.raises(TableError) as caught:
        table_of("a.csv", text.encode(), columns).whole(columns)
    faults = caught.value.faults
    assert len(faults) > 4
    for one in faults:
        assert isinstance(one.found, Worded)
        assert isinstance(one.fix, Worded)
    rows = [one for one in caught.value.reasons if one.code == "bad_row"]
    assert [one.details["found_zh"] for one in rows] == [spoken(one.found, "zh") for one in faults]
    assert all(re.search("[\u4e00-\u9fff]", str(one.details["fix_zh"])) for one in rows)


def test_a_fault_in_english_alone_stays_so():
    (_, reason) = TableError("a.csv", [Fault("a.csv", 2, "size", "it is odd", "mend it")], 1).reasons
    assert (reason.details["found_zh"], reason.details["fix_zh"]) == ("it is odd", "mend it")
