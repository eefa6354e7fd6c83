"""Plans: which sites to build, whom they reach, what it costs, and how far from the best it can be at most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from amur.base.faults import Reason
from amur.methods.siting import solving
from amur.methods.siting.goals import Goal
from amur.methods.siting.inputs import Flags, Places_, Question
from amur.methods.siting.reasons import NoPlan, because, too_dear, unreachable
from amur.methods.siting.reducing import Reduced, reduced
from amur.methods.siting.solving import Answer, Effort, Needs

_TINY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A plan: candidates to build and places to serve otherwise, by number; who is served then; cost, charge.

    ``bound`` is proved: no plan costs less (of least cost) or reaches more weighted households (for a budget). ``gap``
    is how far this one is from it at most, as a share.
    """

    built: Places_
    otherwise: Places_
    served: Flags
    cost: float
    charge: float
    households: float
    bound: float
    gap: float


def least_cost(question: Question, goal: Goal, effort: Effort | None = None) -> Plan:
    """Return the cheapest plan that meets a goal, or one that is proved to be near it.

    Raises:
        NoPlan: if none meets it; it says why.
        AmurError: if none was found in time.
    """
    small, needs = _ready(question, goal)
    effort = effort or Effort()
    answer = solving.least(small.question, needs, goal, effort)
    if answer is None:
        raise NoPlan(_why(small.question, needs, goal, effort))
    plan = _plan(question, small, answer)
    lost = plan.cost - answer.bound
    return replace(plan, bound=answer.bound, gap=max(0.0, lost / plan.cost) if plan.cost > _TINY else 0.0)


def most_reached(question: Question, goal: Goal, effort: Effort | None = None) -> Plan:
    """Return the plan that reaches most weighted households within the budget of a goal, and its other wishes.

    Raises:
        NoPlan, AmurError: as `least_cost`.
    """
    small, needs = _ready(question, goal)
    effort = effort or Effort()
    answer = solving.most(small.question, needs, goal, effort)
    if answer is None:
        raise NoPlan(_why(small.question, needs, goal, effort))
    plan = _plan(question, small, answer)
    worth = question.places.households * question.places.weights
    before, ours = worth[question.reached].sum(), worth[plan.served].sum()
    bound = before - answer.bound
    return replace(plan, bound=bound, gap=max(0.0, (bound - ours) / bound) if bound > _TINY else 0.0)


def frontier(
    question: Question, budgets: Iterable[float], effort: Effort | None = None, goal: Goal | None = None
) -> list[Plan]:
    """Return the best plan for each budget, in their order; more money never reaches fewer.

    Raises:
        NoPlan, AmurError: as `least_cost`.
    """
    found: list[Plan] = []
    worth = question.places.households * question.places.weights
    for budget in sorted(budgets):
        plan = most_reached(question, replace(goal or Goal(), budget=budget), effort)
        if found and worth[found[-1].served].sum() > worth[plan.served].sum():
            # Near the best is near enough for both, so that the dearer may be the worse: the cheaper one fits as well.
            bound, former = plan.bound, found[-1]
            plan = replace(former, bound=bound, gap=(bound - worth[former.served].sum()) / bound)
        found.append(plan)
    return found


def _ready(question: Question, goal: Goal) -> tuple[Reduced, Needs]:
    said = unreachable(question, goal)
    if said:
        raise NoPlan(said)
    small = reduced(question)
    return small, _needs(question, small.question, goal)


def _needs(question: Question, small: Question, goal: Goal) -> Needs:
    """Return what is needed beyond who is served already."""
    rows, least = [], []
    asked: list[tuple[float, Any, Any]] = [(goal.share, slice(None), np.ones(len(small.places), bool))]
    for county, share in goal.floors.items():
        asked.append((share, question.places.counties == county, small.places.counties == county))
    for share, before, now in asked:
        households, is_reached = question.places.households[before], question.reached[before]
        missing = share * households.sum() - households[is_reached].sum()
        if missing > _TINY:
            rows.append(np.where(now, small.places.households, 0.0))
            least.append(missing * (1 - _TINY))
    matrix = csr_matrix(np.array(rows)) if rows else csr_matrix((0, len(small.places)))
    return Needs(matrix, np.array(least))


def _plan(question: Question, small: Reduced, answer: Answer) -> Plan:
    built = _without_idle(question, small.candidates[np.flatnonzero(answer.built)])
    by_site = np.asarray(question.reach.matrix[:, built].sum(axis=1)).ravel() > 0
    otherwise = _otherwise(question, small, answer) & ~by_site & ~question.reached
    served = question.reached | by_site | otherwise
    aside = float(question.places.fallback_costs[otherwise].sum()) if otherwise.any() else 0.0
    return Plan(
        built=built,
        otherwise=np.flatnonzero(otherwise),
        served=served,
        cost=float(question.candidates.costs[built].sum()) + aside,
        charge=float(question.candidates.charges[built].sum()) + aside,
        households=float(question.places.households[served].sum()),
        bound=answer.bound,
        gap=0.0,
    )


def _otherwise(question: Question, small: Reduced, answer: Answer) -> Flags:
    """Return which places of the large question are served otherwise; those of the small one kept their order."""
    found = np.zeros(len(question.places), bool)
    has_other = ~question.reached & np.isfinite(question.places.fallback_costs)
    found[np.flatnonzero(has_other)] = answer.otherwise[np.isfinite(small.question.places.fallback_costs)]
    return found


def _without_idle(question: Question, built: Places_) -> Places_:
    """Return sites without those whose places others reach as well, the dearest first."""
    matrix = question.reach.matrix[:, built].tocsc()
    times = np.asarray(matrix.sum(axis=1)).ravel()
    times[question.reached] += 1
    kept = np.ones(len(built), bool)
    for site in np.argsort(-question.candidates.costs[built], kind="stable"):
        inside = matrix.indices[matrix.indptr[site] : matrix.indptr[site + 1]]
        if (times[inside] > 1).all():
            times[inside] -= 1
            kept[site] = False
    return built[kept]


def _why(small: Question, needs: Needs, goal: Goal, effort: Effort) -> list[Reason]:
    cheapest = solving.cheapest_charge(small, needs, effort)
    if cheapest is None:
        return [because("one_of_each_group")]
    return [too_dear(goal, cheapest.bound)]
