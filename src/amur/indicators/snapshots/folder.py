"""The folder of a snapshot: files are written whole under a name of their own, and then the manifest is replaced.

Whatever stops a writer, the manifest that stands names files that are there and whole; what a writer left behind goes
with the next one. Writers queue on a lock of the folder and readers hold it together, so that no file goes from under
a query.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from amur.base.faults import Conflict
from amur.indicators.engine.parts import Part
from amur.indicators.snapshots.manifest import Manifest, read

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema, Table

_MANIFEST, _LOCK = "manifest.json", ".lock"
_GROUP_ROWS = 100_000
_HASH_LETTERS = 12


class Folder:
    """A folder with datasets; it need not exist before the first one writes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def manifest(self) -> Manifest | None:
        """Return what the snapshot is, or None before the first."""
        try:
            return read((self.path / _MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    def files_of(self, parts: Iterable[Part]) -> list[Path]:
        """Return where parts lie."""
        return [self.path / part.file for part in parts]

    def holds(self, part: Part) -> bool:
        """Say whether the file of a part is there, as long as it should be; ``damaged`` looks into it."""
        file = self.path / part.file
        return file.is_file() and file.stat().st_size == part.bytes

    @contextmanager
    def locked(self, *, alone: bool, wait: bool = True) -> Iterator[None]:
        """Hold the folder: ``alone`` to write, together with others to read.

        Raises:
            Conflict: with ``wait`` false, if another process holds it.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / _LOCK).open("a") as lock:
            how = (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB)
            try:
                fcntl.flock(lock, how)
            except BlockingIOError:
                raise Conflict("snapshot_busy", f"another process writes to {self.path}; it does this work") from None
            yield

    def write_part(
        self, name: str, after: int, up_to: int, schema: Schema, batches: Iterable[RecordBatch]
    ) -> Part | None:
        """Write the rows of a range as one file; None where there are none. The manifest does not name it yet."""
        from pyarrow import parquet  # noqa: PLC0415  # a web server that only shows pages never loads it

        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        fresh, rows = folder / f".writing-{os.getpid()}", 0
        with parquet.ParquetWriter(fresh, schema, compression="zstd") as writer:
            for table in _grouped(batches, schema):
                writer.write_table(table, row_group_size=table.num_rows)
                rows += table.num_rows
        if not rows:
            fresh.unlink()
            return None
        _to_disk(fresh)
        digest = sha256_of(fresh)
        file = f"{name}/{after + 1}-{up_to}-{digest[:_HASH_LETTERS]}.parquet"
        size = fresh.stat().st_size
        fresh.replace(self.path / file)
        return Part(file, after, up_to, rows, size, digest)

    def replace_manifest(self, manifest: Manifest) -> None:
        """Make a snapshot the one that stands, and delete every file that it does not name."""
        for name in manifest.datasets:
            if (self.path / name).is_dir():
                _to_disk(self.path / name)
        fresh = self.path / f".{_MANIFEST}-{os.getpid()}"
        fresh.write_text(manifest.text(), encoding="utf-8")
        _to_disk(fresh)
        fresh.replace(self.path / _MANIFEST)
        _to_disk(self.path)
        self.sweep(manifest)

    def sweep(self, manifest: Manifest | None) -> int:
        """Delete what a snapshot does not name, such as what a writer that was stopped left; return how many files."""
        kept = manifest.files if manifest else frozenset()
        gone = 0
        for file in [*self.path.glob("*/*"), *self.path.glob(f".{_MANIFEST}-*")]:
            if file.is_file() and file.relative_to(self.path).as_posix() not in kept:
                file.unlink(missing_ok=True)
                gone += 1
        for folder in self.path.iterdir():
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        return gone

    def damaged(self) -> list[str]:
        """Return the files of the snapshot that are missing or not what its manifest says."""
        manifest = self.manifest()
        parts = [part for stored in manifest.datasets.values() for part in stored.parts] if manifest else []
        return [part.file for part in parts if not self.holds(part) or sha256_of(self.path / part.file) != part.sha256]


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _grouped(batches: Iterable[RecordBatch], schema: Schema) -> Iterator[Table]:
    """Give the batches in groups of rows that are worth a block of a file."""
    import pyarrow as pa  # noqa: PLC0415  # a web server that only shows pages never loads it

    waiting: list[RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= _GROUP_ROWS:
            yield pa.Table.from_batches(waiting, schema)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting, schema)


def _to_disk(path: Path) -> None:
    """Let a file, or the names in a folder, survive a power cut from here on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
