"""Who has signal, by which rule: the province, a county, a village; a table first, and a map that shows the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.faults import NotFound
from amur.base.listing import Listing, bounds
from amur.web import tongues
from amur.web.fields import Option
from amur.web.limits import limited
from amur.web.pages import number_from
from amur.web.portal import coverage_challenges, coverage_studies, coverage_words
from amur.web.portal.coverage_broken import whole_results
from amur.web.portal.coverage_results import ALL, LEVELS, BrokenResults, County, Definition, Results, Village
from amur.web.portal.coverage_studies import Survey
from amur.web.requests import AmurRequest

_LONGEST_QUERY = 100
_NAME, _DOWN = "name", "-"


@dataclass(frozen=True, slots=True)
class Value:
    """A share as it is shown: for sure, at most where that is more, and what it is of."""

    label: str
    least: str
    most: str
    covered: str
    total: str
    unit: str
    width: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A definition, or a county, with its shares in the order of the columns; ``whole`` is what a county is out of."""

    title: str
    address: str
    values: tuple[Value, ...]
    code: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of counties: its title, where to press to sort by it, and how it is sorted now."""

    title: str
    address: str
    order: str
    is_number: bool
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a definition answers for a village, and why."""

    definition: str
    title: str
    words: str
    meaning: str
    why: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader looks at: by which definition, and of what."""

    definition: Definition
    measure: str

    def query(self, **more: str) -> str:
        """Return an address that keeps the choice."""
        return "?" + urlencode({"definition": self.definition.id, "measure": self.measure, **more})


@require_safe
@limited("coverage", "120/m", method="GET")
@whole_results
def province(request: AmurRequest) -> HttpResponse:
    """Show what is covered under each definition, side by side, and county by county."""
    survey = coverage_studies.newest()
    if survey is None:
        return render(request, "portal/coverage.html", {"survey": None})
    found = survey.results
    choice = _choice(found, request.GET)
    columns, rows = _counties(found, choice, request.GET.get("sort", ""))
    values = _frame(survey, choice) | {
        "summed": _side_by_side(found, ALL, choice),
        "columns": columns,
        "rows": rows,
        "whole": coverage_words.measure(choice.measure),
        "disagreeing": coverage_words.whole(found.disagreeing),
        "villages": coverage_words.whole(found.village_count),
    }
    return render(request, "portal/coverage.html", values)


@require_safe
@limited("coverage", "120/m", method="GET")
@whole_results
def county(request: AmurRequest, county: str) -> HttpResponse:
    """Show a county: its shares, and each of its villages with what every definition answers."""
    survey = _survey()
    found = survey.results
    here = _county(found, county)
    choice = _choice(found, request.GET)
    query = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    only = request.GET.get("only") == "disagree"
    every = found.villages(county)
    wanted = [one for one in every if (one.disagrees or not only) and query.casefold() in one.name.casefold()]
    page = number_from(request.GET.get("page", ""))
    rows = tuple((one, _answers(found, one), coverage_words.dbm(one.signal_dbm)) for one in wanted[bounds(page)])
    kept = {
        "definition": choice.definition.id,
        "measure": choice.measure,
        "q": query,
        "only": "disagree" if only else "",
    }
    values = _frame(survey, choice) | {
        "county": here,
        "summed": _side_by_side(found, county, choice),
        "listing": Listing(rows, min(page, max(1, -(-len(wanted) // 25))), len(wanted)),
        "villages": len(every),
        "disagreeing": sum(one.disagrees for one in every),
        "query": query,
        "only": only,
        "kept": urlencode({name: value for name, value in kept.items() if value}),
        "bounds": here.bounds,
        "chunk": _chunk(found, county),
        "has_cells": found.has_cells(),
        "levels": [
            (words, cells, coverage_words.whole(people))
            for words, (cells, people) in zip(coverage_words.levels(), found.levels(county), strict=False)
        ],
    }
    return render(request, "portal/coverage_county.html", values)


@require_safe
@limited("coverage", "120/m", method="GET")
@whole_results
def place(request: AmurRequest, place: str) -> HttpResponse:
    """Show a village: what every definition answers and why, the nearest site, the signal; and how to contest it."""
    survey = _survey()
    found = survey.results
    here = village_of(found, place)
    choice = _choice(found, request.GET)
    where = found.counties.get(here.county)
    values = _frame(survey, choice) | {
        "place": here,
        "county": where,
        "answers": _answers(found, here, found.reasons(here.id)),
        "people": coverage_words.whole(here.people),
        "households": coverage_words.whole(here.households),
        "signal": coverage_words.dbm(here.signal_dbm),
        "edge": coverage_words.dbm(here.edge_dbm),
        "kilometres": "" if here.nearest_km is None else f"{here.nearest_km:.2f}",
        "bounds": where.bounds if where else found.bounds,
        "chunk": _chunk(found, here.county) if where else "",
        "challenge": coverage_challenges.procedure(survey),
    }
    return render(request, "portal/coverage_place.html", values)


def village_of(found: Results, id_: str) -> Village:
    """Return a village.

    Raises:
        NotFound: if the survey has none of this id.
    """
    village = found.village(id_)
    if village is None:
        raise NotFound("no_place", f"the survey has no village {id_!r}")
    return village


def _survey() -> Survey:
    survey = coverage_studies.newest()
    if survey is None:
        raise NotFound("no_survey", "no survey of coverage is public")
    return survey


def _county(found: Results, code: str) -> County:
    county = found.counties.get(code)
    if county is None:
        raise NotFound("no_county", f"the survey has no county {code!r}")
    return county


def _choice(found: Results, asked: Mapping[str, Any]) -> Choice:
    """Return what was asked for, or the first of each kind."""
    definitions = {one.id: one for one in found.definitions}
    if not definitions or not found.measures:
        raise BrokenResults("results_unreadable", "the survey has no definition or no share", file="summary.json")
    definition = definitions.get(asked.get("definition", ""), next(iter(definitions.values())))
    measure = asked.get("measure", "")
    return Choice(definition, measure if measure in found.measures else found.measures[0])


def _frame(survey: Survey, choice: Choice) -> dict[str, Any]:
    """Return what every page of a survey shows: what is chosen, what is simulated, sources, definitions, files."""
    found = survey.results
    return {
        "survey": survey,
        "choice": choice,
        "chosen": coverage_words.title(choice.definition),
        "definitions": [
            (one.id, coverage_words.title(one), coverage_words.rule(one), coverage_words.text(one.source))
            for one in found.definitions
        ],
        "definition_options": [
            Option(one.id, coverage_words.title(one), one == choice.definition) for one in found.definitions
        ],
        "measure_options": [Option(one, coverage_words.measure(one), one == choice.measure) for one in found.measures],
        "measures": [coverage_words.measure(one) for one in found.measures],
        "bounds": found.bounds,
        "shapes": tongues.bare(reverse("portal:coverage_file", args=[found.digest, "counties.geojson"])),
        "limits": ",".join(f"{one:g}" for one in LEVELS),
        "clauses": survey.clauses,
    }


def _chunk(found: Results, county: str) -> str:
    return tongues.bare(reverse("portal:coverage_county_data", args=[found.digest, county]))


def _side_by_side(found: Results, county: str, choice: Choice) -> list[Row]:
    """Return for each definition its shares, measure by measure."""
    return [
        Row(
            coverage_words.title(one),
            "",
            tuple(
                _value(
                    found, county, one, measure, coverage_words.measure(measure), is_chosen=measure == choice.measure
                )
                for measure in found.measures
            ),
            one.id,
        )
        for one in found.definitions
    ]


def _value(
    found: Results, county: str, definition: Definition, measure: str, label: str, *, is_chosen: bool = False
) -> Value:
    share = found.share(county, definition.id, measure)
    least, most = coverage_words.span(share)
    width = round((share.share or 0) * 100) if share else 0
    covered, total = (coverage_words.whole(one) for one in ((share.covered, share.total) if share else (None, None)))
    return Value(label, least, most, covered, total, coverage_words.unit(measure), width, is_chosen)


def _counties(found: Results, choice: Choice, sort: str) -> tuple[list[Column], list[Row]]:
    """Return the counties with a share by each definition, sorted as asked; what is covered least stands first."""
    by, is_down = sort.removeprefix(_DOWN), sort.startswith(_DOWN)
    known = {one.id for one in found.definitions} | {_NAME, "total"}
    by = by if by in known else choice.definition.id
    first = found.definitions[0].id

    def key(one: County) -> tuple[bool, float, str]:
        if by == _NAME:
            return False, 0.0, one.code
        share = found.share(one.code, first if by == "total" else by, choice.measure)
        number = None if share is None else share.total if by == "total" else share.share
        return number is None, (-1 if is_down else 1) * (number or 0.0), one.code

    ordered = sorted(found.counties.values(), key=key, reverse=is_down and by == _NAME)
    titles = [(_NAME, _("County"), False), ("total", coverage_words.measure(choice.measure), True)]
    titles += [(one.id, coverage_words.title(one), True) for one in found.definitions]
    columns = [
        Column(
            title,
            choice.query(sort=(_DOWN if by == name and not is_down else "") + name) + "#counties",
            ("descending" if is_down else "ascending") if by == name else "",
            is_number,
            name == choice.definition.id,
        )
        for name, title, is_number in titles
    ]
    return columns, [_county_row(found, one, choice) for one in ordered]


def _county_row(found: Results, county: County, choice: Choice) -> Row:
    values = tuple(
        _value(found, county.code, one, choice.measure, coverage_words.title(one), is_chosen=one == choice.definition)
        for one in found.definitions
    )
    address = reverse("portal:coverage_county", args=[county.code]) + choice.query()
    return Row(county.name, address, values, county.code, values[0].total)


def _answers(
    found: Results, village: Village, reasons: Mapping[str, Mapping[str, str]] | None = None
) -> Sequence[Answer]:
    return [
        Answer(
            one.id,
            coverage_words.title(one),
            coverage_words.answer(said := village.answers[one.id]),
            coverage_words.meaning(said),
            coverage_words.why((reasons or {}).get(one.id, {})),
            said,
        )
        for one in found.definitions
    ]
