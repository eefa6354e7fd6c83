"""What a batch of events is, for readers that make one and engines that look through it.

A batch is an Arrow record batch. Each field of the log is a column of text under the name by which rules call it
(``EventID``, ``CommandLine``, ``userIdentity.type``), plain or as a dictionary. Null says that the event has no such
field; an empty text that it has, with nothing in it. Numbers and truth values stand as in JSON (``4688``, ``true``).
A field with several values holds them joined by ``SEVERAL``: whatever is true of one of them is true of the field.

Beside them stand the columns below. ``SOURCE`` and ``POSITION`` together are the identity of an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

TIME = "_time"
"""When it happened: ``timestamp[us, UTC]``, null where the log does not say."""
RAW = "_raw"
"""The event as it came: the JSON of it, or the line."""
SOURCE = "_source"
"""The file or the stream that it came from."""
POSITION = "_position"
"""The number of the record or the line in its source, from 1: ``int64``."""
KIND = "_kind"
"""The kind of log as a reader knows it, as ``product/category/service`` of a rule's log source: ``windows//``,
``zeek//dns``, ``/webserver/``; a part that is not known is empty."""

SEVERAL = "\x1f"
"""What stands between the values of a field that has several: a separator of units, which no log prints."""

TEXT = pa.dictionary(pa.int32(), pa.utf8())
_OWN = {
    TIME: pa.timestamp("us", tz="UTC"),
    RAW: pa.utf8(),
    SOURCE: TEXT,
    POSITION: pa.int64(),
    KIND: TEXT,
}


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something that could not be read: where it stands, which fault it is and what was found there.

    ``position`` counts records or lines from 1; ``offset`` counts bytes from 0 where the format knows them, else -1.
    """

    source: str
    position: int
    offset: int
    code: str
    found: str


def schema_of(fields: Iterable[str]) -> pa.Schema:
    """Return the schema of a batch with some fields, in the order of their names.

    >>> schema_of(["User", "Image"]).names
    ['_time', '_raw', '_source', '_position', '_kind', 'Image', 'User']
    """
    return pa.schema([*_OWN.items(), *((name, TEXT) for name in sorted(set(fields)))])


def batch_of(
    events: Sequence[Mapping[str, str]], *, source: str = "", kind: str = "", times: Sequence[datetime | None] = ()
) -> pa.RecordBatch:
    """Return a batch of events that are given field by field; each field stands in ``RAW`` on a line of its own.

    >>> batch_of([{"Image": "a.exe"}, {"User": "root"}]).column("Image").to_pylist()
    ['a.exe', None]
    """
    fields = sorted({name for event in events for name in event})
    columns: dict[str, list[object]] = {
        TIME: [one.astimezone(UTC) if one else None for one in times] or [None] * len(events),
        RAW: ["\n".join(event.values()) for event in events],
        SOURCE: [source] * len(events),
        POSITION: list(range(1, len(events) + 1)),
        KIND: [kind] * len(events),
    }
    columns |= {name: [event.get(name) for event in events] for name in fields}
    schema = schema_of(fields)
    return pa.RecordBatch.from_arrays([_column(columns[field.name], field.type) for field in schema], schema=schema)


def _column(values: list[object], kind: pa.DataType) -> pa.Array:
    return pa.array(values, pa.utf8()).dictionary_encode() if kind == TEXT else pa.array(values, kind)


def fields_of(schema: pa.Schema) -> list[str]:
    """Return which columns are fields of the log.

    >>> fields_of(schema_of(["Image"]))
    ['Image']
    """
    return [name for name in schema.names if name not in _OWN]


def texts_of(column: pa.Array) -> list[str | None]:
    """Return the texts of a column.

    Arrow's own list makes an object of each of them first, which takes several times as long.

    >>> texts_of(pa.array(["a", None, "a"]).dictionary_encode())
    ['a', None, 'a']
    """
    texts = column.cast(pa.utf8()) if pa.types.is_dictionary(column.type) else column
    found: list[str | None] = texts.to_numpy(zero_copy_only=False).tolist()
    return found
