"""Small stand-ins for the command's surroundings: a project without packages, programs that behave badly."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pytest

from amur.config import environment

ROOT = Path(__file__).resolve().parents[2]


def write_program(path: Path, text: str) -> Path:
    """Write a program that can be started."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@dataclass
class Project:
    """A copy of the command whose locks name no package, so that it is made without a network."""

    root: Path
    path: str

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def environment(self, **changes: str) -> dict[str, str]:
        """Return the surroundings, without what belongs to this test run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
        return {**kept, "PATH": self.path, **changes}

    def start(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Start the command and wait for it."""
        return subprocess.run(
            [sys.executable, self.root / "amur", *arguments],
            env=self.environment(**changes), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, fake_uv: Callable[[str], str]) -> Project:
    """Return a small project of its own, whose uv is quick; with ``AMUR_UV=0`` it takes venv and pip, which are not."""
    root = tmp_path / "a project"
    config = root / "src" / "amur" / "config"
    config.mkdir(parents=True)
    shutil.copy(ROOT / "amur", root / "amur")
    for name in ("__init__.py", "config/__init__.py", "config/environment.py"):
        shutil.copy(ROOT / "src" / "amur" / name, root / "src" / "amur" / name)
    (root / "src" / "amur" / "__main__.py").write_text("import sys\nprint('the command', *sys.argv[1:])\n")
    for name in environment.LOCKS.values():
        (root / name).write_text("# nothing is locked\n")
    return Project(root, fake_uv("sys.exit(0)"))


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small installation with a ledger; a test that changes it takes a copy."""
    from tests.config.installations import make

    return make(tmp_path_factory.mktemp("installation") / "data")


@pytest.fixture
def fake_uv(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that puts a uv on PATH which makes environments truly and installs as the test says."""

    def make(on_install: str) -> str:
        program = (
            f"#!{sys.executable}\nimport os, subprocess, sys, time\n"
            "if sys.argv[1] == '--version': sys.exit(0)\n"
            f"if sys.argv[1] == 'venv': sys.exit(subprocess.call([{sys.executable!r}, '-m', 'venv', '--without-pip', sys.argv[-1]]))\n"
            f"{on_install}\n"
        )
        folder = write_program(Path(mkdtemp(prefix="uv-", dir=tmp_path)) / "uv", program).parent
        return f"{folder}{os.pathsep}{os.environ['PATH']}"

    return make
