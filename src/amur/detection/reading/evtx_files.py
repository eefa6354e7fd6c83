"""Event logs of Windows, as the system keeps them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
from evtx import PyEvtxParser

from amur.detection.events import Quarantined
from amur.detection.reading import jsonlines
from amur.detection.reading.columns import Gathering

MAGIC = b"ElfFile\0"
LARGEST = 8 * 2**30
"""How many bytes an event log has at most."""

_SHOWN, _BLOCK = 200, 2**20
_HIGHEST = 2**63 - 1
_NEXT_NUMBER = 24
"""Where the head says which number the next record gets: 1 in a log in which nothing was written yet."""


def batches(stream: BinaryIO, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield the records of an event log, and which of them are damaged; ``POSITION`` is the number of a record."""
    with tempfile.TemporaryFile() as whole:
        while block := stream.read(_BLOCK):  # a packed one cannot be read at will
            whole.write(block)
            if whole.tell() > LARGEST:
                yield Quarantined(gathering.source, 0, 0, "too_large", f"an event log of more than {LARGEST} bytes")
                return
        whole.seek(_NEXT_NUMBER)
        is_empty = int.from_bytes(whole.read(8), "little") == 1
        whole.seek(0)
        yield from _records(whole, gathering, rows, is_empty=is_empty)


def _records(whole: Any, gathering: Gathering, rows: int, *, is_empty: bool) -> Iterator[pa.RecordBatch | Quarantined]:
    source, reader = gathering.source, jsonlines.Reader(gathering)
    try:
        records = iter(PyEvtxParser(whole, number_of_threads=1).records_json())
    except (RuntimeError, OSError) as error:
        yield Quarantined(source, 0, 0, "damaged_log", str(error)[:_SHOWN])
        return
    place = 0
    while True:
        place += 1
        try:
            record = next(records, None)
        except (RuntimeError, OSError) as error:
            yield Quarantined(source, place, -1, "damaged_record", str(error)[:_SHOWN])
            continue
        if record is None:
            if place == 1 and not is_empty:
                yield Quarantined(
                    source, 0, 0, "damaged_log", "its head counts records, and there is none that can be read"
                )
            break
        number = record["event_record_id"]
        if number > _HIGHEST:
            yield Quarantined(source, place, -1, "damaged_record", f"a record that says it is number {number}")
        elif fault := reader.take(record["data"].encode(), number, record["timestamp"]):
            yield Quarantined(source, place, -1, *fault)
        elif gathering.is_full(rows):
            yield gathering.batch()
    if len(gathering):
        yield gathering.batch()
