"""``amur backup``: one archive with a consistent copy of the database, the uploads, studies and the ledger's head.

The keys of personal data are not in the database of the archive: they go into the folder of keys (``subject_keys``).
The manifest stands last in the archive, with the digest of every member, so that a cut-off archive has none.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import amur
from amur.config import subject_keys
from amur.config.installation import pack_folder
from amur.config.private_files import open_private
from amur.config.terminal import CommandError
from amur.web import clock

FORMAT = "amur-backup/1"
MANIFEST = "manifest.json"
SQLITE, POSTGRESQL = "amur.sqlite3", "database.dump"
_CHUNK = 2**20


def write(file: Path, data: Path, *, with_keys: bool = False) -> dict[str, Any]:
    """Write the archive and return its manifest; the file appears when it is whole.

    Raises:
        CommandError: if the file exists or the database cannot be copied.
    """
    if file.exists():
        raise CommandError(f"{file} exists; choose another name, so that no older backup is lost")
    if not file.absolute().parent.is_dir():
        raise CommandError(f"{file.absolute().parent} is no folder; make it first")
    with tempfile.TemporaryDirectory(prefix=".amur-backup-", dir=file.absolute().parent) as scratch:
        manifest = _manifest(with_keys=with_keys)
        fresh = Path(scratch) / "archive"
        with open_private(fresh) as raw:
            _fill(raw, _members(data, Path(scratch), with_keys=with_keys), manifest)
            raw.flush()
            os.fsync(raw.fileno())
        fresh.replace(file)
    return manifest


def digest_of(stream: IO[bytes]) -> str:
    """Return the SHA-256 of what a stream still holds."""
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def database_program(name: str) -> str:
    """Return the path of a program of PostgreSQL, the newest of Debian's first.

    Raises:
        CommandError: if this machine has none.
    """
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which(name)
    if not found:
        raise CommandError(f"{name} is missing; install PostgreSQL's client programs (postgresql-client)")
    return found


def _manifest(*, with_keys: bool) -> dict[str, Any]:
    """Begin the manifest. The head is read before the copy, so the copy holds at least its entries."""
    from django.db import connection

    from amur.ledger import reads as ledger

    head = ledger.head()
    return {
        "format": FORMAT,
        "version": amur.__version__,
        "made_at": clock.now().isoformat(),
        "database": connection.vendor,
        "pack": pack_folder().name,
        "with_keys": with_keys,
        "head": {"size": head.size, **ledger.published(head)} if head else {"size": 0},
        "members": {},
    }


def _members(data: Path, scratch: Path, *, with_keys: bool) -> Iterator[tuple[str, Path]]:
    """Give each member's name and file: the database first, so that it names no upload that comes later."""
    from django.db import connection

    if connection.vendor == "sqlite":
        copy = _copy_sqlite(Path(connection.settings_dict["NAME"]), scratch / SQLITE)
        subject_keys.take_out(copy)
        yield SQLITE, copy
    else:
        yield POSTGRESQL, _dump_postgresql(connection.settings_dict, scratch / POSTGRESQL)
    # After the copy, so that it holds a key for everything in it, and none for what was erased meanwhile.
    subject_keys.write(data / "keys")
    for folder in ("uploads", "studies", *(["keys"] if with_keys else [])):
        for path in sorted((data / folder).rglob("*")):
            half_done = folder == "studies" and any(part.startswith(".") for part in path.relative_to(data).parts)
            if path.is_file() and not path.is_symlink() and not half_done:
                yield path.relative_to(data).as_posix(), path


def _copy_sqlite(source: Path, target: Path) -> Path:
    """Copy while others write: in one step, so that it is one state, and without blocking them."""
    with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(target)) as copy:
        running.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        faults = copy.execute("PRAGMA quick_check").fetchall()
    if faults != [("ok",)]:
        raise CommandError(f"the database is damaged: {faults[0][0]}; restore an older backup")
    return target


def _dump_postgresql(settings: dict[str, Any], target: Path) -> Path:
    without = f"--exclude-table-data={subject_keys.TABLE}"
    command = [database_program("pg_dump"), "--format=custom", "--no-owner", "--no-acl", without, f"--file={target}"]
    run_on_postgresql(command, settings)
    return target


def run_on_postgresql(command: list[str], settings: dict[str, Any]) -> None:
    """Run one of PostgreSQL's programs on the installation's database; the password travels in the environment.

    Raises:
        CommandError: with what the program said.
    """
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    place = {variable: str(settings[name]) for variable, name in names.items() if settings.get(name)}
    done = subprocess.run(command, env={**os.environ, **place}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _fill(raw: IO[bytes], members: Iterator[tuple[str, Path]], manifest: dict[str, Any]) -> None:
    with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
        for name, path in members:
            with path.open("rb") as stream:
                digest, size = digest_of(stream), stream.tell()
                stream.seek(0)
                member = tarfile.TarInfo(name)
                member.size, member.mode = size, 0o600
                archive.addfile(member, stream)
            manifest["members"][name] = {"sha256": digest, "size": size}
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(text), 0o600
        archive.addfile(member, io.BytesIO(text))
