"""Runs kernels and folds on a Spark cluster, over what would take one machine too long.

A kernel is `mapInArrow`. A fold is dealt out by partition and order, and then goes through `mapInArrow` too, so that no
partition must fit into memory. Spark cuts batches as it likes and gives results in any order. Where a worker dies,
Spark does its part of the data again.

Spark knows no dictionaries, which are sent as plain values, and some other types not: no unsigned numbers, times in
microseconds only, zones other than UTC not. A column that would not come back as it was is refused before the run.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from amur.compute import batches
from amur.compute.batches import Piece
from amur.compute.failures import ComputeError, KernelFailed, Unfit
from amur.compute.kernel import Fold, Kernel
from amur.compute.sessions import Session, Work

ORDER = "_amur_order"
PARTITION = "_amur_partition"
_NAMED = "_amur_x"
_JAVA = 17
_ROWS_IN_A_FILE = 1 << 18
_OF_SESSION = {
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
}
"""Without these an instant comes back in the zone of the machine, or in a form that tells no zone; and columns whose
names differ in capital letters alone are taken for one."""
_RAISED = re.compile(r"amur\.compute\.failures\.(\w+): (.*)")
_VERSION = re.compile(rb'version "(\d+)')

Batches = Iterator[pa.RecordBatch]
Frame = Any
"""A `pyspark.sql.DataFrame`; this module is read where there is no Spark too."""


class SparkFailed(ComputeError):
    """There is no Spark to run on, or it gave up."""


@contextmanager
def cluster(master: str = "local[*]", **settings: str) -> Iterator[Any]:
    """Have a Spark session for the time of a block: on all cores here, or at the address of a cluster.

    ``settings`` are Spark's own, with ``_`` for ``.``: ``spark_executor_memory="4g"``.

    Raises:
        SparkFailed: if there is no Java 17 or later, or no pyspark.
    """
    need_java()
    try:
        from pyspark import SparkContext  # noqa: PLC0415 - half a gigabyte, installed only where it is asked for
        from pyspark.sql import SparkSession  # noqa: PLC0415 - likewise
    except ImportError as error:
        text = f"Spark is not installed ({error}); install requirements-spark.lock"
        raise SparkFailed("compute.no_spark", text) from error
    with tempfile.TemporaryDirectory(prefix="amur-spark-") as folder:
        builder = SparkSession.builder.master(master).appName("amur")
        for name, value in {
            **_settings(folder),
            **{key.replace("_", "."): one for key, one in settings.items()},
        }.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        try:
            session.sparkContext.setLogLevel("OFF")  # what a kernel raises comes to us; it need not fill the terminal
            yield session
        finally:
            session.stop()
            _end_java(SparkContext)


def _settings(folder: str) -> dict[str, str]:
    return {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "spark.local.dir": folder,
        "spark.pyspark.python": sys.executable,
        **_OF_SESSION,
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def need_java() -> None:
    """Hold that there is a Java on which Spark runs.

    Raises:
        SparkFailed: if there is none, or an older one.
    """
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    advice = "install one (openjdk-17-jre-headless on Debian) or set JAVA_HOME"
    if program is None:
        raise SparkFailed("compute.no_java", f"Spark needs Java {_JAVA} or later and there is none; {advice}")
    said = subprocess.run([program, "-version"], capture_output=True, check=False).stderr  # noqa: S603 - found above
    found = _VERSION.search(said)
    if found is None or int(found[1]) < _JAVA:
        told = said.decode(errors="replace").strip()[:200]
        raise SparkFailed("compute.no_java", f"Spark needs Java {_JAVA} or later; {program} says {told!r}; {advice}")


def _end_java(context: Any) -> None:
    """End the Java process, which Spark would leave until this one ends."""
    gateway, context._gateway, context._jvm = context._gateway, None, None  # noqa: SLF001 - there is no public way
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()


def run(session: Any, work: Work, source: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Give what a kernel or a fold makes of batches, in any order; they go to the cluster and back as Parquet.

    For data that lie as Parquet already, read them with Spark and call ``apply``. Of a cluster of several machines, the
    folder for temporary files must be one that all see (``TMPDIR``).

    Raises:
        Unfit: if a batch does not have the columns that were declared, or a type is one that Spark does not know.
        KernelFailed: if the kernel raises; Spark tells no number of a batch.
    """
    with tempfile.TemporaryDirectory(prefix="amur-spark-") as folder:
        if not _spool(work, source, Path(folder, "in")):
            return
        for name, value in _OF_SESSION.items():
            session.conf.set(name, value)
        frame = session.read.option("mergeSchema", "true").parquet(f"{folder}/in")
        with _in_our_words(work):
            apply(work, frame, order=[ORDER]).write.parquet(f"{folder}/out")
        for file in sorted(Path(folder, "out").glob("*.parquet")):
            with pq.ParquetFile(file) as parts:
                for batch in parts.iter_batches():
                    yield batches.fit(batch, work.output_schema, work.name, "output")


