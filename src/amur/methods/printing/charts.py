"""Charts as SVG: shares as bars, and what a budget reaches as a line; each can be read in black and white.

A chart has the value of each bar and point beside it, and what may be or may not be is hatched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from amur.base.faults import AmurError
from amur.methods.printing.furniture import foot, simulated_mark
from amur.methods.printing.svg import (
    EDGE,
    HAIR,
    HATCH,
    INK,
    META,
    PAPER,
    RIVER,
    WIDTH,
    drawing,
    element,
    lines_of,
    short,
    strong,
    text,
    width_of,
)
from amur.methods.printing.words import NONE, Language, brief, number, percent, say

_BAR, _ROW, _TRACK = 22, 74, 780
_LEFT, _RIGHT, _TOP, _HIGH = 110, 60, 24, 320
_TICKS = 6
_LEAST = 1e-6
_At = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of one with its name; ``at_most`` is what it would be if all of which nothing is known counted."""

    name: str
    share: float | None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A plan on a frontier: its money, the households it reaches, and how many any plan could; none if not known."""

    money: float
    households: float
    at_most: float | None = None


def bars_svg(bars: Sequence[Bar], language: Language = "zh", *, title: str = "", simulated: str = "") -> str:
    """Return shares as bars: full for what counts for sure, hatched for what may count as well.

    >>> bars_svg([Bar("村规", 0.9, 0.95)]).startswith("<svg ")
    True

    Raises:
        AmurError: if there is no bar, or a share is not from 0 to 1, or more than what it is at most.
    """
    if not bars:
        raise AmurError("empty_chart", "there is no bar to draw")
    y, parts = (44.0, [strong(title, 0, 26, 22)]) if title else (0.0, [])
    for bar in bars:
        _checked(bar)
        for line in lines_of(bar.name, 17, WIDTH):
            parts.append(text(line, 0, y + 20, 17, fill=INK))
            y += 25
        parts += _bar(bar, y + 6, language)
        y += _ROW - 25
    y = _key(parts, bars, y, language)
    if simulated:
        stamp = simulated_mark(simulated, y, language)
        parts, y = parts + stamp.elements, stamp.bottom
    says = say("says_join", language).join(f"{bar.name} {percent(bar.share, bar.at_most)}" for bar in bars)
    return drawing(parts, y, language, title, says)


def _checked(bar: Bar) -> None:
    high = bar.share if bar.at_most is None else bar.at_most
    if bar.share is not None and high is not None and not 0 <= bar.share <= high <= 1:
        raise AmurError(
            "bad_share", f"{bar.name!r}: found {bar.share} and at most {bar.at_most}, wanted 0 to 1 in this order"
        )


def _bar(bar: Bar, y: float, language: Language) -> list[str]:
    box = {"y": y, "height": _BAR}
    track = element("rect", x=0.5, width=_TRACK - 1, fill=PAPER, stroke=EDGE, stroke_width=0.8, **box)
    if bar.share is None:
        hatched = element("rect", x=0, width=_TRACK, fill=f"url(#{HATCH})", stroke=EDGE, stroke_width=0.8, **box)
        return [hatched, text(say("not_known", language), _TRACK + 14, y + 17, 18)]
    sure, most = bar.share * _TRACK, max(bar.share, bar.at_most or 0.0) * _TRACK
    found = [track]
    if most > sure:
        found.append(
            element("rect", x=sure, width=most - sure, fill=f"url(#{HATCH})", stroke=EDGE, stroke_width=0.8, **box)
        )
    found.append(element("rect", x=0, width=sure, fill=RIVER, class_="bar", **box))
    return [*found, strong(percent(bar.share, bar.at_most), _TRACK + 14, y + 17, 18)]


def _key(parts: list[str], bars: Sequence[Bar], y: float, language: Language) -> float:
    """Add what full and hatched mean, where there is something hatched; return where it ends."""
    if not any(bar.share is None or percent(bar.share, bar.at_most) != percent(bar.share) for bar in bars):
        return y
    x = 0.0
    for fill, said in ((RIVER, say("for_sure", language)), (f"url(#{HATCH})", say("not_known", language))):
        parts.append(element("rect", x=x + 0.5, y=y + 4, width=26, height=14, fill=fill, stroke=EDGE, stroke_width=0.8))
        parts.append(text(said, x + 36, y + 16, 15))
        x += 36 + width_of(said, 15) + 36
    return y + 34


def frontier_svg(points: Sequence[Point], language: Language = "zh", *, simulated: str = "", note: str = "") -> str:
    """Return what each budget reaches: a line through the plans, and above it what no plan can pass, dashed.

    >>> frontier_svg([Point(1e6, 100, 101), Point(2e6, 150, 152)]).startswith("<svg ")
    True

    Raises:
        AmurError: if there is no plan, or a number of one is none or negative.
    """
    if not points:
        raise AmurError("empty_chart", "there is no plan to draw")
    for one in points:
        if not all(math.isfinite(value) and value >= 0 for value in (one.money, one.households, one.at_most or 0.0)):
            raise AmurError("bad_number", f"a plan: found {one}, wanted numbers of at least 0")
    ordered = sorted(points, key=lambda one: (one.money, one.households))
    across = ticks(max(one.money for one in ordered))
    up = ticks(max(max(one.at_most or 0.0, one.households) for one in ordered))
    wide = WIDTH - _LEFT - _RIGHT

    def at(money: float, households: float) -> tuple[float, float]:
        return _LEFT + money / across[-1] * wide, _TOP + 24 + _HIGH - households / up[-1] * _HIGH

    parts = _axes(across, up, at, language)
    bound = [at(one.money, one.at_most) for one in ordered if one.at_most is not None]
    line = [at(one.money, one.households) for one in ordered]
    if bound:
        parts.append(_line(bound, stroke=META, stroke_width=1.5, stroke_dasharray="7 5", class_="bound"))
    parts.append(_line(line, stroke=RIVER, stroke_width=3, class_="frontier"))
    parts += [element("circle", cx=x, cy=y, r=3.5, fill=PAPER, stroke=META, stroke_width=1.5) for x, y in bound]
    parts += [element("circle", cx=x, cy=y, r=6, fill=RIVER, stroke=PAPER, stroke_width=1.5) for x, y in line]
    parts += _values(ordered, line)
    y = _frontier_key(parts, _TOP + 24 + _HIGH + 66, language, has_bound=bool(bound))
    if simulated:
        stamp = simulated_mark(simulated, y, language)
        parts, y = parts + stamp.elements, stamp.bottom
    if note:
        below = foot([note], y - 8)
        parts, y = parts + below.elements, below.bottom
    said = [say("says_plan", language, money=number(one.money), households=number(one.households)) for one in ordered]
    return drawing(parts, y, language, say("frontier", language), say("says_join", language).join(said) or NONE)


def ticks(most: float) -> list[float]:
    """Return round numbers from 0 to at least ``most``, not many.

    >>> ticks(730), ticks(0), ticks(3)
    ([0.0, 200.0, 400.0, 600.0, 800.0], [0.0, 1.0], [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
    """
    if most < _LEAST:
        return [0.0, 1.0]
    unit = 10.0 ** math.floor(math.log10(most / _TICKS))
    step = next(unit * one for one in (1, 2, 5, 10) if most / (unit * one) <= _TICKS)
    return [round(place * step, 10) for place in range(math.ceil(most / step - 1e-9) + 1)]


def _axes(across: Sequence[float], up: Sequence[float], at: _At, language: Language) -> list[str]:
    left, bottom = at(0, 0)
    right, _ = at(across[-1], 0)
    found = [text(say("households_reached", language), left, _TOP, 15, fill=META)]
    for value in up:
        _, y = at(0, value)
        found.append(element("path", d=f"M{short(left)} {short(y)}H{short(right)}", stroke=HAIR, stroke_width=1))
        found.append(text(brief(value, language, up[-1]), left - 12, y + 5, 15, fill=META, text_anchor="end"))
    for value in across:
        x, _ = at(value, 0)
        found.append(element("path", d=f"M{short(x)} {short(bottom)}v6", stroke=EDGE, stroke_width=1))
        found.append(text(brief(value, language, across[-1]), x, bottom + 24, 15, fill=META, text_anchor="middle"))
    found.append(element("path", d=f"M{short(left)} {short(bottom)}H{short(right)}", stroke=EDGE, stroke_width=1.2))
    return [*found, text(say("money_spent", language), right, bottom + 48, 15, fill=META, text_anchor="end")]


def _line(points: Sequence[tuple[float, float]], **style: str | float) -> str:
    d = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)
    return element("path", d=d, fill="none", stroke_linejoin="round", **style)


def _values(points: Sequence[Point], places: Sequence[tuple[float, float]]) -> list[str]:
    """Return the households of each plan below its point at the right, but not where two would lie on each other."""
    found: list[str] = []
    free = (-math.inf, math.inf)
    for one, (x, y) in zip(points, places, strict=True):
        said = number(one.households)
        left = min(x + 9, WIDTH - width_of(said, 15))
        if left > free[0] or abs(y - free[1]) > 20:  # noqa: PLR2004 -- a line of text
            found.append(text(said, left, y + 22, 15, fill=INK))
            free = (left + width_of(said, 15) + 4, y)
    return found


def _frontier_key(parts: list[str], y: float, language: Language, *, has_bound: bool) -> float:
    x = float(_LEFT)
    styles: tuple[tuple[dict[str, str | float], str], ...] = (
        ({"stroke": RIVER, "stroke_width": 3}, say("of_plans", language)),
        ({"stroke": META, "stroke_width": 1.5, "stroke_dasharray": "7 5"}, say("of_bound", language)),
    )
    for style, said in styles if has_bound else styles[:1]:
        parts.append(_line([(x, y + 11), (x + 34, y + 11)], **style))
        parts.append(text(said, x + 44, y + 16, 15))
        x += 44 + width_of(said, 15) + 36
    return y + 36
