"""A worker: takes batches from the server, gives results, and only then says that a batch is done.

Any number may work on one job; one that ends or dies gives back what it had. The result of a batch is published under
the identity of the batch, so that a batch that is done twice has one result. A fold's state is written together with
the result, if and only if nobody else wrote meanwhile; so each batch enters it once.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from amur.base.journal import journal
from amur.compute import batches
from amur.compute.batches import Piece
from amur.compute.failures import ComputeError, KernelFailed
from amur.compute.sessions import Session, Work
from amur.compute.stream import states
from amur.compute.stream.jobs import AWAY, END, ID, POSITION, REASON, SOURCE, TRIES, Job, connected, consumers, prepare
from amur.compute.stream.states import Held

_LOG = journal("compute")
_POLL_SECONDS = 5.0
_PAUSE_SECONDS = 0.2
_CALLS_TO_END = 50
_LONGEST_REASON = 1000


async def work(job: Job, what: Work, stop: asyncio.Event | None = None) -> None:
    """Work on a job until ``stop`` is set, or for ever; what is in hand then is finished first.

    What a kernel raises is tried again ``job.tries`` times, then the batch is put aside on the job's subject ``dead``
    with its reason. So is a batch over which as many workers died.

    Raises:
        KernelFailed: if the kernel cannot be opened here; no batch is taken then.
        StreamFailed: if there is no server, or the job has other settings there.
    """
    ends = stop or asyncio.Event()
    async with connected(job) as (client, jet):
        bucket = await prepare(jet, job, what)
        with ThreadPoolExecutor(1, "amur-kernel") as thread:
            hand = _Hand(job, what, client=client, jet=jet, bucket=bucket, thread=thread)
            await hand.open()
            await asyncio.gather(*(_pull(hand, name, ends) for name, _ in consumers(what)))


async def until_told(job: Job, what: Work, *, beside: int | None = None) -> None:
    """Be a worker of a process until it is told to end (SIGTERM, Ctrl-C); say on the error stream when it works.

    ``beside`` is a pipe whose other end somebody holds who needs the worker: it ends with that one too.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, stop.set)
    if beside is not None:
        loop.add_reader(beside, stop.set)
    sys.stderr.write(f"job {job.name}: working with '{what.name}'; Ctrl-C ends\n")
    sys.stderr.flush()
    try:
        await work(job, what, stop)
    finally:
        if beside is not None:
            loop.remove_reader(beside)
        await _let_go()


async def _let_go() -> None:
    """Cancel what runs still, more than once.

    The client of the server takes a cancellation that comes while it sends for the end of sending: its search for a
    server that is gone goes on then, and the process with it.
    """
    for _ in range(_CALLS_TO_END):
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        if not left or not (await asyncio.wait(left, timeout=_PAUSE_SECONDS))[1]:
            return


