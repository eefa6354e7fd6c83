"""JSON lines as batches, fast: events of one form are read by one plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pyarrow as pa

from amur.detection.events import Quarantined
from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import flatten
from amur.detection.reading.lines import Line
from amur.detection.reading.plans import plans_of
from amur.detection.reading.shown import shown
from amur.detection.reading.values import mended


def batches(
    lines: Iterable[Line | Quarantined], gathering: Gathering, rows: int
) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield batches of at most so many events, and what is no event; ``POSITION`` is the number of a line."""
    reader = Reader(gathering)
    for line in lines:
        if isinstance(line, Quarantined):
            yield line
            continue
        fault = reader.take(line[2], line[0])
        if fault:
            yield Quarantined(gathering.source, line[0], line[1], *fault)
        elif gathering.is_full(rows):
            yield gathering.batch()
    if len(gathering):
        yield gathering.batch()


class Reader:
    """Takes events as JSON: by a plan where one fits, or else the slow way."""

    def __init__(self, gathering: Gathering) -> None:
        """Put them into a gathering."""
        self._gathering = gathering
        self._decode = msgspec.json.Decoder().decode
        self._plans = plans_of(gathering.fields)

    def take(self, line: bytes, position: int, at: str | None = None) -> tuple[str, str] | None:
        """Take one line, or return which fault it is and what was found; ``at`` counts where it says no time."""
        if (read := self._plans.read(line)) is not None:
            plan, event = read
            plan.put(event, self._gathering, line, position, at)
            return None
        try:
            event = self._decoded(line)
        except (ValueError, RecursionError) as error:
            return "not_json", f"{error}: {shown(line)}"
        if isinstance(event, dict):
            self._put(event, line, position, at)
            self._plans.learn(line, event)
            return None
        if isinstance(event, list) and all(isinstance(one, dict) for one in event):
            for one in event:
                self._put(one, msgspec.json.encode(one), position, at)
            return None
        return "no_event", f"no object: {shown(line)}"

    def _decoded(self, line: bytes) -> Any:
        """Return the JSON of a line; half of a pair of signs is mended, which the quick reader refuses."""
        try:
            return self._decode(line)
        except msgspec.DecodeError:
            if b"\\ud" not in line.lower():
                raise
            return mended(json.loads(line))

    def _put(self, event: dict[str, Any], raw: bytes, position: int, at: str | None) -> None:
        flat = flatten(event)
        self._gathering.put(flat.fields, raw, position, flat.at or at, flat.kind)
