"""A case of three steps, durable, chained and audited, against SpiffWorkflow's load-step-save of the same process.

``amur bench case [--cases N] [--repeats N] [--stores NORMAL FULL postgresql] [--json]``. Each side: README.md here.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STORES = ("NORMAL", "FULL", "postgresql")
LONGEST = 200

try:
    from SpiffWorkflow import TaskState
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
except ImportError:
    BpmnParser = None


def source() -> Path:
    return Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared") / "data" / "attack-samples.jsonl.gz"


def names(cases: int) -> list[str]:
    """Return the beginnings of so many lines of the file: what each case is about."""
    with gzip.open(source(), "rt", encoding="utf-8") as file:
        return [" ".join(line[:LONGEST].split()) for line, _ in zip(file, range(cases), strict=False)]


def ours(store: str, about: list[str]) -> dict[str, float]:
    """Return how many cases a second the product's act takes on a store, in an installation of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "AMUR_DATABASE_URL"}
    with tempfile.TemporaryDirectory(prefix="amur-bench-") as folder:
        if store != "postgresql":
            return _measured(store, folder, about, environment)
        sys.path.insert(0, str(ROOT / "src"))
        from amur.config.postgres import throw_away

        with throw_away() as url:
            return _measured(store, folder, about, environment | {"AMUR_DATABASE_URL": url})


def _measured(store: str, folder: str, about: list[str], environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, str(HERE / "ours.py"), store, folder]
    done = subprocess.run(
        command, input="\n".join(about), text=True, stdout=subprocess.PIPE, env=environment, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return {"per_cpu_s": found["per_cpu_s"], "per_s": found["per_s"]}


def peer(about: list[str], *, stored: bool = False) -> float:
    """Return how many cases a CPU-second it loads, steps and saves: as JSON in memory, or in a row of SQLite NORMAL."""
    with tempfile.TemporaryDirectory(prefix="amur-bench-") as folder:
        return _walked(about, _Saved(folder) if stored else {})


class _Saved:
    """What a host of the peer would keep at the least: one row a case, one transaction a step, and no proof."""

    def __init__(self, folder: str) -> None:
        self._rows = sqlite3.connect(Path(folder) / "peer.sqlite3", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.execute("CREATE TABLE saved (id TEXT PRIMARY KEY, workflow TEXT NOT NULL)")

    def __getitem__(self, key: str) -> str:
        return str(self._rows.execute("SELECT workflow FROM saved WHERE id = ?", [key]).fetchone()[0])

    def __setitem__(self, key: str, saved: str) -> None:
        put = "INSERT INTO saved VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET workflow = excluded.workflow"
        self._rows.execute(put, [key, saved])


def _walked(about: list[str], kept: _Saved | dict[str, str]) -> float:
    parser = BpmnParser()
    parser.add_bpmn_file(str(HERE / "three_steps.bpmn"))
    spec, parts = parser.get_spec("three_steps"), parser.get_subprocess_specs("three_steps")
    serializer, spent = BpmnWorkflowSerializer(), 0.0
    for name in about:
        key, workflow = str(uuid.uuid4()), BpmnWorkflow(spec, parts)
        workflow.data["name"] = name
        workflow.do_engine_steps()
        kept[key] = serializer.serialize_json(workflow)
        begun = time.process_time()
        for _ in range(3):
            workflow = serializer.deserialize_json(kept[key])
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            task.set_data(name=name)
            task.run()
            workflow.do_engine_steps()
            kept[key] = serializer.serialize_json(workflow)
        spent += time.process_time() - begun
        if not workflow.completed:
            raise SystemExit("the peer's case did not end")
    return len(about) / spent


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench case", description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--stores", nargs="+", choices=STORES, default=STORES)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    given = parser.parse_args(argv)
    if not source().exists():
        print(f"absent: {source()}; nothing was measured")
        print("bench case ratio=n/a ours=n/a peer=n/a unit=cases/cpu-s")
        return 0
    about = names(given.cases)
    found = {store: [ours(store, about) for _ in range(given.repeats)] for store in given.stores}
    theirs = [peer(about[: len(about) // 4]) for _ in range(given.repeats)] if BpmnParser else []
    stored = [peer(about[: len(about) // 4], stored=True) for _ in range(given.repeats)] if BpmnParser else []
    if given.json:
        print(json.dumps({"cases": len(about), "ours": found, "peer": theirs, "peer_stored": stored}))
    middle = {
        store: {unit: statistics.median(one[unit] for one in rounds) for unit in ("per_cpu_s", "per_s")}
        for store, rounds in found.items()
    }
    for store, one in middle.items():
        print(f"{store}: {one['per_cpu_s']:.0f} cases/cpu-s, {one['per_s']:.0f} cases/s by the clock")
    if stored:
        print(f"the peer with one row of SQLite NORMAL a case: {statistics.median(stored):.0f} cases/cpu-s")
    speed = middle[given.stores[0]]["per_cpu_s"]
    other = f"{statistics.median(theirs):.0f}" if theirs else "absent"
    ratio = f"{speed / statistics.median(theirs):.2f}" if theirs else "n/a"
    print(f"bench case ratio={ratio} ours={speed:.0f} peer={other} unit=cases/cpu-s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
