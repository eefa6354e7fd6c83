"""The locks: every package that is installed, by version and hash, without the name of a registry's host."""

from __future__ import annotations

import os
import shutil

from amur.config.environment import LOCKS, ROOT, SetUpError, run

_OPTIONS = ("--universal", "-p", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url")


def lock(*, upgrade: bool = False) -> list[str]:
    """Write each lock from ``requirements/*.in`` and return their names; ``upgrade`` takes the newest versions.

    Raises:
        SetUpError: if uv is missing or finds no set of versions that agree.
    """
    uv = shutil.which("uv")
    if not uv:
        raise SetUpError("Locking needs uv: install it (pip install uv), then start this again.")
    for group, name in LOCKS.items():
        fresh = ROOT / f".{name}.{os.getpid()}"
        if not upgrade and (ROOT / name).exists():
            shutil.copyfile(ROOT / name, fresh)
        command = [uv, "pip", "compile", "--quiet", *_OPTIONS, f"requirements/{group}.in", "-o", fresh.name]
        try:
            run([*command, *(["--upgrade"] if upgrade else [])], f"Locking {name}")
            fresh.replace(ROOT / name)
        finally:
            fresh.unlink(missing_ok=True)
    return list(LOCKS.values())
