"""Reads what came out: results, and what was put aside."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pyarrow as pa
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from amur.compute import batches
from amur.compute.stream.jobs import END, ID, POSITION, REASON, SOURCE, TRIES, Job, StreamFailed, connected


@dataclass(frozen=True, slots=True)
class Result:
    """What one batch gave. ``sequence`` is where it stands in the results: who keeps it goes on after it."""

    sequence: int
    identity: str
    source: str
    position: int
    is_end: bool
    batch: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Dead:
    """A batch that was put aside: its identity, why, after how many tries, and the bytes as they came."""

    sequence: int
    identity: str
    reason: str
    tries: int
    data: bytes


async def results(job: Job, *, after: int = 0, patience_seconds: float | None = None) -> AsyncIterator[Result]:
    """Give the results that stand after a sequence, in the order in which they came, then wait for more.

    Who carries them on keeps the last ``sequence`` in the transaction of its effect, and begins there the next time.
    With ``patience_seconds`` it ends when nothing has come for so long.

    Raises:
        StreamFailed: if there is no server or no such job.
    """
    async for sequence, message, said in _read(job, "out", after, patience_seconds):
        batch = batches.from_bytes(message.data)
        yield Result(sequence, said[ID], said.get(SOURCE, ""), int(said.get(POSITION, "0")), END in said, batch)


async def dead(job: Job, *, after: int = 0, patience_seconds: float | None = None) -> AsyncIterator[Dead]:
    """Give what was put aside, as ``results`` gives results."""
    async for sequence, message, said in _read(job, "dead", after, patience_seconds):
        yield Dead(sequence, said.get(ID, ""), _reason(said), int(said[TRIES]), message.data)


def reason_of(message: Msg) -> str:
    """Return why a message was put aside."""
    return _reason(dict(message.headers or {}))


def _reason(said: dict[str, str]) -> str:
    reason: str = json.loads(said[REASON])
    return reason


async def _read(
    job: Job, side: str, after: int, patience_seconds: float | None
) -> AsyncIterator[tuple[int, Msg, dict[str, str]]]:
    async with connected(job) as (_, jet):
        place = ConsumerConfig()
        if after:
            place = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=after + 1)
        try:
            subscription = await jet.subscribe(
                job.subject(side), stream=job.stream(side), ordered_consumer=True, config=place
            )
        except NotFoundError as error:
            text = f"there is no job '{job.name}' at {job.address}; feed it first, or correct its name"
            raise StreamFailed("compute.job", text, job=job.name) from error
        while True:
            try:
                message = await subscription.next_msg(timeout=patience_seconds)
            except TimeoutError:
                return
            yield message.metadata.sequence.stream, message, dict(message.headers or {})
