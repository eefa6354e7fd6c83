"""Events in one JSON document: a list of them, an object that holds such a list, or one event written over lines."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

import msgspec
import pyarrow as pa

from amur.detection.events import Quarantined
from amur.detection.reading.columns import Gathering
from amur.detection.reading.flattening import flatten
from amur.detection.reading.lines import LONGEST
from amur.detection.reading.shown import shown

LARGEST = 512 * 2**20
"""How many bytes a document has at most: it has to be held whole. Lines of JSON have no such bound."""

_SHOWN = 100
_SIGN = re.compile(r"\S")
_LISTS = ("Records", "records", "value", "events", "logs")


def batches(stream: BinaryIO, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield the events of a document; ``POSITION`` is the number of an event in it."""
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        said = f"a document of more than {LARGEST} bytes; write one event a line"
        yield Quarantined(gathering.source, 0, 0, "too_large", said)
        return
    content = content.removeprefix(codecs.BOM_UTF8)
    for position, event in enumerate(_events(content), start=1):
        if isinstance(event, _Fault):
            yield Quarantined(gathering.source, position, event.offset, "not_json", event.found)
        elif not isinstance(event, dict):
            said = f"no object: {shown(written(event))}"
            yield Quarantined(gathering.source, position, -1, "no_event", said)
        else:
            raw, flat = written(event), flatten(event)
            if len(raw) > LONGEST:
                said = f"an event of {len(raw)} bytes; {LONGEST} are read"
                yield Quarantined(gathering.source, position, -1, "too_long", said)
                continue
            gathering.put(flat.fields, raw, position, flat.at, flat.kind)
            if gathering.is_full(rows):
                yield gathering.batch()
    if len(gathering):
        yield gathering.batch()


class _Fault(NamedTuple):
    """Where a document is broken, and what was found there."""

    offset: int
    found: str


def _events(content: bytes) -> Iterator[Any]:
    """Yield the events of a document, or of several that stand one after another."""
    try:
        yield from listed(msgspec.json.decode(content))
    except (ValueError, RecursionError):  # as bytes that are no UTF-8 are told
        yield from _one_after_another(content.decode("utf-8", "replace"))


def _one_after_another(text: str) -> Iterator[Any]:
    decode, at = json.JSONDecoder().raw_decode, 0
    while (at := _after_blank(text, at)) < len(text):
        try:
            found, at = decode(text, at)
        except (ValueError, RecursionError) as error:
            where = error.pos if isinstance(error, json.JSONDecodeError) else at
            yield _Fault(len(text[:where].encode()), f"{error}: {shown(text[where : where + _SHOWN].encode())}")
            return
        yield from listed(found)


def _after_blank(text: str, at: int) -> int:
    found = _SIGN.search(text, at)
    return found.start() if found else len(text)


def written(event: Any) -> bytes:
    r"""Return an event as JSON; half of a pair of signs, which JSON can say and UTF-8 cannot, by its number.

    >>> written({"a": "\ud800"})
    b'{"a": "\\ud800"}'
    """
    try:
        return msgspec.json.encode(event)
    except UnicodeEncodeError:
        return json.dumps(event).encode()


def listed(found: Any) -> list[Any]:
    """Return the events that a document says.

    >>> listed({"Records": [{"a": 1}]}), listed({"a": 1})
    ([{'a': 1}], [{'a': 1}])
    """
    if isinstance(found, list):
        return found
    if isinstance(found, Mapping):
        inside = next((found[name] for name in _LISTS if isinstance(found.get(name), list)), None)
        if inside and all(isinstance(one, dict) for one in inside):
            return list(inside)
    return [found]
