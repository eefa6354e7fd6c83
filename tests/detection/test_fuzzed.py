"""A fuzzer that follows the branches of readers and of the engine finds no bytes that make them fall or go wrong."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from amur.detection.reading import opening

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 5
_TARGETS = sorted(
    {
        *("jsonlines", "documents", "winxml", "evtx_files", "opening", "rules", "meanings", "iocs"),
        *(events.__module__.rpartition(".")[2] for _, events in opening.TEXTS),
    }
)


@pytest.mark.deep
@pytest.mark.parametrize("target", _TARGETS)
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="no wheel of atheris for this Python or machine"
)
def test_a_fuzzer_finds_no_bytes_that_make_it_fall(tmp_path, target):
    corpus = tmp_path / target
    corpus.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.detection.fuzzing", target, str(_SECONDS), str(corpus)],
        cwd=_ROOT, env={**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"},
        capture_output=True, text=True, errors="replace", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    assert int(re.search(r"number_of_executed_units: (\d+)", done.stderr)[1]) > 100
