"""Secrets of an installation: made once, kept in files that only their owner reads."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def read_or_make(path: Path) -> str:
    """Return the secret in a file, making it on first use.

    Two processes that start at once agree: the file is created exclusively and the loser reads the winner's.
    """
    with suppress(FileNotFoundError):
        if found := path.read_text(encoding="ascii").strip():
            return found
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return path.read_text(encoding="ascii").strip()
