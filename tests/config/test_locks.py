"""Locking: all at once, or the old ones stay."""

from __future__ import annotations

import sys
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from amur.config import environment, locks
from amur.config.environment import LOCKS, ROOT, SetUpError
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
    assert locks.lock() == [*LOCKS.values()]
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


def _locked(name: str) -> set[str]:
    lines = (Requirement(line.rstrip("\\ ")) for line in (ROOT / name).read_text().splitlines() if line[:1].isalnum())
    return {canonicalize_name(line.name) for line in lines if not line.marker or line.marker.evaluate()}


def _asked(name: str) -> list[Requirement]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return [Requirement(line.partition("#")[0]) for line in lines if line[:1].isalnum()]


@pytest.mark.parametrize("group", ["core", "test"])
def test_a_lock_names_all_that_its_packages_need_for_it_is_installed_without_asking_again(group):
    locked = _locked(LOCKS["core"]) | _locked(LOCKS[group])
    open_ends, seen, missing = _asked(f"{group}.in"), set(), set()
    while open_ends:
        asked = open_ends.pop()
        name = canonicalize_name(asked.name)
        if name not in locked:
            missing.add(str(asked))
            continue
        for extra in asked.extras or {""}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                needs = map(Requirement, requires(name) or [])
                open_ends += [need for need in needs if not need.marker or need.marker.evaluate({"extra": extra})]
    assert not missing
    assert len(seen) > 20
