"""A worker process as its owner sees it, and what runs inside."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import pyarrow as pa

from amur.compute import batches
from amur.compute.batches import Piece
from amur.compute.failures import ComputeError, KernelFailed, Unfit, WorkerLost
from amur.compute.sessions import Done, Session

_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy the locks of our threads as they stand
_SNAPSHOT_EVERY = 16
_PATIENCE_SECONDS = 5.0
_KINDS: dict[str, type[ComputeError]] = {kind.__name__: kind for kind in (KernelFailed, Unfit, WorkerLost)}


@dataclass(slots=True)
class Task:
    """One thing to do: of which batch, in which lane (None is any), its rows; a batch of None asks for the end."""

    number: int
    lane: int | None
    batch: pa.RecordBatch | None
    pieces: list[Piece] = field(default_factory=list)
    deaths: int = 0


class Worker:
    """One process that opens one kernel or fold after the other; it has one task at a time.

    A fold's states are lost with the process. So it sends them now and then, and its owner keeps the tasks since.
    """

    def __init__(self) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=serve, args=(theirs,), daemon=True, name="amur-compute")
        # Ctrl-C reaches every process of the terminal; who owns this one ends it, and it never sees the signal.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self.task: Task | None = None

    def open(self, work: bytes, states: bytes | None, *, is_fold: bool) -> None:
        """Send what is to be worked with from now on."""
        self._send(("open", work, states, is_fold))

    def give(self, task: Task, *, is_replayed: bool = False) -> None:
        """Send a task; a replayed one is done again for its state only and is not answered.

        Raises:
            OSError: if the process has ended.
        """
        if not is_replayed:
            self.task = task
        self._send(("end" if task.batch is None else "do", task.pieces, is_replayed))
        if task.batch is not None:
            self.connection.send_bytes(batches.to_bytes(task.batch))

    def _send(self, message: tuple[Any, ...]) -> None:
        self.connection.send(message)

    def answer(self) -> tuple[Done, bytes | None]:
        """Return what the task gave and the states, if they came along.

        Raises:
            EOFError, OSError: if the process has ended.
            ComputeError: as the kernel raised it.
        """
        if not self.connection.poll():  # its end is noticed before the pipe's, if a child of it holds the pipe open
            raise EOFError
        kind, *rest = self.connection.recv()
        if kind == "failed":
            name, code, message, details = rest
            raise _KINDS[name](code, message, **details)
        pieces, states = rest
        found = self.connection.recv_bytes()
        self.task = None
        return (batches.from_bytes(found), pieces), states

    def why(self) -> str:
        """Return how the process ended, in words."""
        self.process.join(_PATIENCE_SECONDS)
        code = self.process.exitcode
        if code is not None and code < 0:
            return f"ended by signal {-code} ({signal.strsignal(-code)})"
        return f"ended with code {code}"

    def close(self, *, at_once: bool = False) -> None:
        """End the process: it leaves when the pipe closes, or is made to."""
        self.connection.close()
        if at_once:
            self.process.kill()
        self.process.join(_PATIENCE_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def serve(connection: Connection) -> None:
    """Work until the other side is gone: what runs in the process."""
    with suppress(EOFError, OSError, KeyboardInterrupt):
        _serve(connection)


def _serve(connection: Connection) -> None:
    session: Session | None = None
    is_fold, since, failure = False, 0, None
    while True:
        kind, *rest = connection.recv()
        if kind == "open":
            work, states, is_fold = rest
            session, since, failure = _opened(work, states)
            continue
        pieces, is_replayed = rest
        data = connection.recv_bytes() if kind == "do" else None
        since += 1
        try:
            if session is None:
                raise failure or EOFError
            found, places = session.end() if data is None else session.do(batches.from_bytes(data), pieces)
            states = session.snapshot() if is_fold and since % _SNAPSHOT_EVERY == 0 else None
        except ComputeError as error:
            answer: tuple[Any, ...] = ("failed", type(error).__name__, error.code, error.message, error.details)
        else:
            answer = ("done", places, states)
        if not is_replayed:
            connection.send(answer)
            if answer[0] == "done":
                connection.send_bytes(batches.to_bytes(found))


def _opened(work: bytes, states: bytes | None) -> tuple[Session | None, int, ComputeError | None]:
    """Return a session, or why there is none: what is sent may live in a module that this process cannot import."""
    try:
        return Session(pickle.loads(work), states), 0, None  # noqa: S301 - our owner wrote it a moment ago
    except Exception as error:  # noqa: BLE001 - importing a kernel's module runs any code
        text = f"a worker cannot open what it was sent: {type(error).__name__}: {error}"
        return None, 0, KernelFailed("compute.open", text)
