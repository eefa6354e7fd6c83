"""An explanation as JSON, as tables and as text."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from amur.methods.coverage.reasons import Language
from amur.methods.explaining.drawing import ridge_said
from amur.methods.explaining.sights import knife_edge_db
from amur.methods.explaining.values import Answer, Explanation, Remedy, Way
from amur.methods.explaining.vocabulary import of_itm, say
from amur.methods.filing.results import csv_of
from amur.methods.propagation.paths import Numbers
from amur.methods.terrain.grids import EARTH

PROFILE = (
    "km", "longitude", "latitude", "ground_m", "bulge_m", "line_m", "over_m", "zone_m", "free_share", "parameter",
    "edge_db",
)  # fmt: skip
"""Columns of ``profile.csv``; ``over_m`` counts the bulge, ``edge_db`` is what that point alone would lose."""
_MONEY = ("cost", "build", "yearly", "currency", "counted", "left_out", "verified")
REMEDIES = (
    "rank", "kind", "what", "site", "longitude", "latitude", "frequency_mhz", "height_m", "raised_m", "km",
    "median_dbm", "edge_dbm", "weakest_dbm", "mends", "answers", *_MONEY,
)  # fmt: skip
"""Columns of ``remedies.csv``; ``cost`` is building and operation as money of today."""
NONE = "–"


def as_json(of: Explanation) -> str:
    """Return an explanation as JSON, without the points of profiles; what is not known is null.

    A level of minus infinity, where no site is in reach, is null too: ``site`` is empty there.
    """
    said = _plain(of)
    said["unmet"] = list(of.unmet)
    said["for_all"] = of.for_all.rank if of.for_all else None
    for way, told in zip(of.ways, said["ways"], strict=True):
        told.pop("profile")
        told["difference_db"] = _plain(way.difference_db)
    for remedy, told in zip(of.remedies, said["remedies"], strict=True):
        told["what"] = {"zh": what_of(remedy, "zh"), "en": what_of(remedy, "en")}
    return json.dumps(said, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return None  # points of a profile are in its table
    if isinstance(value, float | np.floating):
        return round(float(value), 6) if math.isfinite(value) else None
    return value


def profile_csv(way: Way) -> str:
    """Return the profile of a way as CSV, one point a row; without rows where it has none."""
    found = way.profile
    if found is None:
        return csv_of((), PROFILE)
    places = places_along(way, found.km)
    edges = knife_edge_db(np.maximum(found.parameters, -1e9))
    rows = (
        {
            "km": round(float(found.km[at]), 4),
            "longitude": round(float(places[at, 0]), 6),
            "latitude": round(float(places[at, 1]), 6),
            "ground_m": round(float(found.ground_m[at]), 2),
            "bulge_m": round(float(found.tops_m[at] - found.ground_m[at]), 3),
            "line_m": round(float(found.lines_m[at]), 2),
            "over_m": round(float(found.tops_m[at] - found.lines_m[at]), 2),
            "zone_m": round(float(found.zones_m[at]), 2),
            "free_share": _finite(-found.parameters[at] / math.sqrt(2), 4),
            "parameter": _finite(found.parameters[at], 4),
            "edge_db": round(float(edges[at]), 2),
        }
        for at in range(len(found.km))
    )
    return csv_of(rows, PROFILE)


def places_along(way: Way, km: Numbers) -> Numbers:
    """Return longitudes and latitudes of points on a way, so many kilometres from its site."""
    count = len(km)
    start = (np.full(count, way.longitude), np.full(count, way.latitude), np.full(count, way.bearing_deg))
    east, north, _ = EARTH.fwd(*start, 1000 * km)
    return np.column_stack([east, north])


def _finite(value: Any, digits: int) -> float | str:
    return round(float(value), digits) if math.isfinite(value) else ""


def remedies_csv(of: Explanation, language: Language = "en") -> str:
    """Return the remedies as CSV, one a row, best first."""
    return csv_of((_row_of(one, language) for one in of.remedies), REMEDIES)


def _row_of(one: Remedy, language: Language) -> dict[str, Any]:
    cost = one.cost
    plain = {
        name: "" if (value := getattr(one, name)) is None else round(value, 6) if isinstance(value, float) else value
        for name in ("rank", "kind", "site", "longitude", "latitude", "frequency_mhz", "height_m", "raised_m", "km")
    }
    levels = {name: _level_cell(getattr(one, name)) for name in ("median_dbm", "edge_dbm", "weakest_dbm")}
    money: dict[str, Any] = dict.fromkeys(
        ("cost", "build", "yearly", "currency", "counted", "left_out", "verified"), ""
    )
    if cost:
        money = {
            "cost": round(cost.present, 2), "build": round(cost.build, 2), "yearly": round(cost.yearly, 2),
            "currency": cost.currency, "counted": " ".join(cost.counted), "left_out": " ".join(cost.left_out),
            "verified": "yes" if cost.is_verified else "no",
        }  # fmt: skip
    money["left_out"] = money["left_out"] or " ".join(one.unknown)
    answers = "; ".join(f"{name}: {answer}" for name, answer in one.answers.items())
    return {
        **plain,
        **levels,
        **money,
        "what": what_of(one, language),
        "mends": " ".join(one.mends),
        "answers": answers,
    }


def _level_cell(value: float | None) -> float | str:
    return "" if value is None or not math.isfinite(value) else round(value, 2)


def what_of(one: Remedy, language: Language) -> str:
    """Return what is done, in words."""
    return say(
        f"do_{one.kind}", language, site=one.site, mhz=one.frequency_mhz, height=one.height_m, raised=one.raised_m,
        east=one.longitude, north=one.latitude, km=one.km,
    )  # fmt: skip


def level(value: float | None, language: Language = "en") -> str:
    """Return a level in words.

    >>> level(-101.26), level(None), level(-math.inf)
    ('-101.3 dBm', 'not known', 'no signal')
    """
    if value is None:
        return say("not known", language)
    return f"{value:.1f} dBm" if math.isfinite(value) else say("no signal", language)


def price(one: Remedy, language: Language = "en") -> str:
    """Return what a remedy costs, with an asterisk where a price is not verified, in words."""
    if one.cost is None:
        return say("not known", language) if one.unknown else NONE
    return f"{one.cost.present:,.0f} {one.cost.currency}{'' if one.cost.is_verified else ' *'}"


def lines(of: Explanation) -> Iterator[str]:
    """Give an explanation as lines of text for a terminal, in English."""
    subject = of.subject
    told = {"households": subject.households, "people": subject.people}
    counts = (f"{what} not known" if many is None else f"{count(many)} {what}" for what, many in told.items())
    thing = "Settlement " if subject.thing == "settlement" else ""
    yield f"{thing}{name_of(of)}, county {county_of(of)}: {', '.join(counts)}"
    yield f"The nearest site is {of.nearest_site}, {of.nearest_km:.2f} km away."
    yield ""
    for answer in of.answers:
        yield _answer(answer)
    yield ""
    for number, point in enumerate(of.points, start=1):
        mark = "→" if number - 1 == subject.point else " "
        server = f" from {point.site}" if point.site else ""
        least = ", or more: the ground to another site is not known" if point.is_at_least else ""
        edge = f", edge {level(point.edge_dbm)}" if point.edge_dbm is not None else ""
        yield f"{mark} {number} {point.kind}: {level(point.median_dbm)}{server}{edge}{least}"
    for way in of.ways:
        yield ""
        yield from way_lines(way)
    yield ""
    yield from _remedy_lines(of)
    yield ""
    yield from (f"SIMULATED: {one['en']}" for one in of.simulated)
    yield from (note["en"] for note in of.notes)


def choices(of: Explanation, language: Language) -> Iterator[str]:
    """Give for each definition that is not met which remedy is the one to take, in words."""
    answers = {one.definition: one for one in of.answers}
    for name, rank in of.chosen.items():
        if rank:
            yield say("cheapest" if of.has_costs else "suffices", language, name=name, rank=rank)
        elif answers[name].answer == "not known":
            yield say("undecided", language, name=name, why=answers[name].why[language])
        else:
            yield say("none_suffices", language, name=name)


def count(many: float | None, language: Language = "en") -> str:
    """Return how many there are, in words.

    >>> count(1234.0), count(None)
    ('1,234', 'not known')
    """
    return say("not known", language) if many is None else f"{many:,.0f}"


def name_of(of: Explanation) -> str:
    """Return the subject by its name and id, or its id where it has no other name."""
    name, id_ = of.subject.name, of.subject.id
    return id_ if name in {"", id_} else f"{name} ({id_})"


def county_of(of: Explanation) -> str:
    """Return the county of the subject by its name and code, as far as they are told."""
    name, code = of.subject.county_name, of.subject.county
    return f"{name} ({code})" if name else code or NONE


def _answer(one: Answer) -> str:
    return f"{one.definition}: {one.answer}, since {one.why['en']} [{one.source['en']}]"


def way_lines(way: Way) -> Iterator[str]:
    """Give one way as lines of text: its geometry, both models, the budget term by term."""
    yield (
        f"Site {way.site}, {way.km:.2f} km, bearing {way.bearing_deg:.0f}°, antenna {way.antenna_m:g} m, "
        f"{way.frequency_mhz:g} MHz: line of sight {say(way.state, 'en')}"
    )
    if way.loss_db is None or way.itm_loss_db is None or way.difference_db is None:
        yield f"  {way.unknown.get('en', '')}"
        return
    ridge = way.ridge
    if ridge is not None:
        yield (
            f"  ridge {ridge_said(way, 'en')}: {ridge.longitude:.5f} E, {ridge.latitude:.5f} N, {ridge.height_m:.0f} m "
            f"above the sea"
        )
        yield (
            f"  first Fresnel zone {ridge.zone_m:.1f} m in radius, clearance {ridge.free_share:.0%} of it, "
            f"ν {ridge.parameter:.2f}: that edge alone loses {ridge.edge_db:.1f} dB"
        )
    parts = ", ".join(f"{name} {round(value, 1) + 0.0:.1f}" for name, value in way.parts_db.items())
    by_itm = f", {of_itm(way.itm_way, 'en')}" if way.itm_way else ""
    yield f"  loss by P.1812 {way.loss_db:.1f} dB{f' ({parts})' if parts else ''}"
    yield f"  loss by ITM {way.itm_loss_db:.1f} dB, {way.difference_db:+.1f} dB{by_itm}"
    for term in way.terms:
        yield f"  {term.name:<28}{round(term.adds_db, 1) + 0.0:+9.1f} dB {term.level_dbm:9.1f} dBm"
    yield f"  median {level(way.median_dbm)} (ITM {level(way.itm_median_dbm)}), edge {level(way.edge_dbm)}"


def _remedy_lines(of: Explanation) -> Iterator[str]:
    if not of.unmet:
        yield "Every definition is met: nothing has to be mended."
        return
    yield "Remedies:"
    for one in of.remedies:
        mends = f"mends {', '.join(one.mends)}" if one.mends else "mends no definition"
        signal = f"{level(one.median_dbm)}, edge {level(one.edge_dbm)}; " if one.median_dbm is not None else ""
        yield f"  {one.rank} {what_of(one, 'en')}: {signal}{mends}; cost {price(one)}"
    if any(one.cost is not None and not one.cost.is_verified for one in of.remedies):
        yield f"  {say('not_verified', 'en')}"
    yield from (f"  {one}" for one in choices(of, "en"))
    if of.for_all and len(of.unmet) > 1:
        yield f"  for all of them: {of.for_all.rank}"
