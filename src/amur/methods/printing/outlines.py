"""Areas and points on the sheet: projected, simplified with the borders that they share, as paths that are short.

The plane is counted in twentieths of a unit of the drawing, in whole numbers: a border that two areas share is the
same numbers for both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from amur.base.faults import AmurError
from amur.methods.printing.projections import Bounds, Numbers, Projection

FINE: Final = 20
"""How many steps of the plane are one unit of the drawing."""
_AREAS = frozenset({"Polygon", "MultiPolygon"})
_FINEST, _COARSEST = 0.15, 12.0
"""The tolerance of simplification in units of the drawing: what is tried first, and what is never passed."""
_POINTS = 3


@dataclass(frozen=True, slots=True)
class Area:
    """An area by longitude and latitude: its code, its name, and its value; none where that is not known."""

    code: str
    name: str
    shape: BaseGeometry
    value: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point by longitude and latitude, and of which kind it is."""

    longitude: float
    latitude: float
    kind: str


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the sheet that shows a part of the plane: ``scale`` is units of the drawing a metre."""

    projection: Projection
    scale: float
    west: float
    north: float
    left: float
    top: float
    width: float
    height: float

    def at(self, metres: Numbers) -> Numbers:
        """Return rows of metres east and north as rows of the drawing, right and down."""
        x = self.left + (metres[:, 0] - self.west) * self.scale
        y = self.top + (self.north - metres[:, 1]) * self.scale
        return np.column_stack([x, y])

    def plane(self, x: float, y: float) -> tuple[float, float]:
        """Return a place of the drawing in metres east and north."""
        return self.west + (x - self.left) / self.scale, self.north - (y - self.top) / self.scale


def areas_of(collection: Any, value: str = "", *, name: str = "name", where: str = "areas") -> list[Area]:
    """Return the areas of a collection of GeoJSON (RFC 7946), with one of their properties as their value.

    >>> square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    >>> one = {"type": "Feature", "geometry": square, "properties": {"code": "1", "name": "甲", "share": 0.5}}
    >>> [(area.code, area.name, area.value) for area in areas_of({"features": [one]}, "share")]
    [('1', '甲', 0.5)]

    Raises:
        AmurError: if it is no such collection, or something in it is no area or no number; with the feature's number.
    """
    features = collection.get("features") if isinstance(collection, Mapping) else None
    if not isinstance(features, list):
        raise AmurError("no_areas", f"{where}: found no collection of features; wanted GeoJSON")
    return [_area(f"{where}, feature {number}", one, value, name) for number, one in enumerate(features, start=1)]


def _area(where: str, feature: Any, value: str, name: str) -> Area:
    said = feature.get("properties") or {} if isinstance(feature, Mapping) else {}
    try:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    except (KeyError, TypeError, ValueError, shapely.errors.GEOSException) as error:
        raise AmurError("no_area", f"{where}: its geometry cannot be read ({error}); mend it") from error
    if shape is None or shape.geom_type not in _AREAS or shape.is_empty:
        raise AmurError("no_area", f"{where}: found {getattr(shape, 'geom_type', None)}, wanted a polygon")
    found = said.get(value) if value else None
    if found is not None and (isinstance(found, bool) or not isinstance(found, int | float) or not np.isfinite(found)):
        raise AmurError("bad_number", f"{where}, {value}: found {found!r}, wanted a number, or null if not known")
    return Area(str(said.get("code") or ""), str(said.get(name) or said.get("code") or ""), shape, found)


def bounds_of(areas: Sequence[Area], marks: Sequence[Mark]) -> Bounds:
    """Return the bounds of areas and points together.

    Raises:
        AmurError: if there are neither, or one is nowhere.
    """
    boxes = [area.shape.bounds for area in areas]
    boxes += [(mark.longitude, mark.latitude, mark.longitude, mark.latitude) for mark in marks]
    if not boxes:
        raise AmurError("empty_map", "there is no area and no point to draw")
    found = np.array(boxes, dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(found).all(axis=1))
    if len(wrong):
        raise AmurError("off_map", f"{boxes[wrong[0]]} is no place; wanted a longitude and a latitude in degrees")
    west, south = found[:, :2].min(axis=0).tolist()
    east, north = found[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def window_of(
    projection: Projection,
    shapes: Iterable[BaseGeometry],
    marks: Numbers,
    size: tuple[float, float],
    at: tuple[float, float],
) -> Window:
    """Return the window that shows shapes and points of the plane, as large as a size lets it be."""
    boxes = [shape.bounds for shape in shapes] + [(x, y, x, y) for x, y in marks.tolist()]
    found = np.array(boxes)
    west, south = found[:, :2].min(axis=0).tolist()
    east, north = found[:, 2:].max(axis=0).tolist()
    room = max(0.03 * max(east - west, north - south), 500.0)
    wide, high = east - west + 2 * room, north - south + 2 * room
    scale = min(size[0] / wide, size[1] / high)
    width, height = size[0], max(high * scale, size[1] * 0.4)
    return Window(
        projection,
        scale,
        (west + east) / 2 - width / scale / 2,
        (south + north) / 2 + height / scale / 2,
        at[0],
        at[1],
        width,
        height,
    )


def projected(projection: Projection, areas: Sequence[Area]) -> list[BaseGeometry]:
    """Return the shapes of areas on the plane, in metres."""
    shapes = np.array([area.shape for area in areas], dtype=object)
    flat = shapely.force_2d(shapes)
    found: list[BaseGeometry] = shapely.transform(flat, projection.plane).tolist()
    return found


def paths_of(window: Window, shapes: Sequence[BaseGeometry], most: int) -> list[str]:
    """Return shapes of the plane as paths of together at most about so many letters, as fine as that lets them be."""
    tolerance, simple = _FINEST, shapes
    while True:
        simple = _simplified(simple, tolerance / window.scale)
        found = [_path(window, shape) for shape in simple]
        if sum(map(len, found)) <= most or tolerance > _COARSEST:
            return found
        tolerance *= 1.6


def _simplified(shapes: Sequence[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Return shapes with fewer points; a border that two of them share stays shared."""
    found: list[BaseGeometry] = shapely.coverage_simplify(np.array(shapes, dtype=object), tolerance).tolist()
    return [old if new is None or new.is_empty else new for old, new in zip(shapes, found, strict=True)]


