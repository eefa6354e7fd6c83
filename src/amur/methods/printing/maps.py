"""Maps as SVG: areas in five classes and points by state, on an equal-area projection or Mercator's.

A map can be read without colour: classes are of one hue from light to dark with a number in each area that has room,
what is not known is hatched, and points differ in shape. It names its projection, its source and what in it is
simulated; a notice of map review is a parameter, since it is a matter of where the map is published.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from amur.base.faults import AmurError
from amur.methods.printing import furniture
from amur.methods.printing.classes import Classes, classes_of
from amur.methods.printing.outlines import Area, Mark, Window, areas_of, bounds_of, projected, window_of
from amur.methods.printing.projections import Kind as ProjectionKind
from amur.methods.printing.projections import Numbers, around
from amur.methods.printing.svg import SCALE, WIDTH, drawing, element, strong
from amur.methods.printing.symbols import Kind, symbol
from amur.methods.printing.tinting import Tinted
from amur.methods.printing.words import NONE, Language, say

__all__ = ["Area", "Frame", "Kind", "Mark", "areas_of", "map_svg"]

_LEFT, _FOOT = 58, 22
_RADII = ((150, 5.0), (1_000, 3.4), (4_000, 2.3), (math.inf, 1.7))
"""Up to so many points are drawn with such a radius."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a map: its title, language, where it is from, a notice of map review, what is simulated.

    ``simulated`` is the sentence that says what is made up; empty where nothing is. ``highest`` bounds the height of
    the map itself, in units of a drawing that is 960 of them wide.
    """

    title: str = ""
    language: Language = "zh"
    source: str = ""
    notice: str = ""
    simulated: str = ""
    highest: float = 900
    projection: ProjectionKind = "equal-area"


@dataclass(slots=True)
class _Sheet:
    """A drawing while it grows downwards."""

    y: float = 0.0
    parts: list[str] = field(default_factory=list)

    def add(self, part: furniture.Part) -> None:
        self.parts += part.elements
        self.y = part.bottom


def map_svg(
    areas: Sequence[Area],
    marks: Sequence[Mark] = (),
    kinds: Sequence[Kind] = (),
    *,
    frame: Frame | None = None,
    classes: Classes | None = None,
    is_choropleth: bool = True,
) -> str:
    """Return a map of areas by class and of points by kind; without classes they are found from the values.

    Areas that are no choropleth are the ground on which points stand.

    >>> square = {"type": "Polygon", "coordinates": [[[126, 45], [127, 45], [127, 46], [126, 45]]]}
    >>> areas = areas_of({"features": [{"geometry": square, "properties": {"name": "甲", "share": 0.5}}]}, "share")
    >>> map_svg(areas, frame=Frame("覆盖", source="某处")).startswith("<svg ")
    True

    Raises:
        AmurError: if there is nothing to draw, something lies nowhere, or a point is of a kind that is not given.
    """
    frame = frame or Frame()
    bounds = bounds_of(areas, marks)
    around_it = around(bounds, frame.projection)
    shapes = projected(around_it, areas)
    points = around_it.plane(
        np.array([(one.longitude, one.latitude) for one in marks], dtype=np.float64).reshape(-1, 2)
    )
    sheet = _Sheet()
    if frame.title:
        sheet.parts.append(strong(frame.title, 0, 26, 22))
        sheet.y = 44
    window = window_of(around_it, shapes, points, (WIDTH - _LEFT, frame.highest), (_LEFT, sheet.y))
    if is_choropleth and classes is None:
        classes = classes_of(one.value for one in areas if one.value is not None)
    lines, degrees = furniture.net(window, bounds)
    tinted = Tinted(areas, shapes, classes, frame.language)
    sheet.parts += [element("g", "".join(lines), class_="net"), *tinted.drawn(window), *degrees, *tinted.labels(window)]
    sheet.parts.append(furniture.border(window))
    counted = _counted(marks, kinds)
    sheet.parts += _points(window, marks, points, kinds)
    sheet.parts.append(furniture.north(window, frame.language))
    if frame.simulated:
        sheet.parts.append(furniture.stamp(window, shapes, frame.language))
    sheet.y = window.top + window.height + _FOOT + 16
    _under(sheet, window, classes, counted, frame, numbered=not any(one.label for one in areas))
    return drawing(sheet.parts, sheet.y, frame.language, frame.title, _says(areas, counted, classes, frame))


def _counted(marks: Sequence[Mark], kinds: Sequence[Kind]) -> list[tuple[Kind, int]]:
    """Return how many points there are of each kind.

    Raises:
        AmurError: if a point is of none of them.
    """
    counts = Counter(one.kind for one in marks)
    strange = sorted(set(counts) - {kind.id for kind in kinds})
    if strange:
        raise AmurError("strange_kind", f"points are of the kind {strange[0]!r}, which is not among those of the map")
    return [(kind, counts[kind.id]) for kind in kinds]


def _points(window: Window, marks: Sequence[Mark], points: Numbers, kinds: Sequence[Kind]) -> list[str]:
    radius = next(radius for most, radius in _RADII if len(marks) <= most)
    at = window.at(points).tolist()
    found = []
    for kind in kinds:
        of_it = [(x, y) for mark, (x, y) in zip(marks, at, strict=True) if mark.kind == kind.id]
        if of_it:
            found.append(element("g", symbol(kind, of_it, radius * kind.size), class_="points", data_kind=kind.id))
    return found


def _under(
    sheet: _Sheet,
    window: Window,
    classes: Classes | None,
    counted: Sequence[tuple[Kind, int]],
    frame: Frame,
    *,
    numbered: bool,
) -> None:
    """Add what stands under a map: legends and the scale, what is simulated, where all of it is from."""
    language = frame.language
    sheet.parts += furniture.scale_bar(window, WIDTH - 2, sheet.y + 8, language)
    if classes is not None:
        sheet.add(furniture.class_legend(classes, sheet.y, language, numbered=numbered))
        sheet.y += 8
    if counted:
        right = WIDTH - 250 if classes is None else WIDTH
        sheet.add(furniture.kind_legend(counted, sheet.y, language, right))
    sheet.y = max(sheet.y, window.top + window.height + _FOOT + 52)
    if frame.simulated:
        sheet.add(furniture.simulated_mark(frame.simulated, sheet.y, language))
    said = [say(f"projection_{frame.projection}", language)]
    if frame.source:
        said.insert(0, say("source", language, source=frame.source))
    if frame.notice:
        said.append(frame.notice)
    sheet.add(furniture.foot(said, sheet.y - 6))


def _says(areas: Sequence[Area], counted: Sequence[tuple[Kind, int]], classes: Classes | None, frame: Frame) -> str:
    """Return what is on a map in words, for who does not see it."""
    language = frame.language
    said = [frame.title] if frame.title else []
    if classes is not None:
        of = [None if one.value is None else classes.of(one.value) for one in areas]
        named = [*zip(classes.labels(language), range(len(SCALE)), strict=True), (say("not_known", language), None)]
        said += [say("says_areas", language, label=label, count=of.count(place)) for label, place in named]
    said += [say("says_points", language, label=kind.label, count=count) for kind, count in counted]
    if frame.simulated:
        said.append(frame.simulated)
    return say("says_join", language).join(said) or NONE
