"""What the map of a result is handed: its points with what is told of each, and the outlines of counties behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from amur.web import tongues
from amur.web.desk.planning import wording
from amur.web.desk.planning.plans import Place, Site
from amur.web.portal import coverage_studies
from amur.web.portal.coverage_results import COUNTIES

_DIGITS = 5
Mark = tuple[float, float, str, str]
"""A point: east and north in degrees, its name, and what is told of it in words."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page's map has its points from, and its outlines; ``shapes`` is empty where there are none.

    ``review`` is the number under which the map of the outlines was reviewed; empty where it has none.
    """

    points: str
    shapes: str = ""
    review: str = ""


def frame(address: str, **asked: str | Sequence[str]) -> Frame:
    """Return what a page's map is drawn from: points at an address, over the counties of the newest public survey."""
    points = f"{address}?{urlencode(asked, doseq=True)}" if asked else address
    for survey in coverage_studies.public():
        if COUNTIES in survey.results.names:
            shapes = tongues.bare(reverse("portal:coverage_file", args=[survey.results.digest, COUNTIES]))
            return Frame(points, shapes, survey.review)
    return Frame(points)


def of_plan(places: Iterable[Place], sites: Iterable[Site], currency: str) -> dict[str, list[Mark]]:
    """Return the points of a plan by what they are: places by how they are served, and sites to build.

    >>> from decimal import Decimal
    >>> from django.utils import translation
    >>> place, site = Place("a", 126.5, 45.0, "", Decimal(30), "site"), Site("m", 126.0, 45.0, *[Decimal(900)] * 3)
    >>> with translation.override("en"):
    ...     found = of_plan([place], [site], "CNY")
    >>> found["reached"], found["none"]
    ([(126.5, 45.0, 'a', '30 households')], [])
    >>> found["site"]
    [(126.0, 45.0, 'm', 'CN¥900 · 900 households within reach')]
    """
    found: dict[str, list[Mark]] = {"before": [], "reached": [], "otherwise": [], "none": []}
    for place in places:
        how = "reached" if place.served == "site" else place.served
        if how in found:
            found[how].append(place_mark(place))
    return found | {"site": [site_mark(site, currency) for site in sites]}


def place_mark(place: Place) -> Mark:
    """Return a place as the map tells it."""
    return _mark(place.longitude, place.latitude, place.id, wording.households(place.households))


def site_mark(site: Site, currency: str) -> Mark:
    """Return a site as the map tells it: what it costs over all years, and how many households are in its reach."""
    parts = (wording.money(site.cost, currency), wording.households(site.households, is_reach=True))
    return _mark(site.longitude, site.latitude, site.id, wording.separator().join(parts))


def handed(layers: Mapping[str, Sequence[Mark]], words: Mapping[str, str]) -> dict[str, Any]:
    """Return layers as the map takes them, each with what it is called; a layer without points is left out.

    >>> handed({"site": [(126.0, 45.0, "m", "dear")], "none": []}, {"site": "New site", "none": "Not reached"})
    {'layers': {'site': [(126.0, 45.0, 'm', 'dear')]}, 'words': {'site': 'New site'}}
    """
    there = {name: list(marks) for name, marks in layers.items() if marks}
    return {"layers": there, "words": {name: words[name] for name in there}}


def _mark(east: float, north: float, name: str, said: str) -> Mark:
    return round(east, _DIGITS), round(north, _DIGITS), name, said
