"""Lists of objects as JSON, and points of GeoJSON, as the cells of a table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from amur.base.faults import AmurError

_POINT = ("longitude", "latitude")
_WORD = re.compile(r"[A-Za-z0-9_]+")
_ESCAPED = re.compile(rb"\\u00[0-7]")
"""A sign of such a word, written in another way."""
_NO_WORDS = {"yes", "no", "inf", "nan"}
"""What a cell says otherwise than JSON does."""


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


def chosen_of(name: str, text: bytes, where: Mapping[str, str]) -> tuple[list[int], list[Mapping[str, Any]], list[str]]:
    r"""Return the numbers of objects of which each field of ``where`` has what it says, these, and the first's fields.

    Of an object in which a word that is looked for stands nowhere nothing is made: of a file of a whole world that
    leaves some hundred of some hundred thousand.

    Raises:
        AmurError: as for ``objects_of``.

    >>> chosen_of("a", b'[{"id": 1, "of": "x"}, {"id": 2, "of": "y"}]', {"of": "y"})
    ([2], [{'id': 2, 'of': 'y'}], ['id', 'of'])
    """
    parts = _parts(text) if where else None
    if not parts:
        every = objects_of(name, text)
        rows = [row for row, one in enumerate(every, start=1) if _is_meant(one, where)]
        return rows, [every[row - 1] for row in rows], headers_of(every)
    words = [value.encode() for value in where.values() if _WORD.fullmatch(value) and value not in _NO_WORDS]
    found = [
        (row, one)
        for row, said in enumerate(map(bytes, parts), start=1)
        if all(word in said for word in words) or _ESCAPED.search(said)
        for one in objects_of(name, b"[" + said + b"]")
        if _is_meant(one, where)
    ]
    return [row for row, _ in found], [one for _, one in found], headers_of(objects_of(name, b"[%b]" % bytes(parts[0])))


def _parts(text: bytes) -> list[msgspec.Raw] | None:
    """Return the text of each object of a list or of an object of objects; None where it is something else."""
    try:
        if text.lstrip()[:1] == b"[":
            return msgspec.json.decode(text, type=list[msgspec.Raw])
        found = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError):
        return None
    return None if "features" in found else list(found.values())


def _is_meant(one: Mapping[str, Any], where: Mapping[str, str]) -> bool:
    return all(cell(one.get(header)) == value for header, value in where.items())


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
