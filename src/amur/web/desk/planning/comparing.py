"""Two studies of one method side by side: what was asked differently, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amur.base.faults import AmurError, NotFound
from amur.studies.reads import FigureView
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.planning import coverage, drawing, mapping, office, origin, siting, wording
from amur.web.desk.planning.figures import said
from amur.web.desk.planning.office import Found
from amur.web.desk.planning.one import reading
from amur.web.desk.planning.plans import Place, Plan, Site, file_name, places_of, plans_of, side_by_side, sites_of
from amur.web.desk.planning.siting import SiteRow, site_row
from amur.web.portal import coverage_words as words
from amur.web.portal.coverage_results import ALL, Results
from amur.web.requests import AmurRequest

_TWO = 2
_MOST_SHOWN = 100
"""How many sites of each kind are listed; the files of the plans have all."""


@dataclass(frozen=True, slots=True)
class Row:
    """What two studies say of one thing, and whether that is different."""

    title: str
    first: str
    second: str
    is_different: bool = False
    change: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Sites of one kind: in the first plan alone, in the second alone, or in both; ``count`` is how many in all."""

    name: str
    title: str
    rows: tuple[SiteRow, ...]
    count: int


@for_officials
@never_cache
@require_safe
def compare(request: AmurRequest) -> HttpResponse:
    """Show two studies side by side; say what is missing where there are not two, or they are of two methods."""
    both = _two(request)
    if both is None:
        return render(request, "desk/planning_compare.html", {"advice": _advice()}, status=422)
    first, second = both
    values: dict[str, Any] = {
        "first": first.study,
        "second": second.study,
        "declaration": second.declaration,
        "asked": _asked(first, second),
        "figures": _figures(first, second, coverage.titles_of(request, first, second)),
        "simulated": [*dict.fromkeys(_simulated(first, second))],
    }
    try:
        values |= _results(request, first, second)
    except AmurError as error:
        values["broken"] = errors.wording(error) or error.message
    return render(request, "desk/planning_compare.html", values)


@for_officials
@require_safe
def points(request: AmurRequest) -> HttpResponse:
    """Give the sites of two plans as their map takes them: in one alone, or in both; over the places of the first."""
    both = _two(request)
    found = _both(request, *both) if both and all(_has_plan(each) for each in both) else None
    if both is None or found is None:
        raise NotFound("no_points", "the address names no two studies with plans to show")
    marks = {"place": [mapping.place_mark(place) for place in found.places]}
    for name, _title, sites in found.groups[::-1]:
        currency = both[name == "second"].currency
        marks[name] = [mapping.site_mark(site, currency) for site in sites]
    return JsonResponse(mapping.handed(marks, found.legend))


def _two(request: AmurRequest) -> tuple[Found, Found] | None:
    """Return the two studies of one method that an address names; None where it does not."""
    numbers = [int(one) for one in request.GET.getlist("of") if one.isascii() and one.isdecimal() and len(one) < 10]  # noqa: PLR2004 -- what fits into a key
    if len(numbers) != _TWO or numbers[0] == numbers[1]:
        return None
    first, second = (office.study(request, number) for number in numbers)
    return (first, second) if first.study.method == second.study.method else None


def _has_plan(found: Found) -> bool:
    return found.study.state == "done" and found.study.model == "siting"


def _simulated(*both: Found) -> Iterator[str]:
    return (one.say(wording.language()) for each in both for one in each.study.simulated)


def _advice() -> str:
    return _("Choose two studies of one method with the boxes before them.")


