"""Names looked up among a million indicators: look-ups per CPU-second and memory, against a set and a walk over labels.

``amur bench ioc [--names N] [--asked N] [--repeats N] [--json]``. What each side does: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "src")]
ROWS = 50_000
"""Rows of a batch."""
MOST_MB = 300


def ours(kept: Path) -> Callable[[list[str]], Callable[[], int]]:
    """Read the list by the product's loader; return what makes batches and matches them by the product's matcher."""
    import pyarrow.compute as pc

    from amur.detection.events import batch_of
    from amur.detection.iocs import Matcher, load

    matcher = Matcher(load([kept]))

    def prepared(names: list[str]) -> Callable[[], int]:
        batches = [
            batch_of([{"QueryName": name} for name in names[first : first + ROWS]])
            for first in range(0, len(names), ROWS)
        ]
        return lambda: sum(pc.count_distinct(matcher.match(batch).columns["row"]).as_py() for batch in batches)

    return prepared


def peer(kept: Path) -> Callable[[list[str]], Callable[[], int]]:
    """Read the list into a set; return what walks each name from label to label until the set has it."""
    with kept.open(encoding="utf-8") as lines:
        known = {line.rstrip("\n") for line in lines}

    def walk(names: list[str]) -> int:
        found = []
        for row, each in enumerate(names):
            name = each
            while name:
                if name in known:
                    found.append((row, name))
                    break
                name = name.partition(".")[2]
        return len(found)

    return lambda names: lambda: walk(names)


def megabytes(what: str) -> int:
    """Return a figure of this process, as the system has it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return int(status.read_text(encoding="ascii").partition(f"{what}:")[2].split()[0]) // 1024


def one_side(side: str, kept: Path, asked: list[Path], repeats: int) -> dict:
    """Return what one side takes: to load, in memory, and for each file of names its look-ups per CPU-second."""
    begun = time.process_time()
    prepared = {"ours": ours, "peer": peer}[side](kept)
    said: dict = {"load_s": time.process_time() - begun, "rss_mb": megabytes("VmRSS"), "peak_mb": megabytes("VmHWM")}
    said["rates"], said["found"] = [], []
    for file in asked:
        names = file.read_text(encoding="utf-8").split("\n")
        work = prepared(names)
        said["found"].append(work())
        rates = []
        for _ in range(repeats):
            begun = time.process_time()
            work()
            rates.append(len(names) / (time.process_time() - begun))
        said["rates"].append(rates)
    return said


def both(names: int, asked: int, repeats: int) -> tuple[dict[str, dict], list[str]]:
    """Write the names down, let each side work through them in a process of its own, and say where they are from."""
    import data

    with tempfile.TemporaryDirectory() as folder:
        kept, source = data.kept(names)
        # Neither side is asked to take what nobody may look for, so that both look for the same.
        from amur.detection.iocs.kinds import is_registrable

        kept = [name for name in kept if is_registrable(name)]
        (Path(folder) / "kept.txt").write_text("\n".join(kept), encoding="utf-8")
        lines = [f"looked for: {len(kept):,} names, {source}"]
        files = []
        for title, hits in (("one in a hundred known", 0.01), ("as they come", None)):
            chosen, from_where = data.asked(asked, set(kept), hits=hits)
            files.append(str(Path(folder) / f"asked-{len(files)}.txt"))
            Path(files[-1]).write_text("\n".join(chosen), encoding="utf-8")
            lines.append(f"looked up: {len(chosen):,} names, {title}: {from_where}")
        said = {}
        for side in ("ours", "peer"):
            command = [
                sys.executable,
                __file__,
                "--side",
                side,
                "--repeats",
                str(repeats),
                str(Path(folder) / "kept.txt"),
            ]
            done = subprocess.run([*command, *files], check=True, capture_output=True, text=True)
            said[side] = json.loads(done.stdout)
    return said, lines


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench ioc", description=__doc__.partition("\n")[0])
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    said, lines = both(given.names, given.asked, given.repeats)
    print(*lines, sep="\n")
    if given.json:
        print(json.dumps(said))
    if said["ours"]["found"] != said["peer"]["found"]:
        print(f"the sides differ: ours found {said['ours']['found']}, the peer {said['peer']['found']}")
        return 1
    few, many = ([statistics.median(said[side]["rates"][at]) for side in ("ours", "peer")] for at in (0, 1))
    known = f"{said['ours']['found'][1]:,} known"
    print(f"as they come, {known}: ratio={many[0] / many[1]:.2f} ours={many[0]:.0f} peer={many[1]:.0f} lookups/cpu-s")
    for side in ("ours", "peer"):
        figures = said[side]
        print(f"{side}: rss={figures['rss_mb']} MB peak={figures['peak_mb']} MB load={figures['load_s']:.2f} cpu-s")
    print(f"bench ioc ratio={few[0] / few[1]:.2f} ours={few[0]:.0f} peer={few[1]:.0f} unit=lookups/cpu-s")
    return 0 if said["ours"]["peak_mb"] < MOST_MB else 1


def aside(argv: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", required=True)
    parser.add_argument("--repeats", type=int, required=True)
    parser.add_argument("kept", type=Path)
    parser.add_argument("asked", type=Path, nargs="+")
    given = parser.parse_args(argv)
    print(json.dumps(one_side(given.side, given.kept, given.asked, given.repeats)))
    return 0


if __name__ == "__main__":
    raise SystemExit(aside(sys.argv[1:]) if "--side" in sys.argv else main(sys.argv[1:]))
