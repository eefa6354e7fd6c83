"""``amur restore``: an archive becomes an installation, whole or not at all, and its ledger is proved.

Everything is unpacked and checked beside the target and moved there in one step, so a cut-off or altered archive, a
full disk or a wrong ledger leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Any

import amur
from amur.config import backup
from amur.config.preparation import start_django, write_note
from amur.config.private_files import open_private
from amur.config.terminal import CommandError
from amur.web import clock

_FOLDERS = ("uploads", "studies", "keys")
_LARGEST_MANIFEST = 64 * 2**20
_IGNORED = {"amur.pid", "keys"}
"""What an unused data folder may hold already: a supervisor's note, and the keys of the restored installation."""


def restore(file: Path, data: Path, *, head: Path | None = None) -> str:
    """Restore an archive into an empty folder and say what was proved.

    Raises:
        CommandError: if the folder is in use, or the archive or its ledger is not as it should be.
    """
    used = sorted(path.name for path in data.iterdir() if path.name not in _IGNORED) if data.is_dir() else []
    if used:
        raise CommandError(f"{data} is not empty ({', '.join(used[:3])}); restore into another folder: --data")
    published = _read_head(head) if head else None
    data.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".amur-restore-", dir=data.parent))
    try:
        manifest = _unpack(file, staging)
        keys_were_there = (staging / "keys").exists()
        proved = _load_and_prove(manifest, staging, published, data)
        if not keys_were_there:
            shutil.rmtree(staging / "keys", ignore_errors=True)  # loading the settings made some
        write_note(staging, "", empty=True)  # made-up data never comes into what was restored
        _move(staging, data)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    said = [f"{file}: restored into {data}.", proved]
    if not (data / "keys").is_dir():
        said.append(
            "The archive holds no keys: copy the keys folder of the installation to "
            f"{data / 'keys'} before you start, or it cannot sign, old receipts cannot be looked up, and personal data "
            "cannot be read."
        )
    return "\n".join(said)


def _unpack(file: Path, staging: Path) -> dict[str, Any]:
    """Unpack every member and compare it with the manifest.

    Raises:
        CommandError: if anything is cut off, altered, missing, added or out of place.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(file, mode="r:gz") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is None or manifest is not None or member.name in found:
                    raise CommandError(f"{file}: {member.name!r} does not belong into a backup; nothing was restored")
                if member.name == backup.MANIFEST:
                    manifest = _parse_manifest(stream.read(_LARGEST_MANIFEST))
                else:
                    found[member.name] = _write_member(staging, member.name, stream)
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise CommandError(f"{file} is cut off or is no backup ({error}); nothing was restored") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise CommandError(f"{file} is cut off or is no backup ({error}); nothing was restored") from None
    if manifest is None:
        raise CommandError(f"{file} is cut off: its manifest is missing; nothing was restored")
    if differing := sorted(
        name for name in {*found, *manifest["members"]} if found.get(name) != manifest["members"].get(name)
    ):
        raise CommandError(f"{file} was altered: {differing[0]} is not what the manifest says; nothing was restored")
    return manifest


def _parse_manifest(text: bytes) -> dict[str, Any]:
    manifest = json.loads(text)
    if not isinstance(manifest, dict) or manifest.get("format") != backup.FORMAT:
        raise CommandError(f"found no manifest of the format {backup.FORMAT}; nothing was restored")
    if _number(manifest["version"]) > _number(amur.__version__):
        raise CommandError(
            f"made by version {manifest['version']}, this is {amur.__version__}; restore with that version"
        )
    return manifest


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _write_member(staging: Path, name: str, stream: IO[bytes]) -> dict[str, Any]:
    path = PurePosixPath(name)
    is_database = name in {backup.SQLITE, backup.POSTGRESQL}
    is_inside = len(path.parts) > 1 and path.parts[0] in _FOLDERS and ".." not in path.parts
    if not is_database and not is_inside:
        raise CommandError(f"{name!r} does not belong into a backup; nothing was restored")
    target = staging.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with open_private(target) as written:
        while chunk := stream.read(2**20):
            digest.update(chunk)
            written.write(chunk)
        size = written.tell()
    return {"sha256": digest.hexdigest(), "size": size}


def _load_and_prove(manifest: dict[str, Any], staging: Path, published: dict[str, Any] | None, data: Path) -> str:
    """Load the database, verify its ledger, compare that with the manifest and the published head, take in the keys."""
    here = "postgresql" if os.environ.get("AMUR_DATABASE_URL") else "sqlite"
    if manifest["database"] != here:
        raise CommandError(
            f"the backup is of {manifest['database']}, this installation uses {here}; set AMUR_DATABASE_URL"
        )
    start_django(staging)
    from django.db import connections

    try:
        if here == "postgresql":
            return _load_postgresql(manifest, staging, published, data)
        return _prove(manifest, staging, published, data)
    finally:
        connections.close_all()


def _prove(manifest: dict[str, Any], staging: Path, published: dict[str, Any] | None, data: Path) -> str:
    """Prove the ledger; then take in the keys of personal data: of the folder that is there, else of the archive.

    The folder that is there is newer than any archive: what was erased since has no key in it.
    """
    from amur.config import ledger_proof, subject_keys

    proved = ledger_proof.prove(manifest["head"], published)
    taken = subject_keys.take_in(data / "keys", staging / "keys", now=clock.now())
    return "\n".join(filter(None, (proved, taken)))


def _load_postgresql(manifest: dict[str, Any], staging: Path, published: dict[str, Any] | None, data: Path) -> str:
    """Load a dump into an empty database in one transaction; if its ledger is wrong, the database is empty again."""
    from django.db import connection

    if tables := connection.introspection.table_names():
        raise CommandError(f"the database is not empty ({len(tables)} tables); restore into a new one")
    dump = staging / backup.POSTGRESQL
    options = ["--single-transaction", "--no-owner", "--no-acl", "--exit-on-error"]
    connection.close()
    name = connection.settings_dict["NAME"]
    backup.run_on_postgresql(
        [backup.database_program("pg_restore"), *options, f"--dbname={name}", str(dump)], connection.settings_dict
    )
    try:
        proved = _prove(manifest, staging, published, data)
    except CommandError:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        raise
    dump.unlink()
    return proved


def _read_head(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return dict(found.get("checkpoint") or found) | {"consistency": found.get("consistency")}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CommandError(
            f"{file} is no published head ({error}); take the JSON that the Open door publishes"
        ) from None


def _move(staging: Path, data: Path) -> None:
    """Put the checked folder in its place; keys that were put there for it stay."""
    if not data.exists():
        staging.rename(data)
        return
    for path in staging.iterdir():
        if not (path.name in _IGNORED and (data / path.name).exists()):
            path.rename(data / path.name)
