"""Runs a kernel over a stream from one place: batches in, and out in their order what workers anywhere made of them."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import pyarrow as pa
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from amur.compute import batches
from amur.compute.failures import KernelFailed, Unfit
from amur.compute.kernel import Kernel
from amur.compute.stream.feeding import put
from amur.compute.stream.jobs import AWAY, ID, POSITION, SOURCE, Job, connected, identity, prepare
from amur.compute.stream.reading import reason_of

AHEAD = 64
"""How many batches may be on their way at once; so many results are held here at the most."""

_MOST_BYTES = 2 * 2**20
"""How large a message may be before it is cut: what a kernel makes of it has to fit into one too."""
_MOST_CUTS = 64
"""How often batches are cut to find the row that cannot be done; of more, they are put aside whole."""
_PATIENCE_SECONDS = 0.25
_MANY = 16
_KEPT_SECONDS = 3600.0

Aside = Callable[[pa.RecordBatch, str], None]
"""Takes rows that could not be done, and why."""


def run(
    job: Job,
    work: Kernel[Any],
    source: Iterable[pa.RecordBatch],
    *,
    aside: Aside | None = None,
    check: Callable[[], None] = lambda: None,
) -> Iterator[pa.RecordBatch]:
    """Give what workers make of each batch, as ``local.run`` does; several runs may share a job and its workers.

    A batch that workers put aside is cut in two and tried again, until it is a row. ``aside`` is given what cannot be
    done in the end; without it the run is refused when all else is done. ``check`` is called now and then while it
    waits, and may raise. What was read is taken off the server. For a thread in which no loop of asyncio runs.

    Raises:
        Unfit: if a batch does not have the columns that were declared.
        KernelFailed: if something was put aside and nobody takes it.
        StreamFailed: if there is no server, or the job has other settings there.
    """
    told: list[str] = []

    def refused(rows: pa.RecordBatch, reason: str) -> None:
        told.append(f"{rows.num_rows} rows: {reason}")

    yield from _driven(_Run(job, work, aside or refused, check), source)
    if told:
        text = f"kernel '{work.name}': could not be done and was put aside: {'; '.join(told[:3])}"
        raise KernelFailed("compute.put_aside", text, kernel=work.name)


def _driven(there: _Run, source: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    with asyncio.Runner() as runner:
        try:
            runner.run(there.begin())
            for batch in source:
                runner.run(there.put(batch))
                yield from there.done()
                while len(there.open) >= AHEAD:
                    runner.run(there.read())
                    yield from there.done()
            while there.open:
                runner.run(there.read())
                yield from there.done()
        finally:
            runner.run(there.close())


class _Run:
    """What is on its way: for each batch how many messages of it are open, and what came back of it."""

    def __init__(self, job: Job, work: Kernel[Any], aside: Aside, check: Callable[[], None]) -> None:
        self.open: dict[int, int] = {}
        self._job = job
        self._work = work
        self._aside = aside
        self._check = check
        self._source = f"run-{secrets.token_hex(8)}"
        self._parts: dict[int, list[tuple[int, pa.RecordBatch]]] = {}
        self._messages: dict[str, tuple[int, int]] = {}
        self._taken = self._given = self._number = self._cuts = 0
        self._stack = AsyncExitStack()
        self._sides: list[_Side] = []
        self._client: Client
        self._jet: JetStreamContext

    async def begin(self) -> None:
        self._client, self._jet = await self._stack.enter_async_context(connected(self._job))
        await prepare(self._jet, self._job, self._work)
        for side in ("out", "dead"):
            info = await self._jet.stream_info(self._job.stream(side))
            self._sides.append(_Side(self._jet, self._job, side, info.state.last_seq))

    async def close(self) -> None:
        await self._stack.aclose()

    async def put(self, batch: pa.RecordBatch) -> None:
        """Put a batch in."""
        self._taken += 1
        self.open[self._taken], self._parts[self._taken] = 0, []
        try:
            taken = batches.fit(
                batch, self._work.input_schema, self._work.name, "input", takes_more=self._work.takes_more
            )
        except Unfit as error:
            raise error.on(self._taken) from None
        start = 0
        for rows in cut(taken, _MOST_BYTES):
            await self._send(rows, self._taken, start)
            start += rows.num_rows

    async def _send(self, rows: pa.RecordBatch, batch: int, start: int) -> None:
        self._number += 1
        name = identity(self._source, self._number)
        headers = {ID: name, SOURCE: self._source, POSITION: str(self._number)}
        try:
            await put(self._client, self._jet, self._job.subject("in", 0), batches.to_bytes(rows).to_pybytes(), headers)
        except Unfit as error:  # one row that is larger than a message may be
            self._aside(rows, error.message)
            return
        self.open[batch] += 1
        self._messages[name] = (batch, start)

    async def read(self) -> None:
        """Take what came back; wait a little where there is nothing."""
        out, dead = self._sides
        for message in await out.some(_PATIENCE_SECONDS):
            if place := self._messages.pop(_said(message, ID), None):
                batch, start = place
                found = batches.from_bytes(message.data)
                self._parts[batch].append(
                    (start, batches.fit(found, self._work.output_schema, self._work.name, "output"))
                )
                self.open[batch] -= 1
                await out.forget(message)
        if dead.is_due():
            for message in await dead.some(0.05):
                if place := self._messages.pop(_said(message, ID), None):
                    await self._again(message, *place)
                    await dead.forget(message)
            self._check()

    async def _again(self, message: Msg, batch: int, start: int) -> None:
        """Cut in two what was put aside; give up what cannot be cut."""
        rows = batches.from_bytes(message.data)
        if rows.num_rows > 1 and self._cuts < _MOST_CUTS:
            self._cuts += 1
            half = rows.num_rows // 2
            await self._send(_compact(rows.slice(0, half)), batch, start)
            await self._send(_compact(rows.slice(half)), batch, start + half)
        else:
            self._aside(rows, reason_of(message))
        self.open[batch] -= 1

    def done(self) -> Iterator[pa.RecordBatch]:
        """Give the results whose turn it is."""
        while self.open.get(self._given + 1) == 0:
            self._given += 1
            del self.open[self._given]
            parts = sorted(self._parts.pop(self._given), key=lambda one: one[0])
            yield batches.joined((found for _, found in parts), self._work.output_schema)


class _Side:
    """The messages of a side that came after a sequence, pulled when they are wanted."""

    def __init__(self, jet: JetStreamContext, job: Job, side: str, after: int) -> None:
        self._jet = jet
        self._job = job
        self._side = side
        self._after = after
        self._subscription: JetStreamContext.PullSubscription | None = None
        self._looked = time.monotonic()

    def is_due(self) -> bool:
        """Say whether nobody has looked for a while."""
        return time.monotonic() - self._looked >= _PATIENCE_SECONDS

    async def some(self, timeout_seconds: float) -> list[Msg]:
        """Return what is there, or what comes in a while; nothing while the server is away."""
        self._looked = time.monotonic()
        try:
            if self._subscription is None:
                self._subscription = await self._subscribed()
            messages = await self._subscription.fetch(_MANY, timeout=timeout_seconds)
        except TimeoutError:
            return []
        except (*AWAY, NotFoundError):
            self._subscription = None
            await asyncio.sleep(_PATIENCE_SECONDS)
            return []
        messages = [one for one in messages if one.metadata.sequence.stream > self._after]
        self._after = max((one.metadata.sequence.stream for one in messages), default=self._after)
        return messages

    async def _subscribed(self) -> JetStreamContext.PullSubscription:
        place = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self._after + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=_KEPT_SECONDS,
        )
        return await self._jet.pull_subscribe(
            self._job.subject(self._side), stream=self._job.stream(self._side), config=place
        )

    async def forget(self, message: Msg) -> None:
        """Take a message off the server, which nobody else waits for."""
        with suppress(*AWAY):
            await self._jet.delete_msg(self._job.stream(self._side), message.metadata.sequence.stream)


def _said(message: Msg, name: str) -> str:
    return (message.headers or {}).get(name, "")


def cut(batch: pa.RecordBatch, most: int) -> Iterator[pa.RecordBatch]:
    """Give the rows of a batch as batches of so many bytes at the most, or of one row.

    >>> [one.num_rows for one in cut(pa.record_batch({"text": ["a" * 400] * 6}), 2_000)]
    [3, 3]
    """
    if batch.num_rows <= 1 or batches.to_bytes(batch).size <= most:
        yield batch
        return
    half = batch.num_rows // 2
    yield from cut(_compact(batch.slice(0, half)), most)
    yield from cut(_compact(batch.slice(half)), most)


def _compact(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a part of a batch without what only the others need: values in dictionaries."""
    columns = [
        column.dictionary_decode().dictionary_encode().cast(column.type)
        if pa.types.is_dictionary(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema) if columns else batch
