"""``amur up``: one foreground process that prepares an installation and keeps its server and its worker alive."""

from __future__ import annotations

import errno
import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from amur.config import preparation
from amur.config.children import Child, ChildGivesUpError, end_all
from amur.config.terminal import CommandError, complain, console, say, step

_WATCH_SECONDS = 0.2
_READY_SECONDS = 60.0
_FEWEST_WORKERS, _MOST_WORKERS = 2, 8
_LINES = 64
"""How many requests a process receives and sends at once; how many it answers is another matter (``admission``)."""
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: ``localhost`` means this machine only."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        """Return the address to bind."""
        return "127.0.0.1" if self.host == "localhost" else self.host

    @property
    def url(self) -> str:
        """Return what a person types into a browser."""
        name = "localhost" if self.host in _LOOPBACK or self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - only compared
        return f"http://{name}:{self.port}/"


class _Ended(Exception):
    """Somebody asked the supervisor to end."""


Beside = Sequence[tuple[str, Sequence[str]]]
"""More processes to keep: what people call each, and its module with what that takes."""


def up(address: Address, data: Path, *, empty: bool, beside: Beside = ()) -> int:
    """Prepare, serve until somebody says stop, and leave nothing running."""
    for number in _STOPS:  # SIGINT too: a shell that starts a program in the background has it ignored
        signal.signal(number, _end)
    try:
        with only_one(data, address.url):
            refuse_taken_port(address)
            accounts = preparation.prepare(data, empty=empty)
            return _serve(address, [*_children(address, data), *_beside(data, beside)], accounts)
    except _Ended:
        say("Stopped while preparing. Start again: it continues from here.")
        return 130


def refuse_taken_port(address: Address) -> None:
    """Say early that the port is taken.

    Raises:
        CommandError: if it cannot be bound.
    """
    family = socket.AF_INET6 if ":" in address.bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.bind, address.port))
        except PermissionError:
            raise CommandError(f"Port {address.port} needs more rights; choose one above 1023: --port 8000") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CommandError(
                    f"Cannot listen on {address.host}: {error.strerror}. Choose another --host."
                ) from None
            raise CommandError(
                f"Port {address.port} is taken by another program. Stop that program or choose another port: "
                f"./amur up --port {address.port + 1}"
            ) from None


@contextmanager
def only_one(data: Path, doing: str) -> Iterator[None]:
    """Hold the data folder while ``doing`` something; a dead supervisor's note is removed, a living one is named.

    The kernel frees the lock when its holder dies, so a stale note can never be taken for a living process.

    Raises:
        CommandError: if somebody else holds it, or it cannot be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        note = (data / "amur.pid").open("a+", encoding="ascii")
    except OSError as error:
        raise CommandError(
            f"Cannot write to the data folder {data}: {error.strerror}. Choose another: --data"
        ) from None
    with note:
        note.seek(0)
        found = note.read().split()
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = f"process {found[0]}, {found[1]}" if len(found) == 2 else "another process"  # noqa: PLR2004 - id, what it does
            raise CommandError(
                f"Amur already runs on {data} ({who}). Stop it with Ctrl-C there, or use another folder: --data"
            ) from None
        if found:
            say(f"A former run (process {found[0]}) ended without tidying up; going on from its data.")
        note.truncate(0)
        note.write(f"{os.getpid()} {doing}\n")
        note.flush()
        try:
            yield
        finally:
            note.truncate(0)


def _serve(address: Address, children: Sequence[Child], accounts: Sequence[preparation.DemonstrationAccount]) -> int:
    try:
        with step("Starting the server and the worker"):
            for child in children:
                child.start()
            _wait_until_ready(address, children)
        _announce(address, accounts)
        while True:
            _watch(children)
    except _Ended:
        say("\nStopping …")
        return 0
    except ChildGivesUpError as error:
        complain(str(error))
        return 1
    finally:
        for number in _STOPS:
            signal.signal(number, signal.SIG_IGN)  # whoever presses Ctrl-C twice must not stop the stopping
        end_all(children)
        say("Stopped: no process of Amur is left.")


def _children(address: Address, data: Path) -> list[Child]:
    environment = {**os.environ, "AMUR_DATA": str(data)}
    if "AMUR_HOSTS" not in environment:
        environment["AMUR_HOSTS"] = ",".join(_names(address))
    python = [sys.executable, "-P", "-m"]
    server = ["amur.config.serving", "--interface", "wsgi", "--host", address.bind, "--port", str(address.port)]
    options = ["--workers", str(_workers(environment)), "--blocking-threads", str(_LINES), "--respawn-failed-workers"]
    options += ["--log-level", "error", "--no-access-log"]  # it warns of many threads, which here only wait
    return [
        Child("server", [*python, *server, *options, "amur.config.wsgi:application"], environment),
        Child("worker", [*python, "amur", "worker", "--data", str(data)], environment, patient=True),
    ]


def _beside(data: Path, beside: Beside) -> list[Child]:
    environment = {**os.environ, "AMUR_DATA": str(data)}
    return [Child(name, [sys.executable, "-P", "-m", *command], environment) for name, command in beside]


def _workers(environment: Mapping[str, str]) -> int:
    """Return how many processes answer: on PostgreSQL at least two, so that one may die while the other answers.

    On SQLite there is one, since limits are counted in its memory and one writes at a time anyway.
    """
    if not environment.get("AMUR_DATABASE_URL"):
        return 1
    return min(max(os.cpu_count() or 1, _FEWEST_WORKERS), _MOST_WORKERS)


def _names(address: Address) -> list[str]:
    """Return the host names that the server answers to."""
    own = [socket.gethostname()] if address.host in {"0.0.0.0", "::"} else [address.host]  # noqa: S104 - only compared
    return list(dict.fromkeys(["localhost", *own]))


def _watch(children: Sequence[Child]) -> None:
    for child in children:
        if said := child.watch():
            complain(said)
    time.sleep(_WATCH_SECONDS)


def _wait_until_ready(address: Address, children: Sequence[Child]) -> None:
    """Wait until the server answers that it is well.

    Raises:
        ChildGivesUpError: if it does not within a minute, or dies meanwhile.
    """
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if is_well(address):
            return
        _watch(children)
    raise ChildGivesUpError(f"The server did not answer within {_READY_SECONDS:.0f} s. What it said stands above.")


def is_well(address: Address) -> bool:
    """Ask the server whether it is well."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.bind, address.bind)  # noqa: S104 - only compared
    connection = http.client.HTTPConnection(target, address.port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{address.port}"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(address: Address, accounts: Sequence[preparation.DemonstrationAccount]) -> None:
    console.print(f"\n[bold]Amur serves[/bold] [link={address.url}]{address.url}[/link]   Ctrl-C stops it.")
    for account in accounts:
        say(f"  {account.username:<20} {account.password:<20} {account.title}")
    if accounts:
        say("Demonstration accounts and data: nothing here is real (演示数据).")
    with suppress(OSError):
        sys.stdout.flush()


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise _Ended
