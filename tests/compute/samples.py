"""Small kernels and folds that every runner must run alike, and some that behave badly."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from amur.compute.kernel import Fold, Kernel

INPUT = pa.schema([("position", pa.int64()), ("user", pa.dictionary(pa.int32(), pa.utf8())), ("text", pa.utf8())])
WORDS = pa.schema([("position", pa.int64()), ("word", pa.utf8())])
COUNTS = pa.schema([("rows", pa.int64()), ("positions", pa.int64())])
RUNS = pa.schema([("user", pa.utf8()), ("event", pa.utf8()), ("count", pa.int64()), ("gap", pa.int64())])


def batch_of(rows):
    """Return a batch of (position, user, text)."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, INPUT, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=INPUT)


def cut(rows, size):
    """Return rows as batches of a size, an empty one in the middle."""
    found = [batch_of(rows[start : start + size]) for start in range(0, len(rows), size)]
    return [*found[:1], batch_of([]), *found[1:]]


def rows_of(batches):
    """Return the rows of batches in an order that is the same whoever made them."""
    return sorted((tuple(row.values()) for batch in batches for row in batch.to_pylist()), key=repr)


def keep(least):
    return lambda batch: batch.filter(pc.greater_equal(pc.utf8_length(batch["text"]), least))


def explode(mark):
    def work(batch):
        words = [
            (p, w)
            for p, t in zip(batch["position"].to_pylist(), batch["text"].to_pylist(), strict=True)
            for w in (t or "").split(mark)
        ]
        return pa.RecordBatch.from_pylist([{"position": p, "word": w} for p, w in words], schema=WORDS)

    return work


def count(_):
    """Say for each row how many letters; a batch of its own would depend on how the input is cut."""

    def work(batch):
        if not batch.num_rows:
            return pa.RecordBatch.from_pylist([], schema=COUNTS)
        lengths = pc.utf8_length(batch["text"]).fill_null(0).cast(pa.int64())
        return pa.RecordBatch.from_arrays([lengths, batch["position"]], schema=COUNTS)

    return work


KEEP = Kernel("keep", INPUT, INPUT, 3, keep)
EXPLODE = Kernel("explode", INPUT, WORDS, " ", explode)
COUNT = Kernel("count", INPUT, COUNTS, None, count)
KERNELS = [KEEP, EXPLODE, COUNT]


class EveryNth:
    """Says of each user every n-th row with the distance to the row before, and at the end how many there were."""

    def __init__(self, each):
        self.each = each

    def begin(self):
        return {}

    def fold(self, state, batch):
        found = []
        for row in batch.to_pylist():
            seen, last = state.get(row["user"], (0, row["position"]))
            state[row["user"]] = (seen + 1, row["position"])
            if (seen + 1) % self.each == 0:
                found.append(
                    {"user": row["user"], "event": "reached", "count": seen + 1, "gap": row["position"] - last}
                )
        return state, pa.RecordBatch.from_pylist(found, schema=RUNS)

    def end(self, state):
        rows = [{"user": user, "event": "end", "count": seen, "gap": last} for user, (seen, last) in state.items()]
        return pa.RecordBatch.from_pylist(rows, schema=RUNS)


EVERY_SECOND = Fold("every_second", INPUT, RUNS, 2, EveryNth, keys=("user",))
BY_TEXT = Fold("by_text", INPUT, RUNS, 3, EveryNth, keys=("user", "text"), partitions=5)
FOLDS = [EVERY_SECOND, BY_TEXT]


def fail_on(text):
    def work(batch):
        if text in batch["text"].to_pylist():
            raise LookupError(f"no meaning for {text!r}")
        return batch

    return work


def cannot_open(_):
    raise OSError("the rules are missing")


def die_on(parameters):
    """End the process by kill -9 at a text, as often as the folder has room for traces of it."""
    text, folder, times = parameters

    def work(batch):
        if text in batch["text"].to_pylist() and len(traces := list(Path(folder).iterdir())) < times:
            Path(folder, str(len(traces))).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return batch

    return work


def note_opening(folder):
    Path(folder, str(time.monotonic_ns())).touch()
    return lambda batch: batch


def sleep(seconds):
    def work(batch):
        time.sleep(seconds)
        return batch

    return work


class DyingFold(EveryNth):
    """A fold whose process dies at a text, once."""

    def __init__(self, parameters):
        super().__init__(2)
        self.dies = die_on(parameters)

    def fold(self, state, batch):
        self.dies(batch)
        return super().fold(state, batch)


class Unpicklable:
    """A value that cannot leave its process."""

    def __reduce__(self):
        raise TypeError("it is bound to this process")


class HoldsUnpicklable(EveryNth):
    def begin(self):
        return {"held": Unpicklable()}

    def fold(self, state, batch):
        return state, pa.RecordBatch.from_pylist([], schema=RUNS)


SLOW = Kernel("slow", INPUT, INPUT, 0.02, sleep)
MUTE = Kernel("mute", INPUT, INPUT, 1.0, sleep)
FAILING = Kernel("failing", INPUT, INPUT, "text 5 of 2", fail_on)


class SlowFold(EveryNth):
    def fold(self, state, batch):
        time.sleep(0.01)
        return super().fold(state, batch)


SLOW_FOLD = Fold("slow_fold", INPUT, RUNS, 2, SlowFold, keys=("user",), partitions=4)


def dying():
    """Return a kernel that ends its process whenever it sees one of its rows; the folder is in the environment."""
    return Kernel("dying", INPUT, INPUT, ("text 5 of 2", os.environ["AMUR_TEST_TRACES"], 99), die_on)


@dataclass
class Plain:
    """A class of a fold's own."""

    number: int


def names(_):
    def work(batch):
        return pa.RecordBatch.from_pylist(
            [{"names": " ".join(batch.schema.names)}] * batch.num_rows, schema=pa.schema({"names": pa.utf8()})
        )

    return work


def note_nothing(_):
    return lambda batch: batch


class ByName:
    """Says of each row its values."""

    def __init__(self, _):
        pass

    def begin(self):
        return None

    def fold(self, state, batch):
        rows = [{"names": " ".join(map(str, row.values()))} for row in batch.to_pylist()]
        return state, pa.RecordBatch.from_pylist(rows, schema=pa.schema({"names": pa.utf8()}))

    def end(self, state):
        return pa.RecordBatch.from_pylist([], schema=pa.schema({"names": pa.utf8()}))


FLAWS = []
"""At which positions a fold fails after it has changed its state, once for each time that they stand here."""


class FlakyFold(EveryNth):
    def fold(self, state, batch):
        state, found = super().fold(state, batch)
        for position in batch["position"].to_pylist():
            if position in FLAWS:
                FLAWS.remove(position)
                raise OSError("the disk was away")
        return state, found


FLAKY_FOLD = Fold("flaky_fold", INPUT, RUNS, 2, FlakyFold, keys=("user",), partitions=3)


class Growing(EveryNth):
    def fold(self, state, batch):
        return {"much": bytes(9_000_000)}, pa.RecordBatch.from_pylist([], schema=RUNS)


GROWING_FOLD = Fold("growing", INPUT, RUNS, 2, Growing, keys=("user",), partitions=2)
