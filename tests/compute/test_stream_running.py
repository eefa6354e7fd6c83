"""A run over a stream from one place, with a real server: the same results in the same order as here."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.compute import batches, local, stream
from amur.compute.failures import KernelFailed, Unfit
from amur.compute.kernel import Kernel
from amur.compute.stream.jobs import Job, StreamFailed, connected
from amur.compute.stream.running import cut as cut_smaller
from amur.compute.stream.server import served
from amur.compute.stream.working import until_told
from tests.compute.samples import EXPLODE, FAILING, INPUT, KEEP, KERNELS, SLOW, batch_of, cut, rows_of
from tests.compute.streams import crowd, new_job, working
from tests.compute.test_equal import ROWS as DRAWN

ROWS = [(place, f"user {place % 7}", f"text {place} of {place % 3}") for place in range(60)]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with served(tmp_path_factory.mktemp("nats")) as address:
        yield address


@contextmanager
def worker(job, what):
    """Have one worker in a thread for the time of a block."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def until():
        async with working(job, what):
            await stop.wait()

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(loop.run_until_complete, until())
        try:
            yield
        finally:
            loop.call_soon_threadsafe(stop.set)
            done.result()
            loop.close()


async def lying(job):
    """Return how many messages are left of each side."""
    async with connected(job) as (_, jet):
        return [(await jet.stream_info(job.stream(side))).state.messages for side in ("in", "out", "dead")]


def gone(job):
    """Say whether nothing is left on the server in the end; the last acknowledgement follows its result."""
    deadline = time.monotonic() + 10
    while asyncio.run(lying(job)) != [0, 0, 0] and time.monotonic() < deadline:
        time.sleep(0.05)
    return asyncio.run(lying(job)) == [0, 0, 0]


@settings(max_examples=6, deadline=None)
@given(rows=DRAWN, size=st.integers(1, 9), kernel=st.sampled_from(KERNELS))
def test_a_run_gives_what_it_gives_here_in_the_same_order_and_leaves_nothing(url, rows, size, kernel):
    job = new_job(url)
    with worker(job, kernel):
        found = list(stream.run(job, kernel, cut(rows, size)))
        assert gone(job)
    assert [one.to_pylist() for one in found] == [
        one.to_pylist() for one in local.run(kernel, cut(rows, size), workers=1)
    ]


def test_many_workers_that_come_go_and_are_killed_give_the_order_of_the_input(url):
    job = new_job(url, tries=50, ack_seconds=1)
    rows = [(place, "u", f"text {place}") for place in range(150)]
    with crowd(job, "SLOW", 2) as workers:
        found = []
        for number, batch in enumerate(stream.run(job, SLOW, cut(rows, 1))):
            found.append(batch)
            if number == 20:
                os.kill(workers.processes[0].pid, signal.SIGKILL)
                workers.add()
            if number == 40:
                workers.processes[1].send_signal(signal.SIGTERM)
    assert [one.to_pylist() for one in found] == [one.to_pylist() for one in cut(rows, 1)]


def test_the_row_that_cannot_be_done_is_found_and_all_others_are_done(url):
    job, aside = new_job(url, tries=1), []
    with worker(job, FAILING):
        found = list(stream.run(job, FAILING, cut(ROWS, 20), aside=lambda rows, why: aside.append((rows, why))))
        assert gone(job)
    ((rows, why),) = aside
    assert rows.to_pylist() == batch_of([ROWS[5]]).to_pylist()
    assert why == "kernel 'failing': LookupError: no meaning for 'text 5 of 2'"
    assert rows_of(found) == rows_of([batch_of([row for row in ROWS if row[0] != 5])])
    assert [row["position"] for one in found for row in one.to_pylist()] == [n for n in range(60) if n != 5]


def test_without_somebody_who_takes_it_the_run_is_refused_after_all_else_is_done(url):
    job, found = new_job(url, tries=1), []
    with worker(job, FAILING), pytest.raises(KernelFailed, match=r"put aside: 1 rows: .*no meaning for 'text 5 of 2'"):
        found.extend(stream.run(job, FAILING, cut(ROWS, 20)))
    assert len(rows_of(found)) == 59


