"""The command's face: quick help, clear refusals, JSON where asked."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

import amur
from tests.config.conftest import ROOT
from tests.config.installations import environment, python

_TEXT = "一、总体要求\n1.基本原则。坚持便民。\n2.目标。到明年建成。\n二、措施\n3.灯光。每盏灯登记。\n"


def run(tmp_path, *arguments: object, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [*python(), "-m", "amur", *map(str, arguments)]
    surroundings = environment(tmp_path / "data", COLUMNS="200", **changes)
    return subprocess.run(
        command, env=surroundings, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )


def test_help_names_every_verb_and_loads_no_django(tmp_path):
    started = time.monotonic()
    said = run(tmp_path, "--help").stdout
    took = time.monotonic() - started
    for verb in (
        "up",
        "worker",
        "sync",
        "reindex",
        "check",
        "trace",
        "policy",
        "indicators",
        "register",
        "simulate",
        "export",
        "backup",
        "restore",
        "upgrade",
        "test",
        "lock",
        "bench",
    ):
        assert f" {verb} " in said
    assert took < 5
    code = "import sys, amur.cli; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), check=False).returncode == 0


def test_the_version_is_the_packages(tmp_path):
    assert run(tmp_path, "--version").stdout == f"amur {amur.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["bench", "nothing"], "There is no bench 'nothing'"),
        (["test", "nothing"], "There is no folder tests/nothing"),
        (["check", "nothing"], "is no folder"),
        (["upgrade", "--data", "nothing"], "is no installation"),
        (["policy", "import", "nothing"], "does not exist"),
        (["up", "--port", "99999"], "less than or equal to 65535"),
        (["nothing"], "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_answered_with_a_sentence(tmp_path, arguments, told):
    done = run(tmp_path, *arguments)
    assert done.returncode != 0
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_policy_is_read_without_keeping_it(tmp_path):
    (tmp_path / "policy.txt").write_text(_TEXT, encoding="utf-8")
    done = run(tmp_path, "policy", "import", "policy.txt", "--dry-run", "--json")
    told = json.loads(done.stdout)
    assert [len(part["clauses"]) for part in told["parts"]] == [2, 1]
    assert not (tmp_path / "data" / "amur.sqlite3").exists()


def test_a_policy_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "policy.txt").write_bytes(bytes(range(256)) * 8)
    done = run(tmp_path, "policy", "import", "policy.txt", "--dry-run")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_pack_is_checked_and_a_fault_has_its_line(tmp_path):
    assert run(tmp_path, "check", ROOT / "packs" / "lantern").returncode == 0
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.yaml").write_text("id: Wrong Id\n")
    done = run(tmp_path, "check", "pack")
    assert done.returncode == 1
    assert "pack/pack.yaml:1:" in done.stdout
    assert "faults." in done.stderr


@pytest.mark.deep
def test_the_trace_is_data_when_asked(tmp_path):
    done = run(tmp_path, "trace", ROOT / "packs" / "lantern", "--json")
    assert json.loads(done.stdout)["counts"]["total"] > 0, done.stderr
    assert "commitment" in run(tmp_path, "trace", ROOT / "packs" / "lantern").stdout


def test_djangos_own_commands_are_at_hand(tmp_path):
    assert run(tmp_path, "manage", "diffsettings", "--default", "amur.config.settings").returncode == 0