def apply(work: Work, frame: Frame, *, order: Sequence[str] = ()) -> Frame:
    """Return a frame of the results, worked out when Spark needs it.

    A fold takes the rows of a key in the order of the columns ``order``, which no kernel sees unless it declares them.

    Raises:
        Unfit: if a fold is given no order, or a type is one that Spark does not know.
    """
    schema = _spark_schema(work)
    if isinstance(work, Fold) and not order:
        text = f"fold '{work.name}': found no order, wanted the columns that say in which order rows come"
        raise Unfit("compute.order", text, kernel=work.name)
    pickled = pickle.dumps(work)
    frame = frame.toDF(*map(_safe, frame.columns))
    if isinstance(work, Kernel):
        return frame.mapInArrow(_mapped(pickled, tuple(order)), schema)
    from pyspark.sql.types import IntegerType, StructField, StructType  # noqa: PLC0415 - as above

    dealt = frame.mapInArrow(_dealt(pickled), StructType([*frame.schema.fields, StructField(PARTITION, IntegerType())]))
    sorted_out = dealt.repartition(work.partitions, PARTITION).sortWithinPartitions(PARTITION, *map(_safe, order))
    return sorted_out.mapInArrow(_folded(pickled, tuple(order)), schema)


def _mapped(pickled: bytes, order: tuple[str, ...]) -> Callable[[Batches], Batches]:
    def mapped(found: Batches) -> Batches:
        work, session = _opened(pickled)
        for batch in found:
            yield batches.plain(session.do(_without(batch, work, order), [])[0])

    return mapped


def _dealt(pickled: bytes) -> Callable[[Batches], Batches]:
    def dealt(found: Batches) -> Batches:
        work = pickle.loads(pickled)  # noqa: S301 - it was written by the driver a moment ago
        for batch in found:
            numbers = batches.partition_of(_said(batch), work.keys, work.partitions)
            yield batch.append_column(PARTITION, pa.array(numbers, pa.int32()))

    return dealt


def _folded(pickled: bytes, order: tuple[str, ...]) -> Callable[[Batches], Batches]:
    def folded(found: Batches) -> Batches:
        work = pickle.loads(pickled)  # noqa: S301 - it was written by the driver a moment ago
        session = Session(work)
        for batch in found:
            pieces = _pieces(batch.column(PARTITION))
            yield batches.plain(session.do(_without(batch, work, (*order, PARTITION)), pieces)[0])
        yield batches.plain(session.end()[0])

    return folded


def _pieces(partitions: pa.Array) -> list[Piece]:
    """Return where each partition lies in rows that are sorted by it."""
    start, found = 0, []
    for partition, rows in zip(*(column.to_pylist() for column in partitions.value_counts().flatten()), strict=True):
        found.append(Piece(partition, start, rows))
        start += rows
    return found


