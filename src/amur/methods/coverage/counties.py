"""Counties as shapes on the ground, and which of them a point or a cell of the H3 grid belongs to.

A cell belongs to the county in which its middle lies, and so to one at most; a cell that reaches over a border is told.
A point on a border between two belongs to the one whose code is lower, as does what two shapes overlap in. Degrees are
of WGS 84 or CGCS 2000; a shape over the meridian of 180 degrees is in two parts, as GeoJSON wants it (RFC 7946).

Source: U. Brodsky, H3, a hexagonal hierarchical geospatial indexing system (2018).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import h3
import h3.api.numpy_int as h3_numbers
import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import shape

from amur.base.faults import AmurError
from amur.methods.coverage.villages import Flags, Numbers, Points, Rows, Words

Shapes = np.ndarray[Any, np.dtype[np.object_]]
CellIds = np.ndarray[Any, np.dtype[np.uint64]]
OUTSIDE = -1
"""The county of what lies in none."""
_SURFACES = {"Polygon", "MultiPolygon"}
_NO_SHAPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, shapely.errors.ShapelyError)
_DEGREES = re.compile(r"(CRS84|EPSG:+(4326|4490))$")
_ELLIPSOID, _KM2, _FINEST = Geod(ellps="WGS84"), 1e-6, 15


@dataclass(frozen=True, slots=True)
class Finding:
    """What is odd about shapes though they can be used.

    An ``overlap`` of two counties, a ``hole`` between some, or a feature with ``no_code``, which may have been one.
    """

    what: str
    codes: tuple[str, ...]
    area_km2: float


@dataclass(frozen=True)
class Counties:
    """Counties by code, name and shape, in the order of their codes, with what is odd about them."""

    codes: Words
    names: Words
    shapes: Shapes = field(repr=False)
    findings: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        """Return how many counties there are."""
        return len(self.codes)

    @cached_property
    def areas_km2(self) -> Numbers:
        """Return the area of each, on the ellipsoid."""
        return np.array([_area_km2(one) for one in self.shapes], dtype=np.float64)


def read_counties(
    said: str | bytes | Mapping[str, Any],
    *,
    code: str,
    name: str,
    before: str = "",
    within: str = "",
    tolerance_km2: float = 0.01,
) -> Counties:
    """Return the counties of a GeoJSON feature collection.

    ``code`` and ``name`` are the properties that hold them; ``before`` is what stands before each code and is taken
    off; only codes that begin with ``within`` are read. Overlaps and holes beyond a tolerance are found, not refused.

    Raises:
        AmurError: if it is no such collection, or has no county; if a feature has no code, the code of another, no
            surface, or one that crosses itself, or is in other units than degrees; with the number of the feature.

    >>> ring = [[126, 45], [127, 45], [127, 46], [126, 46], [126, 45]]
    >>> square = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    >>> square["properties"] = {"gb": "156230102", "name": "One"}
    >>> text = json.dumps({"type": "FeatureCollection", "features": [square]})
    >>> found = read_counties(text, code="gb", name="name", before="156", within="23")
    >>> found.codes.tolist(), found.areas_km2.round().tolist()
    (['230102'], [8686.0])
    """
    kept: dict[str, tuple[int, Mapping[str, Any]]] = {}
    findings: list[Finding] = []
    for row, feature in _features(said):
        full = str(_properties(feature).get(code) or "")
        if within and not full.startswith(before + within):
            if not full and _kind(feature) in _SURFACES:  # lines and labels of a map have no code and need none
                findings.append(Finding("no_code", (f"feature {row}",), 0.0))
            continue
        key = full[len(before) :]
        if not full.startswith(before) or not key:
            raise AmurError(
                "no_code",
                f"feature {row}, {code}: found {full!r}, wanted a code that {before!r} begins",
                where=f"{code} {full!r}",
            )
        if key in kept:
            raise AmurError(
                "county_twice", f"feature {row}, {code}: {key} is the code of feature {kept[key][0]} too", county=key
            )
        kept[key] = row, feature
    if not kept:
        raise AmurError("no_county", f"there is no county whose code begins with {within!r}" if within else "no county")
    codes = np.array(sorted(kept), dtype=np.str_)
    names = np.array([str(_properties(kept[one][1]).get(name) or "") for one in codes.tolist()], dtype=np.str_)
    surfaces = np.array([_surface(*kept[one]) for one in codes.tolist()], dtype=object)
    odd = (*_overlaps(codes, surfaces, tolerance_km2), *_holes(codes, surfaces, tolerance_km2))
    return Counties(codes, names, surfaces, (*findings, *odd))


def counties_of(counties: Counties, points: Points) -> Rows:
    """Return the county of each point by its row, or ``OUTSIDE``."""
    found = np.full(len(points), len(counties), dtype=np.int64)
    if len(points):
        tree = shapely.STRtree(shapely.points(points.east, points.north))
        county, point = tree.query(counties.shapes, predicate="intersects")
        np.minimum.at(found, point, county)
    found[found == len(counties)] = OUTSIDE
    return found


def held_inside(counties: Counties, points: Points) -> Rows:
    """Return the county of each point, all of which have to lie in one.

    Raises:
        AmurError: if one lies outside; with its row and where it is.
    """
    found = counties_of(counties, points)
    wrong = np.flatnonzero(found == OUTSIDE)
    if len(wrong):
        row = wrong[0]
        more = f"; and {len(wrong) - 1} more rows" if len(wrong) > 1 else ""
        raise AmurError(
            "outside",
            f"{points.what}, row {row}, north, east: {points.north[row]:g}, {points.east[row]:g} is in no county{more}",
            north=f"{points.north[row]:g}",
            east=f"{points.east[row]:g}",
        )
    return found


@dataclass(frozen=True, slots=True, eq=False)
class GridCells:
    """Cells of the H3 grid by id, in its order, each with its county by row, its middle and its area.

    ``is_border`` says of each whether it reaches over the border of a county.
    """

    ids: CellIds
    counties: Rows
    is_border: Flags
    middles: Points
    areas_km2: Numbers

    def __len__(self) -> int:
        """Return how many cells there are."""
        return len(self.ids)


def cells_of(counties: Counties, resolution: int, *, most: int = 5_000_000) -> GridCells:
    """Return the cells whose middle lies in a county; each is in one.

    A county too narrow for any middle has no cell: take a finer resolution, of which there are 0 to 15.

    Raises:
        AmurError: if there is no such resolution, or there would be more cells than ``most``.
    """
    if not 0 <= resolution <= _FINEST:
        raise AmurError(
            "no_resolution",
            f"the resolution of cells: found {resolution}, wanted 0 to {_FINEST}",
            found=resolution,
            most=_FINEST,
        )
    expected = counties.areas_km2.sum() / h3.average_hexagon_area(resolution, unit="km^2")
    if expected > most:
        raise AmurError(
            "too_many_cells",
            f"at resolution {resolution} there are about {expected:,.0f} cells, more than {most:,}",
            resolution=resolution,
        )
    parts = [_touched(one, resolution) for one in counties.shapes]
    ids = np.unique(np.concatenate(parts))
    middles = _middles(ids)
    of = counties_of(counties, middles)
    is_in = of != OUTSIDE
    ids, of = ids[is_in], of[is_in]
    return GridCells(
        ids,
        of,
        _reaches_over(counties, ids),
        Points(middles.north[is_in], middles.east[is_in], "cells"),
        np.array([h3_numbers.cell_area(one, unit="km^2") for one in ids.tolist()], dtype=np.float64),
    )


def cell_at(points: Points, resolution: int) -> CellIds:
    """Return the id of the cell in which each point lies.

    >>> hex(cell_at(Points(np.array([45.75]), np.array([126.63])), 7)[0])
    '0x87149632cffffff'
    """
    pairs = zip(points.north.tolist(), points.east.tolist(), strict=True)
    return np.array([h3_numbers.latlng_to_cell(north, east, resolution) for north, east in pairs], dtype=np.uint64)


def _features(said: str | bytes | Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        found = said if isinstance(said, Mapping) else json.loads(said)
    except (ValueError, RecursionError) as error:
        raise AmurError("no_geojson", f"this is not JSON: {error}") from error
    if not isinstance(found, Mapping) or not isinstance(found.get("features"), list):
        raise AmurError("no_geojson", "this is no GeoJSON feature collection; it has no list of features")
    system = found.get("crs")
    if system is not None:
        stated = _properties(system).get("name", "") if isinstance(system, Mapping) else system
        if not _DEGREES.search(str(stated)):
            raise AmurError(
                "wrong_projection",
                f"crs: found {stated!r}, wanted degrees of WGS 84 or CGCS 2000; project it to these",
                found=str(stated),
            )
    for row, feature in enumerate(found["features"]):
        if not isinstance(feature, Mapping):
            raise AmurError("no_geojson", f"feature {row}: found {type(feature).__name__}, wanted an object")
        yield row, feature


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    found = feature.get("properties")
    return found if isinstance(found, Mapping) else {}


def _kind(feature: Mapping[str, Any]) -> str | None:
    geometry = feature.get("geometry")
    return str(geometry.get("type")) if isinstance(geometry, Mapping) else None


def _surface(row: int, feature: Mapping[str, Any]) -> Any:
    kind, geometry = _kind(feature), feature.get("geometry")
    if kind not in _SURFACES:
        raise AmurError(
            "no_surface", f"feature {row}, geometry: found {kind}, wanted a Polygon or MultiPolygon", row=row + 1
        )
    try:
        with np.errstate(invalid="ignore"):
            found = shapely.force_2d(shape(geometry))
        spots = shapely.get_coordinates(found)
    except _NO_SHAPE as error:
        raise AmurError("no_surface", f"feature {row}, geometry: this is no {kind}: {error}", row=row + 1) from error
    if not len(spots) or not np.isfinite(spots).all():
        raise AmurError(
            "no_surface", f"feature {row}, geometry: it is empty, or has a coordinate that is no number", row=row + 1
        )
    east, north = np.abs(spots).max(axis=0)
    if east > 180 or north > 90:  # noqa: PLR2004 -- degrees
        is_turned = east <= 90 and north <= 180  # noqa: PLR2004 -- degrees
        told = "north stands before east" if is_turned else "they are metres of a projection"
        raise AmurError(
            "wrong_projection",
            f"feature {row}, geometry: found {spots[0].tolist()}, wanted degrees east, then north; maybe {told}",
            found=str(spots[0].tolist()),
        )
    if not shapely.is_valid(found):
        told = shapely.is_valid_reason(found)
        raise AmurError(
            "bad_surface",
            f"feature {row}, geometry: it is no valid surface: {told}; mend the shape",
            row=row + 1,
            told=told,
        )
    return found


def _overlaps(codes: Words, surfaces: Shapes, tolerance_km2: float) -> Iterator[Finding]:
    one, other = shapely.STRtree(surfaces).query(surfaces, predicate="intersects")
    for first, second in sorted(zip(one[one < other].tolist(), other[one < other].tolist(), strict=True)):
        area = _area_km2(shapely.intersection(surfaces[first], surfaces[second]))
        if area > tolerance_km2:
            yield Finding("overlap", (str(codes[first]), str(codes[second])), area)


def _holes(codes: Words, surfaces: Shapes, tolerance_km2: float) -> Iterator[Finding]:
    """Find what all shapes together leave out and stand around, with the codes of those that do."""
    parts = shapely.get_parts(shapely.union_all(surfaces))
    rings = [ring for part in parts for ring in shapely.get_rings(part)[1:]]
    for hole in shapely.polygons(rings) if rings else []:
        area = _area_km2(hole)
        if area > tolerance_km2:
            around = shapely.STRtree(surfaces).query(hole, predicate="intersects")
            yield Finding("hole", tuple(codes[np.sort(around)].tolist()), area)


def _area_km2(surface: Any) -> float:
    """Return the area of the surfaces in what two shapes have in common, which may have lines and points too."""
    parts = [one for one in shapely.get_parts(surface) if isinstance(one, shapely.Polygon)]
    oriented = shapely.orient_polygons(np.array(parts, dtype=object))  # a hole counts by how it turns
    return _KM2 * sum(abs(float(_ELLIPSOID.geometry_area_perimeter(one)[0])) for one in oriented)


def _touched(surface: Any, resolution: int) -> CellIds:
    """Return the cells that have anything in common with a shape: more than those whose middle is in it."""
    found = h3_numbers.h3shape_to_cells_experimental(h3_numbers.geo_to_h3shape(surface), resolution, "overlap")
    return np.asarray(found, dtype=np.uint64)


def _middles(ids: CellIds) -> Points:
    spots = np.array([h3_numbers.cell_to_latlng(one) for one in ids.tolist()], dtype=np.float64).reshape(-1, 2)
    return Points(spots[:, 0], spots[:, 1], "cells")


def _reaches_over(counties: Counties, ids: CellIds) -> Flags:
    """Say of each cell whether the border of a county runs through it."""
    found = np.zeros(len(ids), bool)
    corners = [h3_numbers.cell_to_boundary(one) for one in ids.tolist()]
    if not corners:
        return found
    spots = np.array([spot for around in corners for spot in around], dtype=np.float64)[:, ::-1]
    rings = shapely.linearrings(spots, indices=np.repeat(np.arange(len(ids)), [len(around) for around in corners]))
    tree = shapely.STRtree(shapely.polygons(rings))
    found[tree.query(shapely.boundary(counties.shapes), predicate="intersects")[1]] = True
    return found