def _asked(first: Found, second: Found) -> list[Row]:
    """Return parameters and inputs side by side, those that differ first."""
    rows = []
    pairs = [
        {one.id: one for one in origin.parameter_rows(each.study, each.declaration, each.lookups)}
        for each in (first, second)
    ]
    for name in dict.fromkeys((*pairs[0], *pairs[1])):
        one, other = pairs[0].get(name), pairs[1].get(name)
        shown = one or other
        values = [each.study.parameters.get(name) for each in (first, second)]
        if shown:
            rows.append(
                Row(
                    shown.title,
                    one.value if one and one.value else "–",
                    other.value if other and other.value else "–",
                    values[0] != values[1],
                )
            )
    inputs = [{one.id: one for one in origin.input_rows(each.study, each.declaration)} for each in (first, second)]
    for name in dict.fromkeys((*inputs[0], *inputs[1])):
        one_in, other_in = inputs[0].get(name), inputs[1].get(name)
        named = one_in or other_in
        if named:
            is_different = not (one_in and other_in and one_in.sha256 == other_in.sha256)
            rows.append(
                Row(
                    named.title,
                    one_in.known_by if one_in else "–",
                    other_in.known_by if other_in else "–",
                    is_different,
                )
            )
    return sorted(rows, key=lambda row: not row.is_different)


def _figures(first: Found, second: Found, titles: Mapping[str, str]) -> list[Row]:
    """Return the figures of both, with by how much the second is more."""
    told = [{one.name: one for one in each.study.figures} for each in (first, second)]
    shown = {one.name: one for each in (second, first) for one in each.study.figures}
    return [
        _figure(
            f"{one.title.say(wording.language())}{_of(titles.get(one.of, one.of))}",
            one,
            [each[name].value if name in each else None for each in told],
            (first.currency, second.currency),
        )
        for name, one in shown.items()
    ]


def _of(definition: str) -> str:
    return f"{wording.separator()}{definition}" if definition else ""


def _figure(title: str, shown: FigureView, values: list[Decimal | None], currencies: tuple[str, str]) -> Row:
    change = wording.difference(values[0], values[1])
    return Row(
        title,
        said(shown, values[0], currencies[0]),
        said(shown, values[1], currencies[1]),
        bool(change),
        wording.signed(said(shown, abs(change), currencies[1]) if change is not None else "", change),
    )


def _results(request: AmurRequest, first: Found, second: Found) -> dict[str, Any]:
    """Return what the two results are side by side, by their model.

    Raises:
        AmurError: if a file of one is missing or was changed.
    """
    if {first.study.state, second.study.state} != {"done"}:
        return {}
    if first.study.model == second.study.model == "siting":
        return _plans(request, first, second)
    if first.study.model == second.study.model == "coverage":
        return {"shares": _shares(*(coverage.results_of(request, each) for each in (first, second)))}
    return {}


@dataclass(frozen=True, slots=True)
class _Both:
    """The plans of two studies, the one chosen of each, and their sites by which of them builds there."""

    plans: tuple[tuple[Plan, ...], tuple[Plan, ...]]
    chosen: list[Plan]
    groups: tuple[tuple[str, str, tuple[Site, ...]], ...]
    places: list[Place]

    @property
    def legend(self) -> dict[str, str]:
        """Return what the layers of the map are."""
        return {name: title for name, title, _sites in self.groups} | {"place": pgettext("on a map", "Place")}


def _both(request: AmurRequest, first: Found, second: Found) -> _Both | None:
    """Return the two plans that an address names; None where one study has none."""
    plans = plans_of(reading(request, first)), plans_of(reading(request, second))
    if not all(plans):
        return None
    chosen = [siting.chosen_of(plans[at], request.GET.get(f"plan_{'ab'[at]}", "")[:9]) for at in range(_TWO)]
    sites = [
        sites_of(reading(request, each)(file_name(plan.number, len(its), "sites.csv")))
        for each, its, plan in zip((first, second), plans, chosen, strict=True)
    ]
    places = places_of(reading(request, first)(file_name(chosen[0].number, len(plans[0]), "places.csv")))
    parts = side_by_side(*sites)
    groups = (
        ("first", _("Only in the first"), parts.only_first),
        ("second", _("Only in the second"), parts.only_second),
        ("both", _("In both"), parts.both),
    )
    return _Both(plans, chosen, groups, places)


