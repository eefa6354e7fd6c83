"""Why there is no plan: what is asked for and cannot be, by name and number."""

from __future__ import annotations

import numpy as np

from amur.base.faults import AmurError
from amur.methods.siting.goals import Goal
from amur.methods.siting.inputs import Question

_SHOWN = 5


class NoPlan(AmurError):
    """Nothing meets all that is asked for; the message says what does not fit and how far it is off."""

    def __init__(self, said: list[str]) -> None:
        """Say each reason."""
        super().__init__("no_plan", "; ".join(said))
        self.reasons = said


def unreachable(question: Question, goal: Goal) -> list[str]:
    """Return what no number of sites could meet.

    >>> from amur.methods.siting.inputs import candidates, places, reach
    >>> question = Question(places([10, 30], ["a", "b"]), candidates([1]), reach([[0], []], 1))
    >>> unreachable(question, Goal(0.9))
    ['90.0 % of 40 households are asked for, and 25.0 % can be reached at most']
    """
    can = question.reached | question.reach.is_reachable | np.isfinite(question.places.fallback_costs)
    said = []
    never = np.flatnonzero(question.places.must & ~can)
    if len(never):
        more = f" and {len(never) - _SHOWN} more" if len(never) > _SHOWN else ""
        rows = ", ".join(map(str, never[:_SHOWN]))
        said.append(f"places that must be reached have no candidate: rows {rows}{more}")
    households, counties = question.places.households, question.places.counties
    everywhere = np.ones(len(households), bool)
    asked = [("", goal.share, everywhere), *((one, share, counties == one) for one, share in goal.floors.items())]
    for county, share, inside in asked:
        all_, most = households[inside].sum(), households[inside & can].sum()
        if all_ and most < share * all_ - 1e-9 * all_:
            where = f" of county {county}" if county else ""
            can_be = f"{100 * most / all_:.1f} % can be reached at most"
            said.append(f"{100 * share:.1f} % of {all_:g} households{where} are asked for, and {can_be}")
        elif county and not inside.any():
            said.append(f"a floor is asked for county {county}, in which there is no place")
    return said


def too_dear(goal: Goal, least: float) -> str:
    """Return that a budget is too small, with what would be enough at the least."""
    return f"the budget is {goal.budget:,.10g}, and what is asked for takes at least {least:,.10g}"
