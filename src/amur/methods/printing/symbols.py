"""Points by shape and colour: whoever sees no colour tells them by their shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from amur.methods.printing.svg import CINNABAR, INK, META, PAPER, RIVER, element, short

Shape = Literal["dot", "ring", "cross", "square", "triangle", "diamond"]


MANY = 1_000
"""Of more points of a kind than this none can be told from another by its outline."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of points: its id, what it is called, its shape, colour and size; kinds that come later lie above."""

    id: str
    label: str
    shape: Shape
    colour: str = INK
    size: float = 1.0


COVERED_COLOUR, NOT_COVERED_COLOUR, NOT_KNOWN_COLOUR, SITE_COLOUR = RIVER, CINNABAR, META, INK


def symbol(kind: Kind, points: Iterable[tuple[float, float]], radius: float) -> str:
    """Return all points of a kind as one element.

    Of many, those that lie on each other by half a unit are one, and round ones are drawn as ends of a line that has no
    length: a dozen letters each.

    >>> symbol(Kind("a", "A", "cross", "#000"), [(10, 20)], 2)
    '<path d="M8.4 18.4l3.2 3.2m0-3.2l-3.2 3.2" fill="none" stroke="#000" stroke-width="1"/>'
    """
    at = list(points)
    if len(at) > MANY:
        at = list(dict.fromkeys((round(x * 2) / 2, round(y * 2) / 2) for x, y in at))
        if kind.shape in {"dot", "ring"}:
            return _blots(kind, at, radius)
    d = "".join(_drawn(kind.shape, x, y, radius) for x, y in at)
    thin, colour = max(radius / 2.4, 1.0), kind.colour
    match kind.shape:
        case "cross":
            return element("path", d=d, fill="none", stroke=colour, stroke_width=thin)
        case "ring":
            return element("path", d=d, fill=PAPER, stroke=colour, stroke_width=thin)
        case _:
            return element("path", d=d, fill=colour, stroke=PAPER, stroke_width=thin / 3)


def _blots(kind: Kind, points: Iterable[tuple[float, float]], radius: float) -> str:
    d = "".join(f"M{short(x)} {short(y)}h.1" for x, y in points)
    widths = [(kind.colour, 2 * radius)] if kind.shape == "dot" else [(kind.colour, 2 * radius), (PAPER, radius)]
    return "".join(
        element("path", d=d, fill="none", stroke=colour, stroke_width=wide, stroke_linecap="round")
        for colour, wide in widths
    )


def _drawn(shape: Shape, x: float, y: float, radius: float) -> str:
    """Return a point as a path; shapes are about as large to the eye as a circle of the radius."""
    r = radius
    match shape:
        case "dot" | "ring":
            s = short(r)
            return f"M{short(x - r)} {short(y)}a{s} {s} 0 1 0 {short(2 * r)} 0a{s} {s} 0 1 0 {short(-2 * r)} 0z"
        case "cross":
            half, whole = 0.8 * r, short(1.6 * r)
            return f"M{short(x - half)} {short(y - half)}l{whole} {whole}m0-{whole}l-{whole} {whole}"
        case "square":
            side = short(1.7 * r)
            return f"M{short(x - 0.85 * r)} {short(y - 0.85 * r)}h{side}v{side}h-{side}z"
        case "triangle":
            return f"M{short(x)} {short(y - 1.2 * r)}l{short(1.15 * r)} {short(2 * r)}h{short(-2.3 * r)}z"
        case "diamond":
            s = short(1.25 * r)
            return f"M{short(x)} {short(y - 1.25 * r)}l{s} {s}l-{s} {s}l-{s}-{s}z"
