"""The cluster, with a real one on this machine: the same results as here, and a clear word where there are none."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.compute import local, spark
from amur.compute.failures import KernelFailed, Unfit
from amur.compute.kernel import Fold, Kernel
from amur.compute.spark import SparkFailed
from amur.config import environment
from tests.compute import samples
from tests.compute.samples import (
    BY_TEXT,
    EVERY_SECOND,
    FAILING,
    FOLDS,
    INPUT,
    KEEP,
    KERNELS,
    RUNS,
    batch_of,
    cut,
    rows_of,
)
from tests.compute.test_equal import ROWS as DRAWN

NAMES = pa.schema({"names": pa.utf8()})
ROWS = [(place, f"user {place % 7}", f"text {place} of {place % 3}") for place in range(200)]


@pytest.fixture(scope="module")
def session():
    environment.ensure(("core", "analysis", "scale", "test", "spark"))
    with spark.cluster("local-cluster[2,1,1024]") as found:
        yield found


@pytest.mark.deep
@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.name)
@settings(max_examples=4, deadline=None)
@given(rows=DRAWN, size=st.integers(1, 9))
def test_a_kernel_gives_on_a_cluster_what_it_gives_here(session, kernel, rows, size):
    assert rows_of(spark.run(session, kernel, cut(rows, size))) == rows_of(
        local.run(kernel, cut(rows, size), workers=1)
    )


@pytest.mark.deep
@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.name)
@settings(max_examples=4, deadline=None)
@given(rows=DRAWN, size=st.integers(1, 9))
def test_a_fold_gives_on_a_cluster_what_it_gives_here(session, fold, rows, size):
    assert rows_of(spark.run(session, fold, cut(rows, size))) == rows_of(local.run(fold, cut(rows, size), workers=1))


@pytest.mark.deep
def test_data_of_many_batches_and_files_keep_the_order_of_each_key(session, monkeypatch):
    monkeypatch.setattr(spark, "_ROWS_IN_A_FILE", 3000)
    rows = [(place, f"user {place % 7}", "t") for place in range(25_000)]
    found = list(spark.run(session, EVERY_SECOND, cut(rows, 1000)))
    assert rows_of(found) == rows_of(local.run(EVERY_SECOND, cut(rows, 7000), workers=1))


@pytest.mark.deep
def test_nothing_gives_nothing_and_columns_keep_their_types(session):
    assert list(spark.run(session, KEEP, [])) == []
    found = list(spark.run(session, replace(KEEP, parameters=0), cut(ROWS, 50)))
    assert {batch.schema for batch in found} == {INPUT}


@pytest.mark.deep
def test_what_a_kernel_raises_is_told_in_its_own_words(session):
    with pytest.raises(KernelFailed, match=r"^kernel 'failing': LookupError: no meaning for 'text 5 of 2'$"):
        list(spark.run(session, FAILING, cut(ROWS, 10)))


@pytest.mark.deep
def test_the_part_of_a_killed_worker_is_done_again(session, tmp_path):
    dying = Fold("dying", INPUT, RUNS, ("text 150 of 0", str(tmp_path), 1), samples.DyingFold, keys=("user",))
    assert rows_of(spark.run(session, dying, cut(ROWS, 10))) == rows_of(
        local.run(EVERY_SECOND, cut(ROWS, 10), workers=1)
    )
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.deep
def test_what_does_not_fit_is_told_before_it_goes_to_the_cluster(session):
    with pytest.raises(Unfit, match="batch 2: kernel 'keep': column 'user' of the input: found no such column"):
        list(spark.run(session, KEEP, [batch_of(ROWS), batch_of(ROWS).drop_columns(["user"])]))
    with pytest.raises(Unfit, match="fold 'by_text': found no order"):
        spark.apply(BY_TEXT, None)


def _same(kind):
    schema = pa.schema([pa.field("n", kind)])
    return Kernel("same", schema, schema, "", samples.note_nothing)


@pytest.mark.deep
@pytest.mark.parametrize("kind", [pa.uint64(), pa.time32("s"), pa.float16(), pa.date64(), pa.duration("us")], ids=str)
def test_a_type_that_spark_does_not_know_is_refused_before_the_run(session, kind):
    with pytest.raises(
        Unfit, match=rf"column 'n' of the input: found {re.escape(str(kind))}, which Spark does not know"
    ):
        spark.apply(_same(kind), None)


@pytest.mark.deep
@pytest.mark.parametrize("kind", [pa.timestamp("ns"), pa.timestamp("us", tz="Asia/Shanghai"), pa.binary(4)], ids=str)
def test_a_type_that_would_not_come_back_is_refused_before_the_run(session, kind):
    with pytest.raises(Unfit, match=rf"found {re.escape(str(kind))}, which Spark gives back as "):
        spark.apply(_same(kind), None)


@pytest.mark.deep
def test_every_other_type_comes_back_with_its_values(session):
    instant = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    columns = {
        "int8": pa.array([-1, None], pa.int8()),
        "float": pa.array([1.5, None], pa.float32()),
        "bool": pa.array([True, None]),
        "date": pa.array([date(2026, 1, 2), None]),
        "decimal": pa.array([Decimal("1.25"), None], pa.decimal128(10, 2)),
        "instant": pa.array([instant, None], pa.timestamp("us", tz="UTC")),
        "local": pa.array([instant.replace(tzinfo=None), None], pa.timestamp("us")),
        "binary": pa.array([b"\xff", None]),
        "large": pa.array(["x", None], pa.large_utf8()),
        "list": pa.array([["a", None], None]),
        "struct": pa.array([{"a": 1}, None]),
    }
    batch = pa.RecordBatch.from_pydict(columns)
    kernel = Kernel("same", batch.schema, batch.schema, "", samples.note_nothing)
    [found] = spark.run(session, kernel, [batch])
    assert found.to_pylist() == batch.to_pylist()
    assert found.schema == batch.schema


@pytest.mark.deep
def test_parquet_that_lies_there_already_is_read_by_the_cluster_itself(session, tmp_path):
    pq.write_table(pa.Table.from_batches(cut(ROWS, 50)), tmp_path / "events.parquet")
    frame = session.read.parquet(str(tmp_path))
    found = spark.apply(EVERY_SECOND, frame, order=["position"]).toArrow().to_batches()
    assert rows_of(found) == rows_of(local.run(EVERY_SECOND, cut(ROWS, 50), workers=1))


@pytest.mark.deep
def test_a_kernel_that_takes_more_gets_all_columns_that_any_batch_has(session):
    kernel = Kernel(
        "names", pa.schema({"n": pa.int64()}), pa.schema({"names": pa.utf8()}), None, samples.names, takes_more=True
    )
    source = [pa.record_batch({"n": [1], "a": ["x"]}), pa.record_batch({"n": [2], "b": ["y"]})]
    assert {row["names"] for batch in spark.run(session, kernel, source) for row in batch.to_pylist()} == {"n a b"}


@pytest.mark.deep
def test_names_with_dots_and_such_as_differ_in_capital_letters_alone_come_as_they_are(session):
    schema = pa.schema({"id.orig_h": pa.utf8(), "Id": pa.int64(), "id": pa.int64(), "a`b": pa.utf8()})
    batch = pa.RecordBatch.from_pylist([{"id.orig_h": "x", "Id": 1, "id": 2, "a`b": "y"}] * 3, schema=schema)
    kernel = Kernel("names", pa.schema({"id.orig_h": pa.utf8()}), NAMES, None, samples.names, takes_more=True)
    (found,) = spark.run(session, kernel, [batch])
    assert found["names"].to_pylist() == ["id.orig_h Id id a`b"] * 3
    fold = Fold("by_name", schema, NAMES, None, samples.ByName, keys=("id.orig_h",))
    frame = session.createDataFrame(pa.Table.from_batches([batch]))
    told = spark.apply(fold, frame, order=["id.orig_h", "Id"]).toArrow()
    assert told["names"].to_pylist() == ["x 1 2 y"] * 3


def test_a_machine_without_java_or_with_an_old_one_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with (
        pytest.raises(SparkFailed, match="Spark needs Java 17 or later and there is none; install one"),
        spark.cluster(),
    ):
        pass
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    with (
        pytest.raises(SparkFailed, match=r"needs Java 17 or later; .*java says 'openjdk version \"11.0.2\"'"),
        spark.cluster(),
    ):
        pass


def test_a_machine_without_spark_is_told_what_to_install(tmp_path, monkeypatch):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"21\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "pyspark", None)
    with (
        pytest.raises(SparkFailed, match=r"Spark is not installed \(.*\); install requirements-spark.lock"),
        spark.cluster(),
    ):
        pass
    assert os.environ["JAVA_HOME"] == str(tmp_path)
