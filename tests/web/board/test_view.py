from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from amur.base.declared import Text
from amur.policy.declarations import TextSpan
from amur.web.board.view import VERDICTS, ClauseView, CommitmentView, PartView, Piece, marked, neighbours, shares

_TEXT = Text(zh="文", en="Text")


@given(st.lists(st.sampled_from(VERDICTS), max_size=300))
def test_the_parts_of_a_bar_fill_it_without_a_gap_and_count_every_verdict(verdicts):
    found = shares(verdicts)
    assert sum(one.count for one in found) == len(verdicts)
    assert sum(one.width for one in found) == (1000 if verdicts else 0)
    assert all(one.start + one.width == two.start for one, two in itertools.pairwise(found))


def test_neighbours_lead_through_all_parts_and_end_at_the_ends():
    clauses = [ClauseView(number, _TEXT, _TEXT, "", (), ()) for number in (1, 2, 3)]
    parts = (PartView(1, _TEXT, "", tuple(clauses[:2])), PartView(2, _TEXT, "", tuple(clauses[2:])))
    assert neighbours(parts, 2) == (clauses[0], clauses[2])
    assert neighbours(parts, 1) == (None, clauses[1])
    assert neighbours(parts, 3) == (clauses[1], None)


def test_passages_that_overlap_or_lie_outside_mark_each_character_once():
    spans = [("1.1", 0, 3), ("1.2", 2, 5), ("1.3", 1, 2), ("1.4", 4, 99), ("1.5", 50, 60)]
    named = [
        CommitmentView(name, Text(zh="灯", en="lamp"), "planned", text=TextSpan(paragraph=1, starts=starts, ends=ends))
        for name, starts, ends in spans
    ]
    pieces = marked("一二三四五六七", 1, named)
    assert [(piece.text, piece.id) for piece in pieces] == [("一二三", "1.1"), ("四五", "1.2"), ("六七", "1.4")]
    assert marked("一", 2, named) == (Piece("一"),)
    assert marked("", 1, named) == ()
