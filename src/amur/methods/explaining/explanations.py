"""An explanation of one village, from the question to everything that is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from amur.base.declared import Text
from amur.methods.coverage.definitions import WORDS, Source, Verdicts
from amur.methods.coverage.probabilities import Signal, edge_dbm
from amur.methods.coverage.reasons import LANGUAGES
from amur.methods.coverage.villages import KINDS, Villages
from amur.methods.explaining.cases import Case
from amur.methods.explaining.costs import Costs
from amur.methods.explaining.levels import Around, Levels, around, judged, levels
from amur.methods.explaining.looking import shown, ways_to
from amur.methods.explaining.placing import template
from amur.methods.explaining.questions import Question, Terms, Thing, point_of, row_of, seat_of, village_alone
from amur.methods.explaining.remedies import chosen, remedies
from amur.methods.explaining.values import Answer, Explanation, PointLevel, Remedy, Subject, Way
from amur.methods.explaining.vocabulary import Said, assumed_of, both, item_of, of_itm, say, why
from amur.methods.printing.words import told
from amur.methods.surveys.reading.heights import FLAT_SAID

_SOME = 5


def explain(
    question: Question, village: str, terms: Terms | None = None, *, point: str = "", costs: Costs | None = None
) -> Explanation:
    """Return why a village or settlement is covered or not, and what would mend it.

    ``village`` is its id or name. ``point`` is the point that is looked at most closely: a kind, such as ``committee``,
    or a number from 1; the one with the weakest signal where none is said. Levels are those of P.1812 over the profile
    of each way, so they differ from those of a map in the fast mode by what that errs.

    Raises:
        AmurError: if there is no such village, settlement or point, or a number lies outside of what the models cover.
    """
    asked = terms or Terms()
    row = row_of(question.villages, question.names, village, question.thing, question.county_names)
    alone = village_alone(question.villages, row)
    of = around(question, alone, asked)
    found = levels(of.routes, of.ways, of.antennas, asked, question.terrain.resolution_m)
    best = found.best()
    verdicts = judged(question, alone, of.sites, best)
    at = point_of(alone, point, question.thing) if point else weakest(alone, best, asked)
    rows = shown(of, found, at, asked)
    case = Case(question, of, found, verdicts, at, rows, asked, costs)
    ways, mended = ways_to(question, of, at, rows, asked), remedies(case)
    return Explanation(
        subject=_subject(question, row, alone, at),
        points=_points(alone, of, found, best, asked),
        nearest_site=str(question.antennas.sites[of.nearest_row]),
        nearest_km=of.nearest_km,
        ways=ways,
        answers=_answers(question, verdicts),
        remedies=mended,
        chosen=chosen(mended, case.unmet),
        simulated=tuple(_simulated(question)),
        notes=(
            *_of_settlement(question, row),
            *_of_ground(question),
            *_of_sites(question, of, asked),
            *_of_unknown(of, found),
            *_of_ways(ways),
            *_of_remedies(case, mended),
        ),
        terms=_told(question, asked),
    )


def weakest(village: Villages, best: Levels, terms: Terms) -> int:
    """Return the point whose edge is weakest of those that are known, and the seat where all are alike."""
    edge = edge_dbm(_signal(best), terms.receiver.probability)
    if np.isnan(edge).all():
        return seat_of(village)
    seat = seat_of(village)
    least = np.nanmin(edge)
    return seat if edge[seat] == least else int(np.nanargmin(edge))


def _signal(best: Levels) -> Signal:
    median = best.median_dbm[0]
    return Signal(median, np.where(np.isfinite(median), best.sigma_db[0], 0.0))


def _subject(question: Question, row: int, village: Villages, point: int) -> Subject:
    name, county = str(village.ids[0]), str(question.villages.counties[row])
    return Subject(
        name, question.names.get(name, ""), county, _known(village.people[0]), _known(village.households[0]), point,
        question.thing, question.county_names.get(county, ""),
    )  # fmt: skip


def _points(village: Villages, of: Around, found: Levels, best: Levels, terms: Terms) -> tuple[PointLevel, ...]:
    edge = edge_dbm(_signal(best), terms.receiver.probability)
    return tuple(
        PointLevel(
            KINDS[village.kinds[at]], float(village.points.east[at]), float(village.points.north[at]),
            _known(village.dwellings[at]), _server(of, found, at), _known(best.median_dbm[0, at]), _known(edge[at]),
            bool(best.is_at_least[0, at]),
        )
        for at in range(len(village.points))
    )  # fmt: skip


def _server(of: Around, found: Levels, point: int) -> str:
    medians = found.median_dbm[:, point]
    if not len(medians) or np.isnan(medians).all():
        return ""
    return str(of.antennas.sites[int(np.nanargmax(medians))])


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _answers(question: Question, verdicts: Mapping[str, Verdicts]) -> tuple[Answer, ...]:
    return tuple(
        Answer(
            name,
            _sourced(one.definition.source),
            WORDS[one.states[0]],
            why(one, 0),
            {language: title for language, title in question.titles.get(name, {}).items() if language in LANGUAGES},
        )
        for name, one in verdicts.items()
    )


def _sourced(source: Source) -> Said:
    return {language: told(source, language) for language in LANGUAGES}


def _of_settlement(question: Question, row: int) -> list[Said]:
    """Return how a settlement is judged, and that its households are an estimate, where they are known at all."""
    if question.thing != "settlement":
        return []
    is_spread = np.isfinite(question.villages.households[row])
    return [*([both("estimated")] if is_spread else []), both("own_point")]


def _of_ground(question: Question) -> list[Said]:
    terrain = question.terrain
    said: list[Said] = []
    if FLAT_SAID not in question.simulated:  # level ground has no source, and no ridge that could go unseen
        said.append(both("ground_of", sources=", ".join(terrain.sources), metres=terrain.measured_m))
        said += [both("coarse")] if terrain.is_coarse and not question.notes else []
    if terrain.filled:
        said.append(both("filled", count=terrain.filled))
    return [*said, *map(_same, terrain.notes), *map(_finished, question.notes)]


def _simulated(question: Question) -> list[Said]:
    return [*([both("simulated")] if question.terrain.is_simulated else []), *map(_each, question.simulated)]


def _same(said: str) -> Said:
    """Return a note of a file, which is in the language that it is in."""
    return {str(language): said for language in LANGUAGES}


def _finished(said: Text) -> Said:
    """Return a sentence as it stands among others: with a capital and a full stop."""
    zh, en = (one.rstrip("。.") for one in (said.say("zh"), said.say("en")))
    return {"zh": f"{zh}。", "en": f"{en[:1].upper()}{en[1:]}."}


def _each(said: Text) -> Said:
    return {str(language): said.say(language) for language in LANGUAGES}


def _of_sites(question: Question, of: Around, terms: Terms) -> list[Said]:
    said: list[Said] = []
    if assumed := question.antennas.assumed:
        said.append({language: say("assumed", language, items=assumed_of(assumed, language)) for language in LANGUAGES})
    if not len(of.antennas):
        said.append(both("no_site", reach=terms.reach_km, km=of.nearest_km))
    return said


def _of_unknown(of: Around, found: Levels) -> list[Said]:
    """Return how many sites may be stronger than is known, as the ground to them is not known all the way."""
    sites = np.unique(of.antennas.sites[found.is_at_least.any(axis=1)]).tolist()
    some = ", ".join(sites[:_SOME]) + (", …" if len(sites) > _SOME else "")
    return [both("unknown_sites", count=len(sites), names=some)] if sites else []


def _of_ways(ways: tuple[Way, ...]) -> list[Said]:
    unknown: list[Said] = [
        {language: say("unknown_way", language, site=one.site, why=one.unknown[language]) for language in LANGUAGES}
        for one in ways
        if one.state == "unknown"
    ]
    cautions: list[Said] = [
        {
            language: say(
                "caution", language, site=one.site, why=", ".join(of_itm(name, language) for name in one.itm_cautions)
            )
            for language in LANGUAGES
        }
        for one in ways
        if one.itm_cautions
    ]
    return unknown + cautions


def _of_remedies(case: Case, found: tuple[Remedy, ...]) -> list[Said]:
    if not found:
        return []
    antennas, like = case.question.antennas, template(case)
    said = [both("assumptions", site=antennas.sites[like]), both("satellite_note")]
    unknown = dict.fromkeys(item for one in found for item in one.unknown)
    said += [
        {language: say("price_unknown", language, item=item_of(item, language)) for language in LANGUAGES}
        for item in unknown
    ]
    if any(one.cost for one in found):
        return [*said, *_of_prices(case.prices, found, case.question.thing)]
    return said if unknown else [*said, both("no_prices")]


def _of_prices(costs: Costs | None, found: tuple[Remedy, ...], thing: Thing) -> list[Said]:
    """Return who says each price that was counted, and which items had none."""
    prices = costs.prices if costs else {}
    counted = dict.fromkeys(item for one in found if one.cost for item in one.cost.counted)
    left = dict.fromkeys(item for one in found if one.cost for item in one.cost.left_out)
    said: list[Said] = []
    for name in counted:
        key = "verified_price" if prices[name].verified else "other_price"
        said.append({
            language: say(key, language, item=item_of(name, language, thing), source=prices[name].source)
            for language in LANGUAGES
        })  # fmt: skip
    if left:
        items = {
            language: ("；" if language == "zh" else "; ").join(item_of(one, language, thing) for one in left)
            for language in LANGUAGES
        }
        said.append({language: say("left_out", language, items=items[language]) for language in LANGUAGES})
    return said


def _told(question: Question, terms: Terms) -> dict[str, Any]:
    said = asdict(terms)
    return said | {"earth_m": terms.earth_m, "resolution_m": question.terrain.resolution_m}
