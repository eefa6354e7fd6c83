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
from collections.abc import Iterator, Sequence
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
_BEGIN = b"PK\x03\x04"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What came in an archive: its rows as a file of their own, and the files that each message names."""

    sheet: Path
    named: dict[str, list[dict[str, Json]]]


@contextmanager
def opened(
    exchange_id: str, path: Path, *, file_name: str, sender: str, batch: str, by: Actor, now: datetime
) -> Iterator[Bundle]:
    """Give the rows of a file, and keep the files that come with them; a file of rows alone brings none.

    Raises:
        Refused: ``bad_bundle`` if it is an archive that cannot be read, or is called one and is none.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN:
        with path.open("rb") as file:
            begins = file.read(len(_BEGIN))
        if begins == _BEGIN:
            raise Refused("bad_bundle", "the archive is broken or was cut off; send it again") from None
        if file_name.lower().endswith(".zip"):
            raise Refused("bad_bundle", "the file is called .zip and is no archive; make it again") from None
        yield Bundle(path, {})
        return
    with archive, tempfile.TemporaryDirectory(prefix="amur-bundle-") as folder:
        sheet = _sheet_in(archive.namelist())
        if not sheet:
            yield Bundle(path, {})  # a workbook is an archive too
            return
        target = Path(folder) / sheet
        target.write_bytes(_read(archive, sheet))
        named = _named(_read(archive, MANIFEST))
        broken = dict(_keep(exchange_id, archive, named, sender=sender, batch=batch, by=by, now=now))
        for one in (each for some in named.values() for each in some):
            if fault := broken.get(str(one["sha256"])):
                one["code"], one["found"] = fault
        yield Bundle(target, named)


def _sheet_in(names: Sequence[str]) -> str:
    """Return which of the names has the rows; empty where they are those of a workbook.

    Raises:
        Refused: ``bad_bundle`` if they are not those of an archive of messages.

    >>> _sheet_in(["messages.csv", "attachments.csv", "files/" + "0" * 64]), _sheet_in(["[Content_Types].xml"])
    ('messages.csv', '')
    >>> _sheet_in(["messages.csv", "attachments.csv", "files/../../x"])
    Traceback (most recent call last):
    ...
    amur.base.faults.Refused: the archive leads out of itself with 'files/../../x'; make it again without that
    """
    outside = next((one for one in names if _leads_out(one)), "")
    if outside:
        raise Refused("bad_bundle", f"the archive leads out of itself with {outside!r:.80}; make it again without that")
    if names and MANIFEST not in names and not any(one in names for one in _SHEETS):
        return ""
    sheets = [one for one in _SHEETS if one in names]
    holds = f"it holds {' or '.join(_SHEETS)}, {MANIFEST} and {FOLDER}, each once"
    if not sheets or MANIFEST not in names:
        lacks = MANIFEST if sheets else " or ".join(_SHEETS)
        raise Refused("bad_bundle", f"the archive has no {lacks}; make it again so that {holds}")
    if len(sheets) > 1 or len(set(names)) < len(names):
        twice = next((one for one in names if names.count(one) > 1), "the rows")
        raise Refused("bad_bundle", f"the archive has {twice!r:.80} twice; make it again so that {holds}")
    if len(names) > _MOST_ENTRIES:
        raise Refused("bad_bundle", f"the archive holds {len(names)} files; send at most {_MOST_ENTRIES} at once")
    return sheets[0]


def _leads_out(name: str) -> bool:
    r"""Say whether a name would be a place outside, were the archive unpacked.

    >>> [_leads_out(one) for one in ("../x", "/x", "a/../../x", "c:x", "..\\x", "files/a..b", "files/")]
    [True, True, True, True, True, False, False]
    """
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or not parts[0] or ":" in parts[0]


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
        raise Refused("bad_bundle", f"{MANIFEST} is no CSV in UTF-8; save it as that") from None
    if missing or len(found) > _MOST_FILES:
        lacks = f"has no column {', '.join(missing)}; its first row names {', '.join(COLUMNS)}"
        said = lacks if missing else f"names more than {_MOST_FILES} files; send it in parts"
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
