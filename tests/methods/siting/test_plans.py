"""Plans are the best there are, or as near to it as they say; where there is none, the reason is told."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.siting import Goal, NoPlan, Question, frontier, least_cost, most_reached
from amur.methods.siting.inputs import candidates, places, reach
from amur.methods.siting.reducing import reduced
from amur.methods.siting.solving import Effort

EXACT = Effort(gap=0.0)


def question(households, of_place, costs, *, reached=None, groups=None, charges=None, **more):
    return Question(
        places(households, **more),
        candidates(costs, charges, groups),
        reach(of_place, len(costs)),
        np.array(reached if reached is not None else [False] * len(households)),
    )


SMALL = question([10, 20, 30], [[0], [0, 1], [2]], [5, 3, 8])


def test_the_cheapest_sites_that_reach_the_share_are_built():
    plan = least_cost(SMALL, Goal(0.5), EXACT)
    assert (plan.built.tolist(), plan.cost, plan.households) == ([0], 5, 30)
    assert plan.gap == pytest.approx(0, abs=1e-6)
    assert least_cost(SMALL, Goal(1.0), EXACT).built.tolist() == [0, 2]
    assert least_cost(SMALL, Goal(0.3), EXACT).built.tolist() == [1]


def test_a_budget_buys_the_most_households():
    plan = most_reached(SMALL, Goal(budget=8), EXACT)
    assert (plan.households, plan.charge) == (30, 8) or (plan.households, plan.charge) == (30, 5)
    assert most_reached(SMALL, Goal(budget=13), EXACT).households == 60
    assert most_reached(SMALL, Goal(budget=0), EXACT).households == 0


def test_what_counts_more_is_reached_first():
    heavy = question([10, 20], [[0], [1]], [5, 5], weights=[3, 1])
    assert most_reached(heavy, Goal(budget=5), EXACT).built.tolist() == [0]


def test_a_floor_of_a_county_is_kept_though_it_costs_more():
    two = question([10, 100], [[0], [1]], [50, 1], counties=["a", "b"])
    assert least_cost(two, Goal(0.5), EXACT).built.tolist() == [1]
    assert least_cost(two, Goal(0.5, {"a": 1.0}), EXACT).built.tolist() == [0, 1]


def test_a_place_that_must_be_reached_is_reached():
    far = question([1, 100], [[0], [1]], [50, 1], must=[True, False])
    assert 0 in least_cost(far, Goal(0), EXACT).built


def test_who_is_served_already_counts_and_costs_nothing():
    half = question([50, 50], [[0], [1]], [5, 7], reached=[True, False])
    assert least_cost(half, Goal(0.5), EXACT).built.tolist() == []
    plan = least_cost(half, Goal(1.0), EXACT)
    assert (plan.built.tolist(), plan.cost) == ([1], 7)


def test_a_place_that_no_site_is_worth_is_served_otherwise():
    lone = question([2, 100], [[0], [1]], [500, 10], fallback_costs=[30, np.inf])
    plan = least_cost(lone, Goal(1.0), EXACT)
    assert (plan.built.tolist(), plan.otherwise.tolist(), plan.cost) == ([1], [0], 40)
    unreached = question([2], [[]], [1], fallback_costs=[30])
    assert least_cost(unreached, Goal(1.0), EXACT).otherwise.tolist() == [0]


def test_of_a_group_no_more_than_one_is_built():
    shared = question([10, 10], [[0], [1]], [5, 5], groups=[7, 7])
    assert len(most_reached(shared, Goal(budget=100), EXACT).built) == 1
    with pytest.raises(NoPlan, match="of each group"):
        least_cost(shared, Goal(1.0), EXACT)


def test_the_subsidy_and_not_the_cost_is_what_a_budget_is_charged_with():
    cheap = question([10, 20], [[0], [1]], [10, 100], charges=[10, 1])
    plan = most_reached(cheap, Goal(budget=10), EXACT)
    assert (plan.built.tolist(), plan.charge, plan.cost) == ([1], 1, 100)


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (Goal(0.9), "90.0 % of 110 households are asked for, and 9.1 % can be reached at most"),
        (Goal(0, {"b": 0.5}), "50.0 % of 100 households of county b are asked for, and 0.0 %"),
        (Goal(0, {"z": 0.5}), "county z, in which there is no place"),
    ],
)
def test_what_cannot_be_reached_is_told_with_how_much_can(goal, said):
    lame = question([10, 100], [[0], []], [1], counties=["a", "b"])
    with pytest.raises(NoPlan) as caught:
        least_cost(lame, goal, EXACT)
    assert said in str(caught.value)


def test_a_place_that_must_be_and_cannot_be_reached_is_named():
    with pytest.raises(NoPlan, match="no candidate: row 2"):
        least_cost(question([1, 1], [[0], []], [1], must=[False, True]), Goal(), EXACT)


def test_a_budget_that_is_too_small_is_told_with_what_would_do():
    with pytest.raises(NoPlan, match="the budget is 12, and what is asked for takes at least 13"):
        least_cost(SMALL, Goal(1.0, budget=12), EXACT)
    assert least_cost(SMALL, Goal(1.0, budget=13), EXACT).charge == 13


def test_nothing_is_printed_where_a_plan_is_made(capfd):
    least_cost(SMALL, Goal(0.5), EXACT)
    assert capfd.readouterr() == ("", "")


def test_more_money_never_reaches_fewer():
    rng = np.random.default_rng(3)
    many = question(
        rng.integers(1, 99, 60), [rng.choice(25, rng.integers(0, 4), replace=False) for _ in range(60)],
        rng.uniform(1, 9, 25),
    )  # fmt: skip
    found = frontier(many, [40, 5, 10, 20], Effort(gap=0.2))
    assert [plan.households for plan in found] == sorted(plan.households for plan in found)
    assert all(plan.charge <= budget + 1e-6 for plan, budget in zip(found, [5, 10, 20, 40], strict=True))
    assert all(plan.bound >= plan.households - 1e-6 for plan in found)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: places([1, -2]), "places, row 1, households: found -2.0"),
        (lambda: places([1, float("nan"), float("inf")]), "row 1, households: found nan.*and 1 more"),
        (lambda: places([1, 2], ["a"]), "2 places have 1 counties"),
        (lambda: candidates([1, float("inf")]), "candidates, row 1, costs: found inf"),
        (lambda: candidates([1], [-1]), "candidates, row 0, charges: found -1.0"),
        (lambda: candidates([1], [1, 2]), "not as many"),
        (lambda: reach([[0], [3]], 2), "place 1 names candidate 3; there are 0 to 1"),
        (lambda: Goal(1.2), "found 1.2, wanted 0 to 1"),
        (lambda: Goal(0, {"a": -1}), "households of a: found -1"),
        (lambda: Goal(budget=float("nan")), "the budget: found nan"),
        (lambda: Question(places([1]), candidates([1]), reach([[0], [0]], 1)), "the reach is of 2 places"),
        (lambda: question([1], [[0]], [1], reached=[True, False]), "2 places are said to be served"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_row_and_what_stands_there(make, said):
    with pytest.raises(AmurError, match=said):
        make()


def test_nothing_at_all_is_a_plan_of_nothing():
    empty = question([], [], [])
    assert least_cost(empty, Goal(1.0), EXACT).cost == 0
    assert most_reached(empty, Goal(budget=5), EXACT).households == 0


@st.composite
def questions(draw):
    sites, count = draw(st.integers(1, 6)), draw(st.integers(1, 7))
    other = st.sampled_from([np.inf, np.inf, 3.0, 8.0])
    return question(
        draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)),
        draw(st.lists(st.sets(st.integers(0, sites - 1), max_size=3), min_size=count, max_size=count)),
        draw(st.lists(st.integers(0, 6), min_size=sites, max_size=sites)),
        reached=draw(st.lists(st.sampled_from([False, False, True]), min_size=count, max_size=count)),
        groups=draw(st.lists(st.sampled_from([-1, -1, -1, 1]), min_size=sites, max_size=sites)),
        counties=draw(st.lists(st.sampled_from(["a", "b"]), min_size=count, max_size=count)),
        weights=draw(st.lists(st.sampled_from([1, 2]), min_size=count, max_size=count)),
        fallback_costs=draw(st.lists(other, min_size=count, max_size=count)),
    )


def all_plans(one):
    """Yield every plan there is: served places, cost, and what it takes of a budget."""
    matrix, groups = one.reach.matrix.toarray() > 0, one.candidates.groups
    ways = np.flatnonzero(np.isfinite(one.places.fallback_costs))
    for built in _subsets(range(len(groups))):
        if sum(groups[site] == 1 for site in built) > 1:
            continue
        by_site = one.reached | matrix[:, list(built)].any(axis=1)
        for others in _subsets(ways):
            served = by_site.copy()
            served[list(others)] = True
            yield served, one.candidates.costs[list(built)].sum() + one.places.fallback_costs[list(others)].sum()


def _subsets(items):
    items = list(items)
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


@given(questions(), st.sampled_from([0.0, 0.4, 0.8, 1.0]), st.sampled_from([0.0, 0.5, 1.0]))
@settings(max_examples=120, deadline=None)
def test_no_plan_of_all_there_are_is_cheaper(one, share, floor):
    in_a = one.places.counties == "a"
    goal = Goal(share, {"a": floor} if in_a.any() else {})

    def is_met(served):
        houses = one.places.households
        return (
            houses[served].sum() >= share * houses.sum() - 1e-9
            and houses[served & in_a].sum() >= floor * houses[in_a].sum() - 1e-9
        )

    best = min((cost for served, cost in all_plans(one) if is_met(served)), default=None)
    if best is None:
        with pytest.raises(NoPlan):
            least_cost(one, goal, EXACT)
        return
    plan = least_cost(one, goal, EXACT)
    assert is_met(plan.served)
    assert plan.cost == pytest.approx(best)
    assert plan.bound <= best + 1e-6


@given(questions(), st.integers(0, 15))
@settings(max_examples=120, deadline=None)
def test_no_plan_of_all_there_are_reaches_more_for_the_money(one, budget):
    worth = one.places.households * one.places.weights
    best = max(worth[served].sum() for served, cost in all_plans(one) if cost <= budget)
    plan = most_reached(one, Goal(budget=budget), EXACT)
    assert plan.charge <= budget + 1e-6
    assert worth[plan.served].sum() == pytest.approx(best)
    assert plan.bound >= best - 1e-6


@given(questions())
@settings(max_examples=100, deadline=None)
def test_a_smaller_question_has_as_good_a_plan(one):
    small = reduced(one)
    assert len(small.question.candidates) <= len(one.candidates)
    assert small.question.places.households.sum() <= one.places.households.sum()
    assert np.array_equal(one.candidates.costs[small.candidates], small.question.candidates.costs)