def large(_):
    """Say each text a hundred times over."""

    def work(batch):
        return pa.RecordBatch.from_arrays([pa.array([f"{text}" * 100 for text in batch["text"].to_pylist()])], ["text"])

    return work


def test_what_a_kernel_makes_too_large_for_a_message_is_made_in_parts(url):
    kernel = Kernel("large", INPUT, pa.schema({"text": pa.utf8()}), None, large)
    job = new_job(url, tries=1)
    batch = batch_of([(place, "u", f"{place:04}" * 250) for place in range(200)])
    with worker(job, kernel):
        (found,) = stream.run(job, kernel, [batch])
    assert [text[:4] for text in found["text"].to_pylist()] == [f"{place:04}" for place in range(200)]


def test_a_row_that_is_larger_than_a_message_is_put_aside_and_the_rest_is_done(url):
    job, aside = new_job(url), []
    rows = [(1, "u", "a"), (2, "u", "b" * 9_000_000), (3, "u", "c")]
    with worker(job, EXPLODE):
        (found,) = stream.run(job, EXPLODE, [batch_of(rows)], aside=lambda rows, why: aside.append((rows, why)))
    assert [row["word"] for row in found.to_pylist()] == ["a", "c"]
    assert [(rows["position"].to_pylist(), "the server takes" in why) for rows, why in aside] == [([2], True)]


def test_two_runs_share_a_job_and_each_has_its_own(url):
    job = new_job(url)
    others = [(place, "other", "long enough") for place in range(30)]
    with worker(job, KEEP):
        one, two = stream.run(job, KEEP, cut(ROWS, 7)), stream.run(job, KEEP, cut(others, 7))
        pairs = list(zip(one, two, strict=False))
    assert {row["user"] for _, batch in pairs for row in batch.to_pylist()} == {"other"}
    assert all("other" not in batch["user"].to_pylist() for batch, _ in pairs)


def test_while_nobody_works_it_is_asked_whether_to_go_on(url):
    def check():
        raise StreamFailed("compute.nobody", "all workers have ended")

    with pytest.raises(StreamFailed, match="all workers have ended"):
        list(stream.run(new_job(url), KEEP, cut(ROWS, 7), check=check))


def test_a_batch_that_does_not_fit_is_told_with_its_number(url):
    with pytest.raises(Unfit, match="batch 2: kernel 'keep': column 'user' of the input: found no such column"):
        list(stream.run(new_job(url), KEEP, [batch_of(ROWS), batch_of(ROWS).drop_columns(["user"])]))


def test_no_part_is_larger_than_was_asked_and_none_carries_the_words_of_another():
    rows = batch_of([(place, f"user {place}" * 50, "text") for place in range(100)])
    parts = list(cut_smaller(rows, 10_000))
    assert len(parts) > 3
    assert max(batches.to_bytes(one).size for one in parts) <= 10_000
    assert pa.Table.from_batches(parts).to_pylist() == rows.to_pylist()
    assert [one.num_rows for one in cut_smaller(batch_of(ROWS), 1 << 20)] == [60]


def test_a_server_with_a_secret_lets_nobody_in_who_does_not_know_it(tmp_path):
    with served(tmp_path / "nats", secret="rose2") as address:
        assert "//rose2@127.0.0.1" in address
        job = Job("secret", address)
        with worker(job, KEEP):
            assert len(list(stream.run(job, KEEP, cut(ROWS, 20)))) == 4
        for wrong in (address.replace("rose2", "thorn"), address.replace("rose2@", "")):
            with pytest.raises(StreamFailed, match="no NATS server answers at") as raised:
                list(stream.run(Job("secret", wrong), KEEP, []))
            assert "thorn" not in str(raised.value)
    assert (tmp_path / "nats" / "nats.conf").stat().st_mode & 0o077 == 0


def test_a_worker_whose_owner_is_gone_ends_though_something_in_it_takes_no_notice_at_first(url):
    heard = []

    async def stubborn():
        while len(heard) < 3:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                heard.append("once more")

    async def owned(ours):
        other = asyncio.create_task(stubborn())
        await until_told(new_job(url), KEEP, beside=ours)
        return other

    ours, theirs = os.pipe()
    os.close(theirs)
    assert asyncio.run(owned(ours)).done()
    os.close(ours)
    assert heard == ["once more"] * 3
