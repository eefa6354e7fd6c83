"""``./amur up`` itself: a fresh folder, a second start, an upgrade, and the way there and back on PostgreSQL."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from amur.config import frontend, postgres
from amur.config.supervisor import Address, is_well
from tests.config.conftest import ROOT
from tests.config.installations import amur, environment, make, python, run
from tests.config.test_supervisor import free_port, is_alive, until

pytestmark = pytest.mark.xdist_group("installation")

_LANTERN = str(ROOT / "packs" / "lantern")


class Served:
    """An installation that is served by the command."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.address, self.began = Address("localhost", free_port()), time.monotonic()
        self.process = subprocess.Popen(
            [*python(), "-m", "amur", "up", "--data", str(data), "--port", str(self.address.port), *arguments],
            env=environment(data, AMUR_PACK=_LANTERN), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def wait(self) -> float:
        until(lambda: is_well(self.address) or self.process.poll() is not None, 150)
        assert self.process.poll() is None, self.process.communicate()[0]
        return time.monotonic() - self.began

    def get(self, path: str, host: str = "localhost") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.address.port, timeout=20)
        connection.request("GET", path, headers={"Host": f"{host}:{self.address.port}", "Accept-Encoding": "gzip"})
        return connection.getresponse()

    def descendants(self) -> list[int]:
        """Return every process that the command has started."""
        listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(child): int(parent) for child, parent in map(str.split, listed.splitlines())}
        found, before = {self.process.pid}, 0
        while len(found) != before:
            before = len(found)
            found |= {child for child, parent in parents.items() if parent in found}
        return sorted(found - {self.process.pid})

    def stop(self, number: int = signal.SIGINT) -> str:
        time.sleep(0.5)
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)[0]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("standing") / "data"


@pytest.fixture(scope="module")
def standing(data) -> Iterator[Served]:
    """Return an installation in a fresh folder, which several tests ask before the last of them ends it."""
    frontend.fetch()
    one = Served(data)
    one.wait()
    yield one
    one.process.kill()
    one.process.wait()


def test_a_fresh_folder_is_served(standing):
    assert standing.get("/healthz").status == 200
    assert standing.get("/").status == 200
    assert standing.get("/en/").status == 200
    moved = standing.get("/en/?a=1", host="127.0.0.1")
    assert (moved.status, moved.getheader("Location")) == (308, f"{standing.address.url}en/?a=1")


def test_a_dozen_who_send_slowly_keep_nobody_waiting(standing):
    head = f"POST /en/ HTTP/1.1\r\nHost: localhost:{standing.address.port}\r\nContent-Length: 100000\r\n\r\na=1"
    with ExitStack() as lines:
        for _ in range(12):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", standing.address.port)))
            line.sendall(head.encode())
        assert standing.get("/healthz").status == 200


def answering(served: Served) -> tuple[int, list[int]]:
    """Return the server's process and those that answer for it."""

    def below(parent: int) -> list[int]:
        return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]

    server = next(
        (one for one in below(served.process.pid) if "amur.config.serving" in Path(f"/proc/{one}/cmdline").read_text()),
        0,
    )
    return server, below(server) if server else []


@pytest.mark.skipif(
    sys.platform != "linux", reason="it looks into /proc, and only Linux ends what a killed server left"
)
def test_what_answers_is_replaced_when_it_is_killed_and_goes_with_its_server(standing):
    server, [first] = answering(standing)
    os.kill(first, signal.SIGKILL)
    until(lambda: answering(standing)[1] not in ([], [first]))
    until(lambda: is_well(standing.address))
    same, [second] = answering(standing)
    assert same == server
    os.kill(server, signal.SIGKILL)
    until(lambda: not is_alive(second))
    until(lambda: is_well(standing.address), 60)
    assert answering(standing)[0] not in {0, server}


def test_what_the_page_names_is_served_compressed_and_for_ever(standing):
    page = standing.get("/")
    text = page.read()
    text = gzip.decompress(text) if page.getheader("Content-Encoding") == "gzip" else text
    named = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', text.decode())
    assert named
    for path in named:
        answer = standing.get(path)
        assert answer.status == 200, path
        assert answer.getheader("Content-Encoding") == "gzip", path
        assert "immutable" in answer.getheader("Cache-Control"), path


def test_it_ends_with_all_that_it_started_and_the_second_start_is_quick(standing, data):
    children = standing.descendants()
    assert len(children) >= 3
    said = standing.stop()
    assert standing.process.returncode == 0
    assert "Traceback" not in said
    assert not [child for child in children if is_alive(child)]
    second = Served(data)
    try:
        took = second.wait()
        said = second.stop(signal.SIGTERM)
    finally:
        second.process.kill()
        second.process.wait()
    assert "Preparing the tables" not in said
    assert took < 15  # five seconds by itself; other tests run beside it


def test_an_upgrade_backs_up_checks_and_keeps_everything(tmp_path, installation):
    data = shutil.copytree(installation, tmp_path / "data")
    done = amur("upgrade", data=data, AMUR_PACK=_LANTERN)
    assert done.returncode == 0, done.stderr
    (file,) = (data / "backups").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(data / "amur.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM ledger_entry WHERE kind = 'case.noted'").fetchone() == (12,)
    assert amur("restore", file, data=tmp_path / "before").returncode == 0


@pytest.mark.deep
def test_an_upgrade_that_fails_says_where_the_backup_is(tmp_path, installation):
    data = shutil.copytree(installation, tmp_path / "data")
    (tmp_path / "pack").mkdir()
    done = amur("upgrade", "--backup", tmp_path / "before.tar.gz", data=data, AMUR_PACK=str(tmp_path / "pack"))
    assert done.returncode == 1
    assert f"./amur restore {tmp_path / 'before.tar.gz'}" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "before.tar.gz").exists()


@pytest.mark.deep
def test_there_and_back_on_postgresql(tmp_path):
    with postgres.throw_away() as url:
        data = make(tmp_path / "data", AMUR_DATABASE_URL=url)
        done = amur("backup", tmp_path / "b.tar.gz", data=data, AMUR_DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        refused = amur("restore", tmp_path / "b.tar.gz", data=tmp_path / "other", AMUR_DATABASE_URL=url)
        assert "the database is not empty" in refused.stderr
        _make_database(url, "second")
        other = url.replace("/amur?", "/second?").replace("/postgres?", "/second?")
        done = amur("restore", tmp_path / "b.tar.gz", data=tmp_path / "other", AMUR_DATABASE_URL=other)
        assert done.returncode == 0, done.stderr
        assert "12 sealed entries, each verified" in done.stdout
        assert (tmp_path / "other" / "uploads" / "drafts" / "plan.pdf").exists()
        assert not (tmp_path / "other" / "database.dump").exists()
        sqlite = amur("restore", tmp_path / "b.tar.gz", data=tmp_path / "sqlite")
        assert "the backup is of postgresql" in sqlite.stderr


def _make_database(url: str, name: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")


@pytest.mark.deep
def test_a_locked_database_ends_an_upgrade_with_a_sentence(tmp_path, installation):
    data = shutil.copytree(installation, tmp_path / "data")
    with closing(sqlite3.connect(data / "amur.sqlite3")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        code = (
            "import sys\nfrom amur.config import database\n"
            "database._SQLITE_PRAGMAS = database._SQLITE_PRAGMAS.replace('20000', '200')\n"
            "sys.argv = ['amur', 'sync', '--data', sys.argv[1]]\nfrom amur.cli import main\nmain()"
        )
        done = run(code, data, AMUR_PACK=_LANTERN)
        writer.rollback()
    assert done.returncode == 1
    assert "in use by another program" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
