"""The report of a survey of coverage: the answer first, then what was asked, of what, where, and how sure it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from amur.methods.printing.blocks import Block, Facts, Figure, Heading, Note, Paragraph, Report, Table
from amur.methods.printing.charts import Bar, bars_svg
from amur.methods.printing.classes import SHARES, Classes, classes_of
from amur.methods.printing.maps import Frame, map_svg
from amur.methods.printing.outlines import Area
from amur.methods.printing.provenance import made_with, sources, worded
from amur.methods.printing.reading import Row
from amur.methods.printing.rules import Rule, heads_of
from amur.methods.printing.surveyed import ALL, Share, Survey, survey_of
from amur.methods.printing.words import NONE, Language, number, percent, say

_MOST_FLIPS = 50
_MAP_HEIGHT = 900
_ONE_TINT = 0.6
"""Where more than this share of the counties would be of one tint, classes are taken from the values."""
_MOSTLY = 0.5
"""A county of which more than this share is not known has no tint."""


def report_of_survey(folder: Path, language: Language, map_notice: str) -> Report:
    """Return the report of a survey.

    Raises:
        AmurError: if a file that is needed is missing or no such file; with its path.
    """
    survey = survey_of(folder, language)
    blocks = [
        *_answer(survey),
        *_asked(survey),
        *sources(survey.summary.get("sources"), survey.said("coarse"), language),
        *_all(survey),
        *_maps(survey, map_notice),
        *_counties(survey),
        *_flips(survey),
        *_error(survey),
        *made_with(survey.manifest, str(survey.summary.get("model") or ""), language),
    ]
    made = survey.manifest
    return Report(
        say("coverage_title", language),
        blocks,
        language,
        _subtitle(survey),
        survey.said("simulated"),
        made.made_at,
        made.fingerprint,
    )


def _subtitle(survey: Survey) -> str:
    names = ("counties", "people", "sites")
    said = [
        say(f"{name}_count", survey.language, count=number(count))
        for name in names
        if (count := survey.total(name)) is not None
    ]
    return ("　" if survey.language == "zh" else " · ").join(said)


def _first(survey: Survey) -> str:
    """Return what is told first: people, where they are counted."""
    return "people" if "people" in survey.measures else survey.measures[0] if survey.measures else ""


def _share(survey: Survey, county: str, rule: Rule, measure: str) -> Share:
    return survey.shares.get((county, rule.id, measure)) or Share(0.0, 0.0, 0.0, None, None)


def _said(share: Share) -> str:
    return percent(share.share, share.at_most)


def _answer(survey: Survey) -> Iterator[Block]:
    language, measure = survey.language, _first(survey)
    yield Heading(say("how_many", language, measure=say(f"measure_{measure}", language)) if measure else NONE)
    shares = [_share(survey, ALL, rule, measure) for rule in survey.rules]
    bars = [Bar(rule.name, one.share, one.at_most) for rule, one in zip(survey.rules, shares, strict=True)]
    simulated = survey.said("simulated")
    svg = bars_svg(bars, language, simulated=say("see_first_page", language) if simulated else "")
    said = say("says_join", language).join(f"{bar.name} {percent(bar.share, bar.at_most)}" for bar in bars)
    yield Figure(svg, say("bars_caption", language), said)


def _asked(survey: Survey) -> Iterator[Block]:
    language = survey.language
    yield Heading(say("asked", language))
    yield Paragraph(say("asked_text", language))
    head = [say(one, language) for one in ("definition", "means", "source_of")]
    rows = [[rule.name, rule.says or NONE, rule.source] for rule in survey.rules]
    yield Table(head, rows, widths=(3, 5, 4))
    people, households = survey.summary.get("people"), survey.summary.get("households")
    facts = []
    for name, said in (("people", people), ("households", households)):
        if isinstance(said, Mapping):
            parts = {key: number(said.get(key)) for key in ("total", "placed", "unplaced")}
            facts.append((say(f"measure_{name}", language), say("placed", language, **parts)))
    counts = [(name, survey.total(name)) for name in ("sites", "villages", "counties")]
    facts += [(say(f"measure_{name}", language), number(count)) for name, count in counts if count]
    if facts:
        yield Facts(facts)


def _all(survey: Survey) -> Iterator[Block]:
    language = survey.language
    yield Heading(say("all_title", language))
    head = [say("definition", language), *(say(f"measure_{one}", language) for one in survey.measures)]
    rows = [
        [rule.name, *(_said(_share(survey, ALL, rule, measure)) for measure in survey.measures)]
        for rule in survey.rules
    ]
    yield Table(head, rows, _numbers(head), (2.4, *[1.0] * (len(head) - 1)))
    yield Paragraph(say("range_means", language), second_voice=True)


def _numbers(head: list[str]) -> frozenset[int]:
    return frozenset(range(1, len(head)))


def _maps(survey: Survey, map_notice: str) -> Iterator[Block]:
    language, measure = survey.language, _first(survey)
    from_ = [
        worded(one["from"], language)
        for one in survey.summary.get("sources") or ()
        if isinstance(one, Mapping) and one.get("from")
    ]
    frame = Frame(
        language=language,
        source=say("list_join", language).join(dict.fromkeys(from_)),
        notice=map_notice or say("map_notice", language),
        simulated=say("see_first_page", language) if survey.said("simulated") else "",
        highest=_MAP_HEIGHT,
    )
    tinted = {
        rule: [_tinted(one, _share(survey, one.code, rule, measure)) for one in survey.counties]
        for rule in survey.rules
    }
    classes = _classes([one.value for areas in tinted.values() for one in areas if one.value is not None])
    for rule, areas in tinted.items():
        yield Heading(say("map_title", language, rule=rule.name, measure=say(f"measure_{measure}", language)))
        if areas:
            svg = map_svg(areas, frame=frame, classes=classes)
            yield Figure(svg, say("map_caption", language), say("map_alt", language, rule=rule.name))


def _classes(values: Sequence[float]) -> Classes:
    """Return the classes of all maps of a report, so that these can be compared: the usual ones where they tell enough.

    >>> _classes([0.3, 0.6, 0.85, 0.95, 1.0]).borders, _classes([at / 100 for at in range(50)]).borders
    ((0.5, 0.8, 0.9, 0.98), (0.1, 0.2, 0.3, 0.4))
    """
    usual = Classes(SHARES, is_share=True)
    most = max(Counter(map(usual.of, values)).values(), default=0)
    return usual if most <= _ONE_TINT * len(values) else Classes(classes_of(values).borders, is_share=True)


def _tinted(county: Area, share: Share) -> Area:
    """Return a county with its share; with none where too little is known of it."""
    if share.share is None or share.not_known > _MOSTLY * share.total:
        return Area(county.code, county.name, county.shape)
    return Area(county.code, county.name, county.shape, share.share, str(int(share.share * 100)))


def _counties(survey: Survey) -> Iterator[Block]:
    """Yield a table for each measure, so that definitions stand side by side."""
    language = survey.language
    for place, measure in enumerate(survey.measures):
        name = say(f"measure_{measure}", language)
        yield Heading(say("county_title", language, measure=name), new_page=place == 0)
        head = [say("county", language), say("whole", language, measure=name), *heads_of(survey.rules)]
        rows = []
        for code, county in survey.names.items():
            found = [_share(survey, code, rule, measure) for rule in survey.rules]
            digits = 1 if measure == "area_km2" else 0
            rows.append([county, number(found[0].total, digits), *map(_said, found)])
        yield Table(head, rows, _numbers(head), (2.0, 1.3, *[1.3] * len(survey.rules)))


def _flips(survey: Survey) -> Iterator[Block]:
    language = survey.language
    places = say("settlements" if survey.summary.get("places_are") == "settlements" else "villages", language)
    yield Heading(say("flips_title", language, places=places), new_page=True)
    yield Paragraph(say("flips_text", language, places=places))
    if not survey.flips:
        yield Paragraph(say("no_flips", language))
        return
    rules = {rule.id: rule for rule in survey.rules}
    counts = Counter((row["first"], row["second"], row["by_first"], row["by_second"]) for row in survey.flips)
    head = [say(one, language) for one in ("first_rule", "it_says", "second_rule", "it_says", "how_many_flip")]
    rows = [
        [
            _name(rules, first),
            _answered(by_first, language),
            _name(rules, second),
            _answered(by_second, language),
            number(count),
        ]
        for (first, second, by_first, by_second), count in counts.items()
    ]
    yield Table(head, rows, frozenset({4}), (3, 1.5, 3, 1.5, 1))
    shown = survey.flips[:_MOST_FLIPS]
    caption = say("flips_shown", language, shown=number(len(shown)), all=number(len(survey.flips)))
    head = [say(one, language) for one in ("village", "county", "first_rule", "second_rule")]
    yield Table(head, [_flip(survey, rules, row) for row in shown], widths=(2.6, 1.6, 4, 4), caption=caption)


def _name(rules: Mapping[str, Rule], id_: str) -> str:
    return rules[id_].name if id_ in rules else id_


def _answered(said: str, language: Language) -> str:
    return say(f"answer_{said}", language) if said in {"covered", "not covered", "not known"} else said


def _flip(survey: Survey, rules: Mapping[str, Rule], row: Row) -> list[str]:
    language = survey.language
    sides = []
    for side in ("first", "second"):
        rule = rules[row[side]].letter if row[side] in rules else row[side]
        answer, why = _answered(row[f"by_{side}"], language), survey.why(row, side)
        sides.append(say("says_why", language, rule=rule, answer=answer, why=why))
    return [survey.villages.get(row["id"]) or row["id"], survey.names.get(row["county"], row["county"]), *sides]


def _error(survey: Survey) -> Iterator[Block]:
    language = survey.language
    yield Heading(say("error_title", language))
    said: Any = survey.summary.get("error_db")
    if not isinstance(said, Mapping) or not said.get("ways"):
        yield Paragraph(say("error_none", language))
        return
    yield Paragraph(say("error_text", language, ways=number(said["ways"]), against=str(said.get("against") or NONE)))
    rows = [
        (say(f"error_{name}", language), f"{number(value, 2)} dB")
        for name in ("bias", "median", "rms", "p90", "p95")
        if (value := said.get(name)) is not None
    ]
    yield Facts(rows)
    yield Note("", [say("error_means", language)])
