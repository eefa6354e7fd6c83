"""Classes: every value is in one, and the label of that one tells the truth."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.printing.classes import SHARES, Classes, classes_of

NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


@given(st.lists(NUMBERS, max_size=40))
def test_the_borders_of_classes_hold_every_value(values):
    classes = classes_of(values)
    borders = [-math.inf, *classes.borders, math.inf]
    for value in values:
        found = classes.of(value)
        assert borders[found] <= value < borders[found + 1]
    assert all(low < high for low, high in pairwise(classes.borders))


@given(st.lists(st.floats(0, 1), min_size=25, unique=True))
def test_many_different_values_are_not_all_of_one_class(values):
    assert len({classes_of(values).of(value) for value in values}) > 1


@given(NUMBERS)
def test_one_value_lies_between_the_borders_that_were_made_for_it(value):
    found = classes_of([value])
    edges = [-math.inf, *found.borders, math.inf]
    assert edges[found.of(value)] <= value < edges[found.of(value) + 1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_name_the_borders_and_are_open_at_their_ends(language):
    labels = Classes(SHARES, is_share=True).labels(language)
    assert len(set(labels)) == 5
    for border, (low, high) in zip(("50%", "80%", "90%", "98%"), pairwise(labels), strict=True):
        assert border in low
        assert border in high


def test_a_border_is_told_as_it_is():
    assert Classes((0.125, 1, 1000, 2000.5)).labels("en") == [
        "under 0.125", "0.125 to under 1", "1 to under 1,000", "1,000 to under 2,000.5", "2,000.5 and over",
    ]  # fmt: skip


@pytest.mark.parametrize("borders", [(1, 2, 3), (1, 2, 2, 3), (4, 3, 2, 1), (1, 2, 3, math.inf), (math.nan, 1, 2, 3)])
def test_what_are_no_borders_is_told(borders):
    with pytest.raises(AmurError, match="wanted four numbers that rise"):
        Classes(borders)


def test_what_is_no_number_is_told():
    with pytest.raises(AmurError, match="has no class"):
        Classes(SHARES).of(math.nan)
    with pytest.raises(AmurError, match="leave out what is not known"):
        classes_of([1, math.nan])
