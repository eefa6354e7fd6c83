"""Reading the geometry of a shape: what may reach the library that checks it, and what is kept.

The library is written in C and reads nested text by recursion, so that a hostile one would end the process. Only flat
well-known text of the four kinds passes, and GeoJSON that has been read by ``json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from amur.base.fields.raw import FieldError, from_json

_TYPES = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")
_KINDS = {"line": _TYPES[:2], "area": _TYPES[2:]}
_WKT = re.compile(r"(?:MULTI)?(?:LINESTRING|POLYGON)\s*\([0-9eE+.,()\s-]*\)", re.IGNORECASE | re.ASCII)
_DECIMALS = 6
_MOST = {"lon": 180, "lat": 90}
_PLANE = 2


def fitting_kinds(shapes: Iterable[str]) -> frozenset[str]:
    """Return the GeoJSON types of lines and areas.

    >>> sorted(fitting_kinds(["area"]))
    ['MultiPolygon', 'Polygon']
    """
    return frozenset(kind for shape in shapes for kind in _KINDS[shape])


def kept(text: str, kinds: frozenset[str], max_points: int) -> str:
    """Return a shape as well-known text with six decimals, if it is valid and lies on the earth.

    Raises:
        FieldError: ``not_a_shape`` or ``too_many_points``.

    >>> kept('{"type": "LineString", "coordinates": [[126, 45], [127.00000049, 45]]}', fitting_kinds(["line"]), 10)
    'LINESTRING (126 45, 127 45)'
    """
    import numpy as np  # noqa: PLC0415 -- slow to load, and a pack without shapes never needs it
    import shapely  # noqa: PLC0415 -- as above

    try:
        with np.errstate(all="ignore"):
            shape = shapely.from_geojson(_geometry(text)) if text.startswith("{") else shapely.from_wkt(_flat(text))
        _check(shape, kinds, max_points)
        # Rounding can close a narrow neck: what is kept must be valid itself. Adding zero makes a minus zero plain.
        rounded = shapely.transform(shape, lambda degrees: np.round(degrees, _DECIMALS) + 0.0)
        _check(rounded, kinds, max_points)
        return str(shapely.to_wkt(rounded, rounding_precision=_DECIMALS, trim=True))
    except shapely.errors.ShapelyError:
        raise FieldError("not_a_shape", f"found {text[:40]!r}; give well-known text or GeoJSON") from None


def _flat(text: str) -> str:
    if _WKT.fullmatch(text):
        return text
    raise FieldError("not_a_shape", f"found {text[:40]!r}; give well-known text of a line or an area, or GeoJSON")


def _geometry(text: str) -> str:
    """Return the geometry of GeoJSON: of a feature, or of a collection of one, what it draws."""
    found = from_json(text)
    if isinstance(found, Mapping) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        found = features[0] if isinstance(features, list) and len(features) == 1 else None
    if isinstance(found, Mapping) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, Mapping) or found.get("type") not in _TYPES:
        raise FieldError("not_a_shape", "found no GeoJSON of one line or one area; give a single geometry")
    return json.dumps({"type": found["type"], "coordinates": found.get("coordinates")})


def _check(shape: Any, kinds: frozenset[str], max_points: int) -> None:
    if shape is None or shape.is_empty or shape.geom_type not in kinds:
        found = "nothing" if shape is None or shape.is_empty else shape.geom_type
        raise FieldError("not_a_shape", f"found {found}; give one of {', '.join(sorted(kinds))}")
    if (count := _points(shape)) > max_points:
        raise FieldError("too_many_points", f"found {count} points; at most {max_points} fit")
    west, south, east, north = shape.bounds
    if not (-_MOST["lon"] <= west <= east <= _MOST["lon"] and -_MOST["lat"] <= south <= north <= _MOST["lat"]):
        raise FieldError("not_a_shape", "the shape leaves the degrees of the earth; give longitude, then latitude")
    if not shape.is_valid or _axes(shape) != _PLANE:
        raise FieldError("not_a_shape", "the shape crosses itself or has heights; mend its outline")


def _points(shape: Any) -> int:
    import shapely  # noqa: PLC0415 -- as above

    return int(shapely.get_num_coordinates(shape))


def _axes(shape: Any) -> int:
    import shapely  # noqa: PLC0415 -- as above

    return int(shapely.get_coordinate_dimension(shape))
