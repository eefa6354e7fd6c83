"""A fuzzer that follows the reader's branches finds no bytes that make it fall."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.policy.samples import SMALL
from tests.policy.test_shapes import PAGE, word_file

_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.deep
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="no wheel of atheris for this Python or machine"
)
def test_a_fuzzer_finds_in_a_minute_no_bytes_that_make_the_reader_fall(tmp_path):
    english = "Plan\nPart I\nAction 1: Light by 1 May 2026.\n(a) x;\n(i) y.\n| a | 2026 |\nTITRE Ier\nArticle 1er\n1° z ;\n~~no~~"
    for name, content in (
        ("chinese", SMALL.encode()),
        ("gb18030", SMALL.encode("gb18030")),
        ("english", english.encode()),
        ("page", PAGE.encode()),
        ("word", word_file()),
    ):
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "tests.policy.fuzzing", "60", str(tmp_path)],
        cwd=_ROOT, env={**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}{os.pathsep}{_ROOT}"},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    assert int(re.search(r"number_of_executed_units: (\d+)", done.stderr)[1]) > 1_000
