"""What the tests of the stream share: a job of its own for each, workers in this process and outside."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from amur.compute.kernel import Fold
from amur.compute.stream import Job, dead, feed, finish, results, work
from amur.compute.stream.jobs import connected

_ROOT = Path(__file__).parents[2]
_NUMBER = itertools.count(1)


def new_job(url, **changes):
    """Return a job that no other test has."""
    return Job(f"test-{os.getpid()}-{next(_NUMBER)}", url, **{"ack_seconds": 20.0, "waiting_bytes": 1 << 25, **changes})


@asynccontextmanager
async def working(job, what):
    """Have one worker in this process for the time of a block."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(job, what, stop))
    try:
        yield task
    finally:
        stop.set()
        await task


async def through(job, what, batches):
    """Return the results of batches that one worker has done."""
    async with working(job, what):
        return await fed(job, what, batches)


async def fed(job, what, batches):
    """Put batches in and return as many results as there must be, sure that not one more lies there."""
    await feed(job, what, "source", batches)
    wanted = len(batches)
    if isinstance(what, Fold):
        await finish(job, what, "source")
        wanted = sum(len(what.split(batch)[1]) for batch in batches) + what.partitions
    return await awaited(job, wanted)


async def awaited(job, wanted):
    """Return that many results, sure that not one more lies there and that nothing waits."""
    found = []
    if wanted:
        async for result in results(job, patience_seconds=30):
            found.append(result)
            if len(found) == wanted:
                break
    async with connected(job) as (_, jet):
        for _ in range(100):  # the last acknowledgement follows its result
            waiting = (await jet.stream_info(job.stream("in"))).state.messages
            if not waiting:
                break
            await asyncio.sleep(0.05)
        lying = (await jet.stream_info(job.stream("out"))).state.messages
    assert (waiting, lying, len({one.identity for one in found})) == (0, wanted, wanted)
    return found


async def put_aside(job, wanted):
    """Return what was put aside, sure that it is so much."""
    found = []
    if wanted:
        async for one in dead(job, patience_seconds=30):
            found.append(one)
            if len(found) == wanted:
                break
    async with connected(job) as (_, jet):
        assert (await jet.stream_info(job.stream("dead"))).state.messages == wanted
    return found


class Crowd:
    """Worker processes of one job, which can be killed and asked to leave."""

    def __init__(self, job, name):
        self.command = [
            *(sys.executable, "-m", "amur.compute.stream", job.url, job.name, f"tests.compute.samples:{name}"),
            *(
                "--tries",
                str(job.tries),
                "--ack-seconds",
                str(job.ack_seconds),
                "--waiting-bytes",
                str(job.waiting_bytes),
            ),
        ]
        self.processes = []

    def add(self):
        """Start one more worker."""
        environment = {**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"}
        process = subprocess.Popen(self.command, env=environment, stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def greeted(self, process):
        """Wait until a worker says that it works: before, a polite end is not heard."""
        line = process.stderr.readline()
        assert "working with" in line, line


@contextmanager
def crowd(job, name, count=0):
    """Have worker processes for the time of a block; none is left behind, whatever happens."""
    found = Crowd(job, name)
    try:
        for _ in range(count):
            found.add()
        yield found
    finally:
        for process in found.processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.communicate()
