"""The one search: services, registers with their records, and what the policy says, in one box.

It finds what a stranger may read, whoever is signed in. Cases are never in the index: who follows one has its number
and its query code.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.listing import Listing
from amur.base.search_tokens import LONGEST_QUERY, terms_of
from amur.search import reads as index
from amur.search.engine import Hit
from amur.web.limits import limited
from amur.web.pages import number_from
from amur.web.portal.suggesting import near, suggested
from amur.web.requests import AmurRequest
from amur.web.results import SECTIONS, Result, excerpt, results

EVERYWHERE = "all"
_SHOWN_OF_EACH = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One hit, as it is shown."""

    title: str
    kind: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """What was found in one place; ``more`` leads to all of it where only the first hits are shown."""

    title: str
    listing: Listing[Hit]
    lines: tuple[Line, ...]
    more: str


@require_safe
@limited("search", "60/m", method="GET")
def search(request: AmurRequest) -> HttpResponse:
    """Show what holds every word of the query, or how to ask."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    within = request.GET.get("in", EVERYWHERE)
    within = within if within in SECTIONS else EVERYWHERE
    terms = terms_of(query)
    sections = [_section(request, query, name, within) for name in SECTIONS if within in {EVERYWHERE, name}]
    found = [section for section in sections if section.lines]
    values = {
        "query": query,
        "terms": terms,
        "within": within,
        "sections": found,
        "listing": found[0].listing if found and within != EVERYWHERE else None,
        "kept": urlencode({"q": query, "in": within}),
        "suggested": suggested(),
        "near": near(query) if query and not found else [],
    }
    return render(request, "portal/search.html", values)


def _section(request: AmurRequest, query: str, name: str, within: str) -> Section:
    is_whole = within == name
    page = number_from(request.GET.get("page", "")) if is_whole else 1
    listing = index.find(frozenset(), query, kinds=SECTIONS[name], page=page)
    shown = listing.rows if is_whole else listing.rows[:_SHOWN_OF_EACH]
    lines = tuple(_line(result, terms_of(query)) for result in results(shown, localdate(request.now)))
    more = "" if is_whole or listing.counted <= len(shown) else "?" + urlencode({"q": query, "in": name})
    titles = {"services": _("Services"), "registers": _("Registers and entries"), "pages": _("Policy")}
    return Section(titles[name], listing, lines, more)


def _line(result: Result, terms: tuple[str, ...]) -> Line:
    language = get_language() or "zh-hans"
    kinds = {
        "register": _("Register"),
        "clause": _("Clause"),
        "service": _("Service"),
        "finder": _("Questions and answer"),
    }
    kind = result.register.say(language) if result.register else kinds[result.kind]
    return Line(result.title.say(language), kind, excerpt(result.said, language, terms), result.address)
