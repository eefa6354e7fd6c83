"""The check of a pack of 200 carriers against check-jsonschema on the same files: carriers per CPU-second.

``amur bench check [--carriers N] [--repeats N] [--json]``. What each side does: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from amur.packs import reads
from amur.packs.engine.kinds import CARRIERS, kind_of
from amur.packs.engine.schemas import file_name, schemas

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "packs" / "heilongjiang"
PEER = Path(sys.executable).parent / "check-jsonschema"
GOAL_SECONDS = 2.0
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def multiply(folder: Path, carriers: int) -> int:
    """Copy the pack and its carriers with their examples under varied ids until there are enough; return how many."""
    shutil.copytree(PACK, folder)
    pack = reads.load(PACK)
    again = [found for found in pack.found if found.kind.name in {*CARRIERS, "indicator", "example", "value"}]
    made = sum(found.kind.name in {*CARRIERS, "indicator"} for found in again)
    names = re.compile(
        rf"(?<![a-z0-9])({'|'.join(sorted({found.id for found in again}, key=len, reverse=True))})(?![a-z0-9])"
    )
    count, serial = made, 0
    while count < carriers:
        serial += 1
        for found in again:
            text = (PACK / found.file).read_text(encoding="utf-8")
            copy = folder / found.file
            copy = copy.with_name(f"copy{serial}_{copy.name}")
            copy.write_text(names.sub(rf"\1_{serial}", text), encoding="utf-8")
        count += made
    return count


def cpu_seconds(command: list[str]) -> float:
    """Run a process and return the CPU-seconds that it and its children used."""
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_ENVIRONMENT)
    after = os.times()
    if done.returncode != 0:
        raise SystemExit(
            f"{command[:3]} found faults, and there should be none:\n{done.stdout[:2000]}{done.stderr[:2000]}"
        )
    return after.children_user - before.children_user + after.children_system - before.children_system


def ours(folder: Path) -> float:
    return cpu_seconds([sys.executable, "-m", "amur", "check", str(folder)])


def peer(folder: Path, schema_folder: Path) -> float:
    """Validate every file with the schema of its kind, one process a kind."""
    by_kind: dict[str, list[str]] = {}
    for file in sorted(folder.glob("**/*.yaml")):
        kind = kind_of(file.relative_to(folder).as_posix())
        if kind is not None:
            by_kind.setdefault(kind.name, []).append(str(file))
    return sum(
        cpu_seconds([str(PEER), "--schemafile", str(schema_folder / file_name(kind)), *files])
        for kind, files in by_kind.items()
    )


def repeated(work: Callable[[], float], repeats: int) -> Iterator[tuple[float, float]]:
    """Yield the CPU-seconds and the seconds of each repeat."""
    for _ in range(repeats):
        begun = time.monotonic()
        yield work(), time.monotonic() - begun


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench check", description=__doc__.partition("\n")[0])
    parser.add_argument("--carriers", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="amur-bench-check-") as scratch:
        folder, schema_folder = Path(scratch) / "pack", Path(scratch) / "schemas"
        count = multiply(folder, given.carriers)
        schema_folder.mkdir()
        for name, text in schemas().items():
            (schema_folder / name).write_text(text, encoding="utf-8")
        files = list(folder.glob("**/*.yaml"))
        size = sum(file.stat().st_size for file in files)
        print(f"{count} carriers, {len(files)} files, {size} bytes", file=sys.stderr)
        ours(folder)  # compiles what was never run here, as it was for the peer when it was installed
        mine = list(repeated(lambda: ours(folder), given.repeats))
        theirs = list(repeated(lambda: peer(folder, schema_folder), given.repeats)) if PEER.exists() else []
    if given.json:
        print(json.dumps({"carriers": count, "files": len(files), "bytes": size, "ours": mine, "peer": theirs}))
    whole = statistics.median(seconds for _, seconds in mine)
    cpu = statistics.median(seconds for seconds, _ in mine)
    print(f"whole process: {whole:.2f} s, {cpu:.2f} CPU-s (goal {GOAL_SECONDS:.0f} s)")
    speed = count / cpu
    if not theirs:
        print(f"bench check ratio=n/a ours={speed:.0f} peer=absent unit=carriers/cpu-s")
        return 0
    other = count / statistics.median(seconds for seconds, _ in theirs)
    print(f"bench check ratio={speed / other:.2f} ours={speed:.0f} peer={other:.0f} unit=carriers/cpu-s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