def _path(window: Window, shape: BaseGeometry) -> str:
    return "".join(_ring(window, shapely.get_coordinates(ring)) for ring in _rings(shape))


def _rings(shape: BaseGeometry) -> list[BaseGeometry]:
    found: list[BaseGeometry] = shapely.get_rings(shapely.get_parts(shape)).tolist()
    return found


def _ring(window: Window, metres: Numbers) -> str:
    """Return a ring as a path; one that is smaller than a step of the plane is a square of one step."""
    steps = np.rint(window.at(metres) * FINE).astype(np.int64)
    moves = np.diff(steps, axis=0)
    moves = moves[moves.any(axis=1)]
    x, y = steps[0].tolist()
    if len(moves) < _POINTS:
        return f"M{x} {y}h1v1h-1z"
    return f"M{x} {y}l{_joined(moves[:-1])}z"


def _joined(moves: np.ndarray[Any, Any]) -> str:
    """Return moves as numbers; a minus parts two of them as well as a space does."""
    return " ".join(map(str, moves.ravel().tolist())).replace(" -", "-")


def label_places(
    window: Window, shapes: Sequence[BaseGeometry], sizes: Sequence[tuple[float, float]]
) -> list[tuple[float, float] | None]:
    """Return where in each shape a text of a width and a height fits: around the middle of its largest circle."""
    found: list[tuple[float, float] | None] = []
    for shape, (width, height) in zip(shapes, sizes, strict=True):
        radius = np.hypot(width, height) / 2 / window.scale
        if shape.area < 3 * radius**2:
            found.append(None)
            continue
        line = shapely.maximum_inscribed_circle(shape, radius / 4)
        x, y = window.at(shapely.get_coordinates(line)[:1])[0].tolist()
        found.append((x, y) if line.length >= radius else None)
    return found
