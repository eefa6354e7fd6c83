"""An event of JSON as flat fields under the names by which rules call them.

- *Windows*, as in an event log (``Event.System``, ``EventData``, ``UserData``): members by their own name; ``EventID``
  also where it has qualifiers; ``Provider_Name`` and what else stands in attributes; unnamed ``Data`` joined; a name
  with spaces also without them, as rules write it.
- *Windows, shipped*: ``winlog.event_data.X`` is ``X``; flat events of other shippers keep their names, and get
  ``Computer`` and ``Provider_Name`` from what these shippers call them.
- *Anything else*: names of members joined by dots, values of lists joined by ``SEVERAL``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from amur.detection.events import SEVERAL
from amur.detection.reading.kinds import KINDS, kind_of
from amur.detection.reading.shippers import unwrapped
from amur.detection.reading.values import text_of

WINDOWS = "windows//"
ATTRIBUTES, _TEXT = "#attributes", "#text"
_SHIPPED = {
    "channel": "Channel",
    "event_id": "EventID",
    "provider_name": "Provider_Name",
    "computer_name": "Computer",
    "record_id": "EventRecordID",
}
_ALIKE = {"Hostname": "Computer", "SourceName": "Provider_Name"}
TIMES = (
    "@timestamp",
    "UtcTime",
    "EventTime",
    "eventTime",
    "timestamp",
    "time",
    "ts",
    "published",
    "requestReceivedTimestamp",
)
"""What logs call the time of an event; the first that is there counts."""
ALIKE_OF = {ours: theirs for theirs, ours in _ALIKE.items()}
"""What else a field of a flat event of Windows may be called."""
TELLING = frozenset(
    {"Channel", "EventID", *TIMES, *_ALIKE, *_ALIKE.values(), *(name for _, names in KINDS for name in names)}
)
"""Names by which an event is known for what it is."""
_DEEPEST = 40


class Flat(NamedTuple):
    """An event, flat; ``at`` is what it says of its time, as it says it."""

    fields: dict[str, str]
    kind: str
    at: str | None


def flatten(event: Mapping[str, Any]) -> Flat:
    r"""Return an event as flat fields.

    >>> flatten({"Event": {"System": {"EventID": {"#text": 7045}}, "EventData": {"Image Path": "x"}}}).fields
    {'EventID': '7045', 'Image Path': 'x', 'ImagePath': 'x'}
    >>> flatten({"user": {"name": "a", "groups": ["x", 2]}, "ok": True}).fields == {
    ...     "user.name": "a", "user.groups": f"x{SEVERAL}2", "ok": "true"
    ... }
    True
    """
    event = unwrapped(event)
    inside = event.get("Event")
    if isinstance(inside, Mapping) and isinstance(inside.get("System"), Mapping):
        return _of_windows(inside)
    shipped = event.get("winlog")
    if isinstance(shipped, Mapping):
        return _of_shipper(event, shipped)
    fields = dict(_dotted(event, ""))
    return Flat(fields, kind_in(fields), time_in(fields))


def kind_in(fields: dict[str, str]) -> str:
    """Return the kind of log of flat fields; an event of Windows gets the names that shippers call otherwise."""
    if "Channel" in fields and "EventID" in fields:
        for theirs, ours in _ALIKE.items():
            if theirs in fields:
                fields.setdefault(ours, fields[theirs])
        return WINDOWS
    return kind_of(fields)


def time_in(fields: Mapping[str, str]) -> str | None:
    """Return what flat fields say of the time of the event.

    >>> time_in({"ts": "1767225600.5"})
    '1767225600.5'
    """
    return next((fields[name] for name in TIMES if name in fields), None)


def _of_windows(event: Mapping[str, Any]) -> Flat:
    fields: dict[str, str] = {}
    at = None
    for name, value in event["System"].items():
        if name == "TimeCreated" and isinstance(value, Mapping):
            at = text_of(attributes_of(value).get("SystemTime"))
        elif isinstance(value, Mapping):
            fields.update(_with_attributes(name, value))
        elif (said := text_of(value)) is not None:
            fields[name] = said
    for part in ("EventData", "UserData", "RenderingInfo"):
        if isinstance(inside := event.get(part), Mapping):
            _members(inside, fields, 0)
    return Flat(fields, WINDOWS, at)


def attributes_of(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the attributes of an element; one that has no others is made of them."""
    found = value.get(ATTRIBUTES)
    return found if isinstance(found, Mapping) else value


def _with_attributes(name: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the text of an element under its name; of one that has attributes alone, these."""
    if (said := text_of(value.get(_TEXT))) is not None:
        yield name, said
        return
    for attribute, inside in attributes_of(value).items():
        if (said := text_of(inside)) is not None:
            yield (f"{name}_{attribute}" if attribute in {"Name", "Guid"} else attribute), said


def _members(inside: Mapping[str, Any], fields: dict[str, str], depth: int) -> None:
    """Put the members of the data of an event in, those inside others under their own name as well."""
    for name, value in inside.items():
        if name == ATTRIBUTES:
            continue
        if isinstance(value, Mapping) and _TEXT not in value:
            if depth < _DEEPEST:
                _members(value, fields, depth + 1)
            continue
        said = _joined(value.get(_TEXT) if isinstance(value, Mapping) else value)
        if said is not None:
            fields[name] = said
            if " " in name:
                fields.setdefault(name.replace(" ", ""), said)


def _joined(value: Any) -> str | None:
    if not isinstance(value, list):
        return text_of(value)
    found = [
        said for one in value if (said := _joined(one.get(_TEXT) if isinstance(one, Mapping) else one)) is not None
    ]
    return SEVERAL.join(found) if found else None


def _of_shipper(event: Mapping[str, Any], shipped: Mapping[str, Any]) -> Flat:
    fields = {name: value for name, value in _dotted(event, "") if not name.startswith("winlog.")}
    for name, value in shipped.items():
        if name in {"event_data", "user_data"} and isinstance(value, Mapping):
            _members(value, fields, 0)
        elif (said := _joined(value)) is not None:
            fields[_SHIPPED.get(name, f"winlog.{name}")] = said
    return Flat(fields, WINDOWS, time_in(fields))


def _dotted(value: Mapping[str, Any], before: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    for name, inside in value.items():
        full = f"{before}{name}"
        if isinstance(inside, Mapping):
            if depth < _DEEPEST:
                yield from _dotted(inside, f"{full}.", depth + 1)
        elif isinstance(inside, list):
            yield from _of_list(full, inside, depth)
        elif (said := text_of(inside)) is not None:
            yield full, said


def _of_list(name: str, values: list[Any], depth: int) -> Iterator[tuple[str, str]]:
    """Yield a list under its name, its values joined; where its members have names, each of these joined."""
    found: dict[str, list[str]] = {}
    inner: Iterable[tuple[str, str]]
    for one in values:
        if isinstance(one, Mapping):
            inner = _dotted(one, f"{name}.", depth + 1) if depth < _DEEPEST else ()
        elif isinstance(one, list):
            inner = _of_list(name, one, depth + 1) if depth < _DEEPEST else ()
        else:
            inner = [(name, said)] if (said := text_of(one)) is not None else ()
        for full, said in inner:
            found.setdefault(full, []).append(said)
    for full, said_all in found.items():
        yield full, SEVERAL.join(said_all)
