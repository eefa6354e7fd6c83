"""Why there is no plan, in the words of the page: the model says it in English sentences of a few kinds."""

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
)


def reasons(said: str) -> list[Reason]:
    """Return why there is no result: each sentence in the words of the page, with what could be changed."""
    return [_reason(one.strip()) for one in said.removeprefix(_BEGINS).split("; ") if one.strip()]


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
