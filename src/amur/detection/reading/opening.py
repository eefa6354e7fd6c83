"""Files and folders of logs: found, opened, and read by the reader of their format."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa

from amur.detection.events import Quarantined
from amur.detection.reading import access, auditd, cef, csvs, documents, evtx_files, jsonlines, syslog, w3c, zeek
from amur.detection.reading.columns import Gathering
from amur.detection.reading.lines import lines_of
from amur.detection.reading.shown import shown
from amur.detection.reading.texts import Events

ROWS = 4_096
"""How many events make a batch: few enough for its memory to be used again by the next."""

_HEAD = 64 * 2**10
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DAMAGES = (OSError, EOFError, zipfile.BadZipFile, zlib.error)
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
TEXTS: tuple[tuple[Callable[[bytes], bool], Callable[..., Events]], ...] = tuple(
    (one.fits, one.events) for one in (zeek, w3c, cef, auditd, access, syslog, csvs)
)
"""The readers of formats of text, the narrower first: whether the beginning of a file is theirs, and its events."""


def files_under(paths: Iterable[Path]) -> Iterator[Path | Quarantined]:
    """Yield the files among and below some paths, in order; a link that leads out of its folder is set aside."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        root = path.resolve()
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                file = Path(folder, name)
                if file.is_symlink() and not file.resolve().is_relative_to(root):
                    yield Quarantined(str(file), 0, 0, "leads_out", "a link to somewhere outside the folder")
                elif file.is_file():
                    yield file


def read(
    path: Path, *, fields: frozenset[str] | None = None, rows: int = ROWS, kind: str = ""
) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield the events of a file as batches, and what of it cannot be read.

    ``fields`` are those that are gathered; None takes all. ``kind`` says what kind of log it is, whatever it looks
    like.
    """
    source = str(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(len(_ZIP))
            stream.seek(0)
            if head.startswith(_ZIP):
                yield from _members(stream, source, fields, rows, kind)
            elif head.startswith(_GZIP):
                with gzip.open(stream) as inside:
                    yield from _of_stream(cast("BinaryIO", inside), Gathering(source, fields, kind), rows)
            else:
                yield from _of_stream(stream, Gathering(source, fields, kind), rows)
    except _DAMAGES as error:
        yield Quarantined(source, 0, 0, "unreadable", str(error))


def _members(
    stream: BinaryIO, source: str, fields: frozenset[str] | None, rows: int, kind: str
) -> Iterator[pa.RecordBatch | Quarantined]:
    with zipfile.ZipFile(stream) as archive:
        for member in sorted(archive.infolist(), key=lambda one: one.filename):
            name = f"{source}!{member.filename}"
            if member.is_dir():
                continue
            if member.flag_bits & 1:
                yield Quarantined(name, 0, 0, "locked", "it has a password")
                continue
            with archive.open(member) as inside:
                yield from _of_stream(cast("BinaryIO", inside), Gathering(name, fields, kind), rows)


class _UntilDamage(io.RawIOBase):
    """A stream that ends where it is damaged, so that what was read before is kept; ``fault`` says what it was."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.fault = ""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        try:
            found = b"" if self.fault else self._stream.read1(len(into))
        except _DAMAGES as error:
            self.fault, found = str(error) or type(error).__name__, b""
        into[: len(found)] = found
        return len(found)


def _of_stream(stream: BinaryIO, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    until = _UntilDamage(stream)
    yield from _by_beginning(io.BufferedReader(until, _HEAD), gathering, rows)
    if until.fault:
        yield Quarantined(gathering.source, 0, -1, "unreadable", until.fault)


def _by_beginning(ahead: Any, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield what a stream holds, by what it begins with."""
    begun = ahead.peek(_HEAD)
    if not begun.strip():
        return
    if begun.startswith(evtx_files.MAGIC):
        yield from evtx_files.batches(ahead, gathering, rows)
        return
    if begun.startswith(codecs.BOM_UTF8):
        ahead.read(len(codecs.BOM_UTF8))
    encoding = next((name for mark, name in _MARKS.items() if begun.startswith(mark)), "")
    text = cast("BinaryIO", codecs.EncodedFile(ahead, "utf-8", encoding, "replace")) if encoding else ahead
    begun = begun.decode(encoding, "replace").encode() if encoding else begun
    yield from _of_text(text, begun.removeprefix(codecs.BOM_UTF8).lstrip(), gathering, rows)


def _of_text(text: BinaryIO, begun: bytes, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    if begun[:1] == b"[" or (begun[:1] == b"{" and begun.partition(b"\n")[0].strip() == b"{"):
        yield from documents.batches(text, gathering, rows)
        return
    lines = lines_of(text, gathering.source)
    if begun[:1] == b"{":
        yield from jsonlines.batches(lines, gathering, rows)
        return
    for fits, events in TEXTS:
        if fits(begun):
            yield from _gathered(events(lines, gathering.source), gathering, rows)
            return
    yield Quarantined(gathering.source, 0, 0, "unknown_format", f"of no format that is known: {shown(begun)}")


def _gathered(events: Events, gathering: Gathering, rows: int) -> Iterator[pa.RecordBatch | Quarantined]:
    for event in events:
        if isinstance(event, Quarantined):
            yield event
            continue
        position, _offset, flat, raw = event
        gathering.put(flat.fields, raw, position, flat.at, flat.kind)
        if gathering.is_full(rows):
            yield gathering.batch()
    if len(gathering):
        yield gathering.batch()
