"""Where received files lie, and how one is received: whole and safe on the disk, or not at all.

Bytes arrive in a temporary file, are counted, hashed and sealed on the way, flushed to the disk and renamed: a plain
byte never reaches the disk. Whatever fails before the rename leaves nothing behind; what fails after it is taken away
by ``sweep``. The key is the upload's own; whoever stores its row keeps it.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings

from amur.base.faults import AmurError, Invalid
from amur.base.journal import journal
from amur.ledger import reads as ledger
from amur.ledger.engine import KEY_BYTES, Erased, SealedReader, SealedWriter, is_sealed
from amur.procedures import sniffing

_TEMPORARY = ".incoming-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_log = journal("procedures")


@dataclass(frozen=True, slots=True)
class Received:
    """What is known of a file after its last byte, and the key that opens it."""

    size: int
    sha256: str
    media_type: str
    key: bytes


def path_of(upload_id: UUID) -> Path:
    """Return where the bytes of an upload lie."""
    name = str(upload_id)
    return Path(settings.MEDIA_ROOT) / name[:2] / name


@contextmanager
def received(field: str, upload_id: UUID, stream: Iterable[bytes], limit: int) -> Iterator[Received]:
    """Receive a file and put it in its place when the block begins; take it away again if the block fails.

    Raises:
        Invalid: if it is empty or larger than the limit.
        AmurError: ``upload_interrupted`` if the sender stopped, ``storage_full`` or ``storage_failed`` for the disk.
    """
    final = path_of(upload_id)
    temporary = _receive_into_temporary(field, upload_id, stream, limit, final.parent)
    try:
        result = temporary.result
        _put_in_place(temporary.path, final)
    except BaseException:
        temporary.path.unlink(missing_ok=True)
        final.unlink(missing_ok=True)
        raise
    try:
        yield result
    except BaseException:
        remove(upload_id)
        raise


def opened(upload_id: UUID) -> BinaryIO:
    """Open the bytes of an upload, as they were received, from any place.

    One that was received before files were sealed is opened as it lies there.

    Raises:
        FileNotFoundError: if they are gone, or their key was destroyed.
        Refused: if their key did not come along with the database.
        ValueError: when read, if they were altered.
    """
    file = path_of(upload_id).open("rb")
    if not is_sealed(file):
        return file
    key = ledger.file_key(_name(upload_id))
    if isinstance(key, Erased):
        file.close()
        raise FileNotFoundError(str(upload_id))
    return cast("BinaryIO", io.BufferedReader(SealedReader(key, _name(upload_id), file)))


def remove(upload_id: UUID) -> None:
    """Delete the bytes of an upload; it is well if they are gone already."""
    with suppress(OSError):
        erase(upload_id)


def erase(upload_id: UUID) -> None:
    """Delete the bytes of an upload for certain; it is well if they are gone already.

    Raises:
        OSError: if they cannot be deleted now.
    """
    path_of(upload_id).unlink(missing_ok=True)


def sweep(is_known: Callable[[set[UUID]], set[UUID]], before: datetime) -> int:
    """Delete files that nothing knows and that are older than an instant; return how many.

    ``is_known`` returns which of the given ids still have a row.
    """
    swept = 0
    for folder in Path(settings.MEDIA_ROOT).glob("*/"):
        old = [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < before.timestamp()]
        ids = {path: _id_of(path) for path in old}
        known = is_known({found for found in ids.values() if found is not None})
        for path, found in ids.items():
            if path.name.startswith(_TEMPORARY) or (found is not None and found not in known):
                path.unlink(missing_ok=True)
                swept += 1
    return swept


@dataclass(frozen=True, slots=True)
class _Temporary:
    path: Path
    result: Received


def _receive_into_temporary(
    field: str, upload_id: UUID, stream: Iterable[bytes], limit: int, folder: Path
) -> _Temporary:
    key = secrets.token_bytes(KEY_BYTES)
    with _disk():
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "w+b", buffering=0) as file:
            writer = SealedWriter(key, _name(upload_id), lambda piece: _write_all(file, piece))
            size, sha256 = _copy(field, stream, writer, limit)
            with _disk():
                os.fsync(file.fileno())
            plain = cast("BinaryIO", io.BufferedReader(SealedReader(key, _name(upload_id), file)))
            return _Temporary(path, Received(size, sha256, sniffing.media_type(plain), key))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _copy(field: str, stream: Iterable[bytes], writer: SealedWriter, limit: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for piece in _pieces(stream):
        size += len(piece)
        if size > limit:
            raise Invalid({field: ("file_too_large", f"found more than {limit} bytes; send a smaller file")})
        digest.update(piece)
        writer.write(piece)
    if not size:
        raise Invalid({field: ("file_empty", "found an empty file; choose another one")})
    writer.close()
    return size, digest.hexdigest()


def _write_all(file: BinaryIO, piece: bytes) -> None:
    """Write every byte: an unbuffered file may take only a part of them."""
    left = memoryview(piece)
    while left:
        with _disk():
            left = left[_write(file, left) :]


def _write(file: BinaryIO, piece: memoryview) -> int:
    return file.write(piece)


def _pieces(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Return what the sender sends; that the sender stops is a fault of another kind than that the disk is full."""
    pieces = iter(stream)
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            return
        except (OSError, EOFError) as error:
            raise AmurError("upload_interrupted", "the file did not arrive whole; send it again") from error
        yield piece


def _put_in_place(temporary: Path, final: Path) -> None:
    with _disk():
        temporary.replace(final)
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            _log.error("no space for uploads: %s", error)
            raise AmurError("storage_full", "there is no space for this file now; nothing was kept") from error
        _log.error("the folder of uploads cannot be written: %s", error)
        raise AmurError("storage_failed", "this file cannot be stored now; nothing was kept") from error


def _id_of(path: Path) -> UUID | None:
    try:
        return UUID(path.name)
    except ValueError:
        return None


def _name(upload_id: UUID) -> str:
    """Return the name to which the bytes are bound: that of the upload's key."""
    return f"upload:{upload_id}"
