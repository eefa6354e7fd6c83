"""The contract: what a kernel and a fold are, whoever runs them.

A *kernel* turns a batch into a batch and remembers nothing, so that batches may be done anywhere and in any order. A
*fold* carries a state from batch to batch. Its rows are dealt out by key into a fixed number of partitions, each with a
state of its own, so that the result is the same for any number of workers.

Both are plain values: what they need is in ``parameters``, and ``opener`` is a function of a module, so that another
process can open them from their pickle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import pyarrow as pa

from amur.compute import batches
from amur.compute.failures import Unfit

Parameters = TypeVar("Parameters")
State = TypeVar("State")
Transform = Callable[[pa.RecordBatch], pa.RecordBatch]
"""A batch in, a batch out; it may have more rows, fewer or none."""

PARTITIONS = 32
"""Into how many partitions a fold deals its keys: at least the number of workers that shall share the work."""


@dataclass(frozen=True, slots=True)
class Kernel(Generic[Parameters]):
    """Work on batches that remembers nothing between them.

    What is said of a row depends on that row alone: a stream and a cluster cut batches as they like.

    ``open`` is called once in each process and may take its time. With ``takes_more`` the input may have further
    columns, which reach the kernel as they came.

    >>> import pyarrow.compute as pc
    >>> def keeping(least: int) -> Transform:
    ...     return lambda batch: batch.filter(pc.greater(pc.utf8_length(batch["word"]), least))
    >>> words = pa.schema({"word": pa.utf8()})
    >>> longer = Kernel("longer", words, words, 3, keeping)
    >>> longer.open()(pa.record_batch({"word": ["big", "long"]}))["word"].to_pylist()
    ['long']
    >>> longer.open()(pa.record_batch({"word": [7]}))
    Traceback (most recent call last):
        ...
    amur.compute.failures.Unfit: kernel 'longer': column 'word' of the input: found int64, wanted string
    """

    name: str
    input_schema: pa.Schema
    output_schema: pa.Schema
    parameters: Parameters
    opener: Callable[[Parameters], Transform]
    takes_more: bool = False

    def open(self) -> Transform:
        """Return the function of this kernel, which holds input and output to their schemas.

        That function raises ``Unfit``, naming the kernel, the column, what was found and what was wanted.
        """
        transform = self.opener(self.parameters)

        def checked(batch: pa.RecordBatch) -> pa.RecordBatch:
            taken = batches.fit(batch, self.input_schema, self.name, "input", takes_more=self.takes_more)
            return batches.fit(transform(taken), self.output_schema, self.name, "output")

        return checked


class Folding(Protocol[State]):
    """An opened fold. A state belongs to one partition, which holds many keys.

    It is picklable: plain values, those of ``collections``, ``datetime`` and ``decimal``, and classes of the fold's own
    module; a stream reads back no others.
    Rows of one key come in the order of the input. Where a batch ends means nothing: two batches, one after the other,
    give the rows that both as one would give. What is said of one key does not depend on the rows of another.
    """

    def begin(self) -> State:
        """Return the state before the first row of a partition."""
        ...

    def fold(self, state: State, batch: pa.RecordBatch) -> tuple[State, pa.RecordBatch]:
        """Take in the rows of a partition; return the state after them, and what is known already."""
        ...

    def end(self, state: State) -> pa.RecordBatch:
        """Return what can be said only when no more rows will come."""
        ...


@dataclass(frozen=True, slots=True)
class Fold(Generic[Parameters, State]):
    """Work on batches that remembers, by key.

    ``keys`` names columns of the input whose values decide the partition: texts, whole numbers, truth values, dates or
    times. Raises ``Unfit`` for a key that is no column, or of another type.

    >>> Fold("count", pa.schema({"n": pa.float64()}), pa.schema({}), None, print, keys=("n",))
    Traceback (most recent call last):
        ...
    amur.compute.failures.Unfit: fold 'count': key 'n' is double; a key is text, a whole number, a truth value or a time
    """

    name: str
    input_schema: pa.Schema
    output_schema: pa.Schema
    parameters: Parameters
    opener: Callable[[Parameters], Folding[State]]
    keys: tuple[str, ...]
    partitions: int = PARTITIONS
    takes_more: bool = False

    def __post_init__(self) -> None:
        if self.partitions < 1:
            raise Unfit("compute.partitions", f"fold '{self.name}': {self.partitions} partitions; it needs 1 or more")
        for key in self.keys:
            kind = self.input_schema.field(key).type if key in self.input_schema.names else None
            if kind is None:
                text = f"fold '{self.name}': key '{key}' is no column; there are {', '.join(self.input_schema.names)}"
                raise Unfit("compute.key", text, kernel=self.name, column=key)
            if not batches.may_be_key(kind):
                text = (
                    f"fold '{self.name}': key '{key}' is {kind}; a key is text, a whole number, a truth value or a time"
                )
                raise Unfit("compute.key", text, kernel=self.name, column=key)

    def open(self) -> Folding[State]:
        """Return the folding, which holds input and output to their schemas as a kernel does."""
        return _Checked(self, self.opener(self.parameters))

    def split(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[batches.Piece]]:
        """Deal the rows of a batch out: return them partition by partition, and where each partition lies.

        Raises:
            Unfit: if the batch does not have the columns of the input.
        """
        taken = batches.fit(batch, self.input_schema, self.name, "input", takes_more=self.takes_more)
        return batches.split(taken, self.keys, self.partitions)


@dataclass(frozen=True, slots=True)
class _Checked(Generic[State]):
    work: Fold[Any, State]
    folding: Folding[State]

    def begin(self) -> State:
        return self.folding.begin()

    def fold(self, state: State, batch: pa.RecordBatch) -> tuple[State, pa.RecordBatch]:
        taken = batches.fit(batch, self.work.input_schema, self.work.name, "input", takes_more=self.work.takes_more)
        after, found = self.folding.fold(state, taken)
        return after, batches.fit(found, self.work.output_schema, self.work.name, "output")

    def end(self, state: State) -> pa.RecordBatch:
        return batches.fit(self.folding.end(state), self.work.output_schema, self.work.name, "output")
