"""Arrow batches: whether they fit a schema, as bytes, and dealt out by key."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amur.compute.failures import Unfit

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
_NOTHING = 0x5EED
"""The number of a key that is null, so that it is not that of an empty text."""


class Piece(NamedTuple):
    """Where the rows of one partition lie in a batch."""

    partition: int
    start: int
    rows: int


def fit(batch: Any, schema: pa.Schema, name: str, side: str, *, takes_more: bool = False) -> pa.RecordBatch:
    """Return a batch with just the columns of a schema in their order; ``takes_more`` keeps others behind them.

    How texts lie in memory (plain, large, as a dictionary) is brought in order; a type is never changed.

    Raises:
        Unfit: if a column is missing, too many, of another type, or null where it must not be.

    >>> fit(pa.record_batch({"n": [1]}), pa.schema({"n": pa.utf8()}), "longer", "input")
    Traceback (most recent call last):
        ...
    amur.compute.failures.Unfit: kernel 'longer': column 'n' of the input: found int64, wanted string
    """
    if not isinstance(batch, pa.RecordBatch):
        raise _unfit(name, side, "", type(batch).__name__, "a record batch")
    if not batch.schema.equals(schema):
        _check_names(batch, schema, name, side, takes_more=takes_more)
        more = [field for field in batch.schema if field.name not in schema.names] if takes_more else []
        columns = [_column(batch, field, name, side) for field in [*schema, *more]]
        batch = _batch(columns, pa.schema([*schema, *more]), batch.num_rows)
    for field in schema:
        if not field.nullable and batch.column(field.name).null_count:
            raise _unfit(name, side, field.name, f"{batch.column(field.name).null_count} nulls", "none")
    return batch


def _check_names(batch: pa.RecordBatch, schema: pa.Schema, name: str, side: str, *, takes_more: bool) -> None:
    names = batch.schema.names
    for field in schema:
        if (times := names.count(field.name)) != 1:
            found = f"{times} columns of this name" if times else f"no such column (there are: {', '.join(names)})"
            raise _unfit(name, side, field.name, found, str(field.type))
    if not takes_more:
        for column in names:
            if column not in schema.names:
                raise _unfit(name, side, column, str(batch.schema.field(column).type), "no such column")


def _column(batch: pa.RecordBatch, field: pa.Field, name: str, side: str) -> pa.Array:
    column = batch.column(field.name)
    if column.type == field.type:
        return column
    if _plain(column.type) != _plain(field.type):
        raise _unfit(name, side, field.name, str(column.type), str(field.type))
    return column.cast(_plain(column.type)).cast(field.type)


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type of what is meant, however it lies in memory."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.utf8()
    return pa.binary() if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind) else kind


def _unfit(name: str, side: str, column: str, found: str, wanted: str) -> Unfit:
    where = f"column '{column}' of the {side}" if column else f"the {side}"
    text = f"kernel '{name}': {where}: found {found}, wanted {wanted}"
    return Unfit("compute.unfit", text, kernel=name, side=side, column=column, found=found, wanted=wanted)


def _batch(columns: list[pa.Array], schema: pa.Schema, rows: int) -> pa.RecordBatch:
    if columns:
        return pa.RecordBatch.from_arrays(columns, schema=schema)
    return pa.RecordBatch.from_pylist([{}] * rows, schema=schema)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Return a schema without dictionaries, for those who know none.

    >>> plain_schema(pa.schema({"user": pa.dictionary(pa.int32(), pa.utf8())})).field("user").type
    DataType(string)
    """
    return pa.schema([pa.field(one.name, _plain(one.type), one.nullable) for one in schema])


def plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch without dictionaries, for those who know none."""
    schema = plain_schema(batch.schema)
    return _batch(
        [column.cast(kind) for column, kind in zip(batch.columns, schema.types, strict=True)], schema, batch.num_rows
    )


def to_bytes(batch: pa.RecordBatch) -> pa.Buffer:
    """Return a batch as an Arrow IPC stream.

    >>> from_bytes(to_bytes(pa.record_batch({"n": [1, 2]})))["n"].to_pylist()
    [1, 2]
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def from_bytes(data: bytes | pa.Buffer) -> pa.RecordBatch:
    """Return the batch of an Arrow IPC stream; the stream holds one.

    Raises:
        Unfit: if the bytes are no such stream.
    """
    try:
        with pa.ipc.open_stream(data) as reader:
            return reader.read_next_batch()
    except (pa.ArrowException, StopIteration, OSError) as error:
        text = f"found {len(data)} bytes that are no Arrow stream ({error}); wanted one batch as Arrow IPC"
        raise Unfit("compute.bytes", text) from error


def joined(found: Iterable[pa.RecordBatch], schema: pa.Schema) -> pa.RecordBatch:
    """Return batches of one schema as one.

    >>> joined([], pa.schema({"n": pa.int64()})).num_rows
    0
    """
    kept = [batch for batch in found if batch.num_rows]
    if len(kept) == 1:
        return kept[0]
    if not kept:
        return pa.RecordBatch.from_pylist([], schema=schema)
    return pa.Table.from_batches(kept).unify_dictionaries().combine_chunks().to_batches()[0]


def may_be_key(kind: pa.DataType) -> bool:
    """Say whether values of a type can decide a partition.

    >>> may_be_key(pa.utf8()), may_be_key(pa.float64())
    (True, False)
    """
    kind = _plain(kind)
    wanted = (pa.types.is_string, pa.types.is_binary, pa.types.is_integer, pa.types.is_boolean, pa.types.is_temporal)
    return any(holds(kind) for holds in wanted) and not pa.types.is_interval(kind)


def split(batch: pa.RecordBatch, keys: Sequence[str], partitions: int) -> tuple[pa.RecordBatch, list[Piece]]:
    """Return the rows partition by partition, each in their order, and where each partition lies.

    >>> dealt, pieces = split(pa.record_batch({"k": ["a", "b", "a"]}), ["k"], 2)
    >>> sorted(dealt["k"].to_pylist()), sum(piece.rows for piece in pieces)
    (['a', 'a', 'b'], 3)
    """
    of_row = partition_of(batch, keys, partitions)
    counts = np.bincount(of_row, minlength=partitions)
    present = np.flatnonzero(counts)
    if len(present) > 1:
        batch = batch.take(pa.array(np.argsort(of_row, kind="stable")))
    starts = np.cumsum(counts) - counts
    return batch, [Piece(int(one), int(starts[one]), int(counts[one])) for one in present]


def partition_of(batch: pa.RecordBatch, keys: Sequence[str], partitions: int) -> Numbers:
    """Return the partition of each row: the same on every machine, in every process, in every run.

    >>> partition_of(pa.record_batch({"k": ["a", "b", "a", None]}), ["k"], 32).tolist()
    [3, 25, 3, 13]
    """
    mixed: Numbers = np.zeros(batch.num_rows, dtype=np.int64)
    for key in keys:
        mixed = (mixed * 31 + _numbers(batch.column(key))) & 0x7FFFFFFF
    return mixed % partitions


def _numbers(column: pa.Array) -> Numbers:
    """Return the check sum of each value: worked out once for each value that differs."""
    kind = _plain(column.type)
    if pa.types.is_temporal(kind):
        column = column.cast(kind).cast(pa.int64() if kind.bit_width == 64 else pa.int32())  # noqa: PLR2004 - of a time
    encoded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    values = encoded.dictionary.cast(_plain(encoded.dictionary.type)).to_pylist()
    sums = [
        _NOTHING if value is None else zlib.crc32(value if isinstance(value, bytes) else str(value).encode())
        for value in values
    ]
    table: Numbers = np.array([*sums, _NOTHING], dtype=np.int64)
    places = encoded.indices.cast(pa.int64()).fill_null(len(sums)).to_numpy(zero_copy_only=False)
    numbers: Numbers = table[places]
    return numbers
