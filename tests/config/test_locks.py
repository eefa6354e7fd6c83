"""Locking: all three at once, or the old ones stay."""

from __future__ import annotations

import sys

import pytest

from amur.config import environment, locks
from amur.config.environment import SetUpError
from tests.config.conftest import write_program

_UV = """#!{python}
import pathlib, sys
pathlib.Path('calls').open('a').write(' '.join(sys.argv[1:]) + '\\n')
if 'requirements/' + {broken!r} in sys.argv: sys.exit('No solution found')
pathlib.Path(sys.argv[sys.argv.index('-o') + 1]).write_text('locked')
"""


@pytest.fixture
def uv(tmp_path, monkeypatch):
    def make(broken: str = "none"):
        write_program(tmp_path / "bin" / "uv", _UV.format(python=sys.executable, broken=broken))
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        for module in (environment, locks):
            monkeypatch.setattr(module, "ROOT", tmp_path)
        return tmp_path

    return make


def test_all_locks_are_written_with_hashes_and_without_a_host(uv):
    root = uv()
    (root / "requirements.lock").write_text("old")
    assert locks.lock() == ["requirements.lock", "requirements-test.lock", "requirements-node.lock"]
    assert (root / "requirements.lock").read_text() == "locked"
    calls = (root / "calls").read_text().splitlines()
    assert all("--generate-hashes" in call and "--no-emit-index-url" in call for call in calls)
    assert not any("--upgrade" in call for call in calls)
    assert not list(root.glob(".requirements*"))


def test_a_failure_leaves_the_old_lock(uv):
    root = uv("core.in")
    (root / "requirements.lock").write_text("old")
    with pytest.raises(SetUpError, match="No solution found"):
        locks.lock(upgrade=True)
    assert (root / "requirements.lock").read_text() == "old"
    assert not list(root.glob(".requirements*"))


def test_without_uv_it_says_so(uv, monkeypatch, tmp_path):
    uv()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetUpError, match="needs uv"):
        locks.lock()
