"""Runs kernels and folds on the cores of this machine.

Batches are taken from the source only as fast as results are taken from here, so that memory is bounded, and results
come in the order of the input. What a kernel raises says which batch it was. A worker that dies is replaced and its
batch is done once more; if that ends the same way, the run is refused.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

import pyarrow as pa

from amur.compute.batches import Piece
from amur.compute.failures import ComputeError, Unfit
from amur.compute.kernel import Fold, Kernel
from amur.compute.processes import Task, Worker
from amur.compute.rounds import Round
from amur.compute.sessions import Session, Work, gathered

_AHEAD = 2
"""How many batches are held for each worker, done and undone together."""


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(work: Work, source: Iterable[pa.RecordBatch], *, workers: int | None = None) -> Iterator[pa.RecordBatch]:
    """Give what a kernel makes of each batch, or a fold of all: one batch for each of the input, then a fold's end.

    ``workers`` is how many processes share the work, by default one for each core; with 1 it is done in this process.
    A program that is started as a script guards its start with ``if __name__ == "__main__"``.

    Raises:
        Unfit: if a batch does not have the columns that were declared, or the work cannot be sent to a process.
        KernelFailed: if the kernel raises; the message says on which batch, counted from 1.
        WorkerLost: if two workers, one after the other, died over a batch.

    >>> numbers = pa.schema({"n": pa.int64()})
    >>> same = Kernel("same", numbers, numbers, None, lambda _: lambda batch: batch)
    >>> [batch["n"].to_pylist() for batch in run(same, [pa.record_batch({"n": [1, 2]})], workers=1)]
    [[1, 2]]
    """
    with Pool(workers) as pool:
        yield from pool.run(work, source)


class Pool:
    """Processes that stay from one run to the next; made when first needed, ended with the ``with`` block."""

    def __init__(self, workers: int | None = None) -> None:
        self.size = cores() if workers is None else workers
        if self.size < 1:
            raise Unfit("compute.workers", f"found {self.size} workers; a pool needs 1 or more")
        self._workers: list[Worker | None] = [None] * self.size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        for place, worker in enumerate(self._workers):
            if worker:
                worker.close()
                self._workers[place] = None

    def run(self, work: Work, source: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Give the results as ``run`` does; one run at a time."""
        if self.size == 1:
            return _here(work, source)
        return self._shared(work, source)

    def _shared(self, work: Work, source: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        groups = _dealt(work, source, self.size)
        share = Round(
            self._workers, work.name, _pickled(work), groups, self.size * _AHEAD, is_fold=isinstance(work, Fold)
        )
        for parts in share.results():
            yield gathered(parts, work.output_schema)


def _here(work: Work, source: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    session = Session(work)
    for group in _dealt(work, source, 1):
        for task in group:
            try:
                done = session.do(task.batch, task.pieces) if task.batch is not None else session.end()
            except ComputeError as error:
                raise error.on(task.number) from error.__cause__
            yield gathered([done], work.output_schema)


def _dealt(work: Work, source: Iterable[pa.RecordBatch], workers: int) -> Iterator[list[Task]]:
    """Give the tasks of each batch: one for a kernel, one for each worker that holds a partition of it for a fold."""
    number = 0
    for number, batch in enumerate(source, 1):
        try:
            yield _tasks(work, batch, number, workers)
        except Unfit as error:
            raise error.on(number) from None
    if isinstance(work, Fold):
        yield [Task(number + 1, lane, None) for lane in range(workers)]


def _tasks(work: Work, batch: pa.RecordBatch, number: int, workers: int) -> list[Task]:
    if isinstance(work, Kernel):
        return [Task(number, None, batch)]
    dealt, pieces = work.split(batch)
    if workers == 1 or not pieces:
        return [Task(number, 0, dealt, pieces)]
    lanes: dict[int, list[Piece]] = {}
    for piece in pieces:
        lanes.setdefault(piece.partition % workers, []).append(piece)
    return [_cut(number, lane, dealt, mine) for lane, mine in lanes.items()]


def _cut(number: int, lane: int, dealt: pa.RecordBatch, mine: list[Piece]) -> Task:
    """Return a task with only the rows of one worker."""
    places: list[Piece] = []
    start = 0
    for piece in mine:
        places.append(Piece(piece.partition, start, piece.rows))
        start += piece.rows
    rows = pa.concat_batches([dealt.slice(piece.start, piece.rows) for piece in mine])
    return Task(number, lane, rows, places)


def _pickled(work: Work) -> bytes:
    try:
        return pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # pickle raises whatever a parameter's own methods do
        text = (
            f"kernel '{work.name}' cannot be sent to a process ({type(error).__name__}: {error}); "
            "its opener is a function of a module and its parameters are plain values"
        )
        raise Unfit("compute.pickle", text, kernel=work.name) from error
