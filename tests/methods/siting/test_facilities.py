"""Centres are the cheapest that are near enough; where there are none, the reason is told."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.siting import NoPlan
from amur.methods.siting.facilities import Facilities, cheapest
from amur.methods.siting.solving import Effort

EXACT = Effort(gap=0.0)


def asked(traffic, costs, delays, capacities=None, units=None):
    return Facilities(
        np.array(traffic, float),
        np.array(costs, float),
        np.array(capacities if capacities is not None else [np.inf] * len(costs), float),
        np.array(units if units is not None else [0] * len(costs), float),
        np.array(delays, float),
    )


TWO = asked([5, 5], [10, 6], [[1, 9], [9, 1]])


def test_who_is_far_from_one_centre_gets_another():
    assert cheapest(TWO, within_ms=5, effort=EXACT).built.tolist() == [0, 1]
    wide = cheapest(TWO, within_ms=10, effort=EXACT)
    assert (wide.built.tolist(), wide.cost, wide.delay_ms) == ([1], 6, pytest.approx(5))


def test_part_of_the_traffic_may_be_left():
    assert cheapest(TWO, within_ms=5, share=0.5, effort=EXACT).built.tolist() == [1]


def test_a_centre_that_is_full_is_not_enough():
    small = asked([5, 5], [1, 4], [[1, 1], [1, 1]], capacities=[6, 6])
    found = cheapest(small, within_ms=5, effort=EXACT)
    assert found.built.tolist() == [0, 1]
    assert (found.shares * np.array([[5.0], [5.0]])).sum(axis=0).max() <= 6 + 1e-6


def test_what_a_unit_costs_counts():
    dear = asked([10], [1, 5], [[1, 1]], units=[1, 0])
    assert cheapest(dear, within_ms=5, effort=EXACT).built.tolist() == [1]


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (lambda: cheapest(TWO, within_ms=0.5), "100.0 % of the traffic is asked for, and 0.0 % is near enough"),
        (lambda: cheapest(TWO, within_ms=5, most=1), "the 1 largest centres can serve inf of 10"),
        (
            lambda: cheapest(asked([9], [1], [[1]], capacities=[4]), within_ms=5),
            "all centres together can serve 4 of 9",
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_reason(run, said):
    with pytest.raises(NoPlan) as caught:
        run()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: asked([-1], [1], [[1]]),
        lambda: asked([1], [float("nan")], [[1]]),
        lambda: asked([1], [1], [[float("nan")]]),
        lambda: asked([1], [1], [[1, 2]]),
        lambda: cheapest(TWO, within_ms=5, share=1.5),
        lambda: cheapest(TWO, within_ms=5, most=-1),
    ],
)
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(AmurError):
        make()


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=4),
    st.lists(st.integers(0, 9), min_size=1, max_size=4),
    st.data(),
)
@settings(max_examples=80, deadline=None)
def test_no_choice_of_centres_is_cheaper(traffic, costs, data):
    cells = data.draw(
        st.lists(st.sampled_from([1, 9]), min_size=len(traffic) * len(costs), max_size=len(traffic) * len(costs))
    )
    one = asked(traffic, costs, np.array(cells).reshape(len(traffic), len(costs)))
    near = one.delays_ms <= 5
    prices = [
        sum(cost for cost, is_built in zip(costs, built, strict=True) if is_built)
        for built in product([False, True], repeat=len(costs))
        if all((near[row] & np.array(built)).any() or not traffic[row] for row in range(len(traffic)))
    ]
    if not prices:
        with pytest.raises(NoPlan):
            cheapest(one, within_ms=5, effort=EXACT)
    else:
        assert cheapest(one, within_ms=5, effort=EXACT).cost == pytest.approx(min(prices))
