"""The stream, with a real server: one result for each batch, and a clear word where there is none."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.compute import batches, local
from amur.compute.failures import KernelFailed, Unfit
from amur.compute.stream import Job, feed, finish, results, states, work
from amur.compute.stream.__main__ import main
from amur.compute.stream.jobs import StreamFailed, connected, prepare
from amur.compute.stream.server import served
from amur.compute.stream.working import _Hand
from tests.compute import samples
from tests.compute.samples import BY_TEXT, EXPLODE, FAILING, KEEP, KERNELS, MUTE, SLOW, batch_of, cut, rows_of
from tests.compute.streams import awaited, crowd, fed, new_job, put_aside, through, working
from tests.compute.test_equal import ROWS as DRAWN

ROWS = [(place, f"user {place % 7}", f"text {place} of {place % 3}") for place in range(60)]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with served(tmp_path_factory.mktemp("nats")) as address:
        yield address


@settings(max_examples=9, deadline=None)
@given(rows=DRAWN, size=st.integers(1, 9), kernel=st.sampled_from(KERNELS))
def test_a_kernel_gives_on_the_stream_what_it_gives_here(url, rows, size, kernel):
    found = asyncio.run(through(new_job(url), kernel, cut(rows, size)))
    assert [one.position for one in sorted(found, key=lambda one: one.position)] == list(
        range(1, len(cut(rows, size)) + 1)
    )
    assert rows_of(one.batch for one in found) == rows_of(local.run(kernel, cut(rows, size), workers=1))


@settings(max_examples=9, deadline=None)
@given(rows=DRAWN, size=st.integers(1, 9))
def test_a_fold_gives_on_the_stream_what_it_gives_here(url, rows, size):
    found = asyncio.run(through(new_job(url), BY_TEXT, cut(rows, size)))
    assert rows_of(one.batch for one in found) == rows_of(local.run(BY_TEXT, cut(rows, size), workers=1))
    assert sum(one.is_end for one in found) == BY_TEXT.partitions


def test_workers_may_be_killed_come_and_go_and_each_batch_has_one_result(url):
    job = new_job(url, tries=50, ack_seconds=1)
    rows = [(place, "u", f"text {place}") for place in range(80)]

    async def run(workers):
        await feed(job, SLOW, "source", cut(rows, 1))
        for worker in workers.processes:
            workers.greeted(worker)
        await asyncio.sleep(0.2)
        os.kill(workers.processes[0].pid, signal.SIGKILL)
        late = workers.add()
        workers.processes[1].send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        os.kill(late.pid, signal.SIGKILL)
        workers.add()
        found = await awaited(job, 81)
        assert workers.processes[1].wait(10) == 0
        return found

    with crowd(job, "SLOW", 2) as workers:
        found = asyncio.run(run(workers))
    assert rows_of(one.batch for one in found) == rows_of(cut(rows, 1))


def test_a_batch_that_cannot_be_done_is_put_aside_with_its_reason_and_the_rest_goes_on(url):
    job = new_job(url, tries=2)

    async def run():
        async with working(job, FAILING):
            await feed(job, FAILING, "logs/Ä", cut(ROWS, 6))
            found = await awaited(job, 10)
            aside = await put_aside(job, 1)
        return found, aside

    found, [aside] = asyncio.run(run())
    assert (aside.identity, aside.tries) == ("logs/%C3%84:1", 2)
    assert aside.reason == "kernel 'failing': LookupError: no meaning for 'text 5 of 2'"
    assert batches.from_bytes(aside.data).to_pylist() == batch_of(ROWS[:6]).to_pylist()
    assert rows_of(one.batch for one in found) == rows_of([batch_of(ROWS[6:])])


def test_a_batch_that_fails_half_way_enters_a_fold_once_and_in_its_turn(url):
    samples.FLAWS.append(20)

    async def run():
        return await through(new_job(url), samples.FLAKY_FOLD, cut(ROWS, 7))

    found = asyncio.run(run())
    assert samples.FLAWS == []
    assert rows_of(one.batch for one in found) == rows_of(local.run(samples.EVERY_SECOND, cut(ROWS, 7), workers=1))


def test_bytes_that_are_no_batch_are_put_aside(url):
    job = new_job(url, tries=1)

    async def run():
        async with connected(job) as (_, jet):
            await prepare(jet, job, KEEP)
            await jet.publish(job.subject("in", 0), b"no arrow")
            bent = bytearray(batches.to_bytes(batch_of(ROWS)).to_pybytes())
            bent[-400:-300] = b"\xff" * 100
            await jet.publish(job.subject("in", 0), bytes(bent))
        async with working(job, KEEP):
            return [one.reason for one in await put_aside(job, 2)]

    reasons = asyncio.run(run())
    assert len(reasons) == 2
    assert "8 bytes that are no Arrow stream" in reasons[0]


def test_what_is_fed_twice_has_one_result(url):
    job = new_job(url)

    async def run():
        async with working(job, EXPLODE):
            assert await feed(job, EXPLODE, "a", cut(ROWS, 20)) == 5
            assert await feed(job, EXPLODE, "a", cut(ROWS, 20)) == 5
            assert await feed(job, EXPLODE, "a", cut(ROWS, 20)[2:], first=3) == 5
            return await awaited(job, 4)

    assert len(asyncio.run(run())) == 4


def test_what_is_fed_again_when_the_server_has_forgotten_it_enters_a_fold_once(url):
    job = new_job(url, duplicate_seconds=0.1)

    async def run():
        async with working(job, BY_TEXT):
            await feed(job, BY_TEXT, "source", cut(ROWS, 20))
            await asyncio.sleep(0.3)
            return await fed(job, BY_TEXT, cut(ROWS, 20))

    assert rows_of(one.batch for one in asyncio.run(run())) == rows_of(local.run(BY_TEXT, cut(ROWS, 20), workers=1))


@pytest.mark.parametrize("what", [EXPLODE, BY_TEXT], ids=lambda what: what.name)
def test_a_slow_worker_and_the_one_that_took_its_place_give_one_result(url, what):
    job = new_job(url, ack_seconds=0.3)
    batch = batch_of([(1, "u", "t"), (2, "u", "t"), (3, "u", "t")])

    async def run():
        async with connected(job) as (client, jet):
            bucket = await prepare(jet, job, what)
            await feed(job, what, "source", [batch])
            name = f"partition-{what.split(batch)[1][0].partition}" if what is BY_TEXT else "workers"
            pull = await jet.pull_subscribe_bind(name, stream=job.stream("in"))
            deliveries = [message for _ in range(2) for message in await pull.fetch(1, timeout=5)]
            for message in deliveries:
                with ThreadPoolExecutor(1) as thread:
                    await _Hand(job, what, client=client, jet=jet, bucket=bucket, thread=thread).take(message)
        return deliveries, await awaited(job, 1)

    deliveries, [result] = asyncio.run(run())
    assert [message.metadata.num_delivered for message in deliveries] == [1, 2]
    assert result.batch.num_rows == (1 if what is BY_TEXT else 3)


def test_a_state_that_was_written_is_not_entered_again_when_the_worker_dies_before_it_says_so(url):
    job = new_job(url, ack_seconds=0.3)

    async def run():
        async with connected(job) as (client, jet):
            bucket = await prepare(jet, job, BY_TEXT)
            await feed(job, BY_TEXT, "source", [batch_of([(1, "u", "t"), (2, "u", "t"), (3, "u", "t")])])
            partition = BY_TEXT.split(batch_of([(1, "u", "t")]))[1][0].partition
            pull = await jet.pull_subscribe_bind(f"partition-{partition}", stream=job.stream("in"))
            found = []
            for _ in range(2):  # each a worker of its own, that never acknowledges
                [message] = await pull.fetch(1, timeout=5)
                with ThreadPoolExecutor(1) as thread:
                    hand = _Hand(job, BY_TEXT, client=client, jet=jet, bucket=bucket, thread=thread)
                    found.append(await hand._result(message))
            held = states.from_bytes((await bucket.get(str(partition))).value, 1, "tests.compute.samples")
        return found, held

    found, held = asyncio.run(run())
    assert found[0] == found[1]
    assert held.state == {"u": (3, 3)}


def test_workers_that_take_turns_at_a_partition_go_on_from_each_others_state(url):
    job = new_job(url)

    async def run():
        async with connected(job) as (client, jet):
            bucket = await prepare(jet, job, BY_TEXT)
            await feed(job, BY_TEXT, "source", [batch_of([(place, "u", "t")]) for place in range(1, 7)])
            partition = BY_TEXT.split(batch_of([(1, "u", "t")]))[1][0].partition
            pull = await jet.pull_subscribe_bind(f"partition-{partition}", stream=job.stream("in"))
            with ThreadPoolExecutor(1) as thread:
                hands = [_Hand(job, BY_TEXT, client=client, jet=jet, bucket=bucket, thread=thread) for _ in range(2)]
                for turn in range(6):
                    [message] = await pull.fetch(1, timeout=5)
                    await hands[turn % 2].take(message)
        return await awaited(job, 6)

    found = asyncio.run(run())
    assert rows_of(one.batch for one in found) == [("u", "reached", 3, 1), ("u", "reached", 6, 1)]


def test_a_batch_that_takes_longer_than_the_silence_that_means_loss_is_done_once(url):
    job = new_job(url, ack_seconds=0.7, tries=1)

    async def run():
        async with working(job, MUTE):
            found = await fed(job, MUTE, [batch_of(ROWS)])
        assert await put_aside(job, 0) == []
        return found

    started = time.monotonic()
    assert len(asyncio.run(run())) == 1
    assert time.monotonic() - started > 1


def test_who_puts_in_waits_while_too_much_waits(url):
    job = new_job(url, waiting_bytes=20_000)
    many = [batch_of([(place, "u", "x" * 3000)]) for place in range(20)]

    async def run():
        feeding = asyncio.create_task(feed(job, KEEP, "a", many))
        await asyncio.sleep(0.3)
        assert not feeding.done()
        async with connected(job) as (_, jet):
            assert 1 < (await jet.stream_info(job.stream("in"))).state.messages < 8
        async with working(job, KEEP):
            assert await feeding == 21
            return await awaited(job, 20)

    assert len(asyncio.run(run())) == 20


def test_a_worker_that_cannot_open_its_kernel_takes_no_batch(url):
    job = new_job(url, tries=1)
    broken = replace(EXPLODE, opener=samples.cannot_open)

    async def run():
        await feed(job, EXPLODE, "a", cut(ROWS, 20))
        with pytest.raises(KernelFailed, match="kernel 'explode': OSError: the rules are missing"):
            await work(job, broken)
        assert await put_aside(job, 0) == []
        async with working(job, EXPLODE):
            return await awaited(job, 4)

    assert len(asyncio.run(run())) == 4


def test_a_state_that_the_server_does_not_take_is_put_aside_with_its_size(url):
    job = new_job(url, tries=1)

    async def run():
        async with working(job, samples.GROWING_FOLD):
            await feed(job, samples.GROWING_FOLD, "a", [batch_of([(1, "u", "t")])])
            return [one.reason for one in await put_aside(job, 1)]

    [reason] = asyncio.run(run())
    assert reason.startswith("fold 'growing': the state of partition ")
    assert reason.endswith("the server takes 8388608; take more partitions or raise max_payload")


def test_a_reader_goes_on_where_it_was(url):
    job = new_job(url)

    async def run():
        await through(job, EXPLODE, cut(ROWS, 20))
        return [one.sequence async for one in results(job, after=2, patience_seconds=0.3)]

    assert asyncio.run(run()) == [3, 4]


def test_what_cannot_be_put_in_is_told_to_who_puts_it_in(url):
    huge = batch_of([(1, "u", "x" * 9_000_000)])
    with pytest.raises(
        Unfit, match=r"batch 2: a:2: found a batch of \d+ bytes, the server takes 8388608; cut it smaller"
    ):
        asyncio.run(feed(new_job(url), KEEP, "a", [batch_of(ROWS), huge]))
    with pytest.raises(Unfit, match="batch 7: kernel 'keep': column 'user' of the input: found no such column"):
        asyncio.run(feed(new_job(url), KEEP, "a", [batch_of(ROWS).drop_columns(["user"])], first=7))


def test_a_result_that_the_server_does_not_take_is_put_aside(url):
    job = new_job(url, tries=1)
    wide = replace(EXPLODE, parameters="x")

    async def run():
        async with working(job, wide):
            await feed(job, wide, "a", [batch_of([(1, "u", "x" * 1_000_000)])])
            return [one.reason for one in await put_aside(job, 1)]

    [reason] = asyncio.run(run())
    assert reason.startswith("its result has ")
    assert reason.endswith("bytes, the server takes 8388608; cut batches smaller")


def test_no_server_no_job_and_other_settings_are_told(url):
    with pytest.raises(
        StreamFailed, match=r"no NATS server answers at nats://127.0.0.1:1 .*; start one with JetStream"
    ):
        asyncio.run(feed(Job("a", "nats://127.0.0.1:1"), KEEP, "a", []))

    async def read():
        return [one async for one in results(new_job(url), patience_seconds=1)]

    with pytest.raises(StreamFailed, match=r"there is no job 'test-\d+-\d+'"):
        asyncio.run(read())
    job = new_job(url)
    asyncio.run(feed(job, KEEP, "a", []))
    with pytest.raises(StreamFailed, match="is on the server with other settings"):
        asyncio.run(work(replace(job, waiting_bytes=5), KEEP))


def test_a_job_that_reserves_more_than_the_server_has_is_refused_with_what_to_do(url):
    with pytest.raises(
        StreamFailed, match=r"insufficient storage .*; it reserves 1152921504606846976 bytes .* smaller waiting_bytes"
    ):
        asyncio.run(feed(new_job(url, waiting_bytes=1 << 60), KEEP, "a", []))


def test_the_command_of_a_worker_says_what_is_wrong(capsys):
    assert main(["nats://127.0.0.1:1", "job", "tests.compute.samples:nothing"]) == 1
    assert "found 'tests.compute.samples:nothing', wanted MODULE:NAME" in capsys.readouterr().err
    assert main(["nats://127.0.0.1:1", "job", "no.such.module:x"]) == 1
    assert "No module named 'no'" in capsys.readouterr().err
    assert main(["nats://127.0.0.1:1", "job", "tests.compute.samples:KEEP"]) == 1
    assert "no NATS server answers" in capsys.readouterr().err


def test_a_server_that_cannot_start_says_why(tmp_path, monkeypatch):
    (tmp_path / "jetstream").write_text("in the way")
    with (
        pytest.raises(StreamFailed, match=r"the NATS server did not start: .* storage directory is not a directory"),
        served(tmp_path),
    ):
        pass
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(StreamFailed, match="there is no program nats-server"), served(tmp_path):
        pass


def test_a_state_of_plain_values_comes_back_and_nothing_else_runs():
    held = states.Held(
        sequence=3, result=b"x", sources={"a": 1}, has_begun=True, state={"a": {1, 2}, "n": samples.Plain(4)}
    )
    assert states.from_bytes(states.to_bytes(held), 0, "tests.compute.samples") == held
    with pytest.raises(KernelFailed, match=r"it names tests.compute.samples.Plain; a state has plain values"):
        states.from_bytes(states.to_bytes(held), 0, "elsewhere")
    with pytest.raises(KernelFailed, match=r"it names posix.system"):
        states.from_bytes(pickle.dumps(os.system), 0, "tests.compute.samples")
    with pytest.raises(KernelFailed, match=r"it names tests.compute.samples.json.loads"):
        states.from_bytes(b"\x80\x04\x8c\x15tests.compute.samples\x8c\x0ajson.loads\x93.", 0, "tests.compute.samples")
    with pytest.raises(KernelFailed, match="a state cannot be read"):
        states.from_bytes(b"damaged", 0, "x")
    assert json.dumps(held.sources) == '{"a": 1}'


def test_the_source_that_was_silent_longest_is_forgotten_first():
    held = states.Held()
    for number in range(300):
        held.note(f"s{number}", 1)
        held.note("s0", number)
    assert len(held.sources) == 256
    assert held.has_taken("s0", 299)
    assert not held.has_taken("s1", 1)


def test_a_fold_that_was_ended_begins_anew(url):
    job = new_job(url)

    async def run():
        async with working(job, BY_TEXT):
            await fed(job, BY_TEXT, cut(ROWS, 20))
            await feed(job, BY_TEXT, "other", cut(ROWS, 20))
            await finish(job, BY_TEXT, "other")
            pieces = sum(len(BY_TEXT.split(batch)[1]) for batch in cut(ROWS, 20)) + BY_TEXT.partitions
            return await awaited(job, 2 * pieces)

    assert rows_of(one.batch for one in asyncio.run(run()) if one.source == "other") == rows_of(
        local.run(BY_TEXT, cut(ROWS, 20), workers=1)
    )