async def _pull(hand: _Hand, consumer: str, ends: asyncio.Event) -> None:
    subscription = await hand.jet.pull_subscribe_bind(consumer, stream=hand.job.stream("in"))
    ending = asyncio.create_task(ends.wait())
    while not ends.is_set():
        asking = asyncio.create_task(subscription.fetch(1, timeout=_POLL_SECONDS))
        await asyncio.wait({asking, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            asking.cancel()
        try:
            messages = await asking
        except (nats.errors.TimeoutError, asyncio.CancelledError):
            continue  # nothing came; one that was on its way comes again
        except AWAY as error:
            _LOG.warning("job %s: the server does not give: %s", hand.job.name, _kind(error))
            await asyncio.sleep(_PAUSE_SECONDS)
            continue
        for message in messages:
            await hand.take(message)
    ending.cancel()


class _Hand:
    """What a worker has: the connection, the opened kernel, the states that it wrote last."""

    def __init__(
        self,
        job: Job,
        what: Work,
        *,
        client: Client,
        jet: JetStreamContext,
        bucket: KeyValue | None,
        thread: ThreadPoolExecutor,
    ) -> None:
        self.job = job
        self.jet = jet
        self._work = what
        self._client = client
        self._bucket = bucket
        self._thread = thread
        self._session = Session(what)
        self._held: dict[int, Held] = {}

    async def open(self) -> None:
        """Open the kernel: a worker that lacks its rules must take no batch, or it would put all of them aside."""
        await self._in_thread(self._session.open)

    async def take(self, message: Msg) -> None:
        """Do one message to its end: its result published and the message acknowledged, or given back, or put aside."""
        tries = message.metadata.num_delivered or 1
        beat = asyncio.create_task(self._beat(message))
        try:
            if tries > self.job.tries:
                await self._put_aside(message, f"{tries - 1} workers died over it or took too long", tries - 1)
                return
            await self._answer(message, await self._result(message))
        except ComputeError as error:
            if tries >= self.job.tries:
                await self._put_aside(message, error.message, tries)
            else:
                with suppress(*AWAY):
                    await message.nak(delay=_PAUSE_SECONDS * 2**tries)
        except AWAY as error:
            _LOG.warning("job %s: %s comes again: %s", self.job.name, _headers(message).get(ID), _kind(error))
        finally:
            beat.cancel()

    async def _beat(self, message: Msg) -> None:
        """Tell the server that the batch is being worked on, but not for ever: the kernel may hang."""
        with suppress(*AWAY):
            for _ in range(int(3 * self.job.longest_seconds / self.job.ack_seconds)):
                await asyncio.sleep(self.job.ack_seconds / 3)
                await message.in_progress()

    async def _answer(self, message: Msg, result: bytes | None) -> None:
        if result is not None:
            if len(result) > self._client.max_payload:
                found = f"its result has {len(result)} bytes, the server takes {self._client.max_payload}"
                text = f"{found}; cut batches smaller"
                raise KernelFailed("compute.too_large", text)
            said = _headers(message)
            headers = {name: said[name] for name in (ID, SOURCE, POSITION, END) if name in said}
            await self.jet.publish(self.job.subject("out"), result, headers=headers)
        await message.ack()

    async def _put_aside(self, message: Msg, reason: str, tries: int) -> None:
        """Publish a batch that cannot be done as it came, with the reason; it comes again if that fails."""
        _LOG.error("job %s: %s is put aside: %s", self.job.name, _headers(message).get(ID), reason)
        headers = {**_headers(message), REASON: json.dumps(reason[:_LONGEST_REASON]), TRIES: str(tries)}
        with suppress(*AWAY):
            await self.jet.publish(self.job.subject("dead"), message.data, headers=headers)
            await message.term()

    async def _result(self, message: Msg) -> bytes | None:
        if self._bucket is None:
            found: bytes = await self._in_thread(self._kernel, message.data)
            return found
        return await self._fold(self._bucket, int(message.subject.rpartition(".")[2]), message)

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def _kernel(self, data: bytes) -> bytes:
        found, _ = self._session.do(_read(data), [])
        return _written(found)

    async def _fold(self, bucket: KeyValue, partition: int, message: Msg) -> bytes | None:
        """Return the result of a message that entered the state now or before; None if its result is out for long."""
        said, sequence = _headers(message), message.metadata.sequence.stream
        source, position, is_end = said.get(SOURCE, ""), int(said.get(POSITION, "0")), END in said
        while True:
            # Taken out until it is written: what fails leaves a state that is changed by half.
            held = self._held.pop(partition, None) or await self._load(bucket, partition)
            if sequence <= held.sequence:
                self._held[partition] = held
                return held.result if sequence == held.sequence else None
            if not is_end and held.has_taken(source, position):
                self._held[partition] = held
                return None
            held.result = await self._in_thread(self._step, held, partition, message.data, is_end)
            held.sequence = sequence
            if not is_end:
                held.note(source, position)
            written = states.to_bytes(held)
            if len(written) > self._client.max_payload:
                found = f"fold '{self._work.name}': the state of partition {partition} has {len(written)} bytes"
                takes = f"the server takes {self._client.max_payload}; take more partitions or raise max_payload"
                text = f"{found} with its last result, {takes}"
                raise KernelFailed("compute.too_large", text)
            with suppress(KeyWrongLastSequenceError):  # another worker was faster: begin again from its state
                held.revision = await bucket.update(str(partition), written, last=held.revision)
                self._held[partition] = held
                return held.result

    async def _load(self, bucket: KeyValue, partition: int) -> Held:
        try:
            entry = await bucket.get(str(partition))
        except KeyNotFoundError:
            return Held()
        module = getattr(self._work.opener, "__module__", "")
        return states.from_bytes(entry.value or b"", entry.revision or 0, module)

    def _step(self, held: Held, partition: int, data: bytes, is_end: bool) -> bytes:  # noqa: FBT001 - from a thread
        self._session.states = {partition: held.state} if held.has_begun else {}
        if is_end:
            found, _ = self._session.end()
        else:
            batch = _read(data)
            found, _ = self._session.do(batch, [Piece(partition, 0, batch.num_rows)])
        held.has_begun = partition in self._session.states
        held.state = self._session.states.get(partition)
        return _written(found)


def _kind(error: Exception) -> str:
    """Return what happened without the error's own words: they may hold the whole message, which is in no log."""
    return type(error).__name__


def _headers(message: Msg) -> dict[str, str]:
    return dict(message.headers or {})


def _read(data: bytes) -> Any:
    """Return the batch of a message, which anybody may have sent who may write to the server."""
    batch = batches.from_bytes(data)
    try:
        batch.validate(full=True)
    except Exception as error:
        raise KernelFailed("compute.bytes", f"the batch is damaged: {error}") from error
    return batch


def _written(batch: Any) -> bytes:
    data: bytes = batches.to_bytes(batch).to_pybytes()
    return data
