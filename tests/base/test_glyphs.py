"""What the font of documents can draw stays; everything else is named by its number, so that nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amur.base.glyphs import drawable, legible


@given(st.text())
def test_every_character_is_drawn_or_named(text):
    written = legible(text)
    assert all(one == "\n" or ord(one) in drawable() for one in written)
    assert legible(written) == written


def test_a_text_that_can_be_drawn_stays_as_it_is():
    assert legible("漠河市 Mohe, Мохэ – 100 %") == "漠河市 Mohe, Мохэ – 100 %"


def test_what_nobody_sees_is_named():
    assert legible("a\u202eb\u200d") == "a〔U+202E〕b〔U+200D〕"
