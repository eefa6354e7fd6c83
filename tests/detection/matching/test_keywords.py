"""Parts of keywords are seen in the rows in which they stand, however often."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import batch_of
from amur.detection.matching import keywords
from amur.detection.matching.scanning import hyperscan
from amur.detection.sigma.atoms import MANY, WHOLE, Atom, Op

ATOMS = {number: Atom(WHOLE, Op.LIKE, f"{MANY}{word}{MANY}") for number, word in enumerate(["a", "bb", "c:\\x"])}
EITHER = pytest.mark.skipif(hyperscan is None, reason="without Hyperscan nothing is looked for beforehand")
TEXTS = st.lists(st.text("abcB:\\x \u212a", max_size=12), max_size=6)


def seen_in(looking, texts):
    return set(looking.parts_in(batch_of([{"f": text} for text in texts]))) if texts else set()


@EITHER
@given(TEXTS)
def test_row_by_row_nothing_else_is_seen_but_what_runs_from_one_row_into_the_next(texts):
    looking = keywords.Keywords(ATOMS)
    before = seen_in(looking, texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keywords, "_MOST_A_ROW", 0)
        found = seen_in(looking, texts)
        assert all(
            seen_in(looking, [text]) == {(0, part) for row, part in found if row == at} for at, text in enumerate(texts)
        )
    assert found <= before
    assert {row for row, text in enumerate(texts) if looking.find(text)} <= {row for row, _ in found}


@EITHER
@given(TEXTS)
def test_no_row_with_a_keyword_is_passed_over(texts):
    looking = keywords.Keywords(ATOMS)
    rows = {row for row, _ in seen_in(looking, texts)}
    assert {row for row, text in enumerate(texts) if looking.find(text)} <= rows


@EITHER
def test_a_part_that_stands_in_a_row_without_end_is_seen_once():
    looking = keywords.Keywords(ATOMS)
    found = list(looking.parts_in(batch_of([{"f": "a" * 1_000_000}, {"f": "bb"}])))
    assert sorted(row for row, _ in found) == [0, 1]
