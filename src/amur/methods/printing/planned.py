"""The report of plans for sites: what is reached for what, how near to the best that is, and where the sites stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Any

from amur.base.faults import AmurError
from amur.methods.printing.blocks import Block, Facts, Figure, Heading, Note, Paragraph, Report, Table
from amur.methods.printing.charts import Point, frontier_svg
from amur.methods.printing.manifests import Manifest, manifest_of
from amur.methods.printing.maps import Frame, Kind, Mark, map_svg
from amur.methods.printing.provenance import made_with
from amur.methods.printing.reading import Row, rows_of, value_of
from amur.methods.printing.svg import CINNABAR, INK, LARCH, META, RIVER
from amur.methods.printing.words import NONE, Language, at_most, number, percent, say, told

_MOST_SITES, _MOST_PLANS = 200, 6
_FRONTIER = ("charge", "cost", "households", "bound", "gap")
_SITES = ("id", "longitude", "latitude", "cost", "charge", "households")
_PLACES = ("id", "longitude", "latitude", "county", "households", "served")
_SERVED = ("before", "site", "otherwise", "none")


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan by its files: what it costs and reaches, its proof, its sites and places."""

    charge: float
    cost: float
    households: float
    bound: float
    gap: float
    sites: Sequence[Row]
    places: Sequence[Row]

    @property
    def all(self) -> float:
        return sum(value_of(row, "households", "places.csv") or 0.0 for row in self.places)

    def of(self, served: str) -> float:
        rows = (row for row in self.places if row["served"] == served)
        return sum(value_of(row, "households", "places.csv") or 0.0 for row in rows)

    @property
    def bound_is_in_households(self) -> bool:
        """Say whether the bound counts households as they are; where places have weights it counts those."""
        return isclose(self.bound * (1 - self.gap), self.households, rel_tol=1e-6, abs_tol=1e-6)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the plans were asked for, as the manifest tells it, and the language of the report."""

    manifest: Manifest
    language: Language

    def get(self, name: str) -> Any:
        return self.manifest.parameters.get(name)

    @property
    def is_for_budget(self) -> bool:
        return self.get("budget") is not None or bool(self.get("frontier"))

    @property
    def has_rule(self) -> bool:
        return bool(self.get("subsidy"))

    @property
    def simulated(self) -> list[str]:
        said = self.get("simulated")
        return [told(one, self.language) for one in said] if isinstance(said, list) else []


def report_of_plans(folder: Path, language: Language, map_notice: str) -> Report:
    """Return the report of one plan, or of several.

    Raises:
        AmurError: if a file that is needed is missing or no such file; with its path.
    """
    made = manifest_of(folder)
    asked, plans = _Asked(made, language), _plans(folder)
    blocks: list[Block] = [*_answer(asked, plans), *_proof(asked, plans), *_question(asked, plans[0])]
    chosen = _chosen(len(plans))
    for place in chosen:
        blocks += _one(asked, plans[place], place + 1 if len(plans) > 1 else 0, map_notice)
    if len(chosen) < len(plans):
        blocks.append(Paragraph(say("other_plans", language), second_voice=True))
    blocks += made_with(made, "", language)
    count = say("plans_count" if len(plans) > 1 else "plan_count", language, count=len(plans))
    return Report(
        say("siting_title", language), blocks, language, count, asked.simulated, made.made_at, made.fingerprint
    )


def _plans(folder: Path) -> list[_Plan]:
    rows = rows_of(folder, "frontier.csv", _FRONTIER)
    if not rows:
        raise AmurError("bad_result", f"{folder / 'frontier.csv'} has no plan; make the results again")
    found = []
    for place, row in enumerate(rows, start=1):
        numbers = [value_of(row, name, f"frontier.csv, row {place + 1}") or 0.0 for name in _FRONTIER]
        before = f"{place}-" if len(rows) > 1 else ""
        sites, places = rows_of(folder, f"{before}sites.csv", _SITES), rows_of(folder, f"{before}places.csv", _PLACES)
        found.append(_Plan(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], sites, places))
    return found


def _chosen(count: int) -> list[int]:
    """Return which plans are told in full: all, or some from the first to the last.

    >>> _chosen(3), _chosen(11)
    ([0, 1, 2], [0, 2, 4, 6, 8, 10])
    """
    if count <= _MOST_PLANS:
        return [*range(count)]
    return sorted({round(place * (count - 1) / (_MOST_PLANS - 1)) for place in range(_MOST_PLANS)})


def _answer(asked: _Asked, plans: Sequence[_Plan]) -> Iterator[Block]:
    language = asked.language
    yield Heading(say("plans_title", language))
    given = say("subsidy" if asked.has_rule else "charge", language)
    head = ["", *(say(one, language) for one in ("measure_sites", "cost")), given]
    head += [say(one, language) for one in ("reached", "reached_share", "each_new", "gap")]
    rows = []
    for place, plan in enumerate(plans, start=1):
        new = plan.households - plan.of("before")
        each = number(plan.charge / new) if new > 0 else NONE
        share = percent(min(1.0, plan.households / plan.all)) if plan.all else NONE
        money = [number(len(plan.sites)), number(plan.cost), number(plan.charge), number(plan.households)]
        rows.append([str(place), *money, share, each, at_most(plan.gap)])
    yield Table(head, rows, frozenset(range(1, len(head))), (0.4, 0.8, 1.7, 1.7, 1.4, 1.1, 1.4, 1.1))
    yield Paragraph(say("plans_text", language), second_voice=True)
    if len(plans) > 1:
        points = [Point(one.charge, one.households, one.bound if one.bound_is_in_households else None) for one in plans]
        caption = "frontier_caption" if any(one.at_most for one in points) else "frontier_short"
        note = say("see_first_page", language) if asked.simulated else ""
        said = say("says_join", language).join(
            say("says_plan", language, money=number(one.money), households=number(one.households)) for one in points
        )
        yield Figure(
            frontier_svg(points, language, simulated=note),
            say(caption, language),
            said,
        )


def _proof(asked: _Asked, plans: Sequence[_Plan]) -> Iterator[Block]:
    """Yield what the gap of each plan means, in words."""
    language = asked.language
    yield Heading(say("proof_title", language))
    yield Paragraph(say("proof_text", language))
    lines = []
    for place, plan in enumerate(plans, start=1):
        kind = "most" if asked.is_for_budget else "least"
        if plan.gap <= 0:
            said = say(f"proof_best_{kind}", language)
        else:
            key = f"proof_{kind}" if kind == "least" or plan.bound_is_in_households else "proof_weighted"
            said = say(key, language, bound=number(plan.bound), gap=at_most(plan.gap), found=_found(plan, kind))
        lines.append(say("plan_says", language, place=place, said=said) if len(plans) > 1 else said)
    yield Note("", lines)


def _found(plan: _Plan, kind: str) -> str:
    return number(plan.households if kind == "most" else plan.cost)


def _question(asked: _Asked, plan: _Plan) -> Iterator[Block]:
    language = asked.language
    yield Heading(say("asked", language))
    facts = [
        (say("places", language), number(len(plan.places))),
        (say("measure_households", language), number(plan.all)),
        (say("served_before", language), number(plan.of("before"))),
    ]
    for name in ("share", "budget", "frontier", "radius_km", "years", "rate", "subsidy", "gap", "seconds"):
        said = asked.get(name)
        if said not in (None, "", 0, 0.0, [], {}):
            facts.append((say(f"asked_{name}", language), _plain(said, name)))
    floors = asked.get("floors")
    if isinstance(floors, Mapping) and floors:
        said = say("list_join", language).join(
            f"{county}: {_plain(share, 'share')}" for county, share in floors.items()
        )
        facts.append((say("asked_floors", language), said))
    yield Facts(facts)


def _plain(said: Any, name: str) -> str:
    if isinstance(said, list):
        return "  ".join(_plain(one, name) for one in said)
    if isinstance(said, int | float) and not isinstance(said, bool):
        return percent(said) if name in {"share", "rate", "gap"} else f"{said:,.10g}"
    return str(said)


def _one(asked: _Asked, plan: _Plan, place: int, map_notice: str) -> Iterator[Block]:
    """Yield where the sites of a plan stand: a map and a table."""
    language = asked.language
    yield Heading(say("plan_title", language, place=place) if place else say("plan_only", language), new_page=True)
    if svg := _map(asked, plan, map_notice):
        yield Figure(svg, say("plan_caption", language), say("plan_alt", language, count=len(plan.sites)))
    shown = plan.sites[:_MOST_SITES]
    if not shown:
        yield Paragraph(say("no_sites", language))
        return
    given = say("subsidy" if asked.has_rule else "charge", language)
    head = [say(one, language) for one in ("site", "longitude", "latitude", "cost")]
    head += [given, say("site_reaches", language)]
    rows = [
        [
            row["id"],
            *(number(value_of(row, name, "sites.csv"), 4) for name in ("longitude", "latitude")),
            *(number(value_of(row, name, "sites.csv")) for name in ("cost", "charge", "households")),
        ]
        for row in shown
    ]
    caption = say("sites_shown", language, shown=number(len(shown)), all=number(len(plan.sites)))
    yield Table(head, rows, frozenset(range(1, len(head))), (2, 1.2, 1.2, 1.4, 1.4, 1.2), caption)


def _map(asked: _Asked, plan: _Plan, map_notice: str) -> str:
    """Return a map of sites and of the places by how they are served; nothing where there are neither."""
    language = asked.language
    shapes: Mapping[str, tuple[Any, str]] = {
        "before": ("ring", META),
        "site": ("dot", RIVER),
        "otherwise": ("diamond", LARCH),
        "none": ("cross", CINNABAR),
    }
    kinds = [Kind(one, say(f"served_{one}", language), *shapes[one]) for one in _SERVED]
    kinds.append(Kind("of_plan", say("site_of_plan", language), "triangle", INK, 1.5))
    marks = [_mark(row, row["served"], "places.csv") for row in plan.places]
    marks += [_mark(row, "of_plan", "sites.csv") for row in plan.sites]
    if not marks:
        return ""
    frame = Frame(
        language=language,
        source=say("list_join", language).join(asked.manifest.inputs),
        notice=map_notice or say("map_notice", language),
        simulated=say("see_first_page", language) if asked.simulated else "",
        highest=640,
    )
    used = {one.kind for one in marks}
    return map_svg([], marks, [one for one in kinds if one.id in used], frame=frame, is_choropleth=False)


def _mark(row: Row, kind: str, where: str) -> Mark:
    east, north = value_of(row, "longitude", where), value_of(row, "latitude", where)
    if east is None or north is None:
        raise AmurError("bad_result", f"{where}, {row['id']!r} has no place; make the results again")
    return Mark(east, north, kind)
