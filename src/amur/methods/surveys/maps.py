"""Counties, places and sites as GeoJSON (RFC 7946), for the web and for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from amur.methods.coverage.census import Counted
from amur.methods.coverage.counties import Counties, Shapes
from amur.methods.coverage.sites import Antennas
from amur.methods.surveys.asked import Parameters

_METRES_OF_DEGREE = 111_320.0
_DIGITS = 6
"""Decimals of a degree: a tenth of a metre."""


def counties_map(counties: Counties, census: Sequence[Counted], shares: pa.Table, parameters: Parameters) -> str:
    """Return counties with people, households and, by ``DEFINITION:MEASURE``, the share that is covered."""
    counted = {one.code: one for one in census}
    said: dict[str, dict[str, float | None]] = {}
    for row in shares.to_pylist():
        said.setdefault(row["county"], {})[f"{row['definition']}:{row['measure']}"] = row["share"]
    columns = sorted({name for one in said.values() for name in one})
    shapes = simpler(counties.shapes, parameters.simplify_m)
    features = []
    for code, name, shape in zip(counties.codes.tolist(), counties.names.tolist(), shapes, strict=True):
        of = {"code": code, "name": name, "people": counted[code].people, "households": counted[code].households}
        features.append(_feature(json.loads(shapely.to_geojson(shape)), of | _all(said.get(code, {}), columns)))
    return _collection(features)


def simpler(shapes: Shapes, simplify_m: float) -> Shapes:
    """Return shapes with fewer corners, whose common borders stay common; as they were, where that would break one.

    Corners go whose triangle with their neighbours is smaller than a square of ``simplify_m`` (M. Visvalingam, J. D.
    Whyatt, The Cartographic Journal 30 (1993), 46-51), of whole borders at once.
    """
    found = shapes
    if simplify_m:
        found = _sound(shapely.coverage_simplify(shapes, simplify_m / _METRES_OF_DEGREE), shapes)
    rounded = shapely.transform(found, lambda spots: np.round(spots, _DIGITS))
    return _sound(rounded, found)


def _sound(shapes: Shapes, otherwise: Shapes) -> Shapes:
    return shapes if (shapely.is_valid(shapes) & ~shapely.is_empty(shapes)).all() else otherwise


def places_map(places: pa.Table) -> str:
    """Return villages or settlements with all that is said of them; one of which nobody knows where has no geometry."""
    features = []
    for row in places.to_pylist():
        east, north = row.pop("longitude"), row.pop("latitude")
        features.append(_feature(None if east is None else _point(east, north), row))
    return _collection(features)


def sites_map(antennas: Antennas) -> str:
    """Return antennas, each with its site, its height and its frequency."""
    rows = zip(
        antennas.sites.tolist(), antennas.longitudes.tolist(), antennas.latitudes.tolist(),
        antennas.heights_m.tolist(), antennas.frequencies_mhz.tolist(), strict=True,
    )  # fmt: skip
    return _collection(
        _feature(_point(east, north), {"id": site, "height_m": height, "frequency_mhz": mhz})
        for site, east, north, height, mhz in rows
    )


def _all(said: Mapping[str, float | None], columns: Sequence[str]) -> dict[str, float | None]:
    return {name: said.get(name) for name in columns}


def _point(east: float, north: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [east, north]}


def _feature(geometry: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": dict(properties)}


def _collection(features: Iterable[Mapping[str, Any]]) -> str:
    said = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(said, ensure_ascii=False, allow_nan=False) + "\n"
