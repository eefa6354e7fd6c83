"""JSON lines as batches, fast: events of one form are read by one plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from amur.detection.events import Quarantined
from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import flatten
from amur.detection.reading.lines import Line
from amur.detection.reading.plans import Plan, form_of, plan_of
from amur.detection.reading.shown import shown

_UNIT = b"\\u001"
"""How JSON writes a sign that must not stand in a value; a line that has one is read the slow way."""


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
        elif gathering.is_full(rows):
            yield reader.batch()
    if len(gathering):
        yield reader.batch()


class _Reader:
    """Takes lines; remembers how events of one form are read until the batch is full."""

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._decode = msgspec.json.Decoder().decode
        self._plans: dict[tuple[Any, ...], Plan | None] = {}

    def batch(self) -> pa.RecordBatch:
        """Return what was gathered; its groups are others then, and so are plans."""
        self._plans.clear()
        return self._gathering.batch()

    def take(self, line: bytes, position: int) -> tuple[str, str] | None:
        """Take one line, or return which fault it is and what was found."""
        try:
            event = self._decoded(line)
        except (ValueError, RecursionError) as error:
            return "not_json", f"{error}: {shown(line)}"
        if type(event) is dict:
            self.put(event, line, position, is_plain=_UNIT not in line)
            return None
        if isinstance(event, list) and all(isinstance(one, dict) for one in event):
            for one in event:
                self.put(one, msgspec.json.encode(one), position, is_plain=False)
            return None
        return "no_event", f"no object: {shown(line)}"

    def _decoded(self, line: bytes) -> Any:
        """Return the JSON of a line; half of a pair of signs is let through, which the quick reader refuses."""
        try:
            return self._decode(line)
        except msgspec.DecodeError:
            if b"\\ud" not in line.lower():
                raise
            return json.loads(line)

    def put(self, event: Mapping[str, Any], raw: bytes, position: int, *, is_plain: bool) -> None:
        """Put an event by the plan of its form, or else the slow way."""
        form = form_of(event)
        plan = self._plans.get(form)
        if plan is None and form not in self._plans:
            plan = self._plans[form] = plan_of(event, self._gathering)
        if plan is None or not is_plain or not plan.put(event, self._gathering, raw, position):
            flat = flatten(event)
            self._gathering.put(flat.fields, raw, position, flat.at, flat.kind)
