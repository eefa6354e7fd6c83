"""Which comments a point names, as somebody types it, and which are left without an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.procedures.consultation.engine import serials_of, unanswered, unknown

SERIALS = st.sets(st.integers(1, 400), max_size=30)


@given(SERIALS, st.sampled_from([",", " ", "，", "、", ", "]))
def test_numbers_are_read_as_they_are_typed_and_spans_too(serials, between):
    assert serials_of(between.join(map(str, serials))) == tuple(sorted(serials))
    if serials:
        first, last = min(serials), max(serials)
        assert serials_of(f"{first}-{last}") == tuple(range(first, last + 1))


@pytest.mark.parametrize("typed", ["a", "1-", "-1", "3-1", "1-9999999", "１", "12345678", "1-2-3"])
def test_what_is_no_number_is_said_and_no_span_is_endless(typed):
    with pytest.raises(ValueError, match="write numbers and spans"):
        serials_of(typed)


@given(SERIALS, st.lists(SERIALS, max_size=4))
def test_every_comment_is_answered_or_left_and_every_number_is_known_or_not(serials, points):
    named = set().union(*points)
    left, wrong = set(unanswered(serials, points)), set(unknown(serials, points))
    assert left == serials - named
    assert wrong == named - serials
