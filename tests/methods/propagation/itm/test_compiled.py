"""What is kept of a compiled function is as fresh as all that it calls."""

from __future__ import annotations

import subprocess
import sys

import pytest

from amur.config.environment import ROOT

LOWER = """
from typing import NamedTuple
from amur.methods.propagation.itm.compiled import compiled

class {name}(NamedTuple):
    height: float

@compiled
def lower(height):
    return {name}(height + {more})
"""
UPPER = """
from amur.methods.propagation.itm.compiled import compiled
from {folder}.lower import lower

@compiled
def upper(height):
    return lower(height).height * 2.0
"""
ASK = "from {folder}.upper import upper; print(upper(1.0), upper.stats.cache_hits)"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "formulas"
    made.mkdir()
    (made / "__init__.py").write_text("", "ascii")
    (made / "upper.py").write_text(UPPER.format(folder=made.name), "ascii")
    return made


def answer(folder):
    environment = {"PYTHONPATH": f"{ROOT / 'src'}:{folder.parent}", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(folder=folder.name)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    value, hits = done.stdout.split(" ", 1)
    return float(value), "{}" not in hits and "Counter()" not in hits


def test_a_change_of_what_a_function_calls_is_seen(folder):
    (folder / "lower.py").write_text(LOWER.format(name="Before", more=1.0), "ascii")
    assert answer(folder) == (4.0, False)
    assert answer(folder) == (4.0, True), "it was compiled twice"
    (folder / "lower.py").write_text(LOWER.format(name="After", more=2.0), "ascii")
    assert answer(folder) == (6.0, False)
