"""Here, on a stream and on a cluster: rules find the same hits, and the same comes of them over time.

The events of real attacks and the rules of others lie beside a checkout, not in the project; those of our own rules
are always there.
"""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from amur.compute import local, spark, stream
from amur.compute.stream.server import served
from amur.config import environment
from amur.config.detect_engines import Workers, job_of
from amur.detection.correlating.engine import Correlator
from amur.detection.correlating.folding import ENTRIES, ORDER, correlating, entering, findings, in_order
from amur.detection.detecting import HITS, RulesAt, correlated, detection, fields_of, folded
from amur.detection.events import SEVERAL, Quarantined, batch_of
from amur.detection.reading.opening import read
from amur.detection.sigma.files import OWN_RULES, rule_files
from tests.compute.streams import new_job, through, working

DATA = environment.ROOT.parent / "shared" / "data"
EVENTS, RULES = DATA / "attack-samples.jsonl.gz", DATA / "sigma"
ROWS = 256
beside = pytest.mark.skipif(not (EVENTS.exists() and RULES.exists()), reason=f"events and rules are not there: {DATA}")


def own_events():
    """Return the events of the samples of our own rules, a batch for each kind of log."""
    by_kind = {}
    for file in sorted(Path(OWN_RULES).rglob("*.samples.yml")):
        rule = yaml.load(file.with_name(file.name.replace(".samples", "")).read_bytes(), Loader=yaml.CSafeLoader)
        told = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
        source = rule.get("logsource", {})
        kind = "windows//" if source.get("product") == "windows" else _kind(source)
        for sample in (one for side in ("positive", "negative") for one in told[side]):
            for event in [sample] if isinstance(sample, dict) else sample:
                by_kind.setdefault(kind, []).append(event)
    return [_batch(kind, events) for kind, events in by_kind.items()]


def _kind(source):
    return "/".join(source.get(part, "") for part in ("product", "category", "service"))


def _batch(kind, events):
    fields = [
        {name: SEVERAL.join(map(str, value)) if isinstance(value, list) else str(value) for name, value in told.items()}
        for told in (event["fields"] for event in events)
    ]
    times = [_at(event.get("at", "2026-05-01T00:00:00Z")) for event in events]
    return batch_of(fields, source=f"samples of {kind}", kind=kind, times=times)


def _at(said):
    at = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def every_kind(batches):
    """Return events once more as every kind of log that a correlation's samples may have meant: theirs say none."""
    kinds = {kind for batch in batches for kind in batch.column("_kind").to_pylist() if kind.strip("/")}
    unsaid = [batch for batch in batches if not "".join(batch.column("_kind").to_pylist()).strip("/")]
    for batch in unsaid:
        for kind in sorted(kinds):
            columns = {
                **{name: batch.column(name) for name in batch.schema.names},
                "_kind": pa.array([kind] * batch.num_rows).dictionary_encode(),
                "_source": pa.array([f"told as {kind}"] * batch.num_rows).dictionary_encode(),
            }
            yield pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)


def hits_of(batches):
    """Return hits in an order that is the same whoever found them."""
    order = [(name, "ascending") for name in ("source", "position", "rule", "way")]
    return pa.Table.from_batches(list(batches), schema=HITS).sort_by(order)


def entries_of(correlations, hits):
    """Return what goes into the fold, in batches."""
    entered = entering(correlations, hits.schema).open()
    table = pa.Table.from_batches([entered(batch) for batch in hits.to_batches()], schema=ENTRIES)
    return table.sort_by([(name, "ascending") for name in ORDER]).combine_chunks().to_batches(max_chunksize=200)


def on_stream(url, correlations, entries):
    """Return what the fold finds on a stream, its states on the server between any two batches."""
    found = asyncio.run(through(new_job(url), correlating(correlations), entries))
    return findings((one.batch for one in found), correlations)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with served(tmp_path_factory.mktemp("nats")) as address:
        yield address


@pytest.fixture(scope="module")
def own(kept):
    batches = own_events()
    return RulesAt(tuple(rule_files([OWN_RULES])), kept), [*batches, *every_kind(batches)]


