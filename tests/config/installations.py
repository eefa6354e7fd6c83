"""Installations with a ledger, made in processes of their own, since Django reads its settings once."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from coverage import Coverage

from tests.config.conftest import ROOT

_MAKE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from amur.config.preparation import migrate, start_django
data, entries = Path(sys.argv[1]), int(sys.argv[2])
start_django(data)
migrate()
from django.db import transaction
from amur.base.acting import system
from amur.ledger import acts
start = datetime(2026, 3, 10, tzinfo=UTC)
for number in range(entries):
    with transaction.atomic():
        now = start + timedelta(minutes=number)
        acts.record(subject=f"case:{number % 3}", kind="case.noted", by=system("test"), now=now, body={"n": number})
    if number % 4 == 3: acts.seal(now)
acts.seal(now)
uploads = data / "uploads" / "drafts"
uploads.mkdir(parents=True, exist_ok=True)
(uploads / "plan.pdf").write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 400)
"""


def python() -> list[str]:
    """Return how to start Python: measured, where this test run is measured, so that both count together."""
    if Coverage.current() is None:
        return [sys.executable, "-P"]
    file = Path(os.environ.get("COVERAGE_FILE") or ROOT / ".coverage").absolute()
    options = ["--parallel-mode", f"--data-file={file}", f"--rcfile={ROOT / 'pyproject.toml'}"]
    return [sys.executable, "-P", "-m", "coverage", "run", *options, f"--source={ROOT / 'src' / 'amur'}"]


def environment(data: Path, **changes: str) -> dict[str, str]:
    """Return the surroundings of an installation: the given folder, SQLite unless said otherwise."""
    kept = {name: value for name, value in os.environ.items() if name == "AMUR_TABLES" or name[:5] != "AMUR_"}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "AMUR_DATA": str(data), "AMUR_LOG": "WARNING", **changes}


def run(code: str, *arguments: object, measured: bool = True, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run some lines in a process of their own."""
    with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as program:
        program.write(code)
        program.flush()
        command = [*(python() if measured else [sys.executable, "-P"]), program.name, *map(str, arguments)]
        surroundings = environment(Path(str(arguments[0])), **changes)
        return subprocess.run(
            command, env=surroundings, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )


def amur(*arguments: object, data: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command itself, as installed."""
    command = [*python(), "-m", "amur", *map(str, arguments), "--data", str(data)]
    return subprocess.run(
        command, env=environment(data, COLUMNS="400", **changes), cwd=ROOT,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def make(data: Path, entries: int = 12, **changes: str) -> Path:
    """Make an installation whose ledger has so many entries, and one upload."""
    done = run(_MAKE, data, entries, **changes)
    assert done.returncode == 0, done.stderr
    return data
