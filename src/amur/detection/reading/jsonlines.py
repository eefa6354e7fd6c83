"""JSON lines as batches, fast: events with the same names in the same order are read by one plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec
import pyarrow as pa

from amur.detection.events import Quarantined
from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import ALIKE_OF, TELLING, TIMES, flatten, kind_in
from amur.detection.reading.lines import Line
from amur.detection.reading.shown import shown
from amur.detection.reading.values import text_of

_UNIT = b"\\u001"
"""How JSON writes a sign that must not stand in a value; a line that has one is read the slow way."""
_NOT_FLAT = frozenset({dict, list})


def batches(
    lines: Iterable[Line | Quarantined], gathering: Gathering, rows: int
) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield batches of at most so many events, and what is no event; ``POSITION`` is the number of a line."""
    reader = _Reader(gathering)
    for line in lines:
        if isinstance(line, Quarantined):
            yield line
            continue
        fault = reader.take(line[2], line[0])
        if fault:
            yield Quarantined(gathering.source, line[0], line[1], *fault)
        elif len(gathering) >= rows:
            yield reader.batch()
    if len(gathering):
        yield reader.batch()


class _Reader:
    """Takes lines; remembers how flat events of one make are read until the batch is full."""

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._decode = msgspec.json.Decoder().decode
        self._plans: dict[tuple[str, ...], _Plan | None] = {}

    def batch(self) -> pa.RecordBatch:
        """Return what was gathered; its groups are others then, and so are plans."""
        self._plans.clear()
        return self._gathering.batch()

    def take(self, line: bytes, position: int) -> tuple[str, str] | None:
        """Take one line, or return which fault it is and what was found."""
        try:
            event = self._decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            return "not_json", f"{error}: {shown(line)}"
        if type(event) is dict:
            self.put(event, line, position, is_plain=_UNIT not in line)
            return None
        if isinstance(event, list) and all(isinstance(one, dict) for one in event):
            for one in event:
                self.put(one, msgspec.json.encode(one), position, is_plain=False)
            return None
        return "no_event", f"no object: {shown(line)}"

    def put(self, event: Mapping[str, Any], raw: bytes, position: int, *, is_plain: bool) -> None:
        """Put an event, by its plan if it is flat."""
        names = tuple(event)
        plan = self._plans.get(names)
        if plan is None and names not in self._plans:
            plan = self._plans[names] = _plan(event, self._gathering)
        if plan is None or not is_plain or not plan.put(event, self._gathering, raw, position):
            flat = flatten(event)
            self._gathering.put(flat.fields, raw, position, flat.at, flat.kind)


class _Plan:
    """How flat events with these names are read; one that is not as the first was, is read the slow way."""

    __slots__ = ("_at", "_kind", "_rows", "_telling", "_values", "_wanted", "_within")

    def __init__(self, event: Mapping[str, Any], gathering: Gathering) -> None:
        """Make it of the first event of its kind, of which no telling value is null."""
        fields = dict.fromkeys(event, "")
        self._kind = kind_in(fields)  # adds the names that shippers call otherwise
        self._at = next((name for name in TIMES if name in event), None)
        called = {name: name if name in event else ALIKE_OF[name] for name in fields if gathering.wants(name)}
        self._telling = getter([name for name in event if name in TELLING])
        self._within = getter([name for name in event if name not in called and gathering.wants_inside(name)])
        self._wanted = getter(list(called.values()))
        self._rows, self._values = gathering.group(tuple(called))

    def put(self, event: Mapping[str, Any], gathering: Gathering, raw: bytes, position: int) -> bool:
        """Put an event, or say that it is not as the first one was."""
        values = self._wanted(event)
        if None in self._telling(event) or not _NOT_FLAT.isdisjoint(map(type, (*values, *self._within(event)))):
            return False
        self._rows.append(len(gathering))
        self._values.append(values)
        at = event[self._at] if self._at else None
        gathering.put_rest(raw, position, at if type(at) is str else text_of(at), self._kind)
        return True


def _plan(event: Mapping[str, Any], gathering: Gathering) -> _Plan | None:
    if isinstance(event.get("Event"), dict) or isinstance(event.get("winlog"), dict):
        return None
    return None if any(event[name] is None for name in event if name in TELLING) else _Plan(event, gathering)


def getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what gets the values of some names.

    >>> getter(["a"])({"a": 1, "b": 2}), getter([])({})
    ((1,), ())
    """
    if len(names) > 1:
        return itemgetter(*names)
    return (lambda event: (event[names[0]],)) if names else (lambda _: ())
