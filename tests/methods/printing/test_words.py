"""What reports say is there in both languages, with the same parts."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.base.glyphs import legible
from amur.methods.printing.svg import _words, lines_of, width_of
from amur.methods.printing.vocabulary import WORDS
from amur.methods.printing.words import day_of, language_of, percent


def test_a_sentence_has_the_same_parts_in_both_languages():
    for said in WORDS.values():
        chinese, english = ({name for _, name, _, _ in Formatter().parse(one) if name} for one in said)
        assert chinese == english, said


def test_each_language_is_written_in_its_own_letters():
    for said in WORDS.values():
        chinese, english = (re.sub(r"\{\w+\}", "", one) for one in said)
        assert not re.search(r"[\u4e00-\u9fff]", english), said
        assert legible(chinese + english) == chinese + english, said
        assert bool(re.search(r"[a-z]", english)) <= bool(re.search(r"[\u4e00-\u9fff]", chinese)), said


def test_a_language_without_reports_is_told():
    with pytest.raises(AmurError, match="found 'ru', wanted zh or en"):
        language_of("ru")


@given(st.floats(0, 1))
def test_a_share_is_told_as_whole_or_nothing_only_where_it_is(share):
    said = percent(share)
    assert (said == "100.0%") == (share == 1)
    assert (said == "0.0%") == (share == 0)


def test_days_are_written_as_people_write_them():
    assert (day_of(date(2026, 1, 2), "zh"), day_of(date(2026, 1, 2), "en")) == ("2026年1月2日", "2 January 2026")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=60), st.integers(3, 30))
def test_lines_hold_the_whole_text_and_are_no_wider_than_they_may_be(said, width):
    found = lines_of(said, 1, width)
    assert "".join("".join(found).split()) == "".join(legible(said).split())
    for line in found:
        # A word, or a character with the marks that cling to it, is not broken.
        assert width_of(line, 1) <= width or len(_words(line)) == 1


def test_no_line_begins_with_a_mark_that_clings_to_the_one_before():
    assert lines_of("甲乙，（丙）丁。", 1, 2.5) == ["甲", "乙，", "（丙）", "丁。"]
