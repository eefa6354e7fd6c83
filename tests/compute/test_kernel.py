"""What a kernel and a fold promise, and how a batch that does not fit is told."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.compute import batches
from amur.compute.failures import Unfit
from amur.compute.kernel import Fold, Kernel
from tests.compute.samples import EVERY_SECOND, INPUT, KEEP, KERNELS, WORDS, EveryNth, batch_of

_SAME = pa.schema([pa.field("n", pa.int64(), nullable=False), pa.field("t", pa.utf8())])


def _same(_):
    return lambda batch: batch


def _kernel(**changes):
    return Kernel(
        **{"name": "same", "input_schema": _SAME, "output_schema": _SAME, "parameters": None, "opener": _same} | changes
    )


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (pa.record_batch({"t": ["a"]}), r"kernel 'same': column 'n' of the input: found no such column \(there are: t\), wanted int64"),
        (pa.record_batch({"n": [1.5], "t": ["a"]}), "column 'n' of the input: found double, wanted int64"),
        (pa.record_batch({"n": pa.array([1], pa.int32()), "t": ["a"]}), "column 'n' of the input: found int32, wanted int64"),
        (pa.record_batch({"n": [1, None], "t": ["a", "b"]}), "column 'n' of the input: found 1 nulls, wanted none"),
        (pa.record_batch({"n": [1], "t": ["a"], "z": [True]}), "column 'z' of the input: found bool, wanted no such column"),
        (pa.RecordBatch.from_arrays([pa.array([1]), pa.array([2])], names=["n", "n"]), "found 2 columns of this name, wanted int64"),
        (pa.table({"n": [1], "t": ["a"]}), "the input: found Table, wanted a record batch"),
    ],
)  # fmt: skip
def test_a_batch_that_does_not_fit_names_kernel_column_found_and_wanted(batch, message):
    with pytest.raises(Unfit, match=message) as caught:
        _kernel().open()(batch)
    assert {"kernel", "side", "column", "found", "wanted"} <= set(caught.value.details)


def test_what_comes_out_is_held_to_its_schema_too():
    kernel = _kernel(output_schema=pa.schema({"n": pa.utf8(), "t": pa.utf8()}))
    with pytest.raises(Unfit, match="column 'n' of the output: found int64, wanted string"):
        kernel.open()(pa.record_batch({"n": [1], "t": ["a"]}, schema=_SAME))
    with pytest.raises(Unfit, match="the output: found NoneType"):
        _kernel(opener=lambda _: lambda _batch: None).open()(pa.record_batch({"n": [1], "t": ["a"]}))


@pytest.mark.parametrize("kind", [pa.large_utf8(), pa.string_view(), pa.dictionary(pa.int8(), pa.utf8())])
def test_how_a_text_lies_in_memory_is_no_matter_of_its_type(kind):
    batch = pa.RecordBatch.from_arrays([pa.array(["a", None]).cast(kind), pa.array([1, 2])], names=["t", "n"])
    found = _kernel().open()(batch)
    assert found.schema == _SAME
    assert found.to_pylist() == [{"n": 1, "t": "a"}, {"n": 2, "t": None}]


def test_further_columns_reach_a_kernel_that_takes_them():
    seen = []

    def opener(_):
        return lambda batch: seen.append(batch.schema.names) or batch.select(["n", "t"])

    found = _kernel(opener=opener, takes_more=True).open()(pa.record_batch({"z": [True], "t": ["a"], "n": [1]}))
    assert seen == [["n", "t", "z"]]
    assert found.schema.names == ["n", "t"]


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
def test_an_empty_batch_is_a_batch(kernel):
    assert kernel.open()(batch_of([])).num_rows == 0
    assert kernel.open()(batch_of([])).schema == kernel.output_schema


def test_kernels_and_folds_survive_their_pickle():
    assert pickle.loads(pickle.dumps(KEEP)) == KEEP
    assert pickle.loads(pickle.dumps(EVERY_SECOND)) == EVERY_SECOND


def test_a_fold_says_which_key_is_wrong():
    def fold(**changes):
        return Fold(
            **{
                "name": "f",
                "input_schema": INPUT,
                "output_schema": WORDS,
                "parameters": 1,
                "opener": EveryNth,
                "keys": ("user",),
            }
            | changes
        )

    with pytest.raises(Unfit, match="fold 'f': key 'usr' is no column; there are position, user, text"):
        fold(keys=("usr",))
    with pytest.raises(Unfit, match="0 partitions; it needs 1 or more"):
        fold(partitions=0)
    folding = fold().open()
    with pytest.raises(Unfit, match="column 'position' of the output: found no such column"):
        folding.end({"a": (1, 2)})


_KEYS = [
    (pa.utf8(), ["a", "", None, "ä"]),
    (pa.dictionary(pa.int32(), pa.utf8()), ["a", None, "a", "b"]),
    (pa.binary(), [b"\xff", b"", None]),
    (pa.int16(), [-1, 0, 7, None]),
    (pa.bool_(), [True, False, None]),
    (pa.date32(), [date(2026, 1, 2), None]),
    (pa.time32("s"), [7, None]),
    (pa.timestamp("us", tz="UTC"), [datetime(2026, 1, 2, tzinfo=UTC), None]),
    (pa.duration("s"), [7, None]),
]


@pytest.mark.parametrize(
    ("kind", "values"), _KEYS, ids=lambda value: str(value) if isinstance(value, pa.DataType) else ""
)
def test_each_type_of_key_decides_a_partition(kind, values):
    assert batches.may_be_key(kind)
    found = batches.partition_of(pa.record_batch({"k": pa.array(values, kind)}), ["k"], 1000)
    numbers = dict(zip(values, found.tolist(), strict=True))
    assert len(set(numbers.values())) == len(numbers), "different values fell together among a thousand"
    assert all(number == numbers[value] for value, number in zip(values, found.tolist(), strict=True))


@given(
    rows=st.lists(st.tuples(st.integers(0, 99), st.sampled_from(["a", "b", None, "ä"]), st.text(max_size=2))),
    partitions=st.integers(1, 9),
)
def test_dealing_out_loses_no_row_keeps_their_order_and_parts_no_key(rows, partitions):
    dealt, pieces = batches.split(batch_of(rows), ["user", "text"], partitions)
    assert sum(piece.rows for piece in pieces) == dealt.num_rows == len(rows)
    seen = {}
    for partition, start, count in pieces:
        for row in dealt.slice(start, count).to_pylist():
            key = (row["user"], row["text"])
            assert seen.setdefault(key, (partition, []))[0] == partition
            seen[key][1].append(row["position"])
    for (user, text), (_, positions) in seen.items():
        assert positions == [row[0] for row in rows if row[1:] == (user, text)]


def test_partitions_are_the_same_in_every_release():
    found = batches.partition_of(batch_of([(1, "root", "ls"), (2, None, ""), (3, "李", "cat")]), ["user", "text"], 32)
    assert found.tolist() == [23, 19, 24]


@pytest.mark.parametrize("data", [b"", b"no arrow", bytes(batches.to_bytes(batch_of([(1, "a", "b")])))[:-80]])
def test_bytes_that_are_no_batch_are_refused(data):
    with pytest.raises(Unfit, match=f"found {len(data)} bytes that are no Arrow stream"):
        batches.from_bytes(data)


def test_a_batch_without_columns_keeps_its_rows():
    empty = pa.schema([])
    kernel = _kernel(opener=lambda _: lambda batch: batch.select([]), output_schema=empty)
    assert kernel.open()(pa.record_batch({"n": [1, 2], "t": ["a", "b"]})).num_columns == 0


def test_dictionaries_can_be_left_behind():
    batch = batch_of([(1, "a", "b"), (2, None, "c")])
    assert batches.plain(batch).schema.field("user").type == pa.utf8()
    assert batches.plain(batch).to_pylist() == batch.to_pylist()


def test_batches_with_different_dictionaries_join():
    found = batches.joined([batch_of([(1, "a", "x")]), batch_of([(2, "b", "y")])], INPUT)
    assert found["user"].to_pylist() == ["a", "b"]
