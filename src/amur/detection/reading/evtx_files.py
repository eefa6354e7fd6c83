"""Event logs of Windows, as the system keeps them."""

from __future__ import annotations

import struct
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
_HEAD, _CHUNK = 4_096, 65_536
_CHUNKS = 42
"""Where the head says how many chunks there are."""
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
        size = whole.tell()
        whole.seek(_NEXT_NUMBER)
        is_empty = int.from_bytes(whole.read(8), "little") == 1
        counted = _counted(whole, size)
        whole.seek(0)
        yield from _records(whole, gathering, rows, is_empty=is_empty, counted=counted)
        if counted and (said := _cut(whole, size)):
            yield Quarantined(gathering.source, 0, size, "cut_off", said)


def _counted(whole: Any, size: int) -> int:
    """Return how many records the heads of the chunks count."""
    counted = 0
    for place in range(_HEAD, size, _CHUNK):
        whole.seek(place)
        magic, first, last = struct.unpack("<8sQQ", whole.read(24).ljust(24, b"\0"))
        counted += last - first + 1 if magic == b"ElfChnk\0" and 0 <= last - first < _CHUNK else 0
    return counted


def _lost(found: int, counted: int, *, is_empty: bool) -> str:
    """Return what is said of a log of which fewer records were found than it has."""
    if found < counted:
        return f"its chunks count {counted} records, of which {found} were found: what is behind a damaged one is lost"
    return "" if found or is_empty else "its head counts records, and there is none that can be read"


def _cut(whole: Any, size: int) -> str:
    """Return what is said of a log that ends before its last chunk does; a log in use may have more than it counts."""
    whole.seek(_CHUNKS)
    chunks = int.from_bytes(whole.read(2), "little")
    missing = _HEAD + chunks * _CHUNK - size
    if missing > 0:
        return f"its head counts {chunks} chunks, of which {missing} bytes are missing; copy the log again"
    return (
        f"{(size - _HEAD) % _CHUNK} bytes behind the last whole chunk; copy the log again"
        if (size - _HEAD) % _CHUNK
        else ""
    )


def _records(
    whole: Any, gathering: Gathering, rows: int, *, is_empty: bool, counted: int
) -> Iterator[pa.RecordBatch | Quarantined]:
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
            if said := _lost(place - 1, counted, is_empty=is_empty):
                yield Quarantined(source, place if counted else 0, 0, "damaged_log", said)
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
