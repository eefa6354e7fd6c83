"""An explanation as what a report is put together from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from amur.methods.coverage.reasons import Language, kind_said
from amur.methods.explaining.drawing import profile_svg, ridge_said
from amur.methods.explaining.telling import NONE, choices, count, county_of, level, name_of, price, what_of
from amur.methods.explaining.values import Answer, Explanation, Profile, Way
from amur.methods.explaining.vocabulary import both, of_itm, say, term_of
from amur.methods.printing.blocks import Block, Facts, Figure, Heading, Note, Paragraph, Table

_ROWS = 16
"""About how many points of a profile are in the report's table."""


def blocks_of(of: Explanation, language: Language = "zh") -> list[Block]:
    """Return an explanation as blocks of a report."""
    return [
        *_head(of, language),
        *_answers(of, language),
        *_points(of, language),
        *_remedies(of, language),
        *(block for way in of.ways for block in _way(of, way, language)),
        Note(say("notes", language), [note[language] for note in of.notes if note != both("estimated")]),
    ]


def simulated_of(of: Explanation, language: Language = "zh") -> list[str]:
    """Return what of an explanation is made up, in sentences."""
    return [one[language] for one in of.simulated]


def _head(of: Explanation, language: Language) -> Iterator[Block]:
    subject = of.subject
    yield Facts(
        [
            (say(subject.thing, language), name_of(of)),
            (say("county", language), county_of(of)),
            (say("households", language), count(subject.households, language)),
            (say("people", language), count(subject.people, language)),
            (say("nearest", language), f"{of.nearest_site}, {of.nearest_km:.2f} km"),
        ]
    )
    if both("estimated") in of.notes:
        yield Paragraph(say("estimated", language), second_voice=True)


def _answers(of: Explanation, language: Language) -> Iterator[Block]:
    yield Heading(say("what_they_say", language))
    head = [say(name, language) for name in ("definition", "answer", "reason", "source")]
    rows = [
        [_called(one, language), say(one.answer, language), one.why[language], one.source[language]]
        for one in of.answers
    ]
    yield Table(head, rows, widths=(3.4, 1.5, 3, 3.5))


def _called(one: Answer, language: Language) -> str:
    """Return a definition by its title, where it has one, and by its id, which remedies name."""
    title = one.title.get(language)
    return say("called", language, title=title, name=one.definition) if title else one.definition


def _points(of: Explanation, language: Language) -> Iterator[Block]:
    is_settlement = of.subject.thing == "settlement"
    yield Heading(say("settlement_signal" if is_settlement else "points", language))
    head = [say(name, language) for name in ("point", "site", "median", "edge")]
    rows = [
        [
            f"{number} {kind_said(one.kind, language)}",
            one.site or NONE,
            _at(one.median_dbm, language),
            _at(one.edge_dbm, language),
        ]
        for number, one in enumerate(of.points, start=1)
    ]
    first = 1 if is_settlement else 0  # a settlement is its only point
    yield Table(head[first:], [row[first:] for row in rows], frozenset({2 - first, 3 - first}))
    edge = say("edge_is", language, share=of.terms["receiver"]["probability"])
    if is_settlement:
        both_said = f"{edge}{'' if language == 'zh' else ' '}{say('settlement_looked_at', language)}"
        yield Paragraph(both_said, second_voice=True)
        return
    yield Paragraph(edge, second_voice=True)
    at = of.subject.point
    said = say("looked_at", language, number=at + 1, point=kind_said(of.points[at].kind, language))
    yield Paragraph(said, second_voice=True)


def _at(value: float | None, language: Language) -> str:
    return level(value, language).removesuffix(" dBm")


