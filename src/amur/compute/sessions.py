"""A kernel or a fold, opened once, and what a worker does with the batches that come to it."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import pyarrow as pa

from amur.compute import batches
from amur.compute.batches import Piece
from amur.compute.failures import ComputeError, KernelFailed
from amur.compute.kernel import Fold, Folding, Kernel, Transform

Result = TypeVar("Result")
Work = Kernel[Any] | Fold[Any, Any]
Done = tuple[pa.RecordBatch, list[Piece]]
"""The rows that came out, and of which partition they are; a kernel has one partition, 0."""


class Session:
    """What one process keeps of a kernel or a fold between batches: the opened function, and the states it holds."""

    def __init__(self, work: Work, states: bytes | None = None) -> None:
        self._work = work
        self._transform: Transform | None = None
        self._folding: Folding[Any] | None = None
        self.states: dict[int, Any] = pickle.loads(states) if states else {}  # noqa: S301 - written by our own worker

    def open(self) -> None:
        """Open the kernel now and not at the first batch.

        Raises:
            KernelFailed: if it cannot be opened; its own words are in the message.
        """
        self._guarded(self._open)

    def do(self, batch: pa.RecordBatch, pieces: list[Piece]) -> Done:
        """Return what the batch gives.

        Raises:
            KernelFailed: if the code of the kernel raises; its own words are in the message.
            Unfit: if the batch, or what comes out, has other columns than declared.
        """
        return self._guarded(self._do, batch, pieces)

    def end(self) -> Done:
        """Return what the fold says at the end of each partition that it holds."""
        return self._guarded(self._end)

    def snapshot(self) -> bytes:
        """Return the states as bytes, from which another session goes on.

        Raises:
            KernelFailed: if a state cannot be pickled.
        """
        try:
            return pickle.dumps(self.states, protocol=pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # pickle raises whatever the state's own methods do
            text = f"fold '{self._work.name}': its state cannot be pickled: {type(error).__name__}: {error}"
            raise KernelFailed("compute.state", text, kernel=self._work.name) from error

    def _guarded(self, step: Callable[..., Result], *arguments: Any) -> Result:
        try:
            return step(*arguments)
        except ComputeError:
            raise
        except Exception as error:  # a kernel may raise anything, and the run must say where
            text = f"kernel '{self._work.name}': {type(error).__name__}: {error}"
            lines = "".join(traceback.format_exception(error))
            raise KernelFailed("compute.failed", text, kernel=self._work.name, traceback=lines) from error

    def _open(self) -> None:
        if isinstance(self._work, Kernel):
            self._transform = self._transform or self._work.open()
        else:
            self._folding = self._folding or self._work.open()

    def _do(self, batch: pa.RecordBatch, pieces: list[Piece]) -> Done:
        if isinstance(self._work, Kernel):
            self._transform = self._transform or self._work.open()
            found = self._transform(batch)
            return found, [Piece(0, 0, found.num_rows)]
        self._folding = self._folding or self._work.open()
        results = []
        for partition, start, rows in pieces:
            state = self.states[partition] if partition in self.states else self._folding.begin()
            self.states[partition], found = self._folding.fold(state, batch.slice(start, rows))
            results.append((partition, found))
        return laid_out(results, self._work.output_schema)

    def _end(self) -> Done:
        if isinstance(self._work, Kernel):
            return laid_out([], self._work.output_schema)
        self._folding = self._folding or self._work.open()
        results = [(partition, self._folding.end(state)) for partition, state in sorted(self.states.items())]
        self.states = {}
        return laid_out(results, self._work.output_schema)


def laid_out(results: list[tuple[int, pa.RecordBatch]], schema: pa.Schema) -> Done:
    """Return results of several partitions as one batch and where each lies in it.

    >>> one, two = pa.record_batch({"n": [1]}), pa.record_batch({"n": [2, 3]})
    >>> laid_out([(4, one), (9, two)], one.schema)[1]
    [Piece(partition=4, start=0, rows=1), Piece(partition=9, start=1, rows=2)]
    """
    pieces, start = [], 0
    for partition, found in results:
        pieces.append(Piece(partition, start, found.num_rows))
        start += found.num_rows
    return batches.joined((found for _, found in results), schema), pieces


def gathered(parts: list[Done], schema: pa.Schema) -> pa.RecordBatch:
    """Return what several workers give for one batch, in the order of the partitions, whoever held which."""
    cut = [(piece.partition, found.slice(piece.start, piece.rows)) for found, pieces in parts for piece in pieces]
    return batches.joined((found for _, found in sorted(cut, key=lambda one: one[0])), schema)
