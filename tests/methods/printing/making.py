"""Made-up counties whose borders bend, and readers of the drawings that are made of them."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import shapely
from lxml import etree

from amur.methods.printing.maps import Area

SVG = "{http://www.w3.org/2000/svg}"


def patchwork(rows=4, columns=5, bends=60, *, degrees=(14.0, 10.0), ripple=2.0):
    """Return areas that fill a part of the Earth; each border bends, and is the same for both that share it."""
    random = np.random.default_rng(1)
    wide, high = degrees
    west, south = 128.0 - wide / 2, 48.0 - high / 2
    steps_x, steps_y = wide / columns, high / rows
    corners = {
        (x, y): (west + x * steps_x, south + y * steps_y) + random.uniform(-0.15, 0.15, 2) * (steps_x, steps_y)
        for x in range(columns + 1)
        for y in range(rows + 1)
    }
    borders = {}

    def border(first, second):
        if (second, first) in borders:
            return borders[second, first][::-1]
        if (first, second) not in borders:
            line = np.linspace(corners[first], corners[second], bends)
            across = (line[-1] - line[0])[::-1] * (-0.04, 0.04)
            along = np.linspace(0, np.pi, bends)
            waves = np.sin(along) * np.sin(along * random.uniform(5, 9) + random.uniform(0, 6))
            rough = np.sin(along) * random.uniform(-ripple, ripple, bends) / bends
            line += np.outer(waves + rough, across)
            line[[0, -1]] = corners[first], corners[second]
            borders[first, second] = line
        return borders[first, second]

    found = []
    for y in range(rows):
        for x in range(columns):
            around = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
            ring = np.concatenate([border(*pair)[:-1] for pair in pairwise(around)])
            code = f"{y}{x}"
            found.append(Area(code, f"县{code}", shapely.Polygon(ring), (x + y) / (rows + columns)))
    return found


def parsed(svg):
    """Return the root of a drawing; it is well-formed."""
    return etree.fromstring(svg.encode())


def texts(svg):
    return ["".join(one.itertext()) for one in parsed(svg).iter(f"{SVG}text")]


def drawn_areas(svg):
    """Return the areas of a map by their codes, in the units of its fine plane."""
    found = {}
    for path in parsed(svg).iter(f"{SVG}path"):
        if path.get("data-code") is not None:
            found[path.get("data-code")] = polygon_of(path.get("d"))
    return found


def polygon_of(d):
    whole = shapely.Polygon()
    for ring in re.findall(r"M[^M]+", d):
        start, moves = ring.replace("h1v1h-1z", "l1 0 0 1-1 0z").split("l")
        numbers = np.array([int(one) for one in re.findall(r"-?\d+", f"{start} {moves}")])
        whole = whole.symmetric_difference(shapely.Polygon(numbers.reshape(-1, 2).cumsum(axis=0)))
    return whole


def fills(svg):
    """Return the fill of each area by its code."""
    return {
        path.get("data-code"): path.getparent().get("fill")
        for path in parsed(svg).iter(f"{SVG}path")
        if path.get("data-code") is not None
    }
