"""Areas of a map with the tints of their classes, what is not known hatched, and a number in each that has room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amur.methods.printing.classes import Classes
from amur.methods.printing.outlines import FINE, Area, Window, label_places, paths_of
from amur.methods.printing.svg import (
    EDGE,
    FINE_HATCH,
    GROUND,
    INK,
    PAPER,
    SCALE,
    element,
    escaped,
    hatching,
    short,
    text,
)
from amur.methods.printing.words import Language, number, percent, say

_MOST = 300_000
"""How many letters the outlines of a map have at most, as far as a tolerance that can be borne lets them."""
_LABEL = 12.5
_DARK = 3
"""From this class on a text on it is white."""


@dataclass(frozen=True, slots=True)
class Tinted:
    """Areas with their shapes on the plane and the classes of their values; without classes they are plain ground."""

    areas: Sequence[Area]
    shapes: Sequence[Any]
    classes: Classes | None
    language: Language

    def drawn(self, window: Window) -> list[str]:
        """Return the areas, all of a class together."""
        groups: dict[str, list[str]] = {}
        for area, path in zip(self.areas, paths_of(window, self.shapes, _MOST), strict=True):
            title = element("title", escaped(self._said(area)))
            groups.setdefault(self._fill(area), []).append(element("path", title, d=path, data_code=area.code))
        drawn = [element("g", "\n".join(inside), fill=fill) for fill, inside in groups.items()]
        scaled = element(
            "g",
            "\n".join(drawn),
            transform=f"scale({short(1 / FINE)})",
            class_="areas",
            stroke=EDGE,
            stroke_width=0.7 * FINE,
            stroke_linejoin="round",
            fill_rule="evenodd",
        )
        # A pattern is counted in the units of what it fills: those of the fine plane, not of the drawing.
        return [hatching(FINE_HATCH, FINE), scaled]

    def labels(self, window: Window) -> list[str]:
        """Return the number of each area that has room for it: its label, or else that of its class."""
        if self.classes is None:
            return []
        known = [
            (area, shape, self.classes.of(area.value))
            for area, shape in zip(self.areas, self.shapes, strict=True)
            if area.value is not None
        ]
        said = [area.label or str(class_ + 1) for area, _, class_ in known]
        sizes = [(len(one) * _LABEL * 0.57 + 2, _LABEL) for one in said]
        places = label_places(window, [shape for _, shape, _ in known], sizes)
        return [
            text(one, place[0], place[1] + _LABEL * 0.36, _LABEL, fill=ink_on(class_), text_anchor="middle")
            for (_, _, class_), one, place in zip(known, said, places, strict=True)
            if place is not None
        ]

    def _fill(self, area: Area) -> str:
        if self.classes is None:
            return GROUND
        return f"url(#{FINE_HATCH})" if area.value is None else SCALE[self.classes.of(area.value)]

    def _said(self, area: Area) -> str:
        if self.classes is None:
            return area.name
        if area.value is None:
            return f"{area.name} {say('not_known', self.language)}"
        is_whole = area.value == round(area.value)
        value = percent(area.value) if self.classes.is_share else number(area.value, 0 if is_whole else 2)
        return f"{area.name} {value}"


def ink_on(class_: int) -> str:
    """Return the colour of a text on a class."""
    return PAPER if class_ >= _DARK else INK
