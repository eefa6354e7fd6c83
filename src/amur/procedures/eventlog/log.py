"""An object-centric event log as plain values: what OCEL 2.0 knows of events, objects and how they belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

Value = str | datetime
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when an attribute of an object holds that never changes, as OCEL has it."""


@dataclass(frozen=True, slots=True)
class LogEvent:
    """What happened, when, and to which objects; each of these is named with what it is in the event."""

    id: str
    type: str
    time: datetime
    attributes: Mapping[str, Value]
    objects: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LogObject:
    """A thing, its attributes with the time since when each holds, and the things that it belongs to."""

    id: str
    type: str
    attributes: Sequence[tuple[str, Value, datetime]] = ()
    objects: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Log:
    """A whole log. Types and their attributes follow from what is in it."""

    events: tuple[LogEvent, ...]
    objects: tuple[LogObject, ...]

    def event_types(self) -> dict[str, dict[str, str]]:
        """Return the types of events, each with its attributes and their types.

        >>> at = datetime(2026, 3, 9, tzinfo=UTC)
        >>> Log((LogEvent("e1", "accept", at, {"role": "handler", "since": at}, ()),), ()).event_types()
        {'accept': {'role': 'string', 'since': 'time'}}
        """
        return _types((one.type, one.attributes.items()) for one in self.events)

    def object_types(self) -> dict[str, dict[str, str]]:
        """Return the types of objects, each with its attributes and their types.

        >>> Log((), (LogObject("c1", "case", [("state", "new", ALWAYS)]), LogObject("n1", "notice"))).object_types()
        {'case': {'state': 'string'}, 'notice': {}}
        """
        return _types((one.type, ((name, value) for name, value, _ in one.attributes)) for one in self.objects)


def _types(found: Iterable[tuple[str, Iterable[tuple[str, Value]]]]) -> dict[str, dict[str, str]]:
    types: dict[str, dict[str, str]] = {}
    for name, attributes in found:
        known = types.setdefault(name, {})
        for attribute, value in attributes:
            known[attribute] = "time" if isinstance(value, datetime) else "string"
    return {name: dict(sorted(known.items())) for name, known in sorted(types.items())}


def text_of(value: Value) -> str:
    """Return a value as both forms write it: an instant in UTC.

    >>> text_of(datetime(2026, 3, 9, 8, 30, tzinfo=UTC)), text_of("granted")
    ('2026-03-09T08:30:00Z', 'granted')
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value
