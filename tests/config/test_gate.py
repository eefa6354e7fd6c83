"""The gate runs every stage, says what failed and what was skipped, and ends with pytest's own closing line."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from amur.config import gate
from amur.config.terminal import CommandError
from tests.config.conftest import write_program

_TESTS = """
import pytest
def test_good(): pass
@pytest.mark.skip(reason="no moon tonight")
def test_moon(): pass
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return a project with one room, and no front end to fetch."""
    (tmp_path / "tests" / "demo").mkdir(parents=True)
    (tmp_path / "tests" / "demo" / "test_demo.py").write_text(_TESTS)
    (tmp_path / "src" / "amur").mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    deep: slow\naddopts = -p no:django\n")
    monkeypatch.setattr(gate, "ROOT", tmp_path)
    monkeypatch.setattr(gate.frontend, "fetch", lambda **_: None)
    monkeypatch.setattr(gate.catalogues, "compile_changed", list)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return tmp_path


def test_one_room_is_run_and_what_was_skipped_is_said(root, capfd):
    assert gate.run("demo") == 0
    said = capfd.readouterr().out
    assert "no moon tonight" in said
    assert "sqlite: demo.test_demo test_moon" in said
    assert said.splitlines()[-1].startswith("sqlite: 1 passed, 1 skipped in")


def test_a_failing_test_fails_the_gate(root, capfd):
    (root / "tests" / "demo" / "test_demo.py").write_text("def test_bad(): assert False\n")
    assert gate.run("demo") == 1
    caught = capfd.readouterr()
    assert "FAILS: demo" in caught.err
    assert "1 failed" in caught.out.splitlines()[-1]


def test_an_unknown_room_is_named_with_the_known_ones(root):
    with pytest.raises(CommandError, match=r"no folder tests/nothing\. Known: demo"):
        gate.run("nothing")


@pytest.fixture
def stages(root, monkeypatch) -> list[str]:
    """Replace what each stage starts by a note of it; `bad` among them fails."""
    started: list[str] = []

    def call(self, *command, environment=None):
        started.append(" ".join(command[:2]))
        if command[0] == "coverage":
            (self.work / "coverage.json").write_text('{"files": {}, "totals": {"percent_covered": 95}}')
        return command[0] != "mypy" or (root / "bad").exists() is False

    def run_pytest(self, label, *options, environment=None):
        started.append(f"{label} {'-m' in options and options[options.index('-m') + 1]}")
        return True

    def beside(self, *command):
        started.append(" ".join(command))
        return SimpleNamespace(wait=lambda: started.append("read"))

    monkeypatch.setattr(gate.Gate, "call", call)
    monkeypatch.setattr(gate.Gate, "beside", beside)
    monkeypatch.setattr(gate.Gate, "pytest", run_pytest)
    monkeypatch.setattr(gate, "_imports", lambda _: True)
    monkeypatch.setenv("AMUR_TEST_DATABASE_URL", "postgresql://a/b")
    return started


def test_everything_is_run_in_order_on_both_databases(stages, root, capfd):
    assert gate.run() == 0
    assert stages == [
        "pytest -qq --collect-only tests",
        f"pytest -qq {' '.join(gate._COMPILES)}",
        "ruff format",
        "ruff check",
        "mypy",
        "amur manage",
        "read",
        "read",
        "sqlite not deep",
        "postgresql both and not either and (not deep)",
        "coverage json",
    ]
    assert "no test is written for Node's runner" in capfd.readouterr().out


@pytest.mark.parametrize("named", gate._COMPILES)
def test_what_compiles_the_models_beforehand_is_a_test_that_there_is(named):
    file, _, test = named.partition("::")
    assert f"def {test}(" in (Path(__file__).parents[2] / file).read_text(encoding="utf-8")


def test_deep_leaves_nothing_out(stages, root):
    gate.run(deep=True)
    assert "sqlite " in stages
    assert "postgresql both" in stages


def test_a_stage_that_fails_does_not_hide_the_others(stages, root, capfd):
    (root / "bad").touch()
    assert gate.run() == 1
    assert "coverage json" in stages
    assert "FAILS: types" in capfd.readouterr().err


def test_a_licence_that_is_not_listed_fails_the_gate(stages, root, monkeypatch, capfd):
    found = gate.licences.Licence("thing", "1.0", "Commercial", is_allowed=False)
    monkeypatch.setattr(gate.licences, "all_licences", lambda: iter([found]))
    assert gate.run() == 1
    assert "thing 1.0: Commercial is not on the list" in capfd.readouterr().err


def test_low_coverage_and_a_missing_server_fail_the_gate(stages, root, monkeypatch, capfd):
    monkeypatch.setattr(gate.coverage_bars, "WHOLE", 96.0)
    monkeypatch.delenv("AMUR_TEST_DATABASE_URL")
    monkeypatch.setattr(gate.postgres, "_programs", lambda: None)
    monkeypatch.setattr(gate.postgres, "find_spec", lambda _: None)
    assert gate.run() == 1
    said = capfd.readouterr().err
    assert "96 % is asked" in said
    assert "FAILS: tests on PostgreSQL" in said


def test_tests_of_node_are_run_by_node(root, monkeypatch, tmp_path):
    (root / "tests" / "demo" / "a.test.mjs").write_text("")
    monkeypatch.setattr(
        gate.frontend, "node", lambda: str(write_program(tmp_path / "node", "#!/bin/sh\ntest $1 = --test\n"))
    )
    assert gate._on_node(gate.Gate(tmp_path))


@pytest.mark.xdist_group("together")
def test_workers_keep_together_what_shares_something_costly(request):
    """A release of pytest once made the plugin lose its groups without a word."""
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@together")