def _plans(request: AmurRequest, first: Found, second: Found) -> dict[str, Any]:
    found = _both(request, first, second)
    if found is None:
        return {}
    groups, chosen = found.groups, found.chosen
    layers: dict[str, drawing.Points] = {"place": [(place.longitude, place.latitude) for place in found.places]}
    for name, _title, sites in (groups[2], groups[0], groups[1]):
        layers[name] = [(site.longitude, site.latitude) for site in sites]
    numbers = {f"plan_{'ab'[at]}": str(plan.number) for at, plan in enumerate(chosen)}
    asked = {"of": [str(each.study.id) for each in (first, second)], **numbers}
    return {
        "plan_rows": _plan_rows(chosen, first.currency, second.currency),
        "choices": [
            (name, [(one, siting.plan_view(one, each.currency).label) for one in plans], plan)
            for name, each, plans, plan in zip(numbers, (first, second), found.plans, chosen, strict=True)
        ],
        "has_choice": any(len(its) > 1 for its in found.plans),
        "groups": [Group(name, title, _rows(sites, first.currency), len(sites)) for name, title, sites in groups],
        "drawing": drawing.drawn(layers),
        "map_frame": mapping.frame(reverse("desk:planning_compare_points"), **asked),
        "legend": found.legend,
        "most": _MOST_SHOWN,
    }


def _rows(sites: tuple[Site, ...], currency: str) -> tuple[SiteRow, ...]:
    return tuple(site_row(site, currency) for site in sites[:_MOST_SHOWN])


def _plan_rows(chosen: list[Plan], *currencies: str) -> list[Row]:
    """Return the two plans side by side."""
    one, other = chosen
    views = [siting.plan_view(plan, currency) for plan, currency in zip(chosen, currencies, strict=True)]
    money = currencies[1]

    def row(title: str, shown: tuple[str, str], values: tuple[Decimal | None, Decimal | None], *, is_sum: bool) -> Row:
        change = wording.difference(*values)
        size = abs(change) if change is not None else Decimal(0)
        return Row(
            title,
            *shown,
            bool(change),
            wording.signed(wording.money(size, money) if is_sum else wording.whole(size), change),
        )

    return [
        row(_("Budget"), (views[0].label, views[1].label), (one.money, other.money), is_sum=True),
        row(
            _("Sites to build"),
            (str(one.sites), str(other.sites)),
            (Decimal(one.sites), Decimal(other.sites)),
            is_sum=False,
        ),
        row(_("Households newly reached"), (views[0].newly, views[1].newly), (one.newly, other.newly), is_sum=False),
        row(_("Cost over all years"), (views[0].cost, views[1].cost), (one.cost, other.cost), is_sum=True),
        row(
            _("Of it from the subsidy or budget"),
            (views[0].charge, views[1].charge),
            (one.charge, other.charge),
            is_sum=True,
        ),
        row(_("For each newly reached household"), (views[0].each, views[1].each), (one.each, other.each), is_sum=True),
    ]


def _shares(first: Results, second: Results) -> list[Row]:
    """Return the shares of both, definition by definition, with the difference in points of a hundred."""
    rows = []
    titles = {one.id: words.title(one) for results in (first, second) for one in results.definitions}
    for definition, title in titles.items():
        for measure in dict.fromkeys((*first.measures, *second.measures)):
            shares = [results.share(ALL, definition, measure) for results in (first, second)]
            values = [
                None if share is None or share.share is None else Decimal(str(round(share.share * 100, 1)))
                for share in shares
            ]
            change = wording.difference(values[0], values[1])
            points = _("%(points)s points") % {"points": f"{abs(change):f}" if change is not None else ""}
            rows.append(
                Row(
                    f"{title}{wording.separator()}{words.measure(measure)}",
                    "–" if values[0] is None else f"{values[0]} %",
                    "–" if values[1] is None else f"{values[1]} %",
                    bool(change),
                    wording.signed(points, change),
                )
            )
    return rows
