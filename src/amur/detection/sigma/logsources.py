"""Which events a rule is about: its log source as a condition on the events themselves, in each way they are logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from amur.detection.events import KIND
from amur.detection.sigma.atoms import MANY, Atom, Op
from amur.detection.sigma.trees import Leaf, Tree, every, some

_FILE = "logsources.yaml"


@dataclass(frozen=True, slots=True)
class LogSource:
    """What a rule says of the log that it is about; what it does not say is empty."""

    product: str = ""
    category: str = ""
    service: str = ""

    def __str__(self) -> str:
        """Return it as the kind of a log.

        >>> str(LogSource("linux", service="auditd"))
        'linux//auditd'
        """
        return f"{self.product}/{self.category}/{self.service}"


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which such events are logged: which they are, and what fields are called there."""

    name: str
    gate: Tree
    fields: Mapping[str, str] = field(default_factory=dict)


def ways_of(source: LogSource) -> list[Way]:
    """Return the ways in which the events of a log source are logged; there is always one.

    >>> [way.name for way in ways_of(LogSource("windows", "process_creation"))]
    ['sysmon', 'security']
    >>> [way.name for way in ways_of(LogSource("zeek", service="dns"))]
    ['zeek//dns']
    """
    declared = _declared().get(source.product, {})
    channels = {**declared.get("services", {}), **declared.get("unjudged", {})}
    listed = declared.get("categories", {}).get(source.category)
    if listed:
        return [_of_events(way, channels) for way in listed if source.service in {"", way["service"]}] or [
            _of_kind(source)
        ]
    if source.service in channels:
        return [Way(source.service, _one_of("Channel", channels[source.service]))]
    return [_of_kind(source)]


def _of_events(way: Mapping[str, Any], channels: Mapping[str, list[str]]) -> Way:
    gate = every([_one_of("Channel", channels[way["service"]]), _one_of("EventID", map(str, way["events"]))])
    return Way(way["service"], gate, way.get("fields", {}))


def _of_kind(source: LogSource) -> Way:
    pattern = "/".join(part.lower() or MANY for part in (source.product, source.category, source.service))
    return Way(str(source), Leaf(Atom(KIND, Op.LIKE, pattern)))


def _one_of(name: str, values: Iterable[str]) -> Tree:
    return some([Leaf(Atom(name, Op.LIKE, value.lower())) for value in values])


@cache
def _declared() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(_FILE).read_text("utf-8"))
    return read
