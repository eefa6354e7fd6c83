"""Both databases at once: the same documents, the same questions, the same answers in the same order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from amur.config import postgres
from amur.config.terminal import CommandError


def _answers(seed: int, data: Path, url: str) -> list:
    environment = {
        **os.environ,
        "AMUR_DATA": str(data),
        "AMUR_DATABASE_URL": url,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.search.answers", str(seed)],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.deep
@pytest.mark.parametrize("seed", [1, 2])
def test_sqlite_and_postgresql_answer_alike(tmp_path, monkeypatch, seed):
    monkeypatch.delenv("AMUR_TEST_DATABASE_URL", raising=False)
    try:
        with postgres.throw_away() as url:
            theirs = _answers(seed, tmp_path / "postgresql", url)
    except CommandError as error:
        pytest.skip(str(error))
    ours = _answers(seed, tmp_path / "sqlite", "")
    assert ours == theirs
    assert sum(counted > 0 for counted, _ in ours) > 200
