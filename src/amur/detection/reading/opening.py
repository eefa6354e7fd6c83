"""Files and folders of logs: found, opened, and read by the reader of their format."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa

from amur.detection.events import Quarantined
from amur.detection.reading import (
    access,
    auditd,
    cef,
    csvs,
    documents,
    evtx_files,
    jsonlines,
    keyvalue,
    syslog,
    w3c,
    winxml,
    zeek,
)
from amur.detection.reading.columns import Gathering
from amur.detection.reading.encodings import as_utf8, encoding_of
from amur.detection.reading.lines import lines_of
from amur.detection.reading.shown import shown
from amur.detection.reading.texts import Events

ROWS = 4_096
"""How many events make a batch: few enough for its memory to be used again by the next."""

_HEAD = 64 * 2**10
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DAMAGES = (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_NOT_OPENED = (*_DAMAGES, RuntimeError, NotImplementedError)
_FREE, _FOLD = 256 * 2**20, 250
"""How many bytes an archive may always unpack to, and how many times what it has packed; logs come to a fifth of it."""
LONGEST_TEXT = 2**20
"""How many bytes a line of a format other than JSON has at most: what is made of it takes many times that."""
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISDIR, "a folder"),
    (lambda _: True, "a device"),
)
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
TEXTS: tuple[tuple[Callable[[bytes], bool], Callable[..., Events]], ...] = tuple(
    (one.fits, one.events) for one in (zeek, w3c, cef, auditd, access, syslog, csvs, keyvalue)
)
"""The readers of formats of text, the narrower first: whether the beginning of a file is theirs, and its events."""


def files_under(paths: Iterable[Path]) -> Iterator[Path | Quarantined]:
    """Yield the files among and below some paths, in order, and what is there and cannot be read as one."""
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112 -- Path.is_dir raises where a folder above is closed
            yield _fault_of(path) or path
            continue
        root = path.resolve()
        closed: list[OSError] = []
        for folder, folders, names in os.walk(path, onerror=closed.append):
            folders.sort()
            links = [name for name in folders if Path(folder, name).is_symlink()]
            for name in sorted([*names, *links]):
                file = Path(folder, name)
                fault = _fault_of(file, root)
                if fault or name in names:
                    yield fault or file
        yield from (_aside(error.filename, "unreadable", _told(error)) for error in closed)


def _fault_of(file: Path, root: Path | None = None) -> Quarantined | None:
    """Return why something is not read as a file; a link to a folder is not followed, and told if it leads out."""
    try:
        mode = file.stat().st_mode
        if root and file.is_symlink() and not file.resolve().is_relative_to(root):
            return _aside(file, "leads_out", "a link to somewhere outside the folder")
    except FileNotFoundError:
        found = "a link to what is not there" if file.is_symlink() else "it is not there"
        return _aside(file, "leads_nowhere", found)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself, in older Pythons
        return _aside(file, "unreadable", _told(error))
    if stat.S_ISREG(mode) or (root and stat.S_ISDIR(mode)):
        return None
    return _aside(file, "not_a_file", _kind_of(mode))


def _kind_of(mode: int) -> str:
    return next(name for is_one, name in _KINDS if is_one(mode))


def _aside(file: Path | str, code: str, found: str) -> Quarantined:
    return Quarantined(_named(file), 0, 0, code, found)


def _named(file: Path | str) -> str:
    """Return a path as text; names need not be text on every system."""
    return os.fsencode(file).decode("utf-8", "replace")


def _told(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return said or str(error) or type(error).__name__


def read(
    path: Path, *, fields: frozenset[str] | None = None, rows: int = ROWS, kind: str = ""
) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield the events of a file as batches, and what of it cannot be read.

    ``fields`` are those that are gathered; None takes all. ``kind`` says what kind of log it is, whatever it looks
    like.
    """
    source = _named(path)
    try:
        with open(path, "rb", opener=_without_waiting) as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                yield Quarantined(source, 0, 0, "not_a_file", _kind_of(found.st_mode))
                return
            at = datetime.fromtimestamp(found.st_mtime, UTC)
            most = _Most(max(_FREE, _FOLD * found.st_size))
            head = stream.read(len(_ZIP))
            stream.seek(0)
            if head.startswith(_ZIP):
                yield from _members(stream, lambda name: Gathering(f"{source}!{name}", fields, kind, at), rows, most)
            elif head.startswith(_GZIP):
                with gzip.open(stream) as inside:
                    yield from _of_stream(cast("BinaryIO", inside), Gathering(source, fields, kind, at), rows, most)
            else:
                yield from _of_stream(stream, Gathering(source, fields, kind, at), rows)
    except _NOT_OPENED as error:
        yield Quarantined(source, 0, 0, "unreadable", _told(error))


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that took its place meanwhile is not waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _members(
    stream: BinaryIO, gathering_of: Callable[[str], Gathering], rows: int, most: _Most
) -> Iterator[pa.RecordBatch | Quarantined]:
    with zipfile.ZipFile(stream) as archive:
        for member in sorted(archive.infolist(), key=lambda one: one.filename):
            gathering = gathering_of(_named(member.filename))
            if member.filename.endswith("/"):
                continue
            if member.flag_bits & 1:
                yield Quarantined(gathering.source, 0, 0, "locked", "it has a password")
                continue
            try:
                inside = archive.open(member)
            except _NOT_OPENED as error:
                yield Quarantined(gathering.source, 0, 0, "unreadable", _told(error))
                continue
            with inside:
                yield from _of_stream(cast("BinaryIO", inside), gathering, rows, most)


