"""Where to build: the cheapest sites that reach who has to be reached, and a proof of how near to the best a plan is.

- ``inputs``: places where people live, candidates for sites, which reaches which; refused where they make no sense.
- ``goals``: what is asked for: shares of households, floors of counties, a budget.
- ``reducing``: the same question with fewer places and candidates.
- ``solving``: the question as a mixed-integer programme, and HiGHS's answer with its bound.
- ``plans``: the plans themselves: least cost, most households for a budget, the frontier between both.
- ``reasons``: why there is no plan.
- ``subsidies``: what a rule gives for a site, and what a household costs.
- ``facilities``: centres for content and computing, by latency and cost.
"""

from amur.methods.siting.goals import Goal
from amur.methods.siting.inputs import Candidates, Places, Question, Reach
from amur.methods.siting.plans import Plan, frontier, least_cost, most_reached
from amur.methods.siting.reasons import NoPlan

__all__ = [
    "Candidates",
    "Goal",
    "NoPlan",
    "Places",
    "Plan",
    "Question",
    "Reach",
    "frontier",
    "least_cost",
    "most_reached",
]