@pytest.mark.deep
def test_our_own_rules_find_the_same_here_and_on_a_stream(own, url):
    at, batches = own
    here = hits_of(local.run(detection(at), batches, workers=1))
    job = new_job(url)

    async def until(stop):
        async with working(job, detection(at)):
            await stop.wait()

    there = hits_of(_while(until, lambda: list(stream.run(job, detection(at), batches))))
    assert there.equals(here)
    correlations = at.load().read.correlations
    plain = sorted(correlated(Correlator(correlations), here), key=in_order)
    assert len({one.correlation.said.id for one in plain}) > len(correlations) // 2
    assert folded(correlations, here, local.run) == plain
    assert on_stream(url, correlations, entries_of(correlations, here)) == plain


def _while(until, done):
    """Return what a function gives while a coroutine runs in a thread, which is told to stop then."""
    from concurrent.futures import ThreadPoolExecutor

    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(loop.run_until_complete, until(stop))
        try:
            return done()
        finally:
            loop.call_soon_threadsafe(stop.set)
            running.result()
            loop.close()


@cache
def real_events(fields):
    return [batch for batch in read(EVENTS, fields=fields, rows=ROWS) if not isinstance(batch, Quarantined)]


@pytest.fixture(scope="module")
def real(kept, own):
    at = RulesAt(tuple(rule_files([RULES, OWN_RULES])), kept)
    loaded = at.load()
    assert len(loaded.read.rules) > 3_754
    batches = [*real_events(fields_of(loaded)), *own[1]]
    here = hits_of(local.run(detection(at), batches, workers=1))
    assert here.num_rows > 1_200
    correlations = loaded.read.correlations
    plain = sorted(correlated(Correlator(correlations), here), key=in_order)
    assert len(plain) > 20
    return at, batches, here, correlations, plain


@pytest.mark.deep
@beside
def test_two_processes_find_what_one_finds(real):
    at, batches, here, correlations, plain = real
    with local.Pool(2) as pool:
        assert hits_of(pool.run(detection(at), batches)).equals(here)
        assert folded(correlations, here, pool.run) == plain
    assert folded(correlations, here, local.run) == plain


@pytest.mark.deep
@beside
def test_a_stream_whose_workers_join_leave_and_are_killed_finds_what_one_process_finds(real, url, tmp_path):
    at, batches, here, correlations, plain = real
    job = job_of("real", url)
    options = ["--rules", str(RULES), "--rules", str(OWN_RULES), "--cache", str(at.kept_in)]
    with Workers(job, options, tmp_path) as workers:
        first = workers.add()
        found = []
        for number, batch in enumerate(stream.run(job, detection(at), batches, check=workers.check)):
            found.append(batch)
            if number == 5:
                second = workers.add()
            if number == len(batches) // 3:
                first.send_signal(signal.SIGTERM)
            if number == len(batches) // 2:
                workers.add()
            if number == len(batches) * 2 // 3:
                second.kill()
    assert first.returncode == 0
    assert len(found) == len(batches)
    assert hits_of(found).equals(here)
    assert on_stream(url, correlations, entries_of(correlations, here)) == plain


@pytest.fixture(scope="module")
def cluster():
    environment.ensure(("core", "analysis", "scale", "test", "spark"))
    with spark.cluster("local-cluster[2,1,2048]") as session:
        yield session


@pytest.mark.deep
@beside
def test_a_cluster_finds_what_one_process_finds(real, cluster):
    at, batches, here, correlations, plain = real

    def run(work, source):
        return spark.run(cluster, work, source)

    assert hits_of(run(detection(at), batches)).equals(here)
    assert folded(correlations, here, run) == plain


@pytest.mark.deep
@beside
def test_a_cluster_goes_from_events_to_findings_without_a_hit_leaving_it(own, cluster, tmp_path):
    import pyarrow.parquet as pq

    at, batches = own
    here = hits_of(local.run(detection(at), batches, workers=1))
    correlations = at.load().read.correlations
    pq.write_table(pa.Table.from_batches(here.to_batches()), tmp_path / "hits.parquet")
    frame = cluster.read.parquet(str(tmp_path / "hits.parquet"))
    entries = spark.apply(entering(correlations, HITS), frame)
    found = spark.apply(correlating(correlations), entries, order=ORDER).toArrow().to_batches()
    assert findings(found, correlations) == sorted(correlated(Correlator(correlations), here), key=in_order)
