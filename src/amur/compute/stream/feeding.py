"""Puts batches in: each under its identity, so that what is sent twice counts once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

import pyarrow as pa
from nats.aio.client import Client
from nats.errors import MaxPayloadError
from nats.js import JetStreamContext
from nats.js.errors import APIError

from amur.compute import batches
from amur.compute.failures import Unfit
from amur.compute.kernel import Fold
from amur.compute.sessions import Work
from amur.compute.stream.jobs import AWAY, END, ID, POSITION, SOURCE, Job, StreamFailed, connected, identity, prepare

_FULL = 10077
"""The server's number for a stream that would grow beyond its limit."""
_WAIT_SECONDS = 0.05
_PATIENCE_SECONDS = 60


async def feed(job: Job, work: Work, source: str, found: Iterable[pa.RecordBatch], *, first: int = 1) -> int:
    """Put the batches of a source in and return the position after the last; ``first`` is the position of the first.

    After an interruption the same source is fed again from the beginning, or from any position that surely is in:
    within ``duplicate_seconds`` a batch that is in already is not taken twice. While more than ``waiting_bytes`` wait
    for workers, this waits too.

    Raises:
        Unfit: if a batch does not have the columns that were declared, or is larger than the server takes.
        StreamFailed: if there is no server, or the job has other settings there.
    """
    async with connected(job) as (client, jet):
        await prepare(jet, job, work)
        after = first
        for position, batch in enumerate(found, first):
            try:
                for partition, rows in _parts(work, batch):
                    name = identity(source, position, partition if isinstance(work, Fold) else None)
                    headers = {ID: name, SOURCE: identity(source, 0)[:-2], POSITION: str(position)}
                    data = batches.to_bytes(rows).to_pybytes()
                    await put(client, jet, job.subject("in", partition), data, headers)
            except Unfit as error:
                raise error.on(position) from None
            after = position + 1
        return after


async def finish(job: Job, work: Fold[object, object], source: str) -> None:
    """Say that nothing more will come, so that each partition of a fold gives what it says at its end.

    ``source`` is whatever names this end; told twice under one name, it counts once.
    """
    async with connected(job) as (client, jet):
        await prepare(jet, job, work)
        for partition in range(work.partitions):
            headers = {
                ID: identity(source, 0, partition) + ":end",
                SOURCE: identity(source, 0)[:-2],
                POSITION: "0",
                END: "1",
            }
            await put(client, jet, job.subject("in", partition), b"", headers)


def _parts(work: Work, batch: pa.RecordBatch) -> list[tuple[int, pa.RecordBatch]]:
    if not isinstance(work, Fold):
        return [(0, batches.fit(batch, work.input_schema, work.name, "input", takes_more=work.takes_more))]
    dealt, pieces = work.split(batch)
    # Each piece would carry the whole dictionaries of its batch along.
    return [(partition, batches.plain(dealt.slice(start, rows))) for partition, start, rows in pieces]


async def put(client: Client, jet: JetStreamContext, subject: str, data: bytes, headers: dict[str, str]) -> None:
    """Put one message in; wait where too much waits already, and while the server is away.

    Raises:
        Unfit: if it is larger than the server takes.
        StreamFailed: if the server refuses it, or is away for a minute.
    """
    if len(data) > client.max_payload:
        text = (
            f"{headers[ID]}: found a batch of {len(data)} bytes, the server takes {client.max_payload}; cut it smaller"
        )
        raise Unfit("compute.too_large", text)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            await jet.publish(subject, data, headers=dict(headers))
        except MaxPayloadError as error:  # the headers count too
            raise Unfit("compute.too_large", f"{headers[ID]}: {error}; cut the batch smaller") from error
        except APIError as error:
            if error.err_code != _FULL:
                raise StreamFailed("compute.refused", f"{headers[ID]}: the server refuses it: {error}") from error
            await asyncio.sleep(_WAIT_SECONDS)
        except AWAY as error:  # sent again, it counts once
            if time.monotonic() > deadline:
                found = f"the server has not taken it for {_PATIENCE_SECONDS} s ({error})"
                text = f"{headers[ID]}: {found}; feed again from there"
                raise StreamFailed("compute.lost_server", text) from error
            await asyncio.sleep(_WAIT_SECONDS)
        else:
            return
