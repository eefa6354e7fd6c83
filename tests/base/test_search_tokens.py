"""Folding, tokens and matches: against the naive oracle of the search, for any text that can be typed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base import search_tokens
from amur.base.search_tokens import LONGEST_QUERY, MOST_TOKENS, fold, marked, matches, parsed, terms_of, tokens
from tests.search.oracle import cells, holds, lines

_SIGNS = "移动宽带網网龙龍5GgＧa黑江 、（-2\n"
_UNICODE = st.one_of(
    st.characters(max_codepoint=0x17F),
    st.characters(min_codepoint=0x3041, max_codepoint=0x30FA, exclude_categories=["Cn"]),
    st.sampled_from("ﾞﾟｶｷ한글ㄱ𠀀𠮷🏠👨\u200d👩\ufe0f㈱①½㍿豈\x00\ue000\u3000\u2028ß̈́ไทย"),
)
texts = st.text(alphabet=_SIGNS, max_size=30) | st.text(alphabet=_UNICODE, max_size=20)
queries = st.text(alphabet=_SIGNS, min_size=1, max_size=6) | st.text(alphabet=_UNICODE, min_size=1, max_size=5)


@settings(max_examples=300, deadline=None)
@given(text=texts, query=queries)
def test_a_text_matches_as_the_naive_oracle_says(text, query):
    terms = [term for term in map(cells, query.split()) if term]
    naive = all(any(holds(line, term) for line in lines(text)) for term in terms)
    assert matches(fold(text), terms_of(query)) is naive


@settings(max_examples=300, deadline=None)
@given(text=texts, query=queries)
def test_what_matches_has_every_token_of_the_query_and_where_tokens_decide_the_reverse_holds(text, query):
    asked = parsed(query)
    has_all = set(asked.tokens) <= tokens(fold(text))
    matched = matches(fold(text), asked.terms)
    assert has_all or not matched
    if asked.exact:
        assert has_all is matched


@settings(max_examples=200, deadline=None)
@given(text=texts, first=st.integers(0, 30), length=st.integers(1, 6))
def test_any_piece_of_a_text_that_begins_with_a_sign_finds_it(text, first, length):
    folded = fold(text)
    piece = folded[first : first + length].strip(" \n|")
    if piece and "\n" not in piece and "|" not in piece and not piece[0].isascii():
        starts_a_word = not any(token == piece[0] for token in tokens(piece))
        assert starts_a_word or matches(folded, (piece,))


@settings(max_examples=200, deadline=None)
@given(text=texts, query=queries)
def test_marking_keeps_every_character_and_marks_only_what_holds_a_term(text, query):
    terms = terms_of(query)
    pieces = marked(text, terms)
    assert "".join(piece for piece, _ in pieces) == text
    if any(is_hit for _, is_hit in pieces):
        assert any(term in fold(text) for term in terms) or not text.isascii()


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=_SIGNS, max_size=30), query=st.text(alphabet=_SIGNS, min_size=1, max_size=4))
def test_what_is_found_is_marked(text, query):
    terms = terms_of(query)
    assert any(is_hit for _, is_hit in marked(text, terms)) is any(term in fold(text) for term in terms)


@pytest.mark.parametrize(
    ("text", "query", "pieces"),
    [
        ("ｶﾞス e\u0301", "ガ é", [("ｶﾞ", True), ("ス ", False), ("e\u0301", True)]),
        ("㈱5㎞", "株 5km", [("㈱5㎞", True)]),
        ("移动移动网", "动移动", [("移", False), ("动移动", True), ("网", False)]),
        ("a--b", "a-b", [("a--b", True)]),
        ("", "a", []),
    ],
)
def test_marks_stand_where_the_text_had_what_was_found(text, query, pieces):
    assert list(marked(text, terms_of(query))) == pieces


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("移动宽带", "移動寬帶"),
        ("移動寬帶", "动宽"),
        ("Ｇ网", "g"),
        ("IPTV业务", "iptv业"),
        ("IPTV业务", "IP"),
        ("HB-2024-001", "hb 2024"),
        ("HB-2024-001", "HB－2024"),
        ("黑政发〔2017〕3号", "〔2017〕3号"),
        ("𠮷野家", "𠮷野"),
        ("家🏠庭", "🏠"),
        ("ガス", "ｶﾞ"),
        ("한국어", "국"),
        ("ﬁber Straße", "STRASSE"),
        ("2024年", "2024年"),
        ("x" * 40, "x" * 39),
        ("0123456789012345678", "0123456"),
    ],
)
def test_these_are_found(text, query):
    assert matches(fold(text), terms_of(query))
    assert set(parsed(query).tokens) <= tokens(fold(text))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("移动、宽带", "移动宽带"),
        ("移动\n宽带", "动宽"),
        ("Heilong", "long"),
        ("2024年", "24"),
        ("5GX基站", "5G基站"),
        ("HB-2024-001", "HB-001"),
        ("x" * 40, "x" * 41),
        ("x" * 33 + "y", "x" * 34),
    ],
)
def test_these_are_not_found(text, query):
    assert not matches(fold(text), terms_of(query))


@pytest.mark.parametrize("query", ["", " ", "？！", "\x00", "\ud800", "\u200b", "--", "\n"])
def test_what_holds_no_word_asks_for_nothing(query):
    assert not parsed(query)
    assert parsed(query).tokens == ()


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=20))
def test_a_folded_text_can_be_written_anywhere(text):
    folded = fold(text)
    folded.encode()
    assert not {unicodedata.category(character) for character in folded if character != "\n"} & {"Cc", "Cs", "Cf"}
    assert all(token.isprintable() or ord(token[0]) > 0x7F for token in tokens(folded))


def test_a_chain_of_replacements_ends_and_changes_nothing_twice():
    assert search_tokens._followed({"a": "b", "b": "c"}, "a") == "c"
    assert search_tokens._followed({"a": "b", "b": "a"}, "a") in "ab"
    for simplified in search_tokens._simplified().values():
        assert fold(simplified) == simplified


def test_a_query_has_an_end_in_length_and_in_tokens():
    assert len("".join(terms_of("网" * 5000))) == LONGEST_QUERY
    spread = "".join(map(chr, range(0x4E00, 0x4E00 + 150)))
    assert len(parsed(spread).tokens) == MOST_TOKENS


@pytest.mark.parametrize("unit", ["移动宽带网络", "word 5g ", "\u0301", "🏠", "龍", "\x00", "한"])
def test_a_megabyte_is_folded_in_seconds(unit):
    text = unit * (1_000_000 // len(unit))
    began = time.perf_counter()
    found = tokens(fold(text))
    assert time.perf_counter() - began < 10
    assert len(found) < 100
