"""Why there is no result, in the words of the page: models say it in English sentences of a few kinds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Reason:
    """What does not fit, and what could be changed; one that is not known here is said as it stands."""

    found: str
    advice: str = ""


_BEGINS = "there is no such plan: "
_KINDS: tuple[tuple[re.Pattern[str], Callable[[], str], Callable[[], str]], ...] = (
    (
        re.compile(r"the budget is (?P<budget>[\d,.]+), and what is asked for takes at least (?P<least>[\d,.]+)"),
        lambda: _("The budget of %(budget)s is too small: what is asked for takes at least %(least)s."),
        lambda: _("Raise the budget, or ask for a smaller share."),
    ),
    (
        re.compile(
            r"(?P<asked>[\d.]+) % of (?P<all>[\d.e+,]+) households of county (?P<county>.+) are asked for, "
            r"and (?P<most>[\d.]+) % can be reached at most"
        ),
        lambda: _(
            "County %(county)s: %(asked)s %% of its %(all)s households are asked for, and all candidates together "
            "reach %(most)s %%."
        ),
        lambda: _("Add candidates there, give places another way of being served, or ask for less in this county."),
    ),
    (
        re.compile(
            r"(?P<asked>[\d.]+) % of (?P<all>[\d.e+,]+) households are asked for, "
            r"and (?P<most>[\d.]+) % can be reached at most"
        ),
        lambda: _("%(asked)s %% of %(all)s households are asked for, and all candidates together reach %(most)s %%."),
        lambda: _("Add candidates, give places another way of being served, or ask for a smaller share."),
    ),
    (
        re.compile(r"a floor is asked for county (?P<county>.+), in which there is no place"),
        lambda: _("A share is asked for county %(county)s, and no place of the table lies in it."),
        lambda: _("Look at the code of the county in the table of places."),
    ),
    (
        re.compile(r"places that must be reached have no candidate: rows (?P<rows>.+)"),
        lambda: _(
            "Places that must be reached have no candidate within reach: row %(rows)s below the head of the table."
        ),
        lambda: _("Add candidates near them, or give them another way of being served."),
    ),
    (
        re.compile("of each group no more than one may be built, and that reaches too few"),
        lambda: _("Of each group no more than one site may be built, and that reaches too few."),
        lambda: _("Divide the groups otherwise, or ask for a smaller share."),
    ),
    (
        re.compile("nothing is asked for; give a share, floors, a budget, budgets or places that must be"),
        lambda: _("Nothing is asked for."),
        lambda: _("Give a share, budgets, or places that must be reached."),
    ),
    (
        re.compile(r"found (?P<given>.+); a subsidy needs all of (?P<all>.+)"),
        lambda: _("The rule of the subsidy is given in part: %(given)s."),
        lambda: _("Give all of %(all)s, or none."),
    ),
    (
        re.compile(r"floors: found '(?P<typed>.*)', wanted COUNTY=SHARE with commas between"),
        lambda: _("The shares of counties hold “%(typed)s”."),
        lambda: _("Write them as 230102=0.9, with commas between them."),
    ),
    (
        re.compile(r"(?P<name>\w+): found '?(?P<typed>.*?)'?, wanted a number"),
        lambda: _("%(name)s holds “%(typed)s”, which is no number."),
        lambda: _("Write a number, several with commas between them."),
    ),
    (
        re.compile("say by a table of ways or by a radius which candidate reaches which place; not both"),
        lambda: _("It is not said once which candidate reaches which place."),
        lambda: _("Give a table of it or a radius, one of the two."),
    ),
    (
        re.compile("give a table of delays, or ms_per_km to reckon them by distance"),
        lambda: _("Nothing says how long the way from a place to a centre takes."),
        lambda: _("Give a table of delays, or how long a kilometre takes."),
    ),
    (
        re.compile(r"no plan was found in (?P<seconds>\S+) seconds; give it more, or ask for less"),
        lambda: _("No plan was found in %(seconds)s seconds."),
        lambda: _("Give it more time, or ask for less."),
    ),
    (
        re.compile(r"it took longer than (?P<minutes>\d+) minutes; ask for less"),
        lambda: _("It took longer than the %(minutes)s minutes that the method allows."),
        lambda: _("Ask for less at once."),
    ),
    (
        re.compile(r"its workers stopped (?P<times>\d+) times while it ran; it may take too much memory"),
        lambda: _("It was stopped %(times)s times while it ran."),
        lambda: _("It may take too much memory; ask for less at once."),
    ),
    (
        re.compile("there was not memory enough; ask for less at once, or run it elsewhere"),
        lambda: _("There was not memory enough."),
        lambda: _("Ask for less at once."),
    ),
)


def reasons(said: str) -> list[Reason]:
    """Return why there is no result: each sentence in the words of the page, with what could be changed."""
    if not said.startswith(_BEGINS):
        return [_reason(said.strip())]
    return [_reason(one.strip()) for one in said.removeprefix(_BEGINS).split("; ") if one.strip()]


def is_no_plan(said: str) -> bool:
    """Say whether a run failed because nothing meets what was asked for.

    >>> is_no_plan("there is no such plan: the budget is 1, and what is asked for takes at least 2")
    True
    """
    return said.startswith(_BEGINS)


def _reason(said: str) -> Reason:
    for pattern, words, advice in _KINDS:
        if found := pattern.fullmatch(said):
            values = found.groupdict()
            if "rows" in values:
                values["rows"] = _rows(values["rows"])
            return Reason(words() % values, advice())
    return Reason(said)


def _rows(said: str) -> str:
    """Return the rows as one counts them in a table: the model counts from nought.

    >>> _rows("0, 4")
    '1, 5'
    """
    listed, _and, more = said.partition(" and ")
    rows = ", ".join(str(int(one) + 1) for one in listed.split(", "))
    return _("%(rows)s and %(count)s more") % {"rows": rows, "count": more.removesuffix(" more")} if more else rows
