"""The stream when everything goes wrong at once: workers die at random, the server too, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import time

import pytest

from amur.compute import local
from amur.compute.stream import feed, finish
from amur.compute.stream.server import served
from tests.compute.samples import KEEP, SLOW, SLOW_FOLD, batch_of, cut, rows_of
from tests.compute.streams import awaited, crowd, new_job, put_aside, working

pytestmark = pytest.mark.deep
ROWS = [(place, f"user {place % 9}", f"text {place}") for place in range(300)]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with served(tmp_path_factory.mktemp("nats")) as address:
        yield address


async def _unrest(workers, chance, seconds):
    """Kill, ask to leave and add workers at random; leave three behind."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        await asyncio.sleep(chance.uniform(0.05, 0.4))
        alive = [process for process in workers.processes if process.poll() is None]
        if alive and chance.random() < 0.7:
            chance.choice(alive).send_signal(chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
        if len(alive) < 4:
            workers.add()
    for _ in range(3):
        workers.add()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("name", "work"), [("SLOW", SLOW), ("SLOW_FOLD", SLOW_FOLD)])
def test_every_batch_has_its_result_once_while_workers_die_at_random(url, seed, name, work):
    job = new_job(url, tries=1000, ack_seconds=1)
    source = cut(ROWS, 1)

    async def run(workers):
        unrest = asyncio.create_task(_unrest(workers, random.Random(seed), 10))
        await feed(job, work, "source", source)
        wanted = len(source)
        if work is SLOW_FOLD:
            await finish(job, work, "source")
            wanted = len(ROWS) + SLOW_FOLD.partitions
        await unrest
        return await awaited(job, wanted)

    with crowd(job, name, 2) as workers:
        found = asyncio.run(run(workers))
        killed = sum(process.poll() == -signal.SIGKILL for process in workers.processes)
    assert killed >= 5
    assert rows_of(one.batch for one in found) == rows_of(local.run(work, source, workers=1))


def test_a_batch_that_kills_its_workers_is_put_aside(url, tmp_path, monkeypatch):
    monkeypatch.setenv("AMUR_TEST_TRACES", str(tmp_path))
    job = new_job(url, tries=3, ack_seconds=0.5)

    async def replaced(workers):
        while True:
            if workers.processes[-1].poll() is not None:
                workers.add()
            await asyncio.sleep(0.1)

    async def run(workers):
        await feed(job, KEEP, "a", cut(ROWS[:6], 1)[2:])
        await feed(job, KEEP, "poison", [batch_of([(5, "u", "text 5 of 2")])])
        replacing = asyncio.create_task(replaced(workers))
        aside = await put_aside(job, 1)
        found = await awaited(job, 5)
        replacing.cancel()
        return aside, found

    with crowd(job, "dying", 1) as workers:
        [aside], found = asyncio.run(run(workers))
    assert (aside.identity, aside.tries, aside.reason) == ("poison:1", 3, "3 workers died over it or took too long")
    assert 1 <= len([*tmp_path.iterdir()]) <= 3, "a hurried machine may call it late before it is looked at"
    assert len(found) == 5


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_may_die_and_come_back(tmp_path, how):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    source = cut(ROWS, 2)
    with served(tmp_path, port) as url:
        job = new_job(url, tries=1000, ack_seconds=1)
        pid = int(next(tmp_path.glob("*.ports")).stem.rpartition("_")[2])

        async def run():
            async with working(job, SLOW):
                feeding = asyncio.create_task(feed(job, SLOW, "source", source))
                await asyncio.sleep(1)
                os.kill(pid, how)
                await asyncio.sleep(1)
                with served(tmp_path, port):
                    await feeding
                    return await awaited(job, len(source))

        found = asyncio.run(run())
    assert rows_of(one.batch for one in found) == rows_of(source)
