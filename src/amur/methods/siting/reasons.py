"""Why there is no plan: what is asked for and cannot be, by name and number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from amur.base.faults import AmurError, Reason
from amur.methods.siting.goals import Goal
from amur.methods.siting.inputs import Question

SAID: Final[Mapping[str, str]] = {
    "must_unreached": "places that must be reached have no candidate: {places}",
    "many_must_unreached": "places that must be reached have no candidate: {places} and {more} more",
    "share_unreachable": "{asked} % of {all} households are asked for, and {most} % can be reached at most",
    "floor_unreachable": (
        "{asked} % of {all} households of county {county} are asked for, and {most} % can be reached at most"
    ),
    "floor_nowhere": "a floor is asked for county {county}, in which there is no place",
    "one_of_each_group": "of each group no more than one may be built, and that reaches too few",
    "budget_too_small": "the budget is {budget}, and what is asked for takes at least {least}",
    "traffic_too_far": "{asked} % of the traffic is asked for, and {near} % is near enough",
    "centres_too_small": "all centres together can serve {can} of {all}, and not each of it near enough",
    "few_centres_too_small": "the {most} largest centres can serve {can} of {all}, and not each of it near enough",
}
"""What each reason says in English, by its code; every value is written as people read it."""
_SHOWN = 5


class NoPlan(AmurError):
    """Nothing meets all that is asked for; ``reasons`` say what does not fit and how far it is off."""

    def __init__(self, why: Sequence[Reason]) -> None:
        """Say each reason."""
        super().__init__("no_plan", f"there is no such plan: {'; '.join(map(str, why))}")
        self._why = tuple(why)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return what does not fit, one by one."""
        return self._why


def because(code: str, **values: str | int) -> Reason:
    """Return a reason by its code.

    >>> str(because("budget_too_small", budget="12", least="13"))
    'the budget is 12, and what is asked for takes at least 13'
    """
    return Reason(code, SAID[code].format(**values), values)


def unreachable(question: Question, goal: Goal) -> list[Reason]:
    """Return what no number of sites could meet.

    >>> from amur.methods.siting.inputs import candidates, places, reach
    >>> question = Question(places([10, 30], ["a", "b"]), candidates([1]), reach([[0], []], 1))
    >>> [str(one) for one in unreachable(question, Goal(0.9))]
    ['90.0 % of 40 households are asked for, and 25.0 % can be reached at most']
    """
    can = question.reached | question.reach.is_reachable | np.isfinite(question.places.fallback_costs)
    found = []
    never = np.flatnonzero(question.places.must & ~can)
    if len(never):
        some = ", ".join(question.places.names[never[:_SHOWN]].tolist())
        more = len(never) - _SHOWN
        found.append(
            because("many_must_unreached", places=some, more=more)
            if more > 0
            else because("must_unreached", places=some)
        )
    households, counties = question.places.households, question.places.counties
    everywhere = np.ones(len(households), bool)
    asked = [("", goal.share, everywhere), *((one, share, counties == one) for one, share in goal.floors.items())]
    for county, share, inside in asked:
        all_, most = households[inside].sum(), households[inside & can].sum()
        if all_ and most < share * all_ - 1e-9 * all_:
            values = {"asked": f"{100 * share:.1f}", "all": f"{all_:.10g}", "most": f"{100 * most / all_:.1f}"}
            found.append(
                because("floor_unreachable", county=county, **values)
                if county
                else because("share_unreachable", **values)
            )
        elif county and not inside.any():
            found.append(because("floor_nowhere", county=county))
    return found


def too_dear(goal: Goal, least: float) -> Reason:
    """Return that a budget is too small, with what would be enough at the least."""
    return because("budget_too_small", budget=f"{goal.budget:,.10g}", least=f"{least:,.10g}")
