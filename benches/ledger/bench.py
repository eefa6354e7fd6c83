"""Verification of a whole log against pymerkle: entries per CPU-second, on events that nobody here wrote.

``amur bench ledger [--entries N] [--repeats N] [--json]``. What each side does: README.md beside this file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from uuid import UUID

from amur.ledger import engine

try:
    import pymerkle
except ImportError:
    pymerkle = None

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 1, 1, tzinfo=UTC)
SUITE = engine.SUITES["ed25519+sha256"]
PER_CASE = 10
PER_HEAD = 500


def source() -> Path:
    return Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared") / "data" / "attack-samples.jsonl.gz"


def bodies() -> list[bytes]:
    """Read every line of the file; they become the bodies of entries, whole and in their order."""
    with gzip.open(source(), "rb") as file:
        return [line.rstrip(b"\n") for line in file]


def header_of(number: int, case: int, body: bytes, tips: dict[str, tuple[int, str]]) -> bytes:
    subject = f"case:{UUID(int=case)}"
    sequence, previous = tips.get(subject, (0, engine.FIRST))
    at = engine.instant_text(START + timedelta(milliseconds=number))
    salt = os.urandom(engine.SALT_BYTES)
    header = engine.encode_header(
        engine.Header(
            act=engine.commitment("act", salt, b'{"actor_id":"account:1"}', SUITE.digest),
            body=engine.commitment("body", salt, body, SUITE.digest),
            happened_at=at,
            kind="event.recorded",
            log=SUITE.log,
            previous=previous,
            recorded_at=at,
            sequence=sequence,
            subject=subject,
        )
    )
    tips[subject] = (sequence + 1, engine.leaf_hash(header).hex())
    return header


def build(lines: list[bytes], entries: int) -> tuple[list[bytes], list[engine.SignedCheckpoint], dict[str, bytes]]:
    """Return a log of cases with ten interleaved entries each, and a signed head every 500 entries."""
    tips: dict[str, tuple[int, str]] = {}
    cases = max(1, entries // PER_CASE)
    headers = [
        header_of(number, number % cases, body, tips) for number, body in enumerate(islice(cycle(lines), entries))
    ]
    pair = SUITE.generate()
    frontier: list[bytes | None] = []
    heads, previous = [], engine.FIRST
    for first in range(0, entries, PER_HEAD):
        part = headers[first : first + PER_HEAD]
        engine.extend(frontier, [engine.leaf_hash(header) for header in part])
        body = engine.checkpoint_body(
            log=SUITE.log,
            suite=SUITE.name,
            origin="bench",
            key=SUITE.key_id(pair.public),
            size=first + len(part),
            root=engine.root_of(frontier).hex(),
            previous=previous,
            made_at=START + timedelta(seconds=first),
        )
        previous = engine.checkpoint_hash(body, SUITE.digest)
        heads.append(engine.SignedCheckpoint(body, SUITE.sign(pair, body), pair.public))
    return headers, heads, {SUITE.key_id(pair.public): pair.public}


def ours(headers: list[bytes], heads: list[engine.SignedCheckpoint], keys: dict[str, bytes]) -> None:
    state = engine.verify(headers, heads, keys=keys)
    if state.findings or state.sealed != len(headers):
        raise SystemExit(f"the log should hold: {state.findings[:1]}")


def peer(headers: list[bytes], roots: list[tuple[int, bytes]]) -> None:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    done = 0
    for size, root in roots:
        tree.append_entries(headers[done:size])
        done = size
        if tree.get_root() != root:
            raise SystemExit(f"pymerkle finds another root of size {size}")


def rates(work: Callable[[], None], entries: int, repeats: int) -> Iterator[float]:
    for _ in range(repeats):
        begun = time.process_time()
        work()
        yield entries / (time.process_time() - begun)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench ledger", description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=500_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    if not source().exists():
        print(f"absent: {source()}; nothing was measured")
        print("bench ledger ratio=n/a ours=n/a peer=n/a unit=entries/cpu-s")
        return 0
    print(f"building {given.entries} entries from {source().name} …", file=sys.stderr)
    headers, heads, keys = build(bodies(), given.entries)
    parsed = [json.loads(head.body) for head in heads]
    roots = [(head["size"], bytes.fromhex(head["root"])) for head in parsed]
    mine = list(rates(lambda: ours(headers, heads, keys), given.entries, given.repeats))
    theirs = list(rates(lambda: peer(headers, roots), given.entries, given.repeats)) if pymerkle else []
    if given.json:
        print(json.dumps({"entries": given.entries, "heads": len(heads), "ours": mine, "peer": theirs}))
    speed = statistics.median(mine)
    if not theirs:
        print(f"bench ledger ratio=n/a ours={speed:.0f} peer=absent unit=entries/cpu-s")
        return 0
    other = statistics.median(theirs)
    print(f"bench ledger ratio={speed / other:.2f} ours={speed:.0f} peer={other:.0f} unit=entries/cpu-s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
