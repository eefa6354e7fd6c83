"""A name is one name however it is spelled, and is found by itself and by what lies below it, by label."""

from __future__ import annotations

import re

import idna
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from amur.detection.iocs.kinds import ends_as_known, is_public_suffix, is_registrable
from amur.detection.iocs.spelling import name_of
from amur.detection.iocs.texts import LONGEST, STRETCH, Domains, Hashing, Texts

_LABEL = st.sampled_from(["a", "b", "ab", "evil", "evi", "l", "com", "cn", "x-y", "_dmarc", "例子", "中国", "0"])
_NAME = st.lists(_LABEL, min_size=1, max_size=5).map(".".join)
_CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)
_PSL = PublicSuffixList()
_SUFFIXES = st.sampled_from(
    ["com", "cn", "com.cn", "ck", "www.ck", "a.ck", "kawasaki.jp", "city.kawasaki.jp", "x.kawasaki.jp", "github.io"]
)


def triples(kept, asked):
    """What a column of names finds, as (number of the name, number of the one here, whether they are the same)."""
    return list(zip(*(each.tolist() for each in Domains(pa.array(kept, pa.utf8())).below(asked)), strict=True))


def _walked(kept, asked):
    """The plain way: each name and each name above it, one by one."""
    found = []
    for at, text in enumerate(asked):
        plain = text.lower().removesuffix(".")
        name = plain if re.fullmatch("[a-z0-9_.-]+", plain) else name_of(text)
        labels = name.split(".") if name else []
        for cut in range(max(len(labels) - 1, 1) if labels else 0):
            above = ".".join(labels[cut:])
            found += [(at, number, cut == 0) for number, one in enumerate(kept) if one == above]
    return sorted(found)


@settings(deadline=None)
@given(st.lists(_NAME, max_size=8), st.lists(_NAME, max_size=12), st.data())
def test_a_column_of_names_finds_what_a_walk_over_labels_finds(kept, asked, data):
    kept = [name_of(name) for name in kept]
    asked = [data.draw(st.sampled_from([name, name.upper(), name + ".", f" {name}"])) for name in asked]
    found = triples(kept, pa.array(asked, pa.utf8()))
    assert sorted(found) == _walked(kept, asked)
    assert [at for at, _, _ in found] == sorted(at for at, _, _ in found)


@settings(deadline=None)
@given(st.lists(st.text(max_size=12) | _NAME, max_size=12))
@example(["", ".", "..", "evil.com..", ".evil.com", "evil..com", "\x1f", "evil.com\x1fevil.com"])
def test_any_text_may_be_asked_for(asked):
    kept = ["evil.com", "l.com"]
    assert sorted(triples(kept, pa.array(asked, pa.utf8()))) == _walked(kept, asked)


def test_texts_that_are_too_long_do_not_run_into_their_neighbours():
    asked = ["a." * LONGEST + "ev", "il.com", "x." * STRETCH, "www.evil.com", "", "evil.com"]
    assert triples(["evil.com"], pa.array(asked)) == [(3, 0, False), (5, 0, True)]


def test_one_label_alone_is_found_by_itself_only():
    asked = pa.array(["evil.com", "evil.com.", "a.evil.com.", "com", "com."])
    assert triples(["com"], asked) == [(3, 0, True), (4, 0, True)]


def test_names_whose_hashes_are_the_same_are_told_apart(monkeypatch):
    monkeypatch.setattr(Hashing, "of", lambda self, sums, begins, ends: np.zeros(len(begins), np.uint64))
    kept = ["evil.com", "good.com", "evil.com", "a.evil.com", "vil.com"]
    found = triples(kept, pa.array(["www.evil.com", "", "good.org", "good.com"]))
    assert found == [(0, 0, False), (0, 2, False), (3, 1, True)]
    at, numbers = Texts(pa.array(kept)).find(pa.array(["evil.com", "", "good.co", "xvil.com"]))
    assert (at.tolist(), numbers.tolist()) == ([0, 0], [0, 2])


def test_a_slice_of_a_column_is_a_column():
    asked = pa.array(["evil.com", "good.com", "www.evil.com", "evil.com"]).slice(1, 2)
    assert triples(["evil.com"], asked) == [(1, 0, False)]


def test_many_names_over_several_stretches_are_found_each():
    names = [f"host{number}.example{number % 977}.net" for number in range(20_000)]
    found = triples([f"example{number}.net" for number in range(0, 977, 2)], pa.array(names))
    assert [at for at, _, _ in found] == [number for number in range(20_000) if number % 977 % 2 == 0]


@settings(deadline=None)
@given(_CHINESE, _CHINESE)
def test_a_chinese_name_in_signs_and_in_punycode_is_one(label, ending):
    name = f"{label}.{ending}"
    try:
        encoded = idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        assume(False)
    assert name_of(name) == name_of(encoded) == encoded


@pytest.mark.parametrize(
    "spelled",
    ["例子.中国", "例子。中国", "例子．中国.", "XN--FSQU00A.xn--fiqs8s", " 例\u200b子.中国 ", "例\u00ad子｡中国"],
)
def test_every_spelling_of_a_name_is_the_same(spelled):
    assert name_of(spelled) == "xn--fsqu00a.xn--fiqs8s"


def test_full_width_letters_are_letters_and_a_sharp_s_stays_one():
    assert name_of("ＷＷＷ．Evil．com") == "www.evil.com"
    assert name_of("straße.de") == idna.encode("straße.de").decode()


@pytest.mark.parametrize(
    "text", ["", ".", "a..b", "a b.com", "a" * 64 + ".com", "a." * 127 + "com", "a/b", "\xe9\ud800.com"]
)
def test_what_is_no_name_is_none(text):
    assert name_of(text) is None


@settings(deadline=None)
@given(st.tuples(st.sampled_from(["", "a.", "b.a.", "evil."]), _SUFFIXES).map("".join))
def test_public_suffixes_are_those_of_the_list_and_what_stands_above_nothing_but_them(name):
    expected = _PSL.publicsuffix(name) == name or name == "kawasaki.jp"
    assert is_public_suffix(name) == expected
    assert is_registrable(name) == (not expected)


def test_a_chinese_suffix_is_one_in_punycode_too():
    assert is_public_suffix(name_of("公司.cn"))
    assert not is_public_suffix(name_of("例子.公司.cn"))
    assert not ends_as_known("setup.exe")
    assert not is_registrable("setup.exe")
