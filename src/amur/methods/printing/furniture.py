"""What stands around a map: the net of degrees, north, the scale, the legend, and the lines under it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from amur.methods.printing.classes import COUNT, Classes
from amur.methods.printing.outlines import Window
from amur.methods.printing.svg import (
    EDGE,
    HAIR,
    HATCH,
    INK,
    META,
    PAPER,
    SCALE,
    SECOND,
    WIDTH,
    element,
    lines_of,
    short,
    text,
    width_of,
)
from amur.methods.printing.symbols import Kind, symbol
from amur.methods.printing.tinting import ink_on
from amur.methods.printing.words import Language, number, say

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30)
_LINES = 7
"""So many lines of the net there are at most from side to side."""
_SWATCH, _HIGH, _SMALL = 130, 20, 15
_LONGEST_SCALE = 200


@dataclass(frozen=True, slots=True)
class Part:
    """Elements of a drawing, and where they end."""

    elements: list[str]
    bottom: float


def net(window: Window, bounds: tuple[float, float, float, float]) -> tuple[list[str], list[str]]:
    """Return the lines of longitude and latitude with their numbers at the foot and the left of a window.

    ``bounds`` are those of what is drawn; the net reaches a little beyond them, as far as the window does.
    """
    west, south, east, north = bounds
    span = max(east - west, north - south, 0.02)
    step = next((one for one in _STEPS if span / one <= _LINES), _STEPS[-1])
    reach = span * 0.75 + step
    frame = shapely.box(window.left, window.top, window.left + window.width, window.top + window.height)
    lines: list[str] = []
    labels: list[str] = []
    for is_meridian, low, high, most in ((True, west, east, 180.0), (False, south, north, 85.0)):
        across = (south, north) if is_meridian else (west, east)
        other = np.linspace(max(across[0] - reach, -most), min(across[1] + reach, 85.0 if is_meridian else 180.0), 41)
        if is_meridian:
            other = other.clip(-85, 85)
        for place in range(math.ceil((low - reach) / step), math.floor((high + reach) / step) + 1):
            degrees = place * step
            if abs(degrees) > most:
                continue
            run = np.column_stack([np.full(41, degrees), other] if is_meridian else [other, np.full(41, degrees)])
            drawn = shapely.LineString(window.at(window.projection.plane(run))).intersection(frame)
            for part in shapely.get_parts(drawn):
                points = shapely.get_coordinates(part)
                if part.geom_type == "LineString" and len(points):
                    lines.append(_line(points))
                    labels += _degrees(window, points, degrees, is_meridian=is_meridian)
    return lines, labels


def _line(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> str:
    said = "L".join(f"{short(x)} {short(y)}" for x, y in points.tolist())
    return element("path", d=f"M{said}", fill="none", stroke=HAIR, stroke_width=0.8)


def _degrees(
    window: Window, points: np.ndarray[tuple[int, int], np.dtype[np.float64]], degrees: float, *, is_meridian: bool
) -> list[str]:
    """Return the number of a line where it meets the foot of the window, or its left side."""
    bottom, near = window.top + window.height, 0.5
    side = ("E" if degrees > 0 else "W" if degrees < 0 else "") if is_meridian else ("N" if degrees > 0 else "S")
    said = f"{short(abs(degrees))}°{side}"
    for x, y in points[[0, -1]].tolist():
        if is_meridian and y > bottom - near and window.left + 20 < x < window.left + window.width - 20:
            return [text(said, x, bottom + 17, 13, fill=META, text_anchor="middle")]
        if not is_meridian and x < window.left + near and window.top + 10 < y < bottom - 4:
            return [text(said, window.left - 8, y + 4, 13, fill=META, text_anchor="end")]
    return []


def border(window: Window) -> str:
    """Return a hair line around a window."""
    at = {"x": window.left, "y": window.top, "width": window.width, "height": window.height}
    return element("rect", fill="none", stroke=HAIR, stroke_width=1, **at)


def north(window: Window, language: Language) -> str:
    """Return an arrow at the upper right that points north from where it stands."""
    x, y = window.left + window.width - 26, window.top + 40
    turn = window.projection.north_at(*window.plane(x, y))
    arrow = element("path", d="M0 -20L7 12L0 7L-7 12Z", fill=INK)
    letter = text(say("north", language), 0, 30, 15, fill=INK, text_anchor="middle")
    return element(
        "g", arrow + letter, transform=f"translate({short(x)} {short(y)}) rotate({short(turn)})", class_="north"
    )


def scale_bar(window: Window, right: float, y: float, language: Language) -> list[str]:
    """Return a scale that ends at ``right`` and stands on ``y``: a round number of kilometres, true in the middle."""
    most = _LONGEST_SCALE / window.scale / 1000
    unit = 10 ** math.floor(math.log10(most))
    kilometres = next(unit * one for one in (5, 2, 1) if unit * one <= most)
    length = kilometres * 1000 * window.scale
    left = right - length
    half = length / 2
    said = say("kilometres", language, count=number(kilometres, 0 if kilometres >= 1 else 2))
    return [
        element("rect", x=left, y=y - 6, width=half, height=6, fill=INK, stroke=INK, stroke_width=1, class_="scale"),
        element("rect", x=left + half, y=y - 6, width=half, height=6, fill=PAPER, stroke=INK, stroke_width=1),
        text("0", left, y + 16, _SMALL, text_anchor="middle"),
        text(said, right, y + 16, _SMALL, text_anchor="end"),
    ]


def class_legend(classes: Classes, y: float, language: Language, *, numbered: bool) -> Part:
    """Return the five classes from light to dark, and what is not known."""
    found = []
    for place, label in enumerate(classes.labels(language)):
        x = place * _SWATCH
        found.append(
            element("rect", x=x, y=y, width=_SWATCH - 2, height=_HIGH, fill=SCALE[place], stroke=EDGE, stroke_width=0.6)
        )
        if numbered:
            found.append(text(str(place + 1), x + _SWATCH / 2, y + 15.5, 14, fill=ink_on(place), text_anchor="middle"))
        found.append(text(label, x, y + _HIGH + 18, 14))
    x = COUNT * _SWATCH + 16
    found.append(
        element("rect", x=x, y=y, width=70, height=_HIGH, fill=f"url(#{HATCH})", stroke=EDGE, stroke_width=0.6)
    )
    found.append(text(say("not_known", language), x, y + _HIGH + 18, 14))
    return Part(found, y + _HIGH + 26)


def kind_legend(kinds: Sequence[tuple[Kind, int]], y: float, language: Language, right: float) -> Part:
    """Return kinds of points, each with its shape, what it is called and how many there are."""
    found: list[str] = []
    x, line = 0.0, y
    for kind, count in kinds:
        said = f"{kind.label} {say('count', language, count=number(count))}"
        wide = 30 + width_of(said, _SMALL) + 26
        if x and x + wide > right:
            x, line = 0.0, line + 28
        found += [symbol(kind, [(x + 9, line + 9)], 6.5), text(said, x + 25, line + 14.5, _SMALL)]
        x += wide
    return Part(found, line + 28)


def foot(said: Sequence[str], y: float, *, size: float = 14) -> Part:
    """Return lines under a map."""
    found = []
    for sentence in said:
        for line in lines_of(sentence, size, WIDTH):
            y += size * 1.5
            found.append(text(line, 0, y, size, fill=META))
        y += 2
    return Part(found, y + 8)


def simulated_mark(said: str, y: float, language: Language) -> Part:
    """Return the stamp of what is simulated: a hatched band with the sentence on it."""
    lines = lines_of(said, 16, WIDTH - 150)
    height = 22 + 24 * max(1, len(lines))
    word = say("simulated", language)
    wide = width_of(word, 18) + 28
    found = [
        element("rect", x=0.5, y=y, width=WIDTH - 1, height=height, fill=f"url(#{HATCH})", stroke=INK, stroke_width=1),
        element("rect", x=10, y=y + 7, width=WIDTH - 20, height=height - 14, fill=PAPER),
        text(word, 10 + wide / 2, y + height / 2 + 6, 18, fill=INK, stroke=INK, stroke_width=0.4, text_anchor="middle"),
    ]
    for place, line in enumerate(lines):
        found.append(text(line, wide + 14, y + 28 + 24 * place, 16, fill=SECOND))
    return Part([element("g", "".join(found), class_="simulated")], y + height + 10)


def stamp(window: Window, shapes: Sequence[Any], language: Language) -> str:
    """Return the stamp of what is simulated, inside a window, in the corner where least lies under it.

    A map that is cut out of its page still has it.
    """
    said = say("simulated", language)
    width, height, gap = width_of(said, 22) + 44, 52.0, 14.0
    right, low = window.left + window.width - width - gap, window.top + window.height - height - gap
    corners = [(window.left + gap, window.top + gap), (right, low), (window.left + gap, low)]
    x, y = min(corners, key=lambda at: _hidden(window, shapes, (*at, at[0] + width, at[1] + height)))
    inside = [
        element("rect", x=x, y=y, width=width, height=height, fill=f"url(#{HATCH})", stroke=INK, stroke_width=1),
        element("rect", x=x + 7, y=y + 7, width=width - 14, height=height - 14, fill=PAPER),
        text(said, x + width / 2, y + 34, 22, fill=INK, stroke=INK, stroke_width=0.4, text_anchor="middle"),
    ]
    return element("g", "".join(inside), class_="simulated")


def _hidden(window: Window, shapes: Sequence[Any], at: tuple[float, float, float, float]) -> float:
    """Return how much of the shapes would lie under a box, in square metres."""
    (west, north), (east, south) = window.plane(at[0], at[1]), window.plane(at[2], at[3])
    return float(sum(shapely.area(shapely.clip_by_rect(shapes, west, south, east, north)))) if len(shapes) else 0.0
