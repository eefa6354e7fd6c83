"""Where ``amur detect`` looks: in processes of this machine, in workers on a stream, or on a cluster."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from amur.config import environment
from amur.config.terminal import CommandError, say_aside

if TYPE_CHECKING:
    import pyarrow as pa

    from amur.compute.stream import Job
    from amur.detection.detecting import Runner

BROKER = "AMUR_BROKER"
"""The variable that tells a worker the server's address; it may hold a secret, which no list of processes shows."""

BESIDE = "AMUR_ENDS_WITH_INPUT"
"""The variable that tells a worker to end when its standard input does: whoever started it is gone then."""

JOB = "detect"
_PATIENCE_SECONDS = 10
_TRIES = 2
_WAITING_BYTES = 1 << 28


class Name(StrEnum):
    """The engines by name."""

    LOCAL = "local"
    STREAM = "stream"
    SPARK = "spark"


@dataclass(frozen=True, slots=True)
class Where:
    """Which engine, and what it needs: how many processes, a server that runs, a cluster."""

    name: Name = Name.LOCAL
    workers: int | None = None
    broker: str = ""
    credentials: str = ""
    job: str = JOB
    master: str = ""
    of_worker: Sequence[str] = field(default=())

    def check(self) -> None:
        """Refuse options that belong to another engine.

        Raises:
            CommandError: if there is one.
        """
        for option, said, name in (
            ("--broker", self.broker, Name.STREAM),
            ("--credentials", self.credentials, Name.STREAM),
            ("--master", self.master, Name.SPARK),
        ):
            if said and self.name is not name:
                raise CommandError(f"{option} belongs to --engine {name}; this run has --engine {self.name}")


@contextmanager
def engine(where: Where, aside: Callable[[pa.RecordBatch, str], None]) -> Iterator[Runner]:
    """Have an engine for the time of a block; ``aside`` takes events over which workers of a stream failed.

    Raises:
        CommandError, AmurError, SetUpError: if what it needs is missing; the message says what to do.
    """
    if where.name is Name.STREAM:
        with _on_stream(where, aside) as run:
            yield run
    elif where.name is Name.SPARK:
        with _on_spark(where) as run:
            yield run
    else:
        from amur.compute import local

        with local.Pool(where.workers) as pool:
            yield pool.run


@contextmanager
def _on_spark(where: Where) -> Iterator[Runner]:
    from amur.compute import spark

    spark.need_java()  # said before half a gigabyte is fetched
    environment.ensure(("spark",))
    with spark.cluster(where.master or f"local[{where.workers or '*'}]") as session:
        yield partial(spark.run, session)


@contextmanager
def _on_stream(where: Where, aside: Callable[[pa.RecordBatch, str], None]) -> Iterator[Runner]:
    environment.ensure(("scale",))
    from amur.compute import local, stream

    with (
        _ended_politely(),
        tempfile.TemporaryDirectory(prefix="amur-detect-") as folder,
        _server(where, Path(folder)) as url,
    ):
        job = job_of(where.job, url, where.credentials)
        count = local.cores() if where.workers is None else where.workers
        if not count:
            say_aside(f"no worker of its own; waiting for others: amur detect-worker --broker {job.address} …")
        with Workers(job, where.of_worker, Path(folder)) as workers:
            for _ in range(count):
                workers.add()

            yield partial(stream.run, job, aside=aside, check=workers.check)


@contextmanager
def _server(where: Where, folder: Path) -> Iterator[str]:
    if where.broker:
        yield where.broker
        return
    from amur.compute.stream.server import served

    with served(folder / "nats", secret=secrets.token_hex(16)) as url:
        yield url


def job_of(name: str, url: str, credentials: str = "") -> Job:
    """Return the job of a name; who feeds it and all its workers must have the same settings."""
    from amur.compute.stream import Job

    return Job(name, url, credentials, tries=_TRIES, waiting_bytes=_WAITING_BYTES)


@contextmanager
def _ended_politely() -> Iterator[None]:
    """Take SIGTERM for Ctrl-C, so that the server and the workers end with us."""

    def told(*_: Any) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, told)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


class Workers:
    """Worker processes of a job on this machine; they end with the ``with`` block, or when this process is killed."""

    def __init__(self, job: Job, options: Sequence[str], folder: Path) -> None:
        """Start none yet; ``options`` are those of ``amur detect-worker`` for rules."""
        self._environment = {**os.environ, BROKER: job.url, BESIDE: "1"}
        more = ("--credentials", job.credentials) if job.credentials else ()
        self._command = [sys.executable, "-P", "-m", "amur", "detect-worker", "--job", job.name, *more, *options]
        self._folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers."""
        for one in self.processes:
            one.terminate()
        for one in self.processes:
            try:
                one.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
            if one.stdin:
                one.stdin.close()

    def add(self) -> subprocess.Popen[bytes]:
        """Start one more; it ends when our end of its input is gone."""
        with self._log(len(self.processes)).open("wb") as log:
            one = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(one)
        return one

    def check(self) -> None:
        """Raise if there were workers and none is left.

        Raises:
            CommandError: with the last words of the one that ended last.
        """
        if self.processes and all(one.poll() is not None for one in self.processes):
            said = self._log(len(self.processes) - 1).read_text("utf-8", errors="replace").strip()
            codes = ", ".join(str(one.returncode) for one in self.processes)
            raise CommandError(f"every worker has ended (exit codes {codes}); the last said: {said[-1000:] or '–'}")

    def _log(self, number: int) -> Path:
        return self._folder / f"worker-{number}.log"
