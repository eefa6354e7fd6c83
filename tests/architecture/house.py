"""What the architecture tests share: where things are, and the order of the rooms, read from where it is declared."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "amur"


@cache
def pyproject() -> dict:
    """Return the project's settings."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def height() -> dict[str, int]:
    """Return each room's height: a room may lean on what is lower, and on itself."""
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    heights = {}
    for level, layer in enumerate(reversed(layers)):
        for room in layer.replace("|", " ").replace(":", " ").replace("(", " ").replace(")", " ").split():
            heights[room] = level
    return heights


@cache
def tracked_files() -> list[Path]:
    """Return the files of the repository: what git tracks, or everything that is not generated."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        generated = {".venv", "node_modules", "var", "__pycache__", ".git"}
        files = [file for file in ROOT.rglob("*") if not generated & {*file.relative_to(ROOT).parts}]
    return [file for file in files if file.is_file()]


def text_of(file: Path) -> str:
    """Return what a file says; what is no text says nothing."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def sources(*suffixes: str) -> list[Path]:
    """Return the files of the kernel with one of the suffixes, without what Django generates."""
    return [
        file
        for file in sorted(SOURCE.rglob("*"))
        if file.suffix in suffixes and "migrations" not in file.parts and "__pycache__" not in file.parts
    ]
