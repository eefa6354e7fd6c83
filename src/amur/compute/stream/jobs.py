"""A job: one kernel or fold over one stream; its names on the server, its limits, and how it is set up there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import quote

import nats
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DiscardPolicy, KeyValueConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, BadRequestError
from nats.js.kv import KeyValue

from amur.compute.failures import ComputeError, Unfit
from amur.compute.kernel import Fold
from amur.compute.sessions import Work

ID = "Nats-Msg-Id"
"""The header by which the server knows what it has already: source and position of the batch."""
SOURCE = "Amur-Source"
POSITION = "Amur-Position"
END = "Amur-End"
REASON = "Amur-Reason"
TRIES = "Amur-Tries"
AWAY = (nats.errors.Error, OSError)
"""What is raised while the server is away: the client's own errors, and those of a connection that breaks just then."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_SECRET = re.compile(r"//[^/,@]*@")
_AHEAD = 2
_CONNECT_SECONDS = 2
_MOST_HEARD = 9


class StreamFailed(ComputeError):
    """The server cannot be reached, or does not do what a job needs."""


@dataclass(frozen=True, slots=True)
class Job:
    """One kernel or fold over one stream.

    ``url`` is the server's address, or several with commas; ``credentials`` is a file of NATS. ``tries`` is how often a
    batch is tried before it is put aside as dead. A worker that is silent for ``ack_seconds`` counts as lost, and one
    that works on a batch for more than ``longest_seconds`` too; its batch goes to another. ``duplicate_seconds`` is how
    long the server remembers identities. ``waiting_bytes`` is how much may wait before ``feed`` has to wait.

    >>> Job("de.tect")
    Traceback (most recent call last):
        ...
    amur.compute.failures.Unfit: found 'de.tect' as the name of a job; it has letters, digits, - and _, up to 60
    """

    name: str
    url: str = "nats://127.0.0.1:4222"
    credentials: str = ""
    tries: int = 5
    ack_seconds: float = 30.0
    longest_seconds: float = 600.0
    duplicate_seconds: float = 3600.0
    waiting_bytes: int = 1 << 30
    replicas: int = 1

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            text = f"found {self.name!r} as the name of a job; it has letters, digits, - and _, up to 60"
            raise Unfit("compute.job", text)

    @property
    def address(self) -> str:
        """Return the server's address without the secrets that stand in it.

        >>> Job("detect", "nats://root:word@10.0.0.1:4222,nats://10.0.0.2:4222").address
        'nats://10.0.0.1:4222,nats://10.0.0.2:4222'
        """
        return _SECRET.sub("//", self.url)

    def stream(self, side: str) -> str:
        """Return the name of the server's stream for a side: ``in``, ``out``, ``dead``.

        >>> Job("detect").stream("in")
        'detect-in'
        """
        return f"{self.name}-{side}"

    def subject(self, side: str, partition: int | None = None) -> str:
        """Return the subject of a side, or of one partition of it.

        >>> Job("detect").subject("in", 7)
        'detect.in.7'
        """
        return f"{self.name}.{side}" if partition is None else f"{self.name}.{side}.{partition}"

    @property
    def states(self) -> str:
        """Return the name of the bucket where a fold's states lie."""
        return f"{self.name}-states"


def consumers(work: Work) -> list[tuple[str, int]]:
    """Return from which consumers a worker pulls, and from which partition each gives: a name may come twice.

    >>> from amur.compute.kernel import Kernel
    >>> consumers(Kernel("k", None, None, None, print))
    [('workers', 0), ('workers', 0)]
    """
    if isinstance(work, Fold):
        return [(f"partition-{partition}", partition) for partition in range(work.partitions)]
    return [("workers", 0)] * _AHEAD  # one in work, one on its way


def identity(source: str, position: int, partition: int | None = None) -> str:
    """Return the identity of a batch.

    >>> identity("logs/Ä.evtx", 3), identity("a", 3, 7)
    ('logs/%C3%84.evtx:3', 'a:3:7')
    """
    whole = f"{quote(source)}:{position}"
    return whole if partition is None else f"{whole}:{partition}"


