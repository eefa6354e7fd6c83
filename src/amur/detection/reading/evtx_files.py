"""Event logs of Windows, as the system keeps them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa
from evtx import PyEvtxParser

from amur.detection.events import Quarantined
from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import flatten

MAGIC = b"ElfFile\0"
_SHOWN = 200


def batches(stream: BinaryIO, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield the records of an event log, and which of them are damaged; ``POSITION`` is the number of a record."""
    with tempfile.TemporaryFile() as whole:
        shutil.copyfileobj(stream, whole)  # a packed one cannot be read at will
        whole.seek(0)
        yield from _records(whole, gathering, rows)


def _records(whole: Any, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    source = gathering.source
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
            break
        flat = flatten(msgspec.json.decode(record["data"]))
        gathering.put(flat.fields, record["data"], record["event_record_id"], flat.at or record["timestamp"], flat.kind)
        if gathering.is_full(rows):
            yield gathering.batch()
    if len(gathering):
        yield gathering.batch()
