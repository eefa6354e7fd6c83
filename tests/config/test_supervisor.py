"""``amur up`` ends clearly whatever happens, and leaves nothing running. The server is a stand-in; the supervisor is not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from amur.config import supervisor
from amur.config.supervisor import Address, is_well, only_one, refuse_taken_port
from amur.config.terminal import CommandError
from tests.config.conftest import ROOT
from tests.config.installations import python

_SERVER = """
import http.server, os, pathlib, sys
pathlib.Path(sys.argv[2]).write_text(str(os.getpid()))
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
_DRIVER = """
import sys, pathlib
from amur.config import children, preparation, supervisor
data, port, kind = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
children._GRACE_SECONDS, children._DEATHS_ALLOWED = 3, 3
supervisor._READY_SECONDS = 20
preparation.prepare = lambda data, empty: __import__("time").sleep(60 if kind == "slow" else 0) or [
    preparation.DemonstrationAccount("clerk", "secret", "Handler")]
server = [sys.executable, "-c", SERVER, port, str(data / "server.id")]
if kind == "broken": server = [sys.executable, "-c", "import sys; sys.exit('cannot begin')"]
supervisor._children = lambda address, folder: [children.Child("server", server, {})]
sys.exit(supervisor.up(supervisor.Address("localhost", int(port)), data, empty=False))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def is_alive(process_id: int) -> bool:
    """Say whether a process runs; one that ended and waits to be collected does not."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


class Running:
    """A supervisor in a process of its own."""

    def __init__(self, data: Path, kind: str = "good") -> None:
        self.data, self.port = data, free_port()
        driver = data.with_name("driver.py")
        driver.write_text(f"SERVER = {_SERVER!r}\n{_DRIVER}", encoding="utf-8")
        self.process = subprocess.Popen(
            [*python(), str(driver), str(data), str(self.port), kind],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    @property
    def server_id(self) -> int:
        with suppress(OSError, ValueError):
            return int((self.data / "server.id").read_text())
        return 0

    def wait_until_served(self) -> None:
        until(lambda: is_well(Address("localhost", self.port)))
        until(lambda: self.server_id > 0)

    def end(self, number: int) -> str:
        self.process.send_signal(number)
        return self.process.communicate(timeout=20)[0]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(kind: str = "good") -> Running:
        started.append(Running(tmp_path / "data", kind))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_it_ends_with_its_children_when_asked(supervise, number):
    running = supervise()
    running.wait_until_served()
    time.sleep(0.5)
    said = running.end(number)
    assert running.process.returncode == 0, said
    assert "Stopped: no process of Amur is left." in said
    assert f"http://localhost:{running.port}/" in said
    assert "clerk" in said
    assert not is_alive(running.server_id)


def test_ctrl_c_while_preparing_ends_with_a_sentence(supervise):
    running = supervise("slow")
    until(lambda: (running.data / "amur.pid").exists() and (running.data / "amur.pid").read_text() != "")
    time.sleep(0.3)
    said = running.end(signal.SIGINT)
    assert running.process.returncode == 130
    assert "Stopped while preparing" in said
    assert "Traceback" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed parent")
def test_its_children_end_when_it_is_killed_and_the_next_start_goes_on(supervise):
    first = supervise()
    first.wait_until_served()
    server = first.server_id
    first.end(signal.SIGKILL)
    until(lambda: not is_alive(server))
    second = supervise()
    until(lambda: second.server_id not in {0, server})
    second.wait_until_served()
    time.sleep(0.5)
    assert f"A former run (process {first.process.pid}) ended without tidying up" in second.end(signal.SIGINT)


def test_a_child_that_dies_is_started_again(supervise):
    running = supervise()
    running.wait_until_served()
    time.sleep(0.5)
    server = running.server_id
    os.kill(server, signal.SIGKILL)
    until(lambda: running.server_id not in {0, server})
    running.wait_until_served()
    assert "The server process died (killed by SIGKILL); starting it again in 1 s." in running.end(signal.SIGINT)


def test_a_child_that_keeps_dying_ends_everything_with_what_it_said(supervise):
    running = supervise("broken")
    said = running.process.communicate(timeout=60)[0]
    assert running.process.returncode == 1
    assert "cannot begin" in said
    assert "The server process died 3 times" in said
    assert "Traceback" not in said


def test_on_postgresql_one_process_may_die_while_another_answers(monkeypatch):
    counted = []
    for cores in (1, 4, 64):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        counted.append(supervisor._workers({"AMUR_DATABASE_URL": "postgresql://amur@/amur"}))
    assert counted == [2, 4, 8]
    assert supervisor._workers({}) == 1


def test_a_second_supervisor_of_a_folder_is_refused(tmp_path):
    with only_one(tmp_path, "http://localhost:8000/"):
        told = rf"already runs on .*process {os.getpid()}, http://localhost:8000/"
        with pytest.raises(CommandError, match=told), only_one(tmp_path, "another"):
            pass


def test_a_stale_note_is_no_living_process(tmp_path, capsys):
    (tmp_path / "amur.pid").write_text(f"{os.getpid()} http://localhost:8000/\n")
    with only_one(tmp_path, "here"):
        assert "ended without tidying up" in capsys.readouterr().out
    assert (tmp_path / "amur.pid").read_text() == ""


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="Cannot write to the data folder"), only_one(tmp_path / "file", "here"):
        pass


def test_a_taken_port_is_named_with_the_next_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} is taken .*--port {port + 1}"):
            refuse_taken_port(Address("localhost", port))


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(CommandError, match=r"Cannot listen on 192\.0\.2\.1"):
        refuse_taken_port(Address("192.0.2.1", 8000))


def test_nobody_answers_is_not_well():
    assert not is_well(Address("localhost", free_port()))


def test_the_address_that_is_printed_is_one_that_passkeys_accept():
    assert Address("localhost", 8000).bind == "127.0.0.1"
    assert Address("127.0.0.1", 8000).url == "http://localhost:8000/"
    assert Address("0.0.0.0", 8000).url == "http://localhost:8000/"
    assert Address("amur.example", 80).url == "http://amur.example:80/"
