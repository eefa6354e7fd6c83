"""``amur test``: what must hold before a change is accepted, in the order in which it is quickest to learn of a fault.

Every stage runs even when a former one failed, so that one run shows everything; what was skipped is listed with its
reason, and the closing lines of pytest stand last.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from amur.config import catalogues, coverage_bars, frontend, licences, postgres, traces
from amur.config.environment import ROOT
from amur.config.terminal import CommandError, complain, console, say

_MIGRATIONS = "makemigrations --check --dry-run"
_COMPILES = (
    "tests/methods/propagation/itm/test_areas.py::test_each_loss_is_that_of_the_reference_software",
    "tests/config/test_cover_verb.py::test_files_go_in_and_a_whole_result_comes_out",
    "tests/config/test_explain_verb.py::test_files_go_in_and_an_explanation_with_its_profile_remedies_and_report_comes_out",
)
"""Tests for which every model is compiled; what they leave behind the others find."""


class Gate:
    """One run: where it keeps its files, what failed, what was skipped, how pytest closed."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.failed: list[str] = []
        self.skipped: dict[str, set[str]] = {}
        self.closing: list[str] = []
        self.environment = {
            **os.environ,
            "AMUR_DATA": str(work / "data"),
            "COVERAGE_FILE": str(work / "coverage"),
            "PYTHONPATH": str(ROOT / "src"),
        }
        self.environment.pop("AMUR_DATABASE_URL", None)
        # Hundreds of processes are started: without what Python keeps of a module, each compiles the project anew.
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def stage(self, name: str, check: Callable[[], bool]) -> None:
        """Run one stage and note whether it held."""
        console.rule(f"[bold]{name}", align="left")
        started = time.monotonic()
        try:
            held = check()
        except CommandError as error:
            complain(str(error))
            held = False
        if not held:
            self.failed.append(name)
        verdict = "[green]holds[/]" if held else "[red]FAILS[/]"
        console.print(f"{name}: {verdict} {time.monotonic() - started:.1f} s")

    def call(self, *command: str, environment: Mapping[str, str] | None = None) -> bool:
        """Run a program of the environment in the open."""
        program = [sys.executable, "-m", *command]
        return (
            subprocess.run(program, cwd=ROOT, env={**self.environment, **(environment or {})}, check=False).returncode
            == 0
        )

    def beside(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program of the environment of which only what it leaves behind is wanted."""
        program = [sys.executable, "-m", *command]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(program, cwd=ROOT, env=self.environment, stdout=quiet, stderr=quiet)

    def pytest(self, label: str, *options: str, environment: Mapping[str, str] | None = None) -> bool:
        """Run pytest, keep its closing line and the reasons of what it skipped."""
        report = self.work / f"{label}.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}", *options]
        if sys.stdout.isatty():
            command.append("--color=yes")
        last = ""
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env={**self.environment, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                last = line.strip() or last
        self.closing.append(f"{label}: {last}")
        self._note_skips(label, report)
        return process.returncode == 0

    def _note_skips(self, label: str, report: Path) -> None:
        if not report.exists():
            return
        for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it a moment ago
            for skipped in case.iter("skipped"):
                where = f"{label}: {case.get('classname', '').removeprefix('tests.')} {case.get('name')}"
                self.skipped.setdefault(skipped.get("message") or "no reason given", set()).add(where)


def run(room: str = "", *, deep: bool = False) -> int:
    """Run the tests of one room, or everything; return the exit code."""
    frontend.fetch(development=True)
    catalogues.compile_changed()
    with tempfile.TemporaryDirectory(prefix="amur-gate-") as work:
        gate = Gate(Path(work))
        _run_room(gate, room) if room else _run_all(gate, deep=deep)
        return _close(gate)


def _run_room(gate: Gate, room: str) -> None:
    folder = ROOT / "tests" / room
    if not folder.is_dir():
        known = ", ".join(
            sorted(path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name[0] not in "_.")
        )
        raise CommandError(f"There is no folder tests/{room}. Known: {known}.")
    gate.stage(room, lambda: gate.pytest("sqlite", f"tests/{room}", *_doctests(room), "-m", "not deep"))


def _run_all(gate: Gate, *, deep: bool) -> None:
    # All tests are read once while one processor looks at the source: else each of the workers, which begin together,
    # compiles every file of them for itself.
    reading = gate.beside("pytest", "-qq", "--collect-only", "tests")
    # So are the models of propagation compiled: measuring what is run makes a compiler of Python's twice as slow.
    compiling = gate.beside("pytest", "-qq", *_COMPILES)
    source = [name for name in ("src", "tests", "tools", "benches") if (ROOT / name).is_dir()]
    gate.stage("format", lambda: gate.call("ruff", "format", "--check", *source))
    gate.stage("lint", lambda: gate.call("ruff", "check", *source))
    gate.stage("types", lambda: gate.call("mypy"))
    gate.stage("imports", lambda: _imports(gate))
    gate.stage("licences", _licences)
    gate.stage("traces", lambda: traces.hold(ROOT / "packs"))
    gate.stage("migrations", lambda: gate.call("amur", "manage", *_MIGRATIONS.split()))
    reading.wait()
    compiling.wait()
    marks = "" if deep else "not deep"
    workers = ["-n", "4", "--dist", "loadgroup"]  # twice the cores of a small machine: half of the first tests wait
    coverage = ["--cov", "--cov-report="]
    gate.stage(
        "tests on SQLite", lambda: gate.pytest("sqlite", "tests", *_doctests(), *workers, *coverage, "-m", marks)
    )
    gate.stage("tests on PostgreSQL", lambda: _on_postgres(gate, workers, marks))
    gate.stage("tests on Node", lambda: _on_node(gate))
    gate.stage("coverage", lambda: _coverage(gate))


def _doctests(room: str = "*") -> list[str]:
    """Return the modules whose examples run as tests: all that show one."""
    modules = (ROOT / "src" / "amur").glob(f"{room}/**/*.py")
    return ["--doctest-modules", *(str(file) for file in sorted(modules) if ">>> " in file.read_text(encoding="utf-8"))]


def _imports(gate: Gate) -> bool:
    program = [str(Path(sys.executable).with_name("lint-imports"))]
    return subprocess.run(program, cwd=ROOT, env=gate.environment, check=False).returncode == 0


def _licences() -> bool:
    found = list(licences.all_licences())
    for licence in found:
        if not licence.is_allowed:
            complain(f"{licence.package} {licence.version}: {licence.says or 'says none'} is not on the list")
    by_licence: dict[str, list[str]] = {}
    for licence in found:
        by_licence.setdefault(licence.says, []).append(licence.package)
    for says, packages in sorted(by_licence.items()):
        say(f"{says}: {', '.join(sorted(set(packages)))}")
    return all(licence.is_allowed for licence in found)


def _on_postgres(gate: Gate, workers: list[str], marks: str) -> bool:
    """Run what touches the database, without measuring coverage a second time, which costs a third of the time.

    What does not depend on the database (``either``) is run here too by the deep run only. Pytest's exit code 5
    (nothing collected) fails too, for then a mark is lost. The migrations run once: each worker begins from a copy.
    """
    both = f"both and not either and ({marks})" if marks else "both"
    with ExitStack() as stack:
        url = stack.enter_context(postgres.throw_away())
        environment = {"AMUR_DATABASE_URL": url}
        if "AMUR_TEST_DATABASE_URL" not in os.environ:  # on a server that was given, only tests write
            if not gate.call("amur", "manage", "migrate", "--verbosity", "0", environment=environment):
                return False
            environment["AMUR_TEST_TEMPLATE"] = urlsplit(url).path.lstrip("/")
        return gate.pytest("postgresql", "tests", *workers, "-m", both, environment=environment)


def _on_node(gate: Gate) -> bool:
    files = sorted(map(str, ROOT.glob("tests/**/*.test.mjs")))
    if not files:
        gate.skipped["no test is written for Node's runner"] = {"node"}
        return True
    return (
        subprocess.run([frontend.node(), "--test", *files], cwd=ROOT, env=gate.environment, check=False).returncode == 0
    )


def _coverage(gate: Gate) -> bool:
    report = gate.work / "coverage.json"
    if not gate.call("coverage", "json", "-q", "-o", str(report)):
        return False
    faults = coverage_bars.below(json.loads(report.read_text(encoding="utf-8")))
    for fault in faults:
        complain(fault)
    return not faults


def _close(gate: Gate) -> int:
    if gate.skipped:
        console.rule("[bold]skipped", align="left")
    for reason, where in sorted(gate.skipped.items()):
        say(f"{len(where)} × {reason}")
        for name in sorted(where)[:5]:
            say(f"    {name}")
    console.rule(align="left")
    for name in gate.failed:
        complain(f"FAILS: {name}")
    for line in gate.closing:
        sys.stdout.write(line + "\n")
    return 1 if gate.failed else 0
