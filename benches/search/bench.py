"""Searching a million Chinese records: first page of 25 and its total, against what is usually put in its place.

``amur bench search [--rows N] [--repeats N] [--json]``. What each side does: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "src")]
SEEN = 1_000
PAGE = 25
PER_TRANSACTION = 10_000


def ours(folder: Path, rows: int) -> Callable[[str, int], tuple[list[int], int]]:
    """Put the records into an index of their own, by the product's acts; return the product's read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.config.settings")
    os.environ["AMUR_DATA"] = str(folder)
    import data
    import django

    django.setup()
    from django.core.management import call_command

    from amur.search import acts, reads
    from amur.search.engine import Document

    call_command("migrate", "search", verbosity=0)

    def documents() -> Iterator[Document]:
        for record in data.records(rows):
            at = record.happened_at
            yield Document("record:bench", record.ref, record.ref, record.title, record.text, "", "", at)

    left = documents()
    while batch := list(islice(left, PER_TRANSACTION)):
        acts.put(batch, now=data.START)
        progress("ours", int(batch[-1].ref) + 1, rows)

    def find(query: str, page: int) -> tuple[list[int], int]:
        found = reads.find(frozenset(), query, page=page)
        return [int(hit.ref) for hit in found.rows], found.counted

    return find


def progress(side: str, done: int, rows: int) -> None:
    if done % 100_000 < PER_TRANSACTION:
        print(f"{side}: {done:,} of {rows:,} records", file=sys.stderr)


def timed(find: Callable[[str], object], queries: list[str], repeats: int) -> dict[str, list[list[float]]]:
    """Return, per round, the milliseconds of each query, by the clock and of the processor.

    The first round is on a cache that has not seen the queries.
    """
    wall, cpu = [], []
    for _ in range(repeats):
        rounds: tuple[list[float], list[float]] = ([], [])
        for query in queries:
            begun, worked = time.perf_counter(), time.process_time()
            find(query)
            rounds[1].append((time.process_time() - worked) * 1000)
            rounds[0].append((time.perf_counter() - begun) * 1000)
        wall.append(rounds[0])
        cpu.append(rounds[1])
    return {"wall_ms": wall, "cpu_ms": cpu}


def medians(rounds: list[list[float]]) -> list[float]:
    """Return the median of each query over the rounds."""
    return [statistics.median(spent) for spent in zip(*rounds, strict=True)]


def p95(spent: list[float]) -> float:
    return sorted(spent)[max(0, -(-len(spent) * 95 // 100) - 1)]


def quality(found: dict[str, list[int]], truth: dict[str, list[int]]) -> tuple[float, float]:
    """Return recall and precision over the newest thousand of each query, all queries together."""
    right = sum(len({*found[query]} & {*newest[:SEEN]}) for query, newest in truth.items())
    true = sum(len({*found[query]} & {*newest}) for query, newest in truth.items())
    given = sum(map(len, found.values()))
    return right / sum(min(len(newest), SEEN) for newest in truth.values()), true / given if given else 1.0


def truth_of(queries: list[str], rows: int) -> dict[str, list[int]]:
    """Return which records hold each query as a substring, the newest first."""
    import data

    holding: dict[str, list[int]] = {query: [] for query in queries}
    for number, record in enumerate(data.records(rows)):
        text = record.text
        for query in queries:
            if query in text:
                holding[query].append(number)
    return {query: numbers[::-1] for query, numbers in holding.items()}


def measured_ours(folder: Path, rows: int, repeats: int, queries: list[str], truth: dict[str, list[int]]) -> dict:
    began, cpu = time.perf_counter(), time.process_time()
    find = ours(folder, rows)
    built = (time.perf_counter() - began, time.process_time() - cpu)
    rounds = timed(lambda query: find(query, 1), queries, repeats)
    found = {query: [] for query in queries}
    for query, holding in truth.items():
        for page in range(1, -(-min(len(holding), SEEN) // PAGE) + 2):
            if page <= SEEN // PAGE:
                found[query] += find(query, page)[0]
        if found[query] != holding[:SEEN] or find(query, 1)[1] != min(len(holding), SEEN + 1):
            print(f"ours: other hits, order or total than a substring search for {query!r}", file=sys.stderr)
    return {"build_s": built, **rounds, "quality": quality(found, truth)}


def measured_peer(make: Callable, rows: int, repeats: int, queries: list[str], truth: dict[str, list[int]]) -> dict:
    import data

    with tempfile.TemporaryDirectory() as folder:
        began, cpu = time.perf_counter(), time.process_time()
        find = make(Path(folder), data.records(rows))
        built = (time.perf_counter() - began, time.process_time() - cpu)
        rounds = timed(lambda query: find(query, PAGE), queries, repeats)
        found = {query: find(query, SEEN) for query in queries}
    return {"build_s": built, **rounds, "quality": quality(found, truth)}


def line(name: str, side: dict) -> str:
    wall, cpu = medians(side["wall_ms"]), medians(side["cpu_ms"])
    recall, precision = side["quality"]
    return (
        f"{name:<16} recall {recall:.3f}  precision {precision:.3f}  first page ms p50 {statistics.median(wall):.2f}"
        f"  p95 {p95(wall):.2f} (cpu {p95(cpu):.2f})  worst {max(wall):.2f}"
        f"  first time p95 {p95(side['wall_ms'][0]):.2f}"
        f"  build s {side['build_s'][0]:.0f} (cpu {side['build_s'][1]:.0f})"
    )


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench search", description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    try:
        import jieba  # noqa: F401 -- its dictionary is the source of the words
    except ImportError:
        print("absent: jieba, whose dictionary the words are drawn from; nothing was measured")
        print("bench search ratio=n/a ours=n/a peer=n/a unit=ms")
        return 0
    import data
    import peers

    queries = data.queries([record.text for record in data.records(min(given.rows, 20_000))])
    truth = truth_of(queries, given.rows)
    sides = {}
    with tempfile.TemporaryDirectory() as folder:
        sides["Amur"] = measured_ours(Path(folder), given.rows, given.repeats, queries, truth)
        print(line("Amur", sides["Amur"]))
    for name, make in peers.available().items():
        if make is None:
            print(f"{name:<16} absent: not installed")
            continue
        print(f"{name}: building and asking", file=sys.stderr)
        sides[name] = measured_peer(make, given.rows, given.repeats, queries, truth)
        print(line(name, sides[name]))
    if given.json:
        print(json.dumps({"rows": given.rows, "queries": queries, **sides}, ensure_ascii=False))
    middle = {name: p95(medians(side["wall_ms"])) for name, side in sides.items()}
    mine, other = middle["Amur"], middle["LIKE"]
    print(f"bench search ratio={other / mine:.2f} ours={mine:.2f} peer={other:.2f} unit=ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
