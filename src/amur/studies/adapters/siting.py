"""Least-cost siting with a subsidy, from tables of places and of candidates."""

from __future__ import annotations

from typing import Any

from amur.base.faults import AmurError
from amur.methods.filing.results import csv_of
from amur.methods.siting import Goal, Plan, frontier, least_cost, most_reached
from amur.methods.siting.files import Asked as Question
from amur.methods.siting.files import Terms, plan_files, read_question
from amur.methods.siting.solving import Effort
from amur.methods.siting.subsidies import Rule, per_household
from amur.studies.adapters import Asked, Made, Step

_HEAD = ["plan", "budget", "sites", "cost", "charge", "households", "reached", "per_household", "bound", "gap"]
_SUBSIDY = ("subsidy_share", "subsidy_years", "subsidy_border_years")


def run(asked: Asked) -> Made:
    """Write the plan, or one for each budget, and the frontier; the figures are those of the last, the dearest.

    Raises:
        AmurError: for rows that are wrong, for a question that asks for nothing, and where nothing meets it: why.
    """
    said, ways = asked.parameters, asked.inputs.get("ways")
    radius = None if ways else asked.number("radius_km")
    terms = Terms(asked.number("years", 10.0), asked.number("rate", 0.0), _rule(asked))
    found = read_question(asked.inputs["places"], asked.inputs["candidates"], ways=ways, radius_km=radius, terms=terms)
    budget = asked.number("budget") if "budget" in said else None
    goal = Goal(asked.number("share", 0.0), _floors(asked.text("floors")), budget)
    budgets = [_number("budgets", one) for one in asked.text("budgets").replace("，", ",").split(",") if one.strip()]
    asked.told(0.1, Step("planning", "Looking for the best plan"))
    plans = _plans(found, goal, budgets, Effort(asked.number("gap", 0.01), asked.number("seconds", 60.0)))
    rows = []
    for place, plan in enumerate(plans, start=1):
        for name, content in plan_files(found, plan).items():
            asked.results.write(f"{place}-{name}" if len(plans) > 1 else name, content)
        which = sorted(budgets)[place - 1] if budgets else budget
        rows.append({"plan": place, "budget": which, "bound": plan.bound, **_figures(found, plan)})
    asked.results.write("frontier.csv", csv_of(rows, _HEAD))
    return Made(_figures(found, plans[-1]) | {"plans": len(plans)})


def _plans(found: Question, goal: Goal, budgets: list[float], effort: Effort) -> list[Plan]:
    must = found.question.places.must.any()
    if not (goal.share or goal.floors or budgets or goal.budget is not None or must):
        raise AmurError(
            "nothing_asked", "nothing is asked for; give a share, floors, a budget, budgets or places that must be"
        )
    if budgets:
        return frontier(found.question, budgets, effort, goal)
    if goal.budget is not None:
        return [most_reached(found.question, goal, effort)]
    return [least_cost(found.question, goal, effort)]


def _figures(found: Question, plan: Plan) -> dict[str, Any]:
    households = found.question.places.households
    everybody, before = float(households.sum()), float(households[found.question.reached].sum())
    return {
        "sites": len(plan.built),
        "cost": plan.cost,
        "charge": plan.charge,
        "households": plan.households,
        "reached": plan.households / everybody if everybody else None,
        "per_household": per_household(plan.charge, plan.households - before),
        "gap": plan.gap,
    }


def _rule(asked: Asked) -> Rule | None:
    given = [name for name in _SUBSIDY if name in asked.parameters]
    if given and len(given) < len(_SUBSIDY):
        there, all_ = ", ".join(given), ", ".join(_SUBSIDY)
        raise AmurError("half_a_rule", f"found {there}; a subsidy needs all of {all_}", given=there, all=all_)
    return Rule(*(asked.number(name) for name in _SUBSIDY)) if given else None


def _floors(said: str) -> dict[str, float]:
    """Return shares by county, of a text such as ``230102=0.9, 230103=0.8``."""
    found = {}
    for one in said.replace("，", ",").replace("\n", ",").split(","):
        county, sign, share = one.partition("=")
        if one.strip() and not sign:
            typed = one.strip()
            raise AmurError(
                "bad_floor", f"floors: found {typed!r}, wanted COUNTY=SHARE with commas between", typed=typed
            )
        if one.strip():
            found[county.strip()] = _number("floors", share)
    return found


def _number(name: str, said: str) -> float:
    try:
        return float(said)
    except ValueError as error:
        typed = said.strip()
        raise AmurError("no_number", f"{name}: found {typed!r}, wanted a number", name=name, typed=typed) from error
