"""The server as an installation starts it, on the database, the keys and the files of the tests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from tests.exchange.other_side import SECRET
from tests.procedures.storm import ROOT, Server


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Give a server whose other side of ``hotline`` signs with the secret of the tests.

    It reads its own clock: who signs does it at the present.
    """
    (folder / "amur.sqlite3").symlink_to(connection.settings_dict["NAME"])
    for name, place in (("uploads", settings.MEDIA_ROOT), ("keys", settings.LEDGER_KEYS)):
        Path(place).mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / name).symlink_to(place)
    (folder / "static").mkdir()
    (folder / "exchanges.toml").write_text(
        f'[hotline]\nsecret = {json.dumps(SECRET)}\nurl = "https://hotline.example"\n'
    )
    server = Server(
        os.environ
        | {
            "AMUR_DATA": str(folder),
            "AMUR_DATABASE_URL": _database(),
            "AMUR_HOSTS": "localhost",
            "AMUR_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "amur.config.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
    )
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _database() -> str:
    """Return the address of the database of the tests; empty for SQLite, whose file stands in the folder."""
    if connection.vendor == "sqlite":
        return ""
    configured = urlsplit(os.environ["AMUR_DATABASE_URL"])
    return urlunsplit(configured._replace(path=f"/{connection.settings_dict['NAME']}"))
