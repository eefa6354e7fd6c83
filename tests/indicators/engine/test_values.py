from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.indicators.engine import compared, measured, shown
from amur.indicators.engine.values import STANDINGS, STATUSES

NUMBERS = st.one_of(
    st.none(), st.integers(-(10**15), 10**15), st.decimals(-(10**9), 10**9, places=4), st.floats(width=32)
)


@given(above=NUMBERS, below=NUMBERS, decimals=st.integers(0, 9), per=st.sampled_from([1, 100, 1000]))
def test_a_share_has_a_number_exactly_if_it_is_measured(above, below, decimals, per):
    found = measured({"numerator": above, "denominator": below}, decimals=decimals, per=per)
    assert found.status in STATUSES
    assert (found.value is None) == (found.status != "measured")
    if found.value is not None:
        assert -found.value.as_tuple().exponent == decimals
        assert Decimal(shown(found.value)) == found.value


@given(value=st.decimals(-(10**9), 10**9, places=2), target=st.decimals(-(10**9), 10**9, places=2))
def test_a_target_is_met_from_one_side_only(value, target):
    day = date(2026, 1, 1)
    low = compared(value, target, day, "lower_is_better", day)
    high = compared(value, target, day, "higher_is_better", day)
    assert {low, high} == ({"met"} if value == target else {"met", "missed"})
    assert {low, high} <= set(STANDINGS)


def test_a_base_may_be_counted_apart():
    assert measured({"numerator": 1, "denominator": 4, "base": 7}, decimals=2).base == 7
    assert measured({"value": 1}, decimals=0).base is None


@pytest.mark.parametrize("found", ["7", True, date(2026, 1, 1)])
def test_what_is_no_number_is_a_fault(found):
    with pytest.raises(ValueError, match="no number"):
        measured({"value": found}, decimals=0)
