"""A study of siting on its page: the frontier, the plan of one budget with its map and its sites, and its files."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amur.base.listing import Listing, bounds, valid_page
from amur.web.desk.planning import drawing, mapping, wording
from amur.web.desk.planning.plans import Place, Plan, Reading, Site, file_name, places_of, plans_of, sites_of
from amur.web.pages import number_from

_LONGEST = 30
FILES = ("sites.csv", "places.csv", "plan.geojson")
"""The files of a plan, as the model names them."""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with its words; ``said`` is its one sentence, which is also read out when the slider moves."""

    plan: Plan
    label: str
    cost: str
    charge: str
    each: str
    newly: str
    share: str
    proof: str
    said: str

    @property
    def at(self) -> str:
        """Return the budget as a script reads it: in digits, whatever the language."""
        return f"{self.plan.money.normalize():f}"

    @property
    def reaches(self) -> str:
        """Return how many households are newly reached, as a script reads it."""
        return f"{self.plan.newly.normalize():f}"


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site in words."""

    id: str
    cost: str
    charge: str
    households: str
    place: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The plan that is looked at, with its sites and its map."""

    view: PlanView
    listing: Listing[SiteRow]
    drawing: drawing.Drawing | None
    households: str


def plan_view(plan: Plan, currency: str) -> PlanView:
    """Return a plan in words."""
    return PlanView(
        plan,
        wording.money(plan.money, currency),
        wording.money(plan.cost, currency),
        wording.money(plan.charge, currency),
        wording.money(plan.each, currency),
        wording.whole(plan.newly),
        wording.percent(plan.share),
        wording.proof(plan.gap, is_least_cost=plan.budget is None),
        _sentence(plan, currency),
    )


def _sentence(plan: Plan, currency: str) -> str:
    said = ngettext(
        "%(money)s: %(sites)s site, %(newly)s households newly reached, %(each)s for each",
        "%(money)s: %(sites)s sites, %(newly)s households newly reached, %(each)s for each",
        plan.sites,
    )
    return said % {
        "money": wording.money(plan.money, currency),
        "sites": wording.whole(Decimal(plan.sites)),
        "newly": wording.whole(plan.newly),
        "each": wording.money(plan.each, currency),
    }


def chosen_of(plans: Sequence[Plan], asked: str) -> Plan:
    """Return the plan that an address names by its number; without one the cheapest that reaches most.

    >>> plans = [Plan(n, None, *[Decimal(0)] * 5, sites=0, everybody=Decimal(9)) for n in (1, 2, 3)]
    >>> chosen_of(plans, "2").number, chosen_of(plans, "x").number, chosen_of(plans, "99").number
    (2, 1, 3)
    """
    if asked.isascii() and asked.isdecimal() and len(asked) < _LONGEST:
        return plans[min(max(int(asked), 1), len(plans)) - 1]
    most = max(plan.households for plan in plans)
    return next(plan for plan in plans if plan.households == most)


def chosen(reading: Reading, plans: Sequence[Plan], plan: Plan, currency: str, page: str) -> Chosen:
    """Return a plan with a page of its sites, its map, and the names of its files."""
    names = tuple(file_name(plan.number, len(plans), name) for name in FILES)
    sites, places = sites_of(reading(names[0])), places_of(reading(names[1]))
    number = valid_page(number_from(page))
    rows = tuple(site_row(site, currency) for site in sites[bounds(number)])
    households = wording.whole(plan.households)
    return Chosen(plan_view(plan, currency), Listing(rows, number, len(sites)), map_of(places, sites), households)


def site_row(site: Site, currency: str) -> SiteRow:
    """Return a site in words."""
    return SiteRow(
        site.id,
        wording.money(site.cost, currency),
        wording.money(site.charge, currency),
        wording.whole(site.households),
        f"{site.longitude:.5f}, {site.latitude:.5f}",
    )


def map_of(places: Sequence[Place], sites: Sequence[Site]) -> drawing.Drawing | None:
    """Return the map of a plan: places by how they are served, and the sites above them."""
    layers: dict[str, drawing.Points] = {
        name: [(place.longitude, place.latitude) for place in places if place.served == how]
        for name, how in (("before", "before"), ("reached", "site"), ("otherwise", "otherwise"), ("none", "none"))
    }
    return drawing.drawn(layers | {"site": [(site.longitude, site.latitude) for site in sites]})


def legend() -> dict[str, str]:
    """Return what the layers of the map are."""
    words = wording.served()
    return {
        "site": _("New site"),
        "reached": words["site"],
        "before": words["before"],
        "otherwise": words["otherwise"],
        "none": words["none"],
    }


def values(reading: Reading, files: Container[str], currency: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of a study of siting shows; ``asked`` are ``plan`` and ``page`` of the address."""
    plans = plans_of(reading)
    if not plans:
        return {}
    plan = chosen_of(plans, asked.get("plan", ""))
    return {
        "plans": [plan_view(one, currency) for one in plans],
        "chosen": chosen(reading, plans, plan, currency, asked.get("page", "")),
        "legend": legend(),
        "newly_words": _("Households newly reached"),
        "plan_query": f"plan={plan.number}",
        "downloads": [(name, words) for name, words in _downloads(plan, len(plans)) if name in files],
    }


def marks(reading: Reading, currency: str, asked: str) -> dict[str, Any]:
    """Return the points of the plan that an address names, as its map takes them; none where there is no plan."""
    plans = plans_of(reading)
    if not plans:
        return mapping.handed({}, {})
    plan = chosen_of(plans, asked)
    sites, places = (reading(file_name(plan.number, len(plans), name)) for name in FILES[:2])
    return mapping.handed(mapping.of_plan(places_of(places), sites_of(sites), currency), legend())


def _downloads(plan: Plan, count: int) -> list[tuple[str, str]]:
    words = (_("Sites as CSV"), _("Places as CSV"), _("Map as GeoJSON"))
    return [(file_name(plan.number, count, name), said) for name, said in zip(FILES, words, strict=True)]
