"""The least staff with which a share of cases is on time; pure.

Each case is the same with any staff, and only waits less with more. So the share is taken to grow with the people, and
each number is found by halving. That is nearly true and not always: where a role passes its work on sooner, the next
one has it sooner. So what was found is checked: with one fewer of any role the share is not reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from amur.procedures.simulating.engine import run
from amur.procedures.simulating.estimates import Estimate
from amur.procedures.simulating.forecasts import on_time
from amur.procedures.simulating.plans import Plan

MOST_PEOPLE = 1024
"""No role is tried with more."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many people each role needs and the share on time with them; ``one_fewer`` is that with one fewer of a role.

    ``people`` is empty where even ``MOST_PEOPLE`` of each do not reach it: then it is no question of staff.
    """

    people: Mapping[str, int]
    on_time: Estimate
    one_fewer: Mapping[str, Estimate]
    plays: int


class _Search:
    """Plays a plan with other numbers of people, each of them once."""

    def __init__(self, plan: Plan, target: float) -> None:
        self._plan, self._target = plan, target
        self._known: dict[tuple[int, ...], Estimate] = {}
        self.plays = 0

    def share(self, people: Mapping[str, int]) -> Estimate:
        """Return the share on time with so many people."""
        key = tuple(people[role] for role in self._plan.offices)
        if key not in self._known:
            plan = self._plan.with_people(people)
            self._known[key] = on_time([run(plan, number) for number in range(plan.replications)])
            self.plays += plan.replications
        return self._known[key]

    def reaches(self, people: Mapping[str, int]) -> bool:
        """Say whether so many people reach the target."""
        value = self.share(people).value
        return value is not None and value >= self._target

    def least(self, role: str, people: Mapping[str, int], floor: int) -> int:
        """Return the least number of a role that reaches the target beside the others, who reach it with many."""
        high = floor
        while not self.reaches({**people, role: high}) and high < MOST_PEOPLE:
            high *= 2
        low = max(floor, high // 2)
        while low < high:
            middle = (low + high) // 2
            if self.reaches({**people, role: middle}):
                high = middle
            else:
                low = middle + 1
        return low


def least_staff(plan: Plan, target: float) -> Staffing:
    """Return the least people with whom at least a share (0 to 1) of the settled cases is on time.

    Each role is first asked alone, with plenty of all others, which it cannot do with fewer. From there the role that
    helps most gets one more until the target is reached, and at last whoever is not needed is taken away. No
    role gets fewer than the rules need.

    >>> from tests.procedures.samples import CALENDAR, LICENCE
    >>> from amur.procedures.simulating import ScenarioDeclaration, plan_of
    >>> flow = {"procedure": "licence", "arrivals": {"per_working_day": 20}}
    >>> scenario = ScenarioDeclaration(procedures=[flow], days=60, warm_up_days=0, replications=2)
    >>> least_staff(plan_of(scenario, {"licence": LICENCE}, CALENDAR), 0.95).people
    {'handler': 1, 'decider': 2}
    """
    search, roles = _Search(plan, target), tuple(plan.offices)
    floors = {role: office.least for role, office in plan.offices.items()}
    many = dict.fromkeys(roles, MOST_PEOPLE)
    if not search.reaches(many):
        return Staffing({}, search.share(many), {}, search.plays)
    people = {role: search.least(role, many, floors[role]) for role in roles}
    while not search.reaches(people):
        now = search.share(people).value or 0.0
        more = {role: search.share({**people, role: people[role] + 1}).value or 0.0 for role in roles}
        helping = max(roles, key=more.__getitem__)
        # Where nobody alone helps, only more of all do; who of them was not needed is taken away below.
        for role in (helping,) if more[helping] > now else roles:
            people[role] += 1
    while spared := _spared(search, people, floors):
        people[spared] -= 1
    fewer = {role: search.share({**people, role: people[role] - 1}) for role in roles if people[role] > floors[role]}
    return Staffing(people, search.share(people), fewer, search.plays)


def _spared(search: _Search, people: Mapping[str, int], floors: Mapping[str, int]) -> str:
    """Return a role that reaches the target with one fewer too, nothing where there is none."""
    for role, count in people.items():
        if count > floors[role] and search.reaches({**people, role: count - 1}):
            return role
    return ""