@asynccontextmanager
async def connected(job: Job) -> AsyncIterator[tuple[Client, JetStreamContext]]:
    """Connect for the time of a block; a connection that breaks is made again.

    Raises:
        StreamFailed: if nobody answers.
    """
    heard: list[Exception] = []

    async def quiet(error: Exception) -> None:
        """Say nothing: what a lost connection breaks is told where it is noticed."""
        heard[_MOST_HEARD:] = [error]

    client = Client()
    servers = job.url.split(",")
    trying = client.connect(
        servers,
        connect_timeout=_CONNECT_SECONDS,
        max_reconnect_attempts=1,
        reconnect_time_wait=0,
        user_credentials=job.credentials or None,
        error_cb=quiet,
    )
    try:  # the client waits for ever to close a connection whose certificate it refused
        await asyncio.wait_for(trying, 3 * _CONNECT_SECONDS * len(servers))
    except AWAY as error:
        why = next((one for one in heard if isinstance(one, nats.errors.Error)), heard[-1] if heard else error)
        found = f"no NATS server answers at {job.address} ({why or type(why).__name__})"
        text = f"{found}; start one with JetStream, or correct the address or the account"
        raise StreamFailed("compute.unreachable", text, url=job.address) from error
    client.options |= {"max_reconnect_attempts": -1, "reconnect_time_wait": 1}  # refused soon at first, patient then
    try:
        yield client, client.jetstream()
    finally:
        with suppress(*AWAY):  # the server may have left first
            await client.close()


async def prepare(jet: JetStreamContext, job: Job, work: Work) -> KeyValue | None:
    """Set up what a job needs on the server, where it is not there yet; return where a fold's states lie.

    Raises:
        StreamFailed: if the job is there with other settings, or the server has no room for what may wait.
    """
    try:
        for side, subjects in (("in", "in.*"), ("out", "out"), ("dead", "dead")):
            await jet.add_stream(
                StreamConfig(
                    name=job.stream(side),
                    subjects=[f"{job.name}.{subjects}"],
                    retention=RetentionPolicy.WORK_QUEUE if side == "in" else RetentionPolicy.LIMITS,
                    discard=DiscardPolicy.NEW,  # who puts in waits; nothing is thrown away
                    max_bytes=job.waiting_bytes if side == "in" else -1,
                    storage=StorageType.FILE,
                    duplicate_window=job.duplicate_seconds,
                    num_replicas=job.replicas,
                )
            )
        for name, partition in dict(consumers(work)).items():
            await jet.add_consumer(job.stream("in"), _consumer(job, name, partition, work))
        if not isinstance(work, Fold):
            return None
        return await jet.create_key_value(KeyValueConfig(bucket=job.states, replicas=job.replicas, direct=False))
    except BadRequestError as error:
        found = f"job '{job.name}' is on the server with other settings ({error.description})"
        text = f"{found}; take another name or delete it there"
        raise StreamFailed("compute.job", text, job=job.name) from error
    except APIError as error:
        found = f"the server does not set up job '{job.name}' ({error.description})"
        text = (
            f"{found}; it reserves {job.waiting_bytes} bytes of its disk: give it more, or take a smaller waiting_bytes"
        )
        raise StreamFailed("compute.job", text, job=job.name) from error
    except TimeoutError as error:
        found = f"the server at {job.address} does not say anything about job '{job.name}'"
        text = f"{found}; it has no JetStream, or this account may not use it"
        raise StreamFailed("compute.job", text, job=job.name) from error


def _consumer(job: Job, name: str, partition: int, work: Work) -> ConsumerConfig:
    return ConsumerConfig(
        durable_name=name,
        filter_subject=job.subject("in", partition),
        ack_wait=job.ack_seconds,
        max_deliver=-1,  # we count ourselves, to put aside what was tried too often
        max_ack_pending=1 if isinstance(work, Fold) else 10_000,  # a partition goes through one hand, in order
        num_replicas=job.replicas,
    )