def _way(of: Explanation, way: Way, language: Language) -> Iterator[Block]:
    point = kind_said(of.points[of.subject.point].kind, language)
    yield Heading(say("way", language, site=way.site, km=way.km, point=point))
    if way.loss_db is None or way.itm_loss_db is None or way.difference_db is None:
        yield Paragraph(way.unknown.get(language, ""))
        return
    if way.profile is not None:
        svg = profile_svg(of, way, language)
        yield Figure(svg, "", f"{say('drawing', language, site=way.site, village=of.subject.id)}. "
                     f"{ridge_said(way, language)}")  # fmt: skip
    yield Facts([*_geometry(way, language), *_losses(way, language)])
    head = [say(name, language) for name in ("term", "adds", "level")]
    rows = [
        [term_of(one.name, language), f"{round(one.adds_db, 1) + 0.0:+.1f}", f"{one.level_dbm:.1f}"]
        for one in way.terms
    ]
    yield Table(head, rows, frozenset({1, 2}), (3, 1, 1), say("budget", language))
    if way.profile is not None:
        yield _numbers(way.profile, language)


def _geometry(way: Way, language: Language) -> Iterator[tuple[str, str]]:
    yield say("sight", language), say(way.state, language)
    ridge = way.ridge
    if ridge is None:
        return
    yield (
        say("ridge", language).capitalize(),
        say("ridge_place", language, at=ridge_said(way, language), east=ridge.longitude, north=ridge.latitude,
            height=ridge.height_m),
    )  # fmt: skip
    yield (
        say("free_share", language),
        say("free_is", language, zone=ridge.zone_m, share=ridge.free_share, parameter=ridge.parameter,
            edge=ridge.edge_db),
    )  # fmt: skip


def _losses(way: Way, language: Language) -> Iterator[tuple[str, str]]:
    comma = "，" if language == "zh" else ", "
    parts = comma.join(f"{term_of(name, language)} {round(value, 1) + 0.0:.1f}" for name, value in way.parts_db.items())
    yield say("by_p1812", language), f"{way.loss_db:.1f} dB{f' ({parts})' if parts else ''}"
    by_itm = f"{comma}{of_itm(way.itm_way, language)}" if way.itm_way else ""
    yield say("by_itm", language), f"{way.itm_loss_db:.1f} dB ({way.difference_db:+.1f} dB){by_itm}"


def _numbers(profile: Profile, language: Language) -> Table:
    """Return some points of a profile, the ridge among them, as a table."""
    few = np.unique(np.append(np.linspace(0, len(profile.km) - 1, _ROWS).astype(int), np.argmax(profile.parameters)))
    head = [say(name, language) for name in ("km", "ground_m", "line_m", "over_m", "zone_m")]
    rows = [
        [
            f"{profile.km[at]:.2f}",
            f"{profile.ground_m[at]:.0f}",
            f"{profile.lines_m[at]:.1f}",
            f"{profile.tops_m[at] - profile.lines_m[at]:.1f}",
            f"{profile.zones_m[at]:.1f}",
        ]
        for at in few
    ]
    return Table(head, rows, frozenset(range(5)), caption=say("profile_table", language))


def _remedies(of: Explanation, language: Language) -> Iterator[Block]:
    yield Heading(say("remedies", language))
    if not of.unmet:
        yield Paragraph(say("all_met", language))
        return
    head = ["", *(say(name, language) for name in ("what", "median", "edge", "mends", "cost"))]
    rows = [
        [
            str(one.rank),
            what_of(one, language),
            _at(one.median_dbm, language) if one.median_dbm is not None else NONE,
            _at(one.edge_dbm, language) if one.edge_dbm is not None else NONE,
            ", ".join(one.mends) or NONE,
            price(one, language),
        ]
        for one in of.remedies
    ]
    if rows:
        yield Table(head, rows, frozenset({2, 3, 5}), (0.5, 5, 1.4, 1.4, 2.4, 2))
    if any(one.cost is not None and not one.cost.is_verified for one in of.remedies):
        yield Paragraph(say("not_verified", language), second_voice=True)
    yield from map(Paragraph, choices(of, language))
