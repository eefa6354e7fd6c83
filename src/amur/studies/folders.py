"""The folder of an installation's studies: inputs and results under the hash of what is in them.

``inputs/HASH`` is a file that went in, ``HASH/`` a result: files that are written once, and whole. Anything whose name
begins with a dot is half-done, and swept away when nobody works on it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from amur.base.faults import AmurError, NotFound
from amur.studies.engine import hash_of_results

_INPUTS, _WORK = "inputs", ".work-"
_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of studies, by its path; it is made when something is written."""

    path: Path

    def keep_input(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Write an input whole and return its hash and size; what is there already stays."""
        inside = self.path / _INPUTS
        inside.mkdir(parents=True, exist_ok=True)
        found, size = hashlib.sha256(), 0
        handle, half = tempfile.mkstemp(prefix=".half-", dir=inside)
        try:
            with os.fdopen(handle, "wb") as writing:
                for chunk in chunks:
                    found.update(chunk)
                    size += writing.write(chunk)
                writing.flush()
                os.fsync(handle)
            Path(half).replace(inside / found.hexdigest())
        except BaseException:
            Path(half).unlink(missing_ok=True)
            raise
        _to_disk(inside)
        return found.hexdigest(), size

    def input(self, content_hash: str) -> Path:
        """Return an input.

        Raises:
            AmurError: if it is missing or not what it was.
        """
        return _verified(self.path / _INPUTS / content_hash, content_hash, "an input of the study")

    def work(self, study: int, claim: int) -> Path:
        """Return an empty folder in which a study is run; what former runs of it left is deleted."""
        self.path.mkdir(parents=True, exist_ok=True)
        for left in self.path.glob(f"{_WORK}{study}-*"):
            shutil.rmtree(left, ignore_errors=True)
        made = self.path / f"{_WORK}{study}-{claim}"
        made.mkdir()
        return made

    def keep_result(self, made: Path) -> tuple[dict[str, str], str]:
        """Move a folder of results under its hash; return its files with theirs, and that hash.

        Raises:
            AmurError: if there is no file in it.
        """
        files = {file.name: hash_of(file) for file in sorted(made.iterdir()) if file.is_file()}
        if not files:
            raise AmurError("no_result", "the model wrote no file; its adapter has to")
        whole = hash_of_results(files)
        target = self.path / whole
        for name in files:
            _to_disk(made / name)
        _to_disk(made)
        if target.exists() and not all(_is(target / name, one) for name, one in files.items()):
            shutil.rmtree(target)  # somebody changed it; what was just made is what it has to be
        if target.exists():
            shutil.rmtree(made)
        else:
            made.replace(target)
        _to_disk(self.path)
        return files, whole

    def result(self, result_hash: str, files: Mapping[str, str], name: str) -> Path:
        """Return a file of a result, looked at by its hash.

        Raises:
            NotFound: if the result has no such file.
            AmurError: if it is missing or not what it was.
        """
        if name not in files:
            raise NotFound("no_file", f"this result has no file {name!r}; it has {', '.join(sorted(files))}")
        return _verified(self.path / result_hash / name, files[name], "a result of the study")

    def damaged(self, result_hash: str, files: Mapping[str, str]) -> list[str]:
        """Return the files of a result that are missing or not what they were."""
        return [name for name, one in files.items() if not _is(self.path / result_hash / name, one)]

    def sweep(self, results: Collection[str], inputs: Collection[str], running: Collection[int], before: float) -> int:
        """Delete what no study names, such as what a stopped run left; return how many files and folders.

        What was written after ``before``, in seconds of the epoch, may belong to a study that is being stored.
        """
        gone = 0
        for found in self.path.iterdir() if self.path.is_dir() else ():
            is_worked_on = any(found.name.startswith(f"{_WORK}{study}-") for study in running)
            is_kept = found.name == _INPUTS or found.name in results or is_worked_on
            if not is_kept and found.is_dir() and found.stat().st_mtime < before:
                shutil.rmtree(found, ignore_errors=True)
                gone += 1
        for found in (self.path / _INPUTS).iterdir() if (self.path / _INPUTS).is_dir() else ():
            if found.name not in inputs and found.stat().st_mtime < before:
                found.unlink(missing_ok=True)
                gone += 1
        return gone


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is(file: Path, content_hash: str) -> bool:
    with suppress(OSError):
        return hash_of(file) == content_hash
    return False


def _verified(file: Path, content_hash: str, what: str) -> Path:
    try:
        said = file.stat()
        found = _hash_seen(str(file), said.st_mtime_ns, said.st_size, said.st_ino)
    except OSError as error:
        raise AmurError(
            "file_missing", f"{file.name}, {what}, cannot be read ({error.strerror}); run the study again"
        ) from error
    if found != content_hash:
        raise AmurError("file_changed", f"{file.name}, {what}, was changed after it was written; run the study again")
    return file


@lru_cache(maxsize=1024)
def _hash_seen(file: str, mtime: int, size: int, inode: int) -> str:
    """Return the hash of a file as it was when its time, size and place were these: a large one is read once."""
    del mtime, size, inode
    return hash_of(Path(file))


def _to_disk(path: Path) -> None:
    """Let a file, or the names in a folder, survive a power cut from here on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