@lru_cache(maxsize=4)
def _opened(pickled: bytes) -> tuple[Work, Session]:
    """Return a kernel that is opened once in each process, however many tasks it does there."""
    work = pickle.loads(pickled)  # noqa: S301 - it was written by the driver a moment ago
    return work, Session(work)


def _without(batch: pa.RecordBatch, work: Work, added: tuple[str, ...]) -> pa.RecordBatch:
    said = _said(batch)
    return said.drop_columns(
        [name for name in added if name in said.schema.names and name not in work.input_schema.names]
    )


def _safe(name: str) -> str:
    """Return a name of a column as Spark takes it: a dot would be a member of a structure, a backtick a quotation.

    >>> _safe("host"), _safe("id.orig_h")
    ('host', '_amur_x69642e6f7269675f68')
    """
    return f"{_NAMED}{name.encode().hex()}" if set(".`") & set(name) else name


def _said(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch with the names that its columns had before."""
    names = [
        bytes.fromhex(name.removeprefix(_NAMED)).decode() if name.startswith(_NAMED) else name
        for name in batch.schema.names
    ]
    return batch.rename_columns(names)


def _spark_schema(work: Work) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 - as above

    for schema, side in ((work.input_schema, "input"), (work.output_schema, "output")):
        for field in batches.plain_schema(schema):
            back = _back(field.type)
            if back != field.type:
                where = f"kernel '{work.name}': column '{field.name}' of the {side}"
                known = f"gives back as {back}" if back else "does not know"
                text = f"{where}: found {field.type}, which Spark {known}; convert it first"
                raise Unfit("compute.spark_type", text, kernel=work.name, column=field.name)
    return from_arrow_schema(batches.plain_schema(work.output_schema))


def _back(kind: pa.DataType) -> pa.DataType | None:
    """Return as which type Spark gives a type back; None if it does not know it."""
    from pyspark.errors import PySparkException  # noqa: PLC0415 - as above
    from pyspark.sql.pandas.types import from_arrow_type, to_arrow_type  # noqa: PLC0415 - as above

    if pa.types.is_duration(kind):
        return None  # Spark does, but no file of Parquet
    try:
        return to_arrow_type(from_arrow_type(kind), timezone="UTC")
    except (PySparkException, ValueError):
        return None


def _spool(work: Work, source: Iterable[pa.RecordBatch], folder: Path) -> bool:
    """Write batches as Parquet with the place of each row; say whether there was any batch."""
    folder.mkdir()
    writer: pq.ParquetWriter | None = None
    place = rows = 0
    try:
        for number, batch in enumerate(source, 1):
            try:
                taken = batches.fit(batch, work.input_schema, work.name, "input", takes_more=work.takes_more)
            except Unfit as error:
                raise error.on(number) from None
            written = batches.plain(taken).append_column(
                ORDER, pa.array(range(place, place + batch.num_rows), pa.int64())
            )
            place += batch.num_rows
            rows += batch.num_rows
            if writer is None or rows > _ROWS_IN_A_FILE or not writer.schema.equals(written.schema):
                if writer:
                    writer.close()
                writer, rows = pq.ParquetWriter(folder / f"{number:09}.parquet", written.schema), batch.num_rows
            writer.write_batch(written)
    finally:
        if writer:
            writer.close()
    return writer is not None


@contextmanager
def _in_our_words(work: Work) -> Iterator[None]:
    """Say what a kernel raised, which Spark wraps into pages of its own."""
    from pyspark.errors import PySparkException  # noqa: PLC0415 - as above

    try:
        yield
    except PySparkException as error:
        said = str(error)
        if found := _RAISED.search(said):
            kind = Unfit if found[1] == "Unfit" else KernelFailed
            raise kind("compute.failed", found[2].strip(), kernel=work.name, traceback=said) from error
        text = f"kernel '{work.name}': Spark gave up: {said.strip()[:500]}"
        raise SparkFailed("compute.spark", text, kernel=work.name, traceback=said) from error
