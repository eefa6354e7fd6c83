"""How events of one form are read at once: where the values of the wanted fields stand in them.

A plan gives what the slow way gives (`flattening`), or says that an event is not as its form promised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol

from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import (
    ALIKE_OF,
    ATTRIBUTES,
    TELLING,
    TIMES,
    WINDOWS,
    attributes_of,
    flatten,
    kind_in,
)
from amur.detection.reading.values import text_of

_NOT_FLAT, _NULL = frozenset({dict, list}), type(None)
_PLAIN = frozenset({str, int, float, bool})
_MARK = "\ue100"
_OTHERS = ("UserData", "RenderingInfo")


class Plan(Protocol):
    """Reads events of one form."""

    def put(self, event: Mapping[str, Any], gathering: Gathering, raw: bytes, position: int) -> bool:
        """Put an event, or say that it is not as the first of its form was."""


def form_of(event: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what has to be alike for two events to be read by one plan: their names, and of a log of Windows more.

    >>> form_of({"a": 1, "b": {}})
    ('a', 'b')
    """
    inside = event.get("Event")
    if type(inside) is not dict:
        return tuple(event)
    system, data = inside.get("System"), inside.get("EventData")
    if type(system) is not dict or type(data) is not dict or len(event) > 1:
        return (*event, *inside)
    return (*inside, *system, *map(type, system.values()), *data)


def plan_of(event: Mapping[str, Any], gathering: Gathering) -> Plan | None:
    """Return the plan for the form of an event, or None where it has to be read the slow way."""
    inside = event.get("Event")
    if isinstance(inside, dict):
        return _plan_of_windows(event, inside, gathering)
    if isinstance(event.get("winlog"), dict):
        return None
    return None if any(event[name] is None for name in event if name in TELLING) else _FlatPlan(event, gathering)


class _FlatPlan:
    """How flat events with these names are read; one that is not as the first was, is read the slow way."""

    __slots__ = ("_at", "_kind", "_looked_at", "_rows", "_telling", "_values", "_wanted")

    def __init__(self, event: Mapping[str, Any], gathering: Gathering) -> None:
        """Make it of the first event of its kind, of which no telling value is null."""
        fields = dict.fromkeys(event, "")
        self._kind = kind_in(fields)  # adds the names that shippers call otherwise
        self._at = next((name for name in TIMES if name in event), None)
        called = {name: name if name in event else ALIKE_OF[name] for name in fields if gathering.wants(name)}
        wanted = list(called.values())
        self._wanted, self._telling = len(wanted), getter([name for name in event if name in TELLING])
        within = [name for name in event if name in TELLING or (name not in called and gathering.wants_inside(name))]
        self._looked_at = getter([*wanted, *within])
        self._rows, self._values = gathering.group(tuple(called))

    def put(self, event: Mapping[str, Any], gathering: Gathering, raw: bytes, position: int) -> bool:
        """Put an event, or say that it is not as the first one was."""
        values = self._looked_at(event)
        kinds = set(map(type, values))
        if not _NOT_FLAT.isdisjoint(kinds) or (_NULL in kinds and None in self._telling(event)):
            return False
        self._rows.append(len(gathering))
        self._values.append(values[: self._wanted])
        at = event[self._at] if self._at else None
        gathering.put_rest(raw, position, at if type(at) is str else text_of(at), self._kind)
        return True


def _plan_of_windows(event: Mapping[str, Any], inside: Mapping[str, Any], gathering: Gathering) -> Plan | None:
    system, data = inside.get("System"), inside.get("EventData")
    if len(event) > 1 or not isinstance(system, dict) or not isinstance(data, dict):
        return None
    if any(isinstance(inside.get(name), Mapping) for name in _OTHERS) or None in data.values():
        return None
    inner = [attributes_of(value) for value in system.values() if isinstance(value, dict)]
    return None if any(None in one.values() for one in inner) else _WindowsPlan(inside, gathering)


class _WindowsPlan:
    """How records of a log of Windows are read that have these names."""

    __slots__ = ("_at", "_data", "_deep", "_elements", "_rows", "_system", "_values")

    def __init__(self, event: Mapping[str, Any], gathering: Gathering) -> None:
        """Make it of the first record of its form: marks in place of its values show which goes where."""
        places: list[tuple[str, ...]] = []

        def marked(value: Any, path: tuple[str, ...]) -> Any:
            if isinstance(value, dict):
                return {name: marked(inner, (*path, name)) for name, inner in value.items()}
            if value is None or isinstance(value, list):
                return value
            places.append(path)
            return f"{_MARK}{len(places) - 1}"

        flat = flatten({"Event": {name: marked(event[name], (name,)) for name in ("System", "EventData")}})
        paths = {name: places[int(mark[1:])] for name, mark in flat.fields.items() if mark.startswith(_MARK)}
        self._at = places[int(flat.at[1:])][1:] if flat.at else ()
        wanted = {name: path for name, path in paths.items() if gathering.wants(name)}
        inside = {name: path[1:] for name, path in wanted.items() if path[0] == "System"}
        system = {name: path[0] for name, path in inside.items() if len(path) == 1}
        deep = {name: path for name, path in inside.items() if len(path) > 1}
        data = {name: path[1] for name, path in wanted.items() if path[0] == "EventData"}
        self._system, self._data, self._deep = getter([*system.values()]), getter([*data.values()]), [*deep.values()]
        elements = {name: value for name, value in event["System"].items() if isinstance(value, dict)}
        self._elements = [
            (name, tuple(value), None if attributes_of(value) is value else tuple(attributes_of(value)))
            for name, value in elements.items()
        ]
        self._rows, self._values = gathering.group((*system, *deep, *data))

    def put(self, event: Mapping[str, Any], gathering: Gathering, raw: bytes, position: int) -> bool:
        """Put a record, or say that it is not as the first one was."""
        inside = event["Event"]
        system, data = inside["System"], inside["EventData"]
        kinds = set(map(type, data.values()))
        if _NULL in kinds or not _NOT_FLAT.isdisjoint(kinds) or not self._is_alike(system):
            return False
        values = self._system(system)
        if self._deep:
            deep = tuple(_at(system, path) for path in self._deep)
            if not _PLAIN.issuperset(map(type, deep)):
                return False
            values += deep
        self._rows.append(len(gathering))
        self._values.append(values + self._data(data))
        at = _at(system, self._at) if self._at else None
        gathering.put_rest(raw, position, at if type(at) is str else text_of(at), WINDOWS)
        return True

    def _is_alike(self, system: Mapping[str, Any]) -> bool:
        """Say whether the elements of a record have the names inside that those of the first one had."""
        for name, names, inner in self._elements:
            value = system[name]
            if tuple(value) != names:
                return False
            if inner is not None and (type(value[ATTRIBUTES]) is not dict or tuple(value[ATTRIBUTES]) != inner):
                return False
            if inner is None and type(value.get(ATTRIBUTES)) is dict:
                return False
        return True


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value[name]
    return value


def getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what gets the values of some names.

    >>> getter(["a"])({"a": 1, "b": 2}), getter([])({})
    ((1,), ())
    """
    if len(names) > 1:
        return itemgetter(*names)
    return (lambda event: (event[names[0]],)) if names else (lambda _: ())
