"""A study of coverage on its page: shares by definition side by side, and which villages flip between two."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from amur.base.faults import AmurError
from amur.base.listing import Listing, bounds, valid_page
from amur.studies import reads
from amur.web.desk.planning.office import Found
from amur.web.desk.planning.plans import rows_of
from amur.web.pages import number_from
from amur.web.portal import coverage_words as words
from amur.web.portal.coverage_results import ALL, COUNTIES, Definition, Name, Results
from amur.web.requests import AmurRequest

FLIPS = "flips.csv"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a measure under a definition: for sure, and at most where that is more."""

    sure: str
    at_most: str
    covered: str


@dataclass(frozen=True, slots=True)
class Row:
    """A definition with its shares, one for each measure."""

    title: str
    rule: str
    source: str
    shares: tuple[tuple[str, Share | None], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two definitions and how many villages they answer differently."""

    first: str
    second: str
    count: int
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """A village that two definitions answer differently, with both answers and why; ``id`` where others share it."""

    name: str
    id: str
    county: str
    by_first: str
    by_second: str
    meaning_first: str
    meaning_second: str
    why_first: str
    why_second: str


def results_of(request: AmurRequest, found: Found) -> Results:
    """Return what reads the files of a study of coverage, each looked at by its hash."""
    one, scope = found.study, request.scope
    return Results(one.result_hash, frozenset(one.files), lambda name: reads.file(scope, one.id, name))


def titles_of(request: AmurRequest, *studies: Found) -> dict[str, str]:
    """Return what the definitions of surveys are called, by their ids; of a result that is damaged none."""
    titles: dict[str, str] = {}
    for each in studies:
        if each.study.model == "coverage" and each.study.state == "done":
            with suppress(AmurError):
                titles |= {one.id: words.title(one) for one in results_of(request, each).definitions}
    return titles


def values(results: Results, asked: dict[str, str]) -> dict[str, Any]:
    """Return what the page of a study of coverage shows; ``asked`` are ``pair`` and ``page`` of the address."""
    measures = results.measures
    titles = {one.id: words.title(one) for one in results.definitions}
    return {
        "measures": [(name, words.measure(name), words.unit(name)) for name in measures],
        "definitions": [_row(results, one, measures) for one in results.definitions],
        "everything": [(words.measure(name), _total(results, name)) for name in measures],
        "downloads": [(name, said) for name, said in _downloads() if name in results.names],
        **_flips(results, titles, asked),
    }


def _downloads() -> tuple[tuple[str, str], ...]:
    return (
        ("report.pdf", _("Report as PDF")),
        ("shares.csv", _("Shares as CSV")),
        ("villages.csv", _("Villages as CSV")),
        ("villages.geojson", _("Villages as GeoJSON")),
        ("flips.csv", _("Who flips as CSV")),
        ("signal.tif", _("Signal as GeoTIFF")),
    )


def _row(results: Results, definition: Definition, measures: tuple[str, ...]) -> Row:
    found = tuple((words.measure(name), _share(results, definition.id, name)) for name in measures)
    return Row(words.title(definition), words.rule(definition), words.say(definition.source), found)


def _share(results: Results, definition: str, measure: str) -> Share | None:
    found = results.share(ALL, definition, measure)
    sure, at_most = words.span(found)
    return Share(sure, at_most, words.whole(found.covered)) if found and sure else None


def _total(results: Results, measure: str) -> str:
    """Return how much there is in all; every definition is measured against the same."""
    found = next((results.share(ALL, one.id, measure) for one in results.definitions), None)
    unit = words.unit(measure)
    return f"{words.whole(found.total)} {unit}".strip() if found else ""


def _flips(results: Results, titles: dict[str, str], asked: dict[str, str]) -> dict[str, Any]:
    if FLIPS not in results.names:
        return {}
    rows = rows_of(results.path(FLIPS).read_bytes())
    counted = Counter((row["first"], row["second"]) for row in rows)
    pairs = sorted(counted, key=lambda pair: (-counted[pair], pair))
    here = next((pair for pair in pairs if "~".join(pair) == asked.get("pair", "")), pairs[0] if pairs else None)
    chosen = [row for row in rows if (row["first"], row["second"]) == here]
    number = valid_page(number_from(asked.get("page", "")))
    counties = {code: one.name for code, one in results.counties.items()} if COUNTIES in results.names else {}
    listed = chosen[bounds(number)]
    called = results.called(row["id"] for row in listed)
    shown = tuple(_flip(row, counties, called.get(row["id"])) for row in listed)
    return {
        "pairs": [
            Pair(
                titles.get(pair[0], pair[0]), titles.get(pair[1], pair[1]), counted[pair], "~".join(pair), pair == here
            )
            for pair in pairs
        ],
        "flips": Listing(shown, number, len(chosen)),
        "flips_of": [titles.get(name, name) for name in here or ()],
        "flip_query": f"pair={'~'.join(here)}" if here else "",
    }


def _flip(row: dict[str, str], counties: dict[str, str], called: Name | None) -> Flip:
    return Flip(
        called.said if called else row["id"],
        row["id"] if called and not called.is_alone else "",
        counties.get(row["county"], row["county"]),
        words.answer(row["by_first"]),
        words.answer(row["by_second"]),
        words.meaning(row["by_first"]),
        words.meaning(row["by_second"]),
        words.why(row, "why_first"),
        words.why(row, "why_second"),
    )
