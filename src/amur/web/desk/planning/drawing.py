"""A map drawn as SVG from points, without a script, a tile or anybody's outlines; pure.

Degrees are drawn flat: a degree of longitude is as wide as it is in the middle of what is shown. That is right to a few
per cent for a province, and a map by which one looks, not one by which one measures; the scale bar says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WIDTH = 800
"""The width of the drawing, in its own units."""
_HIGHEST, _LOWEST, _EDGE = 640, 320, 24
_KM_OF_A_DEGREE = 111.195
_STEPS = (1, 2, 5)
Points = Iterable[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Layer:
    """Points of one kind as one path: dots, each a line of no length with a round end."""

    name: str
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing in its own units, with a bar of so many kilometres."""

    width: int
    height: int
    layers: tuple[Layer, ...]
    bar: int
    bar_km: int

    @property
    def box(self) -> str:
        """Return the view box."""
        return f"0 0 {self.width} {self.height}"

    @property
    def bar_path(self) -> str:
        """Return the scale bar in the lower left corner."""
        foot = self.height - 10
        return f"M{_EDGE} {foot - 5}v5h{self.bar}v-5"

    @property
    def bar_end(self) -> int:
        """Return where the words of the bar begin."""
        return _EDGE + self.bar + 8

    @property
    def foot(self) -> int:
        """Return the line on which they stand."""
        return self.height - 9


def drawn(layers: Mapping[str, Points]) -> Drawing | None:
    """Return a drawing of layers of points, each east and north in degrees; None where there is no point.

    >>> drawing = drawn({"site": [(126.0, 45.0), (127.0, 46.0)], "place": []})
    >>> drawing.width, [(layer.name, layer.count) for layer in drawing.layers], drawing.bar_km
    (800, [('site', 2)], 20)
    """
    found = {name: list(points) for name, points in layers.items()}
    every = [point for points in found.values() for point in points]
    if not every:
        return None
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 0.02), max(north - south, 0.02)
    scale = min((WIDTH - 2 * _EDGE) / wide, (_HIGHEST - 2 * _EDGE) / high)
    height = max(_LOWEST, round(high * scale) + 2 * _EDGE)
    left = (WIDTH - (east - west) * narrow * scale) / 2
    top = (height - (north - south) * scale) / 2

    def at(point: tuple[float, float]) -> tuple[int, int]:
        return round(left + (point[0] - west) * narrow * scale), round(top + (north - point[1]) * scale)

    bar_km = _round_length(WIDTH / 4 / scale * _KM_OF_A_DEGREE)
    return Drawing(
        WIDTH,
        height,
        tuple(Layer(name, _dots(map(at, points)), len(points)) for name, points in found.items() if points),
        max(1, round(bar_km / _KM_OF_A_DEGREE * scale)),
        bar_km,
    )


def _dots(places: Iterable[tuple[int, int]]) -> str:
    """Return dots as one path; what falls on one spot is drawn once, so that ten thousand places stay a small page."""
    return "".join(f"M{x} {y}h0" for x, y in dict.fromkeys(places))


def _round_length(km: float) -> int:
    """Return the largest of 1, 2, 5, 10, 20 … that is no more than a length, and at least 1."""
    power = 10 ** max(0, math.floor(math.log10(max(km, 1))))
    found: int = max(step * power for step in _STEPS if step * power <= max(km, 1))
    return found
