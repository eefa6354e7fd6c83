"""Kernels and folds on the cores of one machine: order, bounds, and what happens when something goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from amur.compute import local
from amur.compute.failures import KernelFailed, Unfit, WorkerLost
from amur.compute.kernel import Fold, Kernel
from tests.compute import samples
from tests.compute.samples import EVERY_SECOND, EXPLODE, INPUT, RUNS, batch_of, cut, rows_of

ROWS = [(place, f"user {place % 7}", f"text {place} of {place % 3}") for place in range(200)]


@pytest.fixture(scope="module")
def pools():
    """Return pools of one and two workers that all tests of this module share; of three see ``test_equal``."""
    with local.Pool(1) as one, local.Pool(2) as two:
        yield {1: one, 2: two}


def _kernel(opener, parameters=None):
    return Kernel(opener.__name__, INPUT, INPUT, parameters, opener)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_input(pools, workers):
    found = list(pools[workers].run(EXPLODE, cut(ROWS, 9)))
    assert len(found) == len(cut(ROWS, 9))
    assert [row["position"] for batch in found for row in batch.to_pylist() if row["word"] == "text"] == [
        row[0] for row in ROWS
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fold_gives_the_same_batches_for_any_number_of_workers(pools, workers):
    found = [batch.to_pylist() for batch in pools[workers].run(EVERY_SECOND, cut(ROWS, 9))]
    assert found == [batch.to_pylist() for batch in pools[1].run(EVERY_SECOND, cut(ROWS, 9))]
    ends = [row for row in found[-1] if row["event"] == "end"]
    assert sum(row["count"] for row in ends) == len(ROWS)


@pytest.mark.parametrize("workers", [1, 2])
def test_no_batch_gives_no_batch_of_a_kernel_and_an_empty_end_of_a_fold(pools, workers):
    assert list(pools[workers].run(EXPLODE, [])) == []
    assert [batch.num_rows for batch in pools[workers].run(EVERY_SECOND, [])] == [0]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_kernel_raises_says_which_batch(pools, workers):
    kernel = _kernel(samples.fail_on, "text 100 of 1")
    with pytest.raises(
        KernelFailed, match=r"batch 12: kernel 'fail_on': LookupError: no meaning for 'text 100 of 1'"
    ) as caught:
        list(pools[workers].run(kernel, cut(ROWS, 10)))
    assert caught.value.details["batch"] == 12
    assert "samples.py" in caught.value.details["traceback"]
    assert len(list(pools[workers].run(EXPLODE, cut(ROWS, 50)))) == 5, "the pool goes on"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_batch_that_does_not_fit_is_told_with_its_number(pools, workers):
    for work in (EXPLODE, EVERY_SECOND):
        with pytest.raises(
            Unfit, match=f"batch 2: kernel '{work.name}': column 'user' of the input: found no such column"
        ):
            list(pools[workers].run(work, [batch_of(ROWS[:3]), batch_of(ROWS[:3]).drop_columns(["user"])]))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_kernel_that_cannot_be_opened_says_why(pools, workers):
    with pytest.raises(KernelFailed, match="batch 1: kernel 'cannot_open': OSError: the rules are missing"):
        list(pools[workers].run(_kernel(samples.cannot_open), cut(ROWS, 100)))


def test_a_kernel_is_opened_once_in_each_process(tmp_path, pools):
    list(pools[2].run(_kernel(samples.note_opening, str(tmp_path)), cut(ROWS, 5)))
    assert len(list(tmp_path.iterdir())) == 2


def test_a_kernel_that_cannot_be_sent_is_refused_before_any_batch(pools):
    with pytest.raises(
        Unfit, match=r"kernel '<lambda>' cannot be sent to a process .* its opener is a function of a module"
    ):
        list(pools[2].run(_kernel(lambda _: None), cut(ROWS, 5)))


def test_a_module_that_a_worker_cannot_import_is_named(pools, monkeypatch):
    module = type(sys)("only_here")
    exec("def opener(_): return lambda batch: batch", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(
        KernelFailed, match="a worker cannot open what it was sent: ModuleNotFoundError: No module named 'only_here'"
    ):
        list(pools[2].run(_kernel(module.opener), cut(ROWS, 50)))


def test_a_state_that_cannot_leave_its_process_is_told(pools):
    fold = Fold("holds", INPUT, RUNS, 1, samples.HoldsUnpicklable, keys=("user",))
    with pytest.raises(KernelFailed, match="fold 'holds': its state cannot be pickled: TypeError: it is bound"):
        list(pools[2].run(fold, cut(ROWS, 2)))


def test_the_batch_of_a_killed_worker_is_done_once_more(tmp_path, pools):
    kernel = _kernel(samples.die_on, ("text 100 of 1", str(tmp_path), 1))
    assert list(pools[2].run(kernel, cut(ROWS, 10))) == cut(ROWS, 10)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_batch_that_kills_twice_is_refused(tmp_path, pools):
    kernel = _kernel(samples.die_on, ("text 100 of 1", str(tmp_path), 9))
    with pytest.raises(
        WorkerLost, match=r"batch 12: kernel 'die_on': 2 workers died over it, the last ended by signal 9"
    ):
        list(pools[2].run(kernel, cut(ROWS, 10)))
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.deep), 7])
def test_a_fold_whose_worker_is_killed_says_what_it_says_otherwise(tmp_path, pools, size):
    fold = Fold("dying", INPUT, RUNS, ("text 150 of 0", str(tmp_path), 1), samples.DyingFold, keys=("user",))
    found = list(pools[2].run(fold, cut(ROWS, size)))
    assert [batch.to_pylist() for batch in found] == [
        batch.to_pylist() for batch in pools[1].run(EVERY_SECOND, cut(ROWS, size))
    ]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_worker_that_dies_between_two_batches_is_replaced(pools):
    assert len(list(pools[2].run(EXPLODE, cut(ROWS, 1)))) > 2  # both have begun
    for worker in pools[2]._workers:
        os.kill(worker.process.pid, signal.SIGKILL)
        worker.process.join(5)
    assert len(list(pools[2].run(EXPLODE, cut(ROWS, 20)))) == 11


def test_no_more_is_taken_from_the_source_than_results_are_taken(pools):
    taken = []

    def source():
        for batch in cut(ROWS, 1):
            taken.append(batch)
            yield batch

    results = pools[2].run(EXPLODE, source())
    next(results)
    assert len(taken) <= 5
    next(results)
    assert len(taken) <= 6
    results.close()


def test_a_run_that_is_left_early_leaves_a_pool_that_works(pools):
    slow = pools[2].run(_kernel(samples.sleep, 0.05), cut(ROWS, 20))
    next(slow)
    slow.close()
    assert rows_of(pools[2].run(EXPLODE, cut(ROWS, 20))) == rows_of(pools[1].run(EXPLODE, cut(ROWS, 20)))


def test_a_failing_source_ends_the_run(pools):
    def source():
        yield batch_of(ROWS)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(pools[2].run(EXPLODE, source()))


def test_the_processes_end_with_the_pool():
    with local.Pool(2) as pool:
        list(pool.run(EXPLODE, cut(ROWS, 20)))
        pids = [worker.process.pid for worker in pool._workers if worker]
    assert pids
    assert not [pid for pid in pids if Path("/proc", str(pid)).exists()]


def test_a_pool_needs_a_worker():
    with pytest.raises(Unfit, match="found 0 workers"):
        local.Pool(0)
    assert local.cores() >= 1


_SCRIPT = """
from tests.compute import samples
from amur.compute import local
from amur.compute.kernel import Kernel
kernel = Kernel("sleep", samples.INPUT, samples.INPUT, 0.2, samples.sleep)
for place, batch in enumerate(local.run(kernel, samples.cut([(n, "a", "b") for n in range(500)], 1), workers=2)):
    print(place, flush=True)
"""


def _children(pid):
    return [int(found) for found in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("how", [signal.SIGINT, pytest.param(signal.SIGKILL, marks=pytest.mark.deep)])
def test_an_interrupted_run_ends_cleanly_and_leaves_no_process(how):
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        assert process.stdout.readline() == "0\n"
        children = _children(process.pid)
        assert len(children) >= 2
        os.killpg(process.pid, how) if how == signal.SIGINT else process.kill()
        _, said = process.communicate(timeout=10)
    finally:
        process.kill()
    assert said.count("Traceback") == (how == signal.SIGINT), said
    assert process.returncode == (-how if how == signal.SIGKILL else -signal.SIGINT)
    deadline = time.monotonic() + 10
    while left := [pid for pid in children if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


def test_a_wide_batch_passes_both_ways_at_once(pools):
    wide = [batch_of([(place, "u", "x" * 300_000) for place in range(10)])] * 6
    assert list(pools[2].run(replace(samples.KEEP, parameters=0), wide)) == wide
    assert pa.total_allocated_bytes() < 500_000_000
