"""The tables of this version in an empty database: to run every migration of the past costs seconds, a copy does not.

The first empty SQLite database of a version is kept aside in the folder ``TABLES``; the next begins as a copy of it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection


def make() -> None:
    """Bring the tables to this version, whatever they are now."""
    database = Path(settings.DATABASES["default"]["NAME"])
    fresh = connection.vendor == "sqlite" and not (database.is_file() and database.stat().st_size)
    laid = fresh and lay(database)
    # A copy is migrated too: nothing is left to do, and what follows each migration (triggers, permissions) is done.
    call_command("migrate", interactive=False, verbosity=0)
    if fresh and not laid:
        keep(database)


def lay(database: Path) -> bool:
    """Copy the empty database of this version to where there is none yet; return False if none is kept."""
    connection.close()
    try:
        _whole(kept(), database)
    except FileNotFoundError:
        return False
    return True


def keep(database: Path) -> None:
    """Put a copy of an empty database aside, and take away those of older versions."""
    connection.close()  # whoever closes the last connection writes the log back into the file
    place = kept()
    with suppress(OSError):  # a folder that cannot be written costs the next one its time, and nobody anything else
        place.parent.mkdir(parents=True, exist_ok=True)
        for older in place.parent.glob("tables-*.sqlite3"):
            if older != place:
                older.unlink(missing_ok=True)
        _whole(database, place)


def _whole(source: Path, target: Path) -> None:
    """Copy a file so that it appears when it is whole."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    os.close(handle)
    try:
        shutil.copy(source, name)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def kept() -> Path:
    """Return where the empty database is kept, by a digest of every migration: what was edited is another one."""
    digest = hashlib.sha256(f"{django.__version__}\n".encode())
    for file in _migrations():
        digest.update(f"{file.name}\n".encode())
        digest.update(file.read_bytes())
    return Path(settings.TABLES) / f"tables-{digest.hexdigest()[:32]}.sqlite3"


def _migrations() -> Iterator[Path]:
    for app in sorted(apps.get_app_configs(), key=lambda one: one.label):
        yield from sorted((Path(app.path) / "migrations").glob("*.py"))
