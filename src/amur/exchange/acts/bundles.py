"""A file of messages with the files that they bring, as one archive: read with care, its files kept before its rows.

In it ``messages.csv`` (or ``.xlsx``) has the rows, ``attachments.csv`` names the files of each by the id of its
message, and ``files/`` holds them under their hashes. One that is broken is named, and keeps only its own row back.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.faults import AmurError, Invalid, Refused
from amur.exchange.acts.bringing import keep_file
from amur.exchange.engine import SHA256

MANIFEST, FOLDER = "attachments.csv", "files/"
COLUMNS = ("message", "name", "file_name", "media_type", "size", "sha256")
"""The columns of the manifest: the id of the message, what the file is to them, and what it is."""
_SHEETS = ("messages.csv", "messages.xlsx")
_MOST_ENTRIES, _MOST_FILES, _LARGEST_SHEET, _CHUNK = 12_000, 2_000, 20 * 2**20, 2**16
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What came in an archive: its rows as a file of their own, and the files that each message names."""

    sheet: Path
    named: dict[str, list[dict[str, Json]]]


@contextmanager
def opened(exchange_id: str, path: Path, *, sender: str, batch: str, by: Actor, now: datetime) -> Iterator[Bundle]:
    """Give the rows of a file, and keep the files that come with them; a file of rows alone brings none.

    Raises:
        Refused: ``bad_bundle`` if it is an archive that cannot be read.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN:
        if path.read_bytes()[:4] == b"PK\x03\x04":
            raise Refused("bad_bundle", "the archive is broken or was cut off; send it again") from None
        yield Bundle(path, {})
        return
    with archive, tempfile.TemporaryDirectory(prefix="amur-bundle-") as folder:
        names = archive.namelist()
        if MANIFEST not in names:
            yield Bundle(path, {})  # a workbook is an archive too
            return
        sheet = next((one for one in _SHEETS if one in names), "")
        if not sheet or len(names) > _MOST_ENTRIES or len(set(names)) < len(names):
            raise Refused("bad_bundle", f"an archive holds {' or '.join(_SHEETS)}, {MANIFEST} and {FOLDER}, each once")
        target = Path(folder) / sheet
        target.write_bytes(_read(archive, sheet))
        named = _named(_read(archive, MANIFEST))
        broken = dict(_keep(exchange_id, archive, named, sender=sender, batch=batch, by=by, now=now))
        for one in (each for some in named.values() for each in some):
            if fault := broken.get(str(one["sha256"])):
                one["code"], one["found"] = fault
        yield Bundle(target, named)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as stream:
            content = stream.read(_LARGEST_SHEET + 1)
    except _BROKEN:
        raise Refused("bad_bundle", f"{name} is broken; send the archive again") from None
    if len(content) > _LARGEST_SHEET:
        raise Refused("bad_bundle", f"{name} is too large; send it in parts")
    return content


def _named(content: bytes) -> dict[str, list[dict[str, Json]]]:
    """Return the files by the id of their message."""
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        missing = [one for one in COLUMNS if one not in (rows.fieldnames or ())]
        found = [] if missing else list(rows)
    except (UnicodeDecodeError, csv.Error):
        raise Refused("bad_bundle", f"{MANIFEST} is no CSV in UTF-8") from None
    if missing or len(found) > _MOST_FILES:
        said = f"has no column {', '.join(missing)}" if missing else f"names more than {_MOST_FILES} files"
        raise Refused("bad_bundle", f"{MANIFEST} {said}")
    named: dict[str, list[dict[str, Json]]] = {}
    for row in found:
        told: dict[str, Json] = {one: (row[one] or "").strip() for one in COLUMNS[1:]}
        told["sha256"] = str(told["sha256"]).lower()
        named.setdefault((row["message"] or "").strip(), []).append(told)
    return named


def _keep(
    exchange_id: str,
    archive: zipfile.ZipFile,
    named: dict[str, list[dict[str, Json]]],
    *,
    sender: str,
    batch: str,
    by: Actor,
    now: datetime,
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Keep each file that is named and there; yield the hashes of those that are broken, with what is wrong."""
    names = set(archive.namelist())
    for sha256 in sorted({str(one["sha256"]) for some in named.values() for one in some}):
        if not SHA256.fullmatch(sha256) or FOLDER + sha256 not in names:
            continue
        try:
            stream = _pieces(archive, FOLDER + sha256)
            keep_file(exchange_id, sha256, stream, sender=sender, batch=batch, by=by, now=now)
        except Invalid as fault:
            yield sha256, fault.fields["file"]
        except AmurError as fault:
            if fault.code != "upload_interrupted":
                raise
            yield sha256, (fault.code, "the file is broken or was cut off")


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with archive.open(name) as stream:
            while piece := stream.read(_CHUNK):
                yield piece
    except _BROKEN as error:
        raise EOFError(name) from error
