"""Lists of objects as JSON, and points of GeoJSON, as the cells of a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from amur.base.faults import AmurError

_POINT = ("longitude", "latitude")


def objects_of(name: str, text: bytes) -> list[Mapping[str, Any]]:
    r"""Return the objects of a list, of an object of objects, or of a collection of GeoJSON, in their order.

    The properties of a feature are its fields, with ``id`` where the feature itself says one, and with ``longitude``
    and ``latitude`` where it is a point (RFC 7946); what it says of these otherwise gives way.

    Raises:
        AmurError: if it is no JSON, or something in it is no object; with its number.

    >>> point = '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [126, 45]}, "properties": {"a": 1}}'
    >>> objects_of("a", b'{"features": [' + point.encode() + b"]}")
    [{'a': 1, 'longitude': 126, 'latitude': 45}]
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AmurError("no_json", f"{name}: it begins like JSON and is none: {error}; mend it there") from None
    if isinstance(found, Mapping):
        features = found.get("features")
        found = [_flat(one) for one in features] if isinstance(features, list) else list(found.values())
    for number, one in enumerate(found, start=1):
        if not isinstance(one, Mapping):
            said = f"{name}: object {number}: found {type(one).__name__}"
            raise AmurError("no_object", f"{said}; wanted a list of objects, each with its fields")
    return list(found)


def _flat(feature: Any) -> Any:
    if not isinstance(feature, Mapping):
        return feature
    properties, geometry = feature.get("properties"), feature.get("geometry")
    found = dict(properties) if isinstance(properties, Mapping) else {}
    if "id" in feature:
        found.setdefault("id", feature["id"])
    if isinstance(geometry, Mapping) and geometry.get("type") == "Point":
        spots = geometry.get("coordinates")
        found |= dict(zip(_POINT, spots if isinstance(spots, list) else (), strict=False))
    return found


def headers_of(objects: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of all fields, in the order in which they come first.

    >>> headers_of([{"b": 1}, {"a": 2, "b": 3}])
    ['b', 'a']
    """
    return list(dict.fromkeys(name for one in objects for name in one))


def cell(value: Any) -> str:
    """Return a value as a cell of a table says it.

    >>> [cell(one) for one in (None, " a ", True, 3, 2.5, [1])]
    ['', 'a', 'yes', '3', '2.5', '[1]']
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)
