"""Why there is no result, in the words of the page: a failed study says it by codes and what fills their sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from amur.base.faults import AmurError
from amur.studies.reads import StudyView
from amur.web import errors
from amur.web.desk.planning import surveys, tables

Words: TypeAlias = tuple[Callable[[], str], Callable[[], str]]
"""What was found, and what can be changed."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What does not fit, and what could be changed; one without words of the page is said as it stands."""

    found: str
    advice: str = ""


NO_PLAN: Mapping[str, Words] = {
    "budget_too_small": (
        lambda: _("The budget of %(budget)s is too small: what is asked for takes at least %(least)s."),
        lambda: _("Raise the budget, or ask for a smaller share."),
    ),
    "floor_unreachable": (
        lambda: _(
            "County %(county)s: %(asked)s %% of its %(all)s households are asked for, and all candidates together "
            "reach %(most)s %%."
        ),
        lambda: _("Add candidates there, give places another way of being served, or ask for less in this county."),
    ),
    "share_unreachable": (
        lambda: _("%(asked)s %% of %(all)s households are asked for, and all candidates together reach %(most)s %%."),
        lambda: _("Add candidates, give places another way of being served, or ask for a smaller share."),
    ),
    "floor_nowhere": (
        lambda: _("A share is asked for county %(county)s, and no place of the table lies in it."),
        lambda: _("Look at the code of the county in the table of places."),
    ),
    "must_unreached": (
        lambda: _("Places that must be reached have no candidate within reach: %(places)s."),
        lambda: _("Add candidates near them, or give them another way of being served."),
    ),
    "many_must_unreached": (
        lambda: _("Places that must be reached have no candidate within reach: %(places)s and %(more)s more."),
        lambda: _("Add candidates near them, or give them another way of being served."),
    ),
    "one_of_each_group": (
        lambda: _("Of each group no more than one site may be built, and that reaches too few."),
        lambda: _("Divide the groups otherwise, or ask for a smaller share."),
    ),
    "traffic_too_far": (
        lambda: _("%(asked)s %% of the traffic is asked for, and %(near)s %% is near enough to a candidate."),
        lambda: _("Allow a longer delay, add candidates, or ask for a smaller share."),
    ),
    "centres_too_small": (
        lambda: _("All centres together can serve %(can)s of %(all)s, and not each of it is near enough to one."),
        lambda: _("Add candidates or capacity, allow a longer delay, or ask for a smaller share."),
    ),
    "few_centres_too_small": (
        lambda: _(
            "The %(most)s largest centres can serve %(can)s of %(all)s, and not each of it is near enough to one."
        ),
        lambda: _("Allow more centres or a longer delay, add capacity, or ask for a smaller share."),
    ),
}
"""Why nothing meets what was asked for; ``methods.siting.reasons`` has the same in English."""
OTHERS: Mapping[str, Words] = {
    "nothing_asked": (
        lambda: _("Nothing is asked for."),
        lambda: _("Give a share, budgets, or places that must be reached."),
    ),
    "half_a_rule": (
        lambda: _("The rule of the subsidy is given in part: %(given)s."),
        lambda: _("Give all of %(all)s, or none."),
    ),
    "bad_floor": (
        lambda: _("The shares of counties hold “%(typed)s”."),
        lambda: _("Write them as 230102=0.9, with commas between them."),
    ),
    "no_number": (
        lambda: _("%(name)s holds “%(typed)s”, which is no number."),
        lambda: _("Write a number, several with commas between them."),
    ),
    "no_parameter": (lambda: _("%(name)s holds “%(typed)s”, which is no number."), lambda: _("Write a number.")),
    "no_reach": (
        lambda: _("It is not said once which candidate reaches which place."),
        lambda: _("Give a table of it or a radius, one of the two."),
    ),
    "no_delays": (
        lambda: _("Nothing says how long the way from a place to a centre takes."),
        lambda: _("Give a table of delays, or how long a kilometre takes."),
    ),
    "no_plan_in_time": (
        lambda: _("No plan was found in %(seconds)s seconds."),
        lambda: _("Give it more time, or ask for less."),
    ),
    "no_values": (lambda: _("The table has no row that counts."), lambda: _("Give a table with rows.")),
    "no_input": (
        lambda: _("The file %(file)s of the input %(name)s is not there."),
        lambda: _("Whoever runs this installation can put it there."),
    ),
    "input_changed": (
        lambda: _("The file %(file)s of the input %(name)s is another than when the study was asked."),
        lambda: _("Ask again, so that the study takes the file as it is now."),
    ),
    "late": (
        lambda: _("It took longer than the %(minutes)s minutes that the method allows."),
        lambda: _("Ask for less at once."),
    ),
    "stopped": (
        lambda: _("It was stopped %(times)s times while it ran."),
        lambda: _("It may take too much memory; ask for less at once."),
    ),
    "memory": (lambda: _("There was not memory enough."), lambda: _("Ask for less at once.")),
    "killed": (
        lambda: _("The machine ended the computation (%(signal)s), as it does when it is short of memory."),
        lambda: _("Ask for less at once."),
    ),
    "ended_by_signal": (lambda: _("The computation was ended by the signal %(signal)s."), lambda: ""),
    "ended_with_code": (
        lambda: _("The computation broke off with code %(exit)s. What it wrote last:"),
        lambda: "",
    ),
    "not_kept": (lambda: _("The result could not be kept: %(error)s"), lambda: ""),
}
"""What else keeps a study from a result."""


def reasons(study: StudyView) -> list[Reason]:
    """Return why a study has no result: each reason in the words of the page, with what could be changed.

    A study from before reasons were kept by their codes says it in English.
    """
    return [_said(one) for one in study.faults] or [Reason(line) for line in study.reason.splitlines()]


def is_no_plan(study: StudyView) -> bool:
    """Say whether a study failed because nothing meets what was asked for."""
    return bool(study.faults) and all(one["code"] in NO_PLAN for one in study.faults)


def said(code: str, message: str, details: Mapping[str, Any]) -> Reason:
    """Return a reason by its code in the words of the page; what has none is said as it stands.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     said("late", "", {"minutes": 30}), said("odd", "it is odd", {})
    (Reason(found='It took longer than the 30 minutes that the method allows.', advice='Ask for less at once.'), \
Reason(found='it is odd', advice=''))
    """
    found = NO_PLAN.get(code) or OTHERS.get(code) or surveys.SURVEYS.get(code)
    if found:
        with suppress(KeyError):  # an older study kept no details, and another model may mean something else by a code
            return Reason(*(words() % surveys.worded(details) for words in found))
    if table := tables.said(code, details):
        return Reason(table)
    return Reason(errors.wording(AmurError(code, message, **details)) or message)


def _said(fault: Mapping[str, Any]) -> Reason:
    return said(fault["code"], fault["message"], fault["details"])