class _Most:
    """How many bytes the members of an archive may still unpack to, together."""

    def __init__(self, most: int) -> None:
        self.most = self.left = most


class _UntilDamage(io.RawIOBase):
    """A stream that ends where it is damaged, so that what was read before is kept; ``fault`` says what it was."""

    def __init__(self, stream: Any, most: _Most | None) -> None:
        self._stream, self._most = stream, most
        self.code, self.fault = "unreadable", ""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        """Fill all of it if there is so much: what a file is like is seen from its beginning."""
        filled = 0
        while filled < len(into) and (found := self._some(len(into) - filled)):
            into[filled : filled + len(found)] = found
            filled += len(found)
        return filled

    def _some(self, size: int) -> bytes:
        try:
            found: bytes = b"" if self.fault else self._stream.read1(size)
        except _NOT_OPENED as error:
            self.fault = _told(error)
            return b""
        if self._most:
            self._most.left -= len(found)
            if self._most.left < 0:
                self.code = "swells"
                self.fault = f"an archive that unpacks to more than {self._most.most} bytes; unpack it if you trust it"
                return b""
        return found


def _of_stream(
    stream: BinaryIO, gathering: Gathering, rows: int, most: _Most | None = None
) -> Iterator[pa.RecordBatch | Quarantined]:
    until = _UntilDamage(stream, most)
    yield from _by_beginning(io.BufferedReader(until, _HEAD), gathering, rows, is_packed=bool(most))
    if until.fault:
        yield Quarantined(gathering.source, 0, -1, until.code, until.fault)


def _by_beginning(
    ahead: Any, gathering: Gathering, rows: int, *, is_packed: bool
) -> Iterator[pa.RecordBatch | Quarantined]:
    """Yield what a stream holds, by what it begins with."""
    begun = ahead.peek(_HEAD)
    lines = passed = 0
    while begun and not begun.strip():
        ahead.read(len(begun))
        lines, passed = lines + begun.count(b"\n"), passed + len(begun)
        begun = ahead.peek(_HEAD)
    if not begun:
        return
    if begun.startswith(evtx_files.MAGIC):
        yield from evtx_files.batches(ahead, gathering, rows)
        return
    if is_packed and begun.startswith((_ZIP, _GZIP)):
        yield Quarantined(gathering.source, 0, 0, "nested", "an archive inside of an archive; unpack the outer one")
        return
    if begun.startswith(codecs.BOM_UTF8):
        ahead.read(len(codecs.BOM_UTF8))
    encoding = next((name for mark, name in _MARKS.items() if begun.startswith(mark)), "")
    text = cast("BinaryIO", codecs.EncodedFile(ahead, "utf-8", encoding, "replace")) if encoding else ahead
    begun = begun.decode(encoding, "replace").encode() if encoding else begun
    if not encoding and (encoding := encoding_of(begun)):
        text, begun = as_utf8(ahead, encoding), as_utf8(io.BytesIO(begun), encoding).read()
    yield from _of_text(text, begun.removeprefix(codecs.BOM_UTF8).lstrip(), gathering, rows, (lines, passed))


def _of_text(
    text: BinaryIO, begun: bytes, gathering: Gathering, rows: int, passed: tuple[int, int]
) -> Iterator[pa.RecordBatch | Quarantined]:
    if begun[:1] == b"[" or (begun[:1] == b"{" and begun.partition(b"\n")[0].strip() == b"{"):
        yield from documents.batches(text, gathering, rows)
        return
    if begun[:1] == b"{":
        yield from jsonlines.batches(lines_of(text, gathering.source, passed=passed), gathering, rows)
        return
    if winxml.fits(begun):
        yield from winxml.batches(text, gathering, rows, passed[1])
        return
    for fits, events in TEXTS:
        if fits(begun):
            lines = lines_of(text, gathering.source, LONGEST_TEXT, passed)
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
