"""Sigma rules over real events against Zircolite: events per CPU-second, the same rules and the same events.

``amur bench detection [--events N] [--repeats N] [--logs FOLDER] [--json]``. What each side does: README.md here.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from amur.detection.detecting import Detector, fields_of
from amur.detection.events import Quarantined
from amur.detection.matching.keeping import load
from amur.detection.reading.opening import read
from amur.detection.sigma.files import rule_files

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared") / "data"
EVENTS, RULES = SHARED / "attack-samples.jsonl.gz", SHARED / "sigma" / "rules" / "windows"
ZIRCOLITE = os.environ.get("AMUR_ZIRCOLITE")
"""The folder of the peer; ``AMUR_ZIRCOLITE_PYTHON`` is a Python that has what it needs."""
_ENDINGS = ("guid", "id")
_TEXTS = ("CommandLine", "ParentCommandLine", "ScriptBlockText")


def varied(events: int) -> Iterator[str]:
    """Yield so many lines: the real events again and again, each time with other ids and ends of command lines."""
    with gzip.open(EVENTS, "rt", encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    for number in range(events):
        again, place = divmod(number, len(lines))
        yield lines[place] if not again else json.dumps(_other(json.loads(lines[place]), again), ensure_ascii=False)


def _other(event: dict, again: int) -> dict:
    data = event["Event"].get("EventData")
    if isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, str) and name in _TEXTS:
                data[name] = f"{value} {again}"
            elif isinstance(value, str) and name.lower().endswith(_ENDINGS) and value:
                data[name] = f"{value[:-2]}{again:02x}"
            elif isinstance(value, int) and name.lower().endswith(_ENDINGS):
                data[name] = value + again
    return event


def ours(file: Path, kept_in: Path) -> dict[str, float]:
    """Return events per CPU-second from Arrow batches and from JSON lines, after a first pass; and what that took."""
    begun = time.process_time()
    loaded = load(rule_files([RULES]), kept_in)
    detector = Detector(loaded)
    start = time.process_time() - begun
    batches = [batch for batch in read(file, fields=fields_of(loaded)) if not isinstance(batch, Quarantined)]
    events = sum(batch.num_rows for batch in batches)
    begun = time.process_time()
    first = sum(detector.hits(batch).num_rows for batch in batches)
    cold = time.process_time() - begun
    begun = time.process_time()
    found = sum(detector.hits(batch).num_rows for batch in batches)
    matching = time.process_time() - begun
    del batches
    begun = time.process_time()
    again = sum(
        detector.hits(batch).num_rows
        for batch in read(file, fields=fields_of(loaded))
        if isinstance(batch, pa.RecordBatch)
    )
    whole = time.process_time() - begun
    assert first == found == again
    return {
        "events": events,
        "hits": found,
        "from_arrow": events / matching,
        "first_pass": events / cold,
        "from_lines": events / whole,
        "start_s": start,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def streamed(file: Path, kept_in: Path) -> dict[str, float]:
    """Return what a process of its own takes that reads a file and holds one batch at a time."""
    done = subprocess.run(
        [sys.executable, __file__, "--streamed", str(file), str(kept_in)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def stream(file: Path, kept_in: Path) -> None:
    """Look through a file once, and print the highest memory of this process and the processor time of it all."""
    detector = Detector(loaded := load(rule_files([RULES]), kept_in))
    events = 0
    for batch in read(file, fields=fields_of(loaded)):
        if isinstance(batch, pa.RecordBatch):
            events += batch.num_rows
            detector.hits(batch)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rss_mb": rss, "events": events / time.process_time()}))


def peer(file: Path, folder: Path) -> float | None:
    """Return the peer's events per CPU-second, with its rules converted before; None where it is not there."""
    if not ZIRCOLITE:
        return None
    python = os.environ.get("AMUR_ZIRCOLITE_PYTHON", sys.executable)
    program = [python, str(Path(ZIRCOLITE) / "zircolite.py"), "-c", str(Path(ZIRCOLITE) / "config" / "config.yaml")]
    small = folder / "one.jsonl"
    small.write_text(next(varied(1)) + "\n", encoding="utf-8")
    converted = ["-r", str(RULES), "-p", "sysmon", "windows-logsources", "-sr"]
    subprocess.run(
        [*program, "--events", small, "-j", *converted, "-o", folder / "o.json", "--no-parallel"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    (rules,) = folder.glob("ruleset*.json")
    before = os.times()
    subprocess.run(
        [*program, "--events", file, "-j", "-r", rules, "-o", folder / "o.json", "--no-parallel"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    with file.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines) / spent


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench detection", description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--logs", type=Path, help="JSON lines to take in place of the events that lie beside a checkout"
    )
    parser.add_argument("--json", action="store_true", help="print every repeat")
    parser.add_argument("--streamed", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.streamed:
        stream(*given.streamed)
        return 0
    if not EVENTS.exists():
        print(f"absent: {EVENTS}; nothing was measured")
        print("bench detection ratio=n/a ours=n/a peer=n/a unit=events/cpu-s")
        return 0
    with tempfile.TemporaryDirectory(prefix="amur-bench-") as name:
        folder = Path(name)
        file = given.logs or folder / "events.jsonl"
        if not given.logs:
            file.write_text("\n".join(varied(given.events)) + "\n", encoding="utf-8")
        kept = folder / "kept"
        begun = time.process_time()
        load(rule_files([RULES]), kept)
        print(f"compiled {len(rule_files([RULES]))} rules in {time.process_time() - begun:.1f} CPU-s")
        found = [ours(file, kept) for _ in range(given.repeats)]
        one_by_one, size = streamed(file, kept), file.stat().st_size / 1e6
        theirs = peer(file, folder)
    print(
        f"{size:,.0f} MB one batch at a time, start and first pass: at most {one_by_one['rss_mb']:.0f} MB, "
        f"{one_by_one['events']:,.0f} events/cpu-s"
    )
    if given.json:
        print(json.dumps({"ours": found, "peer": theirs}))
    tell({key: statistics.median(one[key] for one in found) for key in found[0]}, theirs)
    return 0


def tell(middle: dict[str, float], theirs: float | None) -> None:
    start = f"start {middle['start_s']:.2f} CPU-s, at most {middle['rss_mb']:.0f} MB with all batches held"
    print(f"{middle['events']:,.0f} events, {middle['hits']:,.0f} hits; {start}")
    ways = {"from Arrow, the first time": "first_pass", "from Arrow": "from_arrow", "from JSON lines": "from_lines"}
    for said, key in ways.items():
        ratio = f", {middle[key] / theirs:.1f} times the peer" if theirs else ""
        print(f"{said}: {middle[key]:,.0f} events/cpu-s{ratio}")
    other = f"{theirs:.0f}" if theirs else "absent"
    ratio = f"{middle['from_lines'] / theirs:.1f}" if theirs else "n/a"
    print(f"bench detection ratio={ratio} ours={middle['from_lines']:.0f} peer={other} unit=events/cpu-s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
